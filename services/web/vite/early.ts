import type { Plugin } from 'vite'

const SOURCE = 'src/early.ts'
const NONCE = '__CSP_NONCE__' // as `html.cspNonce`

/** Runs a small script before the app: of several in `index.html` Vite makes one, which waits for all that any of them needs. */
export function earlyScript(): Plugin {
  return {
    name: 'cairn:early-script',
    config: () => ({ build: { rolldownOptions: { input: { index: 'index.html', early: SOURCE } } } }),
    transformIndexHtml: {
      order: 'post',
      handler(_, { bundle }) {
        const chunk = Object.values(bundle ?? {}).find(
          (it) => it.type === 'chunk' && it.isEntry && it.facadeModuleId?.endsWith(`/${SOURCE}`),
        )
        const src = `/${chunk?.fileName ?? SOURCE}`
        return [
          { tag: 'script', attrs: { type: 'module', crossorigin: true, src, nonce: NONCE }, injectTo: 'head-prepend' },
        ]
      },
    },
  }
}
