import { brotliCompressSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Fails the build where the scripts that a first visit loads - the entry, and the page at which one lands - are larger than `kilobytes`, compressed. */
export function firstLoadBudget(kilobytes: number, landing: string): Plugin {
  return {
    name: 'cairn:first-load-budget',
    apply: 'build',
    generateBundle(_, bundle) {
      const first = new Set<string>()
      const follow = (name: string) => {
        const chunk = bundle[name]
        if (first.has(name) || chunk?.type !== 'chunk') return
        first.add(name)
        chunk.imports.forEach(follow)
      }
      const chunks = Object.values(bundle).filter((it) => it.type === 'chunk')
      const begins = chunks.filter((it) => it.isEntry || it.facadeModuleId?.endsWith(landing))
      if (!begins.some((it) => !it.isEntry)) this.error(`no chunk is made of ${landing}: where does one land?`)
      begins.forEach((it) => follow(it.fileName))
      const bytes = [...first].reduce((sum, name) => {
        const chunk = bundle[name]
        return sum + (chunk?.type === 'chunk' ? brotliCompressSync(chunk.code).length : 0)
      }, 0)
      const told = `first load: ${Math.round(bytes / 1000)} of ${kilobytes} kB of compressed JavaScript, in ${first.size} files: ${[...first].join(', ')}`
      if (bytes > kilobytes * 1000) this.error(told)
      this.info(told)
    },
  }
}
