import { brotliCompressSync } from 'node:zlib'
import type { Plugin } from 'vite'

/** Fails the build where the scripts that every first visit loads are larger than `kilobytes`, compressed. */
export function firstLoadBudget(kilobytes: number): Plugin {
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
      Object.values(bundle).forEach((chunk) => chunk.type === 'chunk' && chunk.isEntry && follow(chunk.fileName))
      const bytes = [...first].reduce((sum, name) => {
        const chunk = bundle[name]
        return sum + (chunk?.type === 'chunk' ? brotliCompressSync(chunk.code).length : 0)
      }, 0)
      const told = `first load: ${Math.round(bytes / 1000)} of ${kilobytes} kB of compressed JavaScript, in ${[...first].join(', ')}`
      if (bytes > kilobytes * 1000) this.error(told)
      this.info(told)
    },
  }
}
