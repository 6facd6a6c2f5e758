import { Link } from '@tanstack/react-router'
import type { ReactNode } from 'react'
import { Progress } from './Progress'
import { Status } from './Status'
import type { Schema } from '../api'

type Told = { id: string; title: string; progress?: number | null; status?: Schema['ProgressStatus'] | null }

/** An objective by its title: it leads to the tree of its cycle, where it is open. */
export function ObjectiveLink({ objective, cycle }: { objective: Pick<Told, 'id' | 'title'>; cycle?: string }) {
  return (
    <Link to="/objectives" search={{ cycle, open: objective.id }}>
      {objective.title}
    </Link>
  )
}

type ObjectiveLineProps = { objective: Told; cycle?: string; about?: ReactNode; aside?: ReactNode }

/** An objective in a list: its title, what is said about it, and how it stands unless something else is shown beside it. */
export function ObjectiveLine({ objective, cycle, about, aside }: ObjectiveLineProps) {
  return (
    <li className="line">
      <span className="line-what">
        <ObjectiveLink objective={objective} cycle={cycle} />
        {about !== undefined && <span className="line-about mute">{about}</span>}
      </span>
      {aside ?? (
        <>
          <Status value={objective.status ?? null} />
          <span className="line-progress">
            <Progress value={objective.progress ?? null} />
          </span>
        </>
      )}
    </li>
  )
}
