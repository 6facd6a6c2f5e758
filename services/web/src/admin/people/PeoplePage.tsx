import { Button, Kbd, Loader } from '@mantine/core'
import { useDebouncedValue, useHotkeys } from '@mantine/hooks'
import { useNavigate, useSearch } from '@tanstack/react-router'
import { UserPlus } from 'lucide-react'
import { useState } from 'react'
import { SavedViews } from '../../saved-views/SavedViews'
import { useIsOneOf } from '../../sign-in/roles'
import { useMayChange } from '../../time-travel'
import { EmptyState, Page, ProblemNotice, useUiText } from '../../ui'
import { NotForYou } from '../NotForYou'
import { Filters } from './Filters'
import { InvitePerson } from './InvitePerson'
import { PeopleTable } from './PeopleTable'
import './people.css'
import { PersonPanel } from './PersonPanel'
import { usePeople } from './queries'
import { EVERYBODY, type PeopleSearch } from './search'
import { useText } from './text'

/** Everybody of the company, for its admins: who they are, what they may do, whose they are. */
export function PeoplePage() {
  const text = useText()
  const admin = useIsOneOf('admin')
  if (!admin) {
    return (
      <Page title={text.title}>
        <NotForYou forWhom="admins" />
      </Page>
    )
  }
  return <People />
}

function People() {
  const text = useText()
  const search = useSearch({ from: '/shell/admin/people' })
  const navigate = useNavigate({ from: '/admin/people' })
  const mayChange = useMayChange()
  const [inviting, setInviting] = useState(false)
  const change = (changed: Partial<PeopleSearch>, replace = false) =>
    void navigate({ search: (before) => ({ ...before, ...changed }), replace })
  const invite = () => setInviting(mayChange)
  useHotkeys([['alt+N', invite, { usePhysicalKeys: true }]])
  return (
    <div className={search.open === undefined ? 'beside' : 'beside beside-open'}>
      <Page
        title={text.title}
        actions={
          <>
            <SavedViews />
            {mayChange && (
              <Button size="xs" leftSection={<UserPlus size={14} aria-hidden />} onClick={invite}>
                {text.invite}
              </Button>
            )}
          </>
        }
      >
        <Filters search={search} onChange={change} />
        <Found search={search} onChange={change} />
      </Page>
      {search.open !== undefined && (
        <PersonPanel key={search.open} person={search.open} onOpen={(open) => change({ open }, true)} />
      )}
      <InvitePerson
        opened={inviting}
        onClose={() => setInviting(false)}
        onDone={(handle) => {
          setInviting(false)
          change({ ...EVERYBODY, open: handle })
        }}
      />
    </div>
  )
}

type FoundProps = { search: PeopleSearch; onChange: (changed: Partial<PeopleSearch>) => void }

function Found({ search, onChange }: FoundProps) {
  const text = useText()
  const ui = useUiText()
  const mayChange = useMayChange()
  const [words] = useDebouncedValue(search.text, 200)
  const found = usePeople({ ...search, text: words })
  const { people, count, error } = found
  return (
    <>
      <ProblemNotice error={error} onRetry={() => void found.refetch()} />
      {people === undefined && error === null && <Loader aria-label={ui.loading} mx="auto" my="xl" />}
      {people !== undefined && (
        <div className="admin-people">
          <p className="mute admin-count" role="status">
            {people.length < count ? text.someOf(people.length, count) : text.count(count)}
          </p>
          {people.length === 0 ? (
            <EmptyState title={text.nobody}>
              {text.nobodyNext}{' '}
              <Button size="compact-sm" variant="default" onClick={() => onChange(EVERYBODY)}>
                {text.showEverybody}
              </Button>
            </EmptyState>
          ) : (
            <PeopleTable people={people} open={search.open} onOpen={(open) => onChange({ open })} />
          )}
          {found.hasNextPage && (
            <Button
              size="xs"
              variant="default"
              my="sm"
              loading={found.isFetchingNextPage}
              onClick={() => void found.fetchNextPage()}
            >
              {text.more}
            </Button>
          )}
          {mayChange && (
            <p className="admin-keys mute">
              <Kbd size="xs">↑</Kbd> <Kbd size="xs">↓</Kbd> {text.keyGo} · <Kbd size="xs">Enter</Kbd> {text.keyOpen} ·{' '}
              <Kbd size="xs">Alt N</Kbd> {text.keyInvite}
            </p>
          )}
        </div>
      )}
    </>
  )
}
