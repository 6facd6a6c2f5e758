import { texts } from '../i18n'

export const useText = texts({
  en: {
    cycle: 'Cycle',
    none: 'There is no cycle yet',
    noneNext: 'A cycle is the time that objectives are set for, usually a quarter. Ask an admin to define one.',
    noneDefine: 'A cycle is the time that objectives are set for, usually a quarter. Everything else begins with one.',
    define: 'Define the first cycle',
  },
  de: {
    cycle: 'Zyklus',
    none: 'Es gibt noch keinen Zyklus',
    noneNext:
      'Ein Zyklus ist die Zeit, für die Ziele gesetzt werden, meist ein Quartal. Bitten Sie eine Administratorin, einen anzulegen.',
    noneDefine:
      'Ein Zyklus ist die Zeit, für die Ziele gesetzt werden, meist ein Quartal. Alles andere beginnt mit einem.',
    define: 'Den ersten Zyklus anlegen',
  },
  fr: {
    cycle: 'Cycle',
    none: 'Il n’y a pas encore de cycle',
    noneNext:
      'Un cycle est la période pour laquelle on fixe des objectifs, en général un trimestre. Demandez à un administrateur d’en définir un.',
    noneDefine:
      'Un cycle est la période pour laquelle on fixe des objectifs, en général un trimestre. Tout le reste commence par là.',
    define: 'Définir le premier cycle',
  },
  it: {
    cycle: 'Ciclo',
    none: 'Non c’è ancora nessun ciclo',
    noneNext:
      'Un ciclo è il periodo per cui si fissano gli obiettivi, di solito un trimestre. Chiedete a un amministratore di definirne uno.',
    noneDefine:
      'Un ciclo è il periodo per cui si fissano gli obiettivi, di solito un trimestre. Tutto il resto comincia da lì.',
    define: 'Definire il primo ciclo',
  },
})
