import { useMutation, useQueryClient } from '@tanstack/react-query'
import { useState } from 'react'
import { askAgain, client, linesOf } from '../../api'
import type { Report } from './report'
import type { Chosen } from './tables'
import { zipped } from './zip'

export type Notation = { locale: string; date_format: string }
export type Step = { step: string; done: number; total: number }
type Asked = { chosen: Chosen; notation: Notation; dryRun: boolean }

const ZIP = 'application/zip'
const XLSX = 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet'

/** Imports tables, or tells what would become of every row. How far it is is told while it goes on. */
export function useImport(onDone: (report: Report) => void) {
  const queries = useQueryClient()
  const [step, setStep] = useState<Step | null>(null)
  const sending = useMutation({
    mutationFn: async ({ chosen, notation, dryRun }: Asked) => {
      setStep(null)
      const sent = await packedOf(chosen)
      const { data } = await client.POST('/v1/imports', {
        params: { query: { dry_run: dryRun, ...(saidOf(notation) as object) } },
        // The document knows bytes as text only; they are sent as they are.
        body: sent as never,
        bodySerializer: () => sent,
        headers: { 'Content-Type': chosen.packed && /xlsx$/i.test(chosen.packed.name) ? XLSX : ZIP },
        parseAs: 'stream',
      })
      let report: Report | null = null
      for await (const line of linesOf(data as unknown as ReadableStream<Uint8Array>)) {
        if ('report' in line) report = line.report as Report
        else setStep(line as Step)
      }
      if (report === null) throw new Error('the answer ended before its report')
      return report
    },
    onSuccess: async (report) => {
      onDone(report)
      if (!report.dry_run) await askAgain(queries)
    },
    onSettled: () => setStep(null),
  })
  return { sending, step }
}

function saidOf({ locale, date_format }: Notation): Partial<Notation> {
  return { ...(locale && { locale }), ...(date_format.trim() && { date_format: date_format.trim() }) }
}

async function packedOf({ packed, tables }: Chosen): Promise<Blob | Uint8Array<ArrayBuffer>> {
  if (packed !== null) return packed
  const read = async (it: File) => ({ name: it.name.toLowerCase(), bytes: new Uint8Array(await it.arrayBuffer()) })
  return zipped(await Promise.all(tables.map(read)))
}

/** Everything of the company as the tables that an import reads, packed; how many rows are there already is told while it goes on. */
export function useExport(onDone: (archive: Uint8Array<ArrayBuffer>) => void) {
  const [file, setFile] = useState<string | null>(null)
  const exporting = useMutation({
    mutationFn: async () => {
      const { data } = await client.GET('/v1/export-tables', { parseAs: 'stream' })
      const texts = new Map<string, string[]>()
      let rows = 0
      for await (const line of linesOf(data as unknown as ReadableStream<Uint8Array>)) {
        if ('report' in line) {
          rows = (line.report as { tables: { rows: number }[] }).tables.reduce((all, it) => all + it.rows, 0)
        } else {
          const { file: name, text } = line as { file: string; text: string }
          setFile(name)
          texts.set(name, [...(texts.get(name) ?? []), text])
        }
      }
      const files = [...texts].map(([name, parts]) => ({ name, bytes: new TextEncoder().encode(parts.join('')) }))
      return { archive: zipped(files), rows }
    },
    onSuccess: ({ archive }) => onDone(archive),
    onSettled: () => setFile(null),
  })
  return { exporting, file }
}
