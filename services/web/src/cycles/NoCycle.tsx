import { Button } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { useIsOneOf } from '../sign-in/roles'
import { EmptyState } from '../ui'
import { useText } from './text'

/** There is no cycle, so that a page about one has nothing to show: whoever keeps cycles is led to where one is defined. */
export function NoCycle() {
  const text = useText()
  const mayDefine = useIsOneOf('admin', 'champion')
  if (!mayDefine) return <EmptyState title={text.none}>{text.noneNext}</EmptyState>
  return (
    <EmptyState title={text.none}>
      <p>{text.noneDefine}</p>
      <Button size="xs" renderRoot={(props) => <Link to="/admin/cycles" search={{ define: true }} {...props} />}>
        {text.define}
      </Button>
    </EmptyState>
  )
}
