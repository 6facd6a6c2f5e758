import { texts } from '../../i18n'

/** What Ctrl-K calls them, by itself: it is there from the first page on, and the rest of the texts need not be. */
export const useCommandText = texts({
  en: { close: (cycle: string) => `Close ${cycle}`, report: (cycle: string) => `Report of ${cycle}` },
  de: { close: (cycle: string) => `${cycle} abschliessen`, report: (cycle: string) => `Bericht zu ${cycle}` },
  fr: { close: (cycle: string) => `Clore ${cycle}`, report: (cycle: string) => `Rapport de ${cycle}` },
  it: { close: (cycle: string) => `Chiudere ${cycle}`, report: (cycle: string) => `Rapporto di ${cycle}` },
})
