// The first module that runs. The gateway's CSP asks for Trusted Types: nothing with markup becomes HTML, whoever hands it on.
type Rules = { createHTML: (text: string) => string; createScriptURL: (url: string) => string }
type Policies = { createPolicy: (name: string, rules: Rules) => unknown }

const policies = (window as { trustedTypes?: Policies }).trustedTypes
policies?.createPolicy('default', {
  createHTML: (text) => {
    if (text.includes('<')) throw new TypeError('markup is never made of text')
    return text
  },
  createScriptURL: (url) => {
    if (!new URL(url, window.location.href).href.startsWith(`${window.location.origin}/assets/`)) {
      throw new TypeError('scripts come from /assets alone')
    }
    return url
  },
})
