import './trusted-types'
import '@mantine/core/styles.css'
import './ui/ui.css'
import './shell/shell.css'
import './ui/print.css'
import { MantineProvider } from '@mantine/core'
import { QueryClientProvider } from '@tanstack/react-query'
import { RouterProvider } from '@tanstack/react-router'
import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { ChosenLanguage, schemeManager } from './preferences'
import { ProblemTextsAhead } from './problems'
import { queries } from './queries'
import { fetchPageAt, router } from './router'
import { sessionQuery } from './sign-in/session'
import { Overlays, theme } from './ui'

fetchPageAt(window.location.pathname)
void queries.query(sessionQuery).catch(() => undefined) // the first route asks, too, and says what failed

const root = document.getElementById('root')
if (root === null) throw new Error('index.html has no #root')
const nonce = document.querySelector<HTMLMetaElement>('meta[property="csp-nonce"]')?.nonce ?? ''

createRoot(root).render(
  <StrictMode>
    <MantineProvider
      theme={theme}
      defaultColorScheme="auto"
      colorSchemeManager={schemeManager}
      getStyleNonce={() => nonce}
    >
      <ChosenLanguage>
        <QueryClientProvider client={queries}>
          <RouterProvider router={router} />
        </QueryClientProvider>
        <Overlays />
        <ProblemTextsAhead />
      </ChosenLanguage>
    </MantineProvider>
  </StrictMode>,
)
