import columns from './tables.json'

export type Columns = { needed: readonly string[]; optional: readonly string[] }

/** The tables that an import reads, and their columns, where key results are numbered inside their objectives; a test holds them to the gateway’s. */
export const TABLES: Readonly<Record<string, Columns>> = columns

/** Those without which there is nothing to import. */
export const NEEDED = ['objectives.csv', 'key_results.csv'] as const

const PACKED = /\.(zip|xlsx)$/i
const TOTALS = 'published_totals.csv'

/** What was chosen: tables, or one file that all of them are in; and what is no table, which is passed over. */
export type Chosen<F extends { name: string } = File> = { packed: F | null; tables: F[]; others: F[] }

/** Sorts files that were chosen or dropped. Of two of one name the later one counts. */
export function chosenOf<F extends { name: string }>(files: readonly F[]): Chosen<F> {
  const packed = files.filter((it) => PACKED.test(it.name)).at(-1) ?? null
  if (packed !== null) return { packed, tables: [], others: files.filter((it) => it !== packed) }
  const byName = new Map(files.map((it) => [it.name.toLowerCase(), it]))
  const tables = Object.keys(TABLES).flatMap((name) => byName.get(name) ?? [])
  return { packed: null, tables, others: files.filter((it) => !(it.name.toLowerCase() in TABLES)) }
}

/** The tables that are lacking still; what is packed is looked into by the gateway. */
export function missingIn({ packed, tables }: Chosen<{ name: string }>): string[] {
  if (packed !== null) return []
  return NEEDED.filter((needed) => !tables.some((it) => it.name.toLowerCase() === needed))
}

/** Every table with its columns and no row, to be filled in. */
export function templates(): { name: string; text: string }[] {
  return Object.entries(TABLES)
    .filter(([name]) => name !== TOTALS)
    .map(([name, { needed, optional }]) => ({ name, text: `${[...needed, ...optional].join(',')}\r\n` }))
}
