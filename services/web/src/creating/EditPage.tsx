import { Skeleton } from '@mantine/core'
import { useParams } from '@tanstack/react-router'
import { useState } from 'react'
import { useGet, type Schema } from '../api'
import { ApprovalNotice } from '../objective/ApprovalNotice'
import { EmptyState, Page, ProblemNotice } from '../ui'
import { draftOf } from './draft'
import { Editor } from './Editor'
import { SaveTemplate } from './SaveTemplate'
import { useText } from './text'

/** An objective that is there, to be edited. */
export function EditPage() {
  const text = useText()
  const { reference } = useParams({ from: '/shell/objectives/$reference/edit' })
  const { data, error } = useGet('/v1/objectives/{ref}', { path: { ref: reference } })
  if (data === undefined) {
    return (
      <Page title={text.editTitle}>
        <ProblemNotice error={error} />
        {error === null && <Skeleton h={240} />}
      </Page>
    )
  }
  if (data.state === 'closed' || data.state === 'cancelled') {
    return (
      <Page title={text.editTitle}>
        <EmptyState title={data.title}>{text.over}</EmptyState>
      </Page>
    )
  }
  return <EditOf key={data.id} objective={data} />
}

function EditOf({ objective }: { objective: Schema['Objective'] }) {
  // What is edited began from what was there first; what others do meanwhile is told when it is saved.
  const [begin] = useState(() => {
    const draft = draftOf(objective)
    return { draft, base: draft, version: objective.version }
  })
  return (
    <Editor
      objective={objective}
      begin={begin}
      actions={<SaveTemplate objective={objective} />}
      above={<ApprovalNotice objective={objective} />}
    />
  )
}
