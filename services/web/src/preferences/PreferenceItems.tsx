import { Menu, useMantineColorScheme } from '@mantine/core'
import { LANGUAGES, languageOf, type Language } from '../i18n'
import { useLanguageChoice } from './language'
import { SCHEMES } from './scheme'
import { LANGUAGE_NAMES, useText } from './text'

const OF_BROWSER = 'browser'

/** Language and colours, for a menu; what is chosen holds at once, and the menu stays open for the other. */
export function PreferenceItems() {
  const text = useText()
  const { chosen, choose } = useLanguageChoice()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  return (
    <>
      <div role="group" aria-label={text.language}>
        <Menu.Label>{text.language}</Menu.Label>
        <Menu.RadioGroup
          value={chosen ?? OF_BROWSER}
          onChange={(wanted) => choose(wanted === OF_BROWSER ? null : (wanted as Language))}
        >
          <Menu.RadioItem value={OF_BROWSER}>
            {text.ofBrowser(LANGUAGE_NAMES[languageOf(navigator.languages)])}
          </Menu.RadioItem>
          {LANGUAGES.map((it) => (
            <Menu.RadioItem key={it} value={it} lang={it}>
              {LANGUAGE_NAMES[it]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </div>
      <Menu.Divider />
      <div role="group" aria-label={text.colours}>
        <Menu.Label>{text.colours}</Menu.Label>
        <Menu.RadioGroup value={colorScheme} onChange={(wanted) => setColorScheme(wanted as (typeof SCHEMES)[number])}>
          {SCHEMES.map((it) => (
            <Menu.RadioItem key={it} value={it}>
              {text.schemes[it]}
            </Menu.RadioItem>
          ))}
        </Menu.RadioGroup>
      </div>
    </>
  )
}
