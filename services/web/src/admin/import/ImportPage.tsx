import { useIsOneOf } from '../../sign-in/roles'
import { useMayChange } from '../../time-travel'
import { Board, Page } from '../../ui'
import { NotForYou } from '../NotForYou'
import { ExportCard } from './ExportCard'
import './import.css'
import { ImportCard } from './ImportCard'
import { TemplatesCard } from './TemplatesCard'
import { useText } from './text'

/** Tables in and out: what they would change is told before anything does. */
export function ImportPage() {
  const text = useText()
  const isAdmin = useIsOneOf('admin')
  const mayChange = useMayChange()
  return (
    <Page title={text.title}>
      {isAdmin ? (
        <Board>
          {mayChange && <ImportCard />}
          <TemplatesCard />
          <ExportCard />
        </Board>
      ) : (
        <NotForYou forWhom="admins" />
      )}
    </Page>
  )
}
