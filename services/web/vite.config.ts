import react from '@vitejs/plugin-react'
import { defineConfig } from 'vite'
import { firstLoadBudget } from './vite/budget.ts'
import { earlyScript } from './vite/early.ts'
import { precompress } from './vite/precompress.ts'

// What `npm run dev` answers from: a gateway that runs, with CAIRN_TOKEN as whoever works on the app, where the cookie of its sign-in does not do.
const gateway = process.env.CAIRN_URL ?? 'http://127.0.0.1:8600'
const token = process.env.CAIRN_TOKEN

export default defineConfig({
  plugins: [react(), earlyScript(), firstLoadBudget(300, '/objectives/ObjectivesPage.tsx'), precompress()],
  html: { cspNonce: '__CSP_NONCE__' },
  build: {
    target: 'es2022',
    chunkSizeWarningLimit: 700,
    assetsInlineLimit: 0,
    // What many pages share comes in one file: sixty small ones cost the first visit more than what they would save. What is asked early needs none.
    rolldownOptions: {
      output: {
        codeSplitting: {
          groups: [
            { name: 'first', test: /\/early\.ts$/, priority: 1 },
            { name: 'shared', test: /^(?!.*(echarts|zrender))/, minShareCount: 5 },
          ],
        },
      },
    },
  },
  server: {
    host: '127.0.0.1',
    proxy: {
      '/v1': {
        target: gateway,
        changeOrigin: true,
        headers: { origin: gateway, ...(token ? { authorization: `Bearer ${token}` } : {}) },
      },
    },
  },
})
