export { useDecimalSeparator, useFormat, type Format } from './format'
export { LanguageContext, LANGUAGES, languageOf, useLanguage, type Language } from './language'
export { plural, texts } from './texts'
