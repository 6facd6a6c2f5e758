import { Button, FileButton, Group, Text } from '@mantine/core'
import { FileSpreadsheet, Upload } from 'lucide-react'
import { useState, type DragEvent } from 'react'
import { useFormat } from '../../i18n'
import type { Chosen } from './tables'
import { useText } from './text'

type ChooseFilesProps = {
  chosen: Chosen
  missing: readonly string[]
  onChoose: (files: File[]) => void
  onClear: () => void
}

/** Tables are dropped here or chosen: single ones, a zip, or a workbook; what they are is listed. */
export function ChooseFiles({ chosen, missing, onChoose, onClear }: ChooseFilesProps) {
  const text = useText()
  const format = useFormat()
  const [over, setOver] = useState(false)
  const files = chosen.packed === null ? chosen.tables : [chosen.packed]
  const dragged = (event: DragEvent) => {
    event.preventDefault()
    setOver(true)
  }
  const dropped = (event: DragEvent) => {
    event.preventDefault()
    setOver(false)
    onChoose([...event.dataTransfer.files])
  }
  return (
    <div
      role="group"
      aria-label={text.files}
      className={over ? 'import-drop import-drop-over' : 'import-drop'}
      onDragOver={dragged}
      onDragLeave={() => setOver(false)}
      onDrop={dropped}
    >
      <Upload size={22} aria-hidden />
      <Text size="sm">{text.dropHere}</Text>
      <Group gap="xs" justify="center">
        <FileButton multiple accept=".csv,.zip,.xlsx" onChange={onChoose}>
          {(props) => (
            <Button size="xs" variant="default" {...props}>
              {text.choose}
            </Button>
          )}
        </FileButton>
        {files.length > 0 && (
          <Button size="xs" variant="default" onClick={onClear}>
            {text.clear}
          </Button>
        )}
      </Group>
      {files.length > 0 && (
        <ul className="import-files">
          {files.map((it) => (
            <li key={it.name}>
              <FileSpreadsheet size={14} aria-hidden /> {it.name}{' '}
              <span className="mute">{text.kilobytes(format.number(Math.max(1, Math.round(it.size / 1024))))}</span>
            </li>
          ))}
        </ul>
      )}
      {missing.length > 0 && (
        <Text size="sm" role="alert" className="import-missing">
          {text.missing(missing.join(', '))}
        </Text>
      )}
      {chosen.others.length > 0 && (
        <Text size="xs" className="mute">
          {text.passedOver(chosen.others.map((it) => it.name).join(', '))}
        </Text>
      )}
    </div>
  )
}
