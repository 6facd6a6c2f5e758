import { useLanguage, type Language } from './language'

/** The texts of a feature, in every language: `const useText = texts({ en, de, fr, it })`. One that is missing does not compile. */
export function texts<Text>(all: Record<Language, Text>): () => Text {
  return function useText() {
    return all[useLanguage()]
  }
}

type Forms = Partial<Record<Intl.LDMLPluralRule, string>> & { other: string }

/** Says a number with the form of the noun that its language wants: `objectives(3)`; `#` is where the number goes. */
export function plural(language: Language, forms: Forms): (count: number) => string {
  const rules = new Intl.PluralRules(language)
  const number = new Intl.NumberFormat(language)
  return (count) => (forms[rules.select(count)] ?? forms.other).replace('#', number.format(count))
}
