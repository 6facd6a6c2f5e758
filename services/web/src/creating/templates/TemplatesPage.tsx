import { Loader, SegmentedControl, Title } from '@mantine/core'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { useGet, type Schema } from '../../api'
import { Page, ProblemNotice, useUiText } from '../../ui'
import '../creating.css'
import { useText } from '../text'
import { TemplateCard } from './TemplateCard'

const ALL = ''

/** Templates by department: what to start from, what to avoid and why, and what the company has saved itself. */
export function TemplatesPage() {
  const text = useText()
  const ui = useUiText()
  const { department = ALL } = useSearch({ from: '/shell/templates' })
  const navigate = useNavigate({ from: '/templates' })
  const { data, error, refetch } = useGet('/v1/templates', { query: {} })
  const all = data?.items ?? []
  const departments = [...new Set(all.filter((it) => it.library).map((it) => it.department))]
  const shown = all.filter((it) => department === ALL || it.department.toLowerCase() === department.toLowerCase())
  const groups = [
    { name: text.own, items: shown.filter((it) => !it.library), none: text.noOwn },
    { name: text.good, items: shown.filter((it) => it.library && it.good), none: text.noTemplates },
    { name: text.bad, items: shown.filter((it) => it.library && !it.good), none: text.noTemplates },
  ]
  return (
    <Page title={text.templates}>
      <div className="edit-scroll">
        <p className="mute">{text.templatesHint}</p>
        <ProblemNotice error={error} onRetry={() => void refetch()} />
        {data === undefined && error === null && <Loader aria-label={ui.loading} />}
        {data !== undefined && (
          <>
            <SegmentedControl
              className="templates-departments"
              aria-label={text.department}
              data={[
                { value: ALL, label: text.allDepartments },
                ...departments.map((it) => ({ value: it, label: text.departments[it] ?? it })),
              ]}
              value={department}
              onChange={(value) => void navigate({ search: { department: value === ALL ? undefined : value } })}
            />
            {groups.map((group) => (
              <Group key={group.name} {...group} />
            ))}
          </>
        )}
      </div>
    </Page>
  )
}

function Group({ name, items, none }: { name: string; items: readonly Schema['Template'][]; none: string }) {
  return (
    <section aria-label={name} className="templates">
      <Title order={2} size="h5">
        {name}
      </Title>
      {items.length === 0 && <p className="mute">{none}</p>}
      <div className="templates-grid">
        {items.map((it) => (
          <TemplateCard key={it.id} template={it} />
        ))}
      </div>
    </section>
  )
}
