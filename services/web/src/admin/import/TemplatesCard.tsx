import { Button } from '@mantine/core'
import { Download } from 'lucide-react'
import { Card, save } from '../../ui'
import { NEEDED, TABLES, templates } from './tables'
import { useText } from './text'
import { zipped } from './zip'

const TOTALS = 'published_totals.csv'

/** The tables to fill in: each with its columns, those that it cannot do without set apart. */
export function TemplatesCard() {
  const text = useText()
  const take = () => {
    const files = templates().map(({ name, text: rows }) => ({ name, bytes: new TextEncoder().encode(rows) }))
    save('cairn-tables.zip', 'application/zip', zipped(files))
  }
  return (
    <Card
      title={text.templates}
      aside={
        <Button size="xs" variant="default" leftSection={<Download size={14} aria-hidden />} onClick={take}>
          {text.takeTemplates}
        </Button>
      }
    >
      <p className="mute import-about">{text.templatesAre(NEEDED.join(', '))}</p>
      <ul className="lines">
        {Object.entries(TABLES)
          .filter(([name]) => name !== TOTALS)
          .map(([name, { needed, optional }]) => (
            <li key={name} className="line import-table">
              <code>{name}</code>
              <span className="line-what">
                <span>
                  <b>{needed.join(', ')}</b>
                  {optional.length > 0 && <span className="mute">, {optional.join(', ')}</span>}
                </span>
              </span>
            </li>
          ))}
      </ul>
    </Card>
  )
}
