import { Button, Popover } from '@mantine/core'
import { History } from 'lucide-react'
import { lazy, Suspense, useState } from 'react'
import { useFormat } from '../i18n'
import { useText } from './text'
import { useMoment } from './useMoment'

const TimeForm = lazy(() => import('./TimeForm').then((it) => ({ default: it.TimeForm })))

/** The control of time in the header: which moment one looks at, and how to come to another. */
export function TimeControl() {
  const text = useText()
  const format = useFormat()
  const moment = useMoment()
  const [opened, setOpened] = useState(false)
  return (
    <Popover opened={opened} onChange={setOpened} position="bottom-end" shadow="md" trapFocus returnFocus width={400}>
      <Popover.Target>
        <Button
          size="xs"
          variant={moment === null ? 'default' : 'filled'}
          className="time-control"
          leftSection={<History size={14} aria-hidden />}
          aria-label={text.control(moment === null ? text.present : format.day(moment.trueOn))}
          onClick={() => setOpened(!opened)}
        >
          <span className="shell-wide">{moment === null ? text.today : format.day(moment.trueOn)}</span>
        </Button>
      </Popover.Target>
      <Popover.Dropdown aria-label={text.title}>
        <Suspense>
          <TimeForm onDone={() => setOpened(false)} />
        </Suspense>
      </Popover.Dropdown>
    </Popover>
  )
}
