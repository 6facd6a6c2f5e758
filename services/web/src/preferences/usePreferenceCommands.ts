import { useMantineColorScheme } from '@mantine/core'
import { LANGUAGES, languageOf } from '../i18n'
import { useLanguageChoice } from './language'
import { SCHEMES } from './scheme'
import { LANGUAGE_NAMES, useText } from './text'

/** What Ctrl-K offers of language and colours: all but what holds already. */
export function usePreferenceCommands(): { label: string; act: () => void }[] {
  const text = useText()
  const { chosen, choose } = useLanguageChoice()
  const { colorScheme, setColorScheme } = useMantineColorScheme()
  const languages = [null, ...LANGUAGES].filter((it) => it !== chosen)
  return [
    ...languages.map((it) => ({
      label: text.inLanguage(
        it === null ? text.ofBrowser(LANGUAGE_NAMES[languageOf(navigator.languages)]) : LANGUAGE_NAMES[it],
      ),
      act: () => choose(it),
    })),
    ...SCHEMES.filter((it) => it !== colorScheme).map((it) => ({
      label: text.inColours(text.schemes[it]),
      act: () => setColorScheme(it),
    })),
  ]
}
