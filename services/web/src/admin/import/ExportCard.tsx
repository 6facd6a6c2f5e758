import { Button, Group, Text } from '@mantine/core'
import { Download } from 'lucide-react'
import { useDay } from '../../cycles'
import { useSession } from '../../sign-in/session'
import { Card, ProblemNotice, save } from '../../ui'
import { useExport } from './queries'
import { useText } from './text'

/** Everything of the company as the tables that an import reads. */
export function ExportCard() {
  const text = useText()
  const { session } = useSession()
  const day = useDay()
  const { exporting, file } = useExport((archive) =>
    save(`${session?.tenant?.name ?? 'cairn'}-${day}.zip`, 'application/zip', archive),
  )
  return (
    <Card title={text.export}>
      <p className="mute import-about">{text.exportIs}</p>
      <ProblemNotice error={exporting.error} />
      <Group gap="sm">
        <Button
          size="xs"
          variant="default"
          leftSection={<Download size={14} aria-hidden />}
          loading={exporting.isPending}
          onClick={() => exporting.mutate()}
        >
          {text.exportIt}
        </Button>
        <Text size="sm" className="mute" role="status">
          {exporting.isPending && (file ?? text.sending)}
          {exporting.isSuccess && text.exported(exporting.data.rows)}
        </Text>
      </Group>
    </Card>
  )
}
