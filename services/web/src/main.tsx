import './trusted-types'
import '@mantine/core/styles.css'
import './ui/ui.css'
import './shell/shell.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { LanguageContext, languageOf } from './i18n'
import { queries } from './queries'
import { router } from './router'
import { theme } from './ui'

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''
const language = languageOf(navigator.languages)
document.documentElement.lang = language

createRoot(root).render(
  <StrictMode>
    <MantineProvider theme={theme} defaultColorScheme="auto" getStyleNonce={() => nonce}>
      <LanguageContext value={language}>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
      </LanguageContext>
    </MantineProvider>
  </StrictMode>,
)
