import { Button, Group, Text, Title } from '@mantine/core'
import { Link } from '@tanstack/react-router'
import { CircleCheck, CircleX } from 'lucide-react'
import { body, client, useCommand, useGet, type Schema } from '../../api'
import { useFormat } from '../../i18n'
import { ProblemNotice } from '../../ui'
import { useText } from '../text'

/** A template: what it says, and, of a bad one, what is wrong with it. */
export function TemplateCard({ template }: { template: Schema['Template'] }) {
  const text = useText()
  const rules = useGet('/v1/coach/rules', {}, { enabled: template.findings.length > 0 })
  const remove = useCommand((_: null, header) =>
    body(client.DELETE('/v1/templates/{template}', { params: { path: { template: template.id }, header } })),
  )
  const Icon = template.good ? CircleCheck : CircleX
  return (
    <article className="template" aria-label={template.name}>
      <Text size="xs" className="mute">
        {text.departments[template.department] ?? template.department}
      </Text>
      <Title order={3} size="h6" className="template-title">
        <Icon size={16} aria-hidden className={template.good ? 'template-good' : 'template-bad'} />
        {template.title}
      </Title>
      {template.why !== '' && <Text size="sm">{template.why}</Text>}
      <ul>
        {template.key_results.map((it) => (
          <li key={it.title}>
            {it.title} <Figures keyResult={it} />
          </li>
        ))}
      </ul>
      {template.because !== null && (
        <Text size="sm" className="template-because">
          {template.because}
        </Text>
      )}
      {template.findings.map((rule) => (
        <Text size="xs" className="mute" key={rule}>
          {text.rules[rule]?.suggests ?? rules.data?.items.find((it) => it.rule === rule)?.suggests}
        </Text>
      ))}
      <ProblemNotice error={remove.error} />
      <Group gap="xs" mt="auto">
        {template.good && (
          <Button
            size="xs"
            variant="default"
            renderRoot={(props) => <Link to="/objectives/new" search={{ template: template.id }} {...props} />}
            aria-label={`${text.use}: ${template.name}`}
          >
            {text.use}
          </Button>
        )}
        {!template.library && (
          <Button
            size="xs"
            variant="subtle"
            color="gray"
            loading={remove.isPending}
            aria-label={`${text.removeTemplate}: ${template.name}`}
            onClick={() => remove.mutate(null)}
          >
            {text.removeTemplate}
          </Button>
        )}
      </Group>
    </article>
  )
}

function Figures({ keyResult: it }: { keyResult: Schema['TemplateKeyResult'] }) {
  const text = useText()
  const format = useFormat()
  const parts =
    it.start !== null && it.target !== null
      ? [text.fromTo(format.number(it.start), format.number(it.target))]
      : [
          ...(it.low === null ? [] : [text.atLeast(format.number(it.low))]),
          ...(it.high === null ? [] : [text.atMost(format.number(it.high))]),
        ]
  const said = parts.length === 0 ? text.measures[it.measure] : `${parts.join(', ')} ${it.unit ?? ''}`
  return <span className="mute template-figures">{said}</span>
}
