import { texts, type Language } from '../i18n'

/** Each in its own words: whoever looks for theirs finds it in whatever language the page is. */
export const LANGUAGE_NAMES: Readonly<Record<Language, string>> = {
  en: 'English',
  de: 'Deutsch',
  fr: 'Français',
  it: 'Italiano',
}

export const useText = texts({
  en: {
    language: 'Language',
    ofBrowser: (language: string) => `As my browser (${language})`,
    inLanguage: (language: string) => `Language: ${language}`,
    colours: 'Colours',
    schemes: { auto: 'As my system', light: 'Light', dark: 'Dark' },
    inColours: (scheme: string) => `Colours: ${scheme}`,
  },
  de: {
    language: 'Sprache',
    ofBrowser: (language: string) => `Wie mein Browser (${language})`,
    inLanguage: (language: string) => `Sprache: ${language}`,
    colours: 'Farben',
    schemes: { auto: 'Wie mein System', light: 'Hell', dark: 'Dunkel' },
    inColours: (scheme: string) => `Farben: ${scheme}`,
  },
  fr: {
    language: 'Langue',
    ofBrowser: (language: string) => `Celle de mon navigateur (${language})`,
    inLanguage: (language: string) => `Langue : ${language}`,
    colours: 'Couleurs',
    schemes: { auto: 'Celles de mon système', light: 'Claires', dark: 'Sombres' },
    inColours: (scheme: string) => `Couleurs : ${scheme}`,
  },
  it: {
    language: 'Lingua',
    ofBrowser: (language: string) => `Quella del mio browser (${language})`,
    inLanguage: (language: string) => `Lingua: ${language}`,
    colours: 'Colori',
    schemes: { auto: 'Come il mio sistema', light: 'Chiari', dark: 'Scuri' },
    inColours: (scheme: string) => `Colori: ${scheme}`,
  },
})
