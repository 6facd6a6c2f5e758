export { ChosenLanguage } from './language'
export { PreferenceItems } from './PreferenceItems'
export { schemeManager } from './scheme'
export { usePreferenceCommands } from './usePreferenceCommands'
