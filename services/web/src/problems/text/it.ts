import type { ProblemTexts } from './de'

const AGAIN = 'Riprovate tra qualche istante.'
const OPERATOR = 'Rivolgetevi al gestore dell’installazione.'
const LOOK = 'Guardate come stanno le cose e decidete di nuovo.'
const SIGN_IN = 'Accedete di nuovo.'
const RELOAD = 'Ricaricate la pagina.'
const DEFECT = 'Ricaricate la pagina. Se continua, segnalatelo con il riferimento al gestore dell’installazione.'
const LESS = 'Inviate meno per volta.'
const GONE = 'Controllate il riferimento, o cercate con Ctrl-K.'

export const it: ProblemTexts = {
  UNREADABLE: ['Il server non ha fatto ciò che era richiesto.', DEFECT],
  AT_FIELD: ['Qui così non va.'],

  // What is asked for is not there, or not to be known of.
  CHECK_IN_UNKNOWN: ['Questo risultato chiave non ha un tale check-in.', 'Sceglietelo nella sua storia.'],
  COMMENT_UNKNOWN: ['Questo commento non esiste, o non vi è visibile.', 'Ricaricate la conversazione.'],
  REACTION_UNKNOWN: ['Questa reazione non esiste.', 'Scegliete una di quelle proposte.'],
  CYCLE_UNKNOWN: ['Questo ciclo non esiste.', 'Sceglietene uno dall’elenco dei cicli.'],
  KEY_RESULT_UNKNOWN: ['Questo risultato chiave non esiste, o non vi è visibile.', GONE],
  INITIATIVE_UNKNOWN: ['Questa iniziativa non esiste, o non vi è visibile.', GONE],
  TASK_UNKNOWN: ['Questa attività non esiste, o non vi è visibile.', GONE],
  EFFORT_UNKNOWN: ['Non avete annotato un tale tempo.', 'Scegliete una voce della vostra settimana.'],
  KPI_UNKNOWN: ['Questo KPI non esiste.', 'Sceglietene uno dalla pagina dei KPI.'],
  MEASUREMENT_UNKNOWN: ['Il KPI non ha un tale valore.', 'Scegliete uno dei suoi valori.'],
  OBJECTIVE_UNKNOWN: ['Questo obiettivo non esiste, o non vi è visibile.', GONE],
  PERSON_UNKNOWN: ['Questa persona non esiste nella vostra organizzazione.', 'Sceglietene una che la ricerca trova.'],
  PILLAR_UNKNOWN: ['Questo pilastro strategico non esiste.', 'Sceglietene uno dalla pagina della strategia.'],
  TEAM_UNKNOWN: ['Questo team non esiste, o non quel giorno.', 'Scegliete un altro team, o un altro giorno.'],
  SETTING_UNKNOWN: ['Questa impostazione non esiste.', 'Sceglietene una dalla pagina delle impostazioni.'],
  TEMPLATE_UNKNOWN: ['Questo modello non esiste, o è stato tolto.', 'Scegliete un altro modello.'],
  TENANT_UNKNOWN: ['Questa organizzazione qui non esiste.', 'Controllate come si scrive.'],
  VIEW_UNKNOWN: ['Questa vista salvata non esiste, o non è condivisa con voi.', 'Scegliete una delle vostre viste.'],
  THING_UNKNOWN: ['Nulla ha questo riferimento.', 'Controllate come si scrive.'],
  LOG_UNKNOWN: ['Questo log non esiste.', 'Prendete uno di quelli nominati qui sotto.'],
  NO_LOG: ['Questo servizio non tiene alcun log.', 'Scegliete un servizio che ne tiene uno.'],
  SERVICE_NOT_REBUILT: ['Questo servizio non tiene nulla che si rifaccia dai log.', 'Scegliete un altro servizio.'],
  REBUILD_OF_NOTHING: ['Questo servizio non tiene nulla che si rifaccia dai log.', 'Scegliete un altro servizio.'],
  NOT_SHARED: ['Il risultato chiave non conta per questo obiettivo.', 'Guardate per quali obiettivi conta.'],
  PATH_UNKNOWN: ['A questo indirizzo non risponde nulla.', DEFECT],
  METHOD_NOT_ALLOWED: ['A questo indirizzo non si può fare.', DEFECT],

  // The state of things does not allow it.
  ANNOUNCED_MEANWHILE: ['Nel frattempo lo ha fatto un’altra parte del sistema.'],
  ALREADY_ACKNOWLEDGED: ['Ne avete già preso nota.'],
  COMMENT_TAKEN_BACK: ['Il commento è stato ritirato e non cambia più.', 'Scrivetene uno nuovo.'],
  FEEDBACK_ANSWERED: ['Questo riscontro è già stato dato o rifiutato.', 'Scrivete piuttosto un commento.'],
  TOO_MANY_COMMENTS: [
    'Qui ci sono già tutti i commenti che possono starci.',
    'Continuate la conversazione su un risultato chiave o su un check-in.',
  ],
  TOO_MANY_REACTIONS: ['Questo commento ha già tutte le reazioni che può avere.'],
  CHECK_IN_RETRACTED: [
    'Il check-in è stato ritirato: non si può né correggere né ritirare di nuovo.',
    'Fatene uno nuovo.',
  ],
  CORRECTION_OF_ABSTENTION: [
    'Un check-in senza valore non ha nulla da correggere.',
    'Ritiratelo e fatene uno con un valore.',
  ],
  CORRECTION_OF_CORRECTION: [
    'Questa è già una correzione.',
    'Correggete il check-in a cui si riferisce; si può fare più volte.',
  ],
  CHANGED_SINCE_OUTDATED: ['Da allora un log è stato ripristinato; che cosa è cambiato non si può più dire.', RELOAD],
  CYCLE_CLOSED: [
    'Il ciclo è chiuso: non accetta più obiettivi né check-in.',
    'Scegliete un ciclo in corso, o fate riaprire questo.',
  ],
  CYCLE_DEFINED: ['Questo ciclo esiste già.', LOOK],
  APPROVAL_NEEDED: [
    'Nella vostra organizzazione un obiettivo diventa attivo solo quando è approvato.',
    'Sottoponetelo all’approvazione; una volta approvato, attivatelo.',
  ],
  NO_APPROVAL_WANTED: [
    'Nella vostra organizzazione gli obiettivi diventano attivi senza approvazione.',
    'Attivate semplicemente l’obiettivo.',
  ],
  NOT_SUBMITTED: ['L’obiettivo non è sottoposto all’approvazione.', 'Fatelo prima sottoporre.'],
  NOT_TWO_TO_FIVE: [
    'Nella vostra organizzazione un obiettivo attivo ha da due a cinque risultati chiave.',
    'Aggiungetene, o annullate quelli di troppo.',
  ],
  CYCLE_NOT_CLOSED: ['Il ciclo non è chiuso: non c’è nulla da riaprire, e non c’è ancora un rapporto.', LOOK],
  CYCLE_STEP: [
    'Un ciclo è in preparazione, poi in corso, poi in revisione, poi chiuso, un passo alla volta.',
    'Fate prima il passo precedente.',
  ],
  IS_A_SUM: [
    'Il risultato chiave è la somma di ciò che lo alimenta: nessuno vi fa il check-in.',
    'Fate il check-in su ciò che lo alimenta, o inserite il valore del KPI.',
  ],
  FEEDS_A_SUM: [
    'La sua unità è quella di una somma che alimenta, o che è esso stesso.',
    'Toglietelo prima dalla somma.',
  ],
  GRADE_AFTER_END: [
    'Un voto vale per un giorno fino alla fine dell’obiettivo.',
    'Indicate un giorno che non viene dopo quella fine.',
  ],
  KEY_RESULT_CANCELLED: ['Il risultato chiave è annullato e non cambia più.', 'Definitene uno nuovo.'],
  INITIATIVE_DEFINED: ['Questa iniziativa esiste già.', LOOK],
  INITIATIVE_ENDED: [
    'L’iniziativa è fatta o abbandonata: per essa non comincia nulla di nuovo.',
    'Fatela prima riprendere, o sceglietene un’altra.',
  ],
  MILESTONE_PLANNED: ['Questa tappa esiste già.', LOOK],
  EFFORT_RETRACTED: ['Questo tempo è stato ritirato e non conta più.', 'Annotatelo di nuovo.'],
  TOO_MUCH_LOGGED: [
    'Questo giorno ha già tutte le voci di tempo che può avere.',
    'Correggetene una, o ritiratene una.',
  ],
  TASK_GIVEN: ['Questa attività esiste già.', LOOK],
  TASK_NOT_OPEN: ['L’attività è fatta o annullata e non cambia più.', 'Riapritela prima.'],
  KPI_DEFINED: ['Questo KPI esiste già.', LOOK],
  KPI_IN_RANGE: [
    'Un obiettivo parte da un KPI solo se questo è fuori dal suo intervallo.',
    'Definite l’obiettivo per conto suo.',
  ],
  KPI_RETIRED: ['Il KPI non è più seguito: non accetta valori e non cambia più.', 'Definitene uno nuovo.'],
  LAST_ADMIN: [
    'La vostra organizzazione resterebbe senza nessuno che la amministri.',
    'Affidate prima l’amministrazione a un’altra persona.',
  ],
  LIBRARY_TEMPLATE: ['I modelli forniti non si modificano.', 'Salvate un modello vostro.'],
  MANAGER_LOOP: [
    'Qualcuno si troverebbe a essere superiore di se stesso.',
    'Scegliete qualcuno di cui questa persona non è superiore.',
  ],
  NAME_TAKEN: ['Questo nome o identificativo è già in uso.', 'Sceglietene un altro.'],
  OBJECTIVE_ACTIVE: ['L’obiettivo è già attivo.'],
  DAYS_OUTSIDE: [
    'Giorni dell’obiettivo o dei suoi risultati chiave starebbero fuori dal ciclo in cui va spostato.',
    'Cambiate prima quei giorni, o fateli accorciare a quelli del nuovo ciclo.',
  ],
  ENCLOSING_LOOP: [
    'Un ciclo si troverebbe dentro se stesso, anche attraverso altri.',
    'Sceglietene uno che non sta dentro di esso.',
  ],
  OBJECTIVES_OUTSIDE: [
    'Degli obiettivi starebbero fuori dal ciclo come deve diventare.',
    'Cambiate prima i loro giorni, o fateli accorciare a quelli del ciclo.',
  ],
  OBJECTIVE_CANCELLED: ['L’obiettivo è annullato: alla chiusura non se ne dice nulla.', 'Lasciatelo fuori.'],
  OBJECTIVE_CLOSED: [
    'L’obiettivo è chiuso o annullato: non cambia più e non accetta check-in.',
    'Riapritelo, o definitene uno nuovo.',
  ],
  OBJECTIVE_NOT_ENDED: ['L’obiettivo non è terminato: non c’è nulla da riaprire.', LOOK],
  OBJECTIVE_NOT_IN_CYCLE: ['L’obiettivo appartiene a un altro ciclo.', 'Lasciatelo fuori.'],
  OBJECTIVE_DEFINED: ['Questo obiettivo esiste già.', LOOK],
  OBJECTIVE_NOT_ACTIVE: ['L’obiettivo è una bozza.', 'Attivatelo prima.'],
  PARENT_LOOP: [
    'L’obiettivo finirebbe per contribuire a se stesso.',
    'Scegliete qualcosa che non contribuisce ad esso.',
  ],
  MAY_NOT_REPORT: [
    'Con i suoi ruoli questa persona non può riferire nulla.',
    'Scegliete qualcun altro, o datele prima un altro ruolo.',
  ],
  PERSON_LEFT: ['Questa persona è uscita.', 'Scegliete qualcun altro, o fatela prima tornare.'],
  REFERENCE_TAKEN: ['Questo riferimento è già in uso, e resta tale per sempre.', 'Sceglietene un altro.'],
  ROWS_MOVED: ['Ciò che doveva essere importato è stato cambiato nel frattempo.', 'Avviate di nuovo l’importazione.'],
  STALE_VERSION: ['Qualcuno l’ha cambiato da quando l’avete aperto.', 'Guardate com’è adesso, poi riprovate.'],
  PILLAR_REMOVED: [
    'Il pilastro strategico è stato tolto; nulla può più nominarlo.',
    'Sceglietene un altro, o nessuno.',
  ],
  TOO_MANY_PILLARS: [
    'La vostra organizzazione ha già tutti i pilastri strategici che può avere.',
    'Usate quelli che ci sono.',
  ],
  TEAM_DISSOLVED: ['Il team è stato sciolto e non cambia più.', 'Createne uno nuovo; il nome è libero.'],
  TEAM_HAS_TEAMS: ['Sotto questo team ce ne sono altri.', 'Spostateli o scioglieteli prima.'],
  TEAM_LOOP: ['Il team si troverebbe sotto se stesso.', 'Scegliete un team che non sta sotto di esso.'],
  TEAMS_TOO_DEEP: ['Ci sono già tutti i livelli di team che possono esserci.', 'Mettete il team più in alto.'],
  TOO_MANY_TEAMS: ['La vostra organizzazione ha già tutti i team che può avere.', 'Usate quelli che ci sono.'],
  TOO_MANY_TEMPLATES: [
    'La vostra organizzazione ha già tutti i modelli propri che può avere.',
    'Toglietene uno che nessuno usa.',
  ],
  TOO_MANY_VIEWS: [
    'Avete già tutte le viste salvate che una persona può avere.',
    'Toglietene una che non vi serve più.',
  ],
  TENANT_HAS_ADMIN: [
    'L’organizzazione ha un’amministrazione, a cui spetta la decisione.',
    'Chiedete all’amministrazione dell’organizzazione.',
  ],
  TARGET_MET: ['Un risultato chiave da riportare ha già raggiunto il suo traguardo.', 'Dategli un nuovo traguardo.'],
  TOO_MANY_KEY_RESULTS: ['L’obiettivo ha già tutti i risultati chiave che può avere.', 'Dividete l’obiettivo.'],
  CLOCK_MAY_NOT_BE_MOVED: ['L’orologio di questa installazione è quello della macchina e non si sposta.'],
  CLOCK_RUNS_FORWARD: ['L’orologio non va mai indietro.', 'Indicate un momento che deve ancora venire.'],

  // A value is wrong.
  ABSTENTION_SAYS_MORE: [
    'Un check-in senza valore dice perché non c’è, e nient’altro.',
    'Lasciate fuori ciò che giudica un valore, o ditelo nel motivo.',
  ],
  ABSTENTION_WITHOUT_REASON: ['Un check-in senza valore dice perché non c’è.', 'Dite perché.'],
  CAUSATION_ID_MALFORMED: ['Un identificativo interno al sistema è inutilizzabile.', DEFECT],
  COUNTS_FOR_ITSELF: ['Un risultato chiave conta comunque per il proprio obiettivo.', 'Scegliete un altro obiettivo.'],
  BOUNDS_SWAPPED: ['Il limite inferiore sta sopra quello superiore.', 'Scambiateli, o cambiatene uno.'],
  EFFORT_AFTER_END: [
    'Quel giorno il lavoro, o ciò a cui serve, era già terminato.',
    'Indicate un giorno in cui vi si è lavorato.',
  ],
  EFFORT_OVER_A_DAY: [
    'Sarebbero più delle 24 ore di un giorno.',
    'Annotate ciò che resta del giorno, o correggete le altre voci.',
  ],
  DAY_IN_FUTURE: ['Questo giorno non è ancora arrivato.', 'Indicate oggi, o un giorno precedente.'],
  END_BEFORE_START: ['La fine viene prima dell’inizio.', 'Indicate una fine che non viene prima dell’inizio.'],
  FORMULA_UNKNOWN: ['Non ci sono formule di questa versione.', 'Prendete una di quelle nominate qui sotto.'],
  HANDLE_INVALID: [
    'Questo non può essere un identificativo.',
    'Indicate una sola riga, senza barre, che non sia un codice interno.',
  ],
  HOLDS_FROM_AHEAD: ['Ciò che vale da un giorno vale al più tardi da oggi.', 'Indicate oggi, o un giorno precedente.'],
  HOLDS_FROM_TOO_EARLY: [
    'Quel giorno non c’era ancora, o non così.',
    'Indicate un giorno più tardo; qui sotto è detto da quale si può.',
  ],
  INVALID_ARGUMENT: ['Alcune indicazioni così non vanno.', 'Per ciascuna è detto che cosa sarebbe giusto.'],
  MESSAGE_TOO_LARGE: ['È più di quanto si può inviare in una volta.', 'Chiedete meno per volta.'],
  NOT_OF_ONESELF: ['Nessuno ringrazia se stesso o chiede un riscontro a se stesso.', 'Scegliete qualcun altro.'],
  PERSON_CANNOT_ANSWER: [
    'La persona a cui chiedete qui non può scrivere, e quindi nemmeno rispondere.',
    'Chiedete a un membro.',
  ],
  PERSON_CANNOT_SEE: [
    'La persona indicata non può vedere di che cosa si tratta e non ne viene avvertita.',
    'Rendeteglielo prima visibile, o lasciatela fuori.',
  ],
  TOO_MANY_MENTIONS: ['Dietro una @ ci sono più nomi di quanti possano esserci.', 'Nominate meno persone.'],
  MILESTONES_EXPECTED: ['Questo risultato chiave si misura con delle tappe.', 'Indicate quali sono raggiunte.'],
  MILESTONE_UNKNOWN: ['Questa tappa non esiste.', 'Scegliete una di quelle che ci sono.'],
  NOT_POSTPONED: ['Una tappa si rinvia a un giorno più tardo di quello che ha.', 'Indicate un giorno più tardo.'],
  NOT_A_METRIC: [
    'Solo un numero ha una partenza e un traguardo; solo esso e ciò che va mantenuto hanno un’unità.',
    'Lasciate vuoti questi campi.',
  ],
  NOT_MILESTONES: ['Solo ciò che si misura con delle tappe ne ha.', 'Lasciate fuori le tappe.'],
  NOT_A_SUM: ['Solo una somma è alimentata da risultati chiave e KPI.', 'Lasciate fuori ciò che dovrebbe alimentarla.'],
  BASELINE_WITH_TARGET: [
    'Ciò che va prima misurato non ha ancora un traguardo.',
    'Scegliete di misurare con un numero, o date il traguardo più tardi.',
  ],
  FEED_NOT_ADDABLE: [
    'Una somma è alimentata solo da ciò che si può sommare: un numero, ciò che va prima misurato, un’altra somma o un KPI.',
    'Scegliete uno di questi.',
  ],
  FEED_OF_OTHER_UNIT: ['Ciò che alimenta una somma ha la sua stessa unità.', 'Scegliete qualcosa della stessa unità.'],
  SUM_LOOP: [
    'La somma finirebbe per alimentare se stessa, anche attraverso altri.',
    'Scegliete risultati chiave che essa non alimenta.',
  ],
  SUM_TOO_DEEP: [
    'Troppe somme poggiano l’una sull’altra.',
    'Fate contare direttamente in questa ciò che alimenta le altre.',
  ],
  PART_IMPOSSIBLE: [
    'Un sì o no, delle tappe, una somma o un check-in senza valore non hanno parti.',
    'Indicate il tutto.',
  ],
  NOT_AN_OWNER: [
    'Una parte è quella di un responsabile del risultato chiave.',
    'Scegliete un responsabile, o indicate il tutto.',
  ],
  NOT_MAINTAINED: ['Solo ciò che va mantenuto ha dei limiti.', 'Lasciate vuoti questi campi.'],
  NO_BOUND: ['Manca un limite da mantenere.', 'Indicate un minimo, un massimo, o entrambi.'],
  START_IS_TARGET: ['La partenza e il traguardo sono uguali.', 'Indicate due numeri tra i quali c’è un cammino.'],
  TABLES_UNREADABLE: [
    'Le tabelle da importare non si possono leggere.',
    'Qui sotto è detto quale, e che cosa le manca.',
  ],
  PLAN_BACKWARDS: ['I giorni del piano non si susseguono, o le sue quote calano.', 'Mettete i punti in ordine.'],
  PLAN_OUTSIDE: [
    'Un giorno del piano sta fuori dalla durata, o la scadenza viene prima della sua fine.',
    'Indicate giorni tra il primo e la scadenza.',
  ],
  TIME_ZONE_UNKNOWN: ['Questo fuso orario non esiste.', 'Indicatene uno come Europe/Zurich.'],
  VALUE_EXPECTED: ['Questo risultato chiave non ha tappe.', 'Indicate un valore.'],

  // Who asks, and what they may.
  ISSUER_OFF: ['Qui non si accede tramite un servizio di identità.', 'Accedete come indica la pagina di accesso.'],
  SIGN_IN_EXPIRED: ['L’accesso è durato troppo, o è cominciato in un altro browser.', SIGN_IN],
  SIGN_IN_REFUSED: [
    'Il servizio di identità qui non vi fa accedere.',
    'Rivolgetevi a chi si occupa del servizio di identità.',
  ],
  ID_TOKEN_INVALID: ['Ciò che il servizio di identità dice di voi non è credibile, o non è completo.', OPERATOR],
  ISSUER_UNAVAILABLE: ['Il servizio di identità non risponde come dovrebbe.', AGAIN],
  BUILT_IN_ISSUER_OFF: ['Non è qui che si accede.', 'Accedete dove la vostra organizzazione lo prevede.'],
  CALLER_UNKNOWN: ['Non si sa chi siete.', SIGN_IN],
  IDENTITY_EXPIRED: ['Un’identità interna al sistema è scaduta.', AGAIN],
  IDENTITY_INVALID: ['Un’identità interna al sistema non è valida.', OPERATOR],
  IDENTITY_OF_ANOTHER_SERVICE: ['Un’identità interna al sistema è arrivata al servizio sbagliato.', OPERATOR],
  FEEDBACK_NOT_ASKED: ['Questo riscontro non vi è stato chiesto.', 'Scrivete piuttosto un commento.'],
  NOT_THE_AUTHOR: ['Il commento è di qualcun altro.', 'Rispondete; può ritirarlo anche l’amministrazione.'],
  NOT_A_REPORTER: [
    'Non spetta a voi fare il check-in su questo risultato chiave.',
    'Lo fanno i suoi responsabili, e il responsabile e i collaboratori dell’obiettivo; al loro posto anche l’amministrazione.',
  ],
  NOT_AN_APPROVER: [
    'Non spetta a voi approvare questo obiettivo.',
    'Può farlo l’amministrazione, o il responsabile di ciò a cui contribuisce.',
  ],
  NOT_AN_EDITOR: [
    'Non potete modificare questo obiettivo.',
    'Possono farlo il suo responsabile, chi l’ha creato e l’amministrazione.',
  ],
  NOT_ITS_KEEPER: [
    'Non potete modificare questo KPI, questa iniziativa o questa tappa.',
    'Possono farlo il responsabile, chi l’ha creato e l’amministrazione.',
  ],
  NOT_ITS_OWNER: ['Questa vista salvata è di qualcun altro.', 'Salvatela come una vista vostra.'],
  NOT_ITS_ASSIGNEE: [
    'Questa attività non è vostra, e non l’avete affidata voi.',
    'Può farlo chi l’ha, o chi l’ha affidata.',
  ],
  NOT_OF_THE_TEAM: [
    'Come un team ha speso il suo tempo lo vedono solo i suoi membri e chi lo guida.',
    'Chiedete a qualcuno del team.',
  ],
  NOT_ITS_GIVER: [
    'Non avete affidato voi questa attività.',
    'Possono modificarla chi l’ha affidata e l’amministrazione.',
  ],
  ON_BEHALF_OF: ['Non potete farlo a nome di qualcun altro.', 'Fatelo a nome vostro, o chiedete all’amministrazione.'],
  OPERATOR_OF_NO_ISSUER: [
    'Questo accesso non vale per la gestione.',
    'Accedete tramite il servizio di identità dei gestori.',
  ],
  ORIGIN_UNKNOWN: ['La richiesta viene da un altro sito.', 'Aprite Cairn al suo proprio indirizzo.'],
  COOKIE_REPEATED: [
    'Il browser ha più di un cookie per questa sessione.',
    'Cancellate i cookie di questo sito e accedete di nuovo.',
  ],
  CSRF: [
    'La richiesta non viene da una pagina di questa installazione.',
    'Aprite Cairn al suo proprio indirizzo e ricaricate la pagina.',
  ],
  REFRESH_TOKEN_INVALID: ['La sessione non si può più prolungare.', SIGN_IN],
  REPORT_UNKNOWN: ['Il ciclo non è stato chiuso così tante volte.', 'Scegliete un rapporto che esiste.'],
  ROLE_REQUIRED: ['Per questo vi manca un ruolo.', 'Chiedete all’amministrazione uno di quelli nominati qui sotto.'],
  ROLE_TAKEN_AWAY: ['Nel frattempo vi è stato tolto un ruolo.', 'Rivolgetevi all’amministrazione.'],
  SESSION_ENDED: ['La vostra sessione è terminata.', SIGN_IN],
  SIGN_IN_FORWARDED: ['Qui non si accede attraverso un server intermedio.', OPERATOR],
  TOKEN_EXPIRED: ['La sessione è scaduta.', SIGN_IN],
  TOKEN_INVALID: ['La sessione non è valida.', SIGN_IN],
  TOKEN_MISSING: ['Non avete effettuato l’accesso.', 'Accedete.'],
  TOKEN_TOO_LONG: ['La sessione durerebbe più di quanto qui è permesso.', OPERATOR],

  // The request itself.
  BODY_CUT_OFF: ['Il collegamento si è interrotto prima che tutto fosse inviato.', 'Inviatelo di nuovo.'],
  CLIENT_GONE: ['Il collegamento è stato chiuso prima che arrivasse la risposta.', AGAIN],
  BODY_TOO_LARGE: ['È più di quanto si accetta in una volta.', LESS],
  HEADERS_TOO_LARGE: [
    'L’indirizzo e ciò che il browser vi aggiunge sono insieme troppo lunghi.',
    'Togliete dei filtri, o cancellate i cookie di questo sito.',
  ],
  BODY_TOO_SLOW: ['L’invio è durato troppo.', LESS],
  BODY_UNUSED: ['Ciò che è stato inviato qui non ha effetto.', DEFECT],
  CORRELATION_ID_MALFORMED: ['L’identificativo della richiesta è inutilizzabile.', DEFECT],
  CURSOR_FOREIGN: [
    'Il seguito appartiene a un altro elenco, ad altri filtri o a qualcun altro.',
    'Ricominciate l’elenco: ricaricate la pagina.',
  ],
  HEADER_UNUSED: ['È stato aggiunto qualcosa che qui non ha effetto.', DEFECT],
  HOST_MISSING: ['La richiesta non dice a chi è rivolta.', DEFECT],
  HOST_MALFORMED: ['La richiesta è rivolta a più di un indirizzo.', DEFECT],
  HOST_UNKNOWN: [
    'L’installazione non è conosciuta con questo nome.',
    'Aprite Cairn a un indirizzo previsto per questo, o chiedete al gestore.',
  ],
  IDEMPOTENCY_KEY_MALFORMED: ['La chiave che evita un doppio invio è inutilizzabile.', DEFECT],
  IDEMPOTENCY_KEY_REUSED: [
    'È già stato inviato una volta, con un altro contenuto.',
    'Ricaricate la pagina e guardate che cosa è già salvato.',
  ],
  IDEMPOTENCY_KEY_TOO_LONG: ['La chiave di una riga ha più di 128 caratteri.', 'Datene una più corta.'],
  IF_MATCH_MALFORMED: ['Lo stato da modificare non si può leggere.', DEFECT],
  IF_NONE_MATCH_MALFORMED: ['Lo stato già noto non si può leggere.', DEFECT],
  JSON_MALFORMED: ['Ciò che è stato inviato non si può leggere.', DEFECT],
  NOT_JSON: [
    'Ciò che è stato inviato è di un tipo che qui non si accetta.',
    'Inviate uno di quelli nominati qui sotto.',
  ],
  PAGE_TOKEN_MALFORMED: ['Il seguito dell’elenco è inutilizzabile.', RELOAD],
  PAGE_TOKEN_UNKNOWN: ['Il seguito dell’elenco non è più noto.', RELOAD],
  POSITION_LOST: ['Un log è ripartito da uno stato più vecchio; ciò che seguiva è perso.', LOOK],
  POSITION_MALFORMED: ['Lo stato a cui è la pagina non si può leggere.', DEFECT],
  POSITION_UNKNOWN: ['Lo stato a cui è la pagina non esiste.', DEFECT],
  QUERY_MALFORMED: ['L’indirizzo non si può leggere.', 'Controllatelo, o passate dal menu.'],
  REQUEST_MALFORMED: ['Una richiesta interna al sistema non si può leggere.', OPERATOR],
  TRACEPARENT_MALFORMED: ['L’indicazione che permette di seguire la richiesta è inutilizzabile.', DEFECT],

  // What passes, or what the operator mends.
  BODIES_BUSY: ['Ci sono troppe grandi richieste in corso.', AGAIN],
  BUSY: ['Ci sono già tutte le richieste in corso che possono esserci.', AGAIN],
  CATALOGUE_UNAVAILABLE: ['La banca dati dei check-in non risponde.', AGAIN],
  CHECKSUMS_NOT_READY: ['Le somme di controllo di un log vengono calcolate per la prima volta.', AGAIN],
  CLOCK_JUMPED: [
    'L’orologio del server ha fatto un salto in avanti; finché non è chiarito non si salva nulla.',
    OPERATOR,
  ],
  CLOCK_MOVED_IN_PART: ['L’orologio è stato spostato solo in alcuni servizi.', AGAIN],
  CLOCK_NOT_MOVED: ['Un servizio è assente; perciò l’orologio non è stato spostato da nessuna parte.', AGAIN],
  CONTENTION: ['Molti stanno cambiando la stessa cosa.', AGAIN],
  DATABASE_UNAVAILABLE: ['La banca dati di un servizio non risponde.', AGAIN],
  DEFINITIONS_TOO_OLD: ['Ciò che si sa dei risultati chiave non è confermato da troppo tempo.', AGAIN],
  DIRECTORY_UNAVAILABLE: ['Non si può sapere chi siete: il servizio che lo dice non risponde.', AGAIN],
  EVENT_TYPE_UNKNOWN: [
    'Una versione più nuova ha scritto eventi che questa non sa leggere.',
    'Riprovate dopo l’aggiornamento.',
  ],
  FOREIGN_MESSAGES: ['Kafka contiene messaggi che il log non conosce.', OPERATOR],
  GOALS_UNAVAILABLE: ['Il servizio che conosce questo risultato chiave non risponde.', AGAIN],
  INTERNAL: ['C’è un difetto in Cairn.', 'Segnalatelo con il riferimento al gestore dell’installazione.'],
  KAFKA_UNAVAILABLE: ['Kafka non risponde.', AGAIN],
  LOG_BEHIND: ['Kafka contiene più del log: questo è stato ripristinato.', OPERATOR],
  LOG_BUSY: ['Per il momento un log non accetta più nulla.', AGAIN],
  LOG_NOT_COMPARED: ['Un log non è ancora stato confrontato con Kafka.', AGAIN],
  LOG_UNAVAILABLE: ['Un log non risponde.', AGAIN],
  LOG_WENT_BACK: ['Un log è più vecchio di prima: è stato ripristinato.', OPERATOR],
  NOT_CAUGHT_UP: ['Non tutto è stato ripreso in tempo.', AGAIN],
  NOT_READY: ['Il servizio che conosce le persone è assente.', AGAIN],
  NOT_YET_CONSUMED: ['Ciò che è appena stato salvato non è ancora ripreso ovunque.', AGAIN],
  OF_AN_EARLIER_GENERATION: [
    'L’esportazione contiene qualcosa che il suo log ha perso.',
    'Riprovate una volta finita la ricostruzione.',
  ],
  PARTITION_STOPPED: ['Un servizio si scosta da ciò che dice un log, e si ferma finché non è ricostruito.', OPERATOR],
  REBUILDS_AT_LIMIT: [
    'Ci sono già tutte le ricostruzioni in corso che possono esserci.',
    'Aspettate che una sia finita.',
  ],
  REBUILD_FAILED: ['La ricostruzione è finita con un errore; ciò che era in uso risponde come prima.', OPERATOR],
  REBUILD_LOGS_UNKNOWN: ['Il servizio non sa dove sono i log.', 'Impostate CAIRN_LOGS per esso.'],
  REBUILD_RUNNING: ['Il servizio è già in ricostruzione.', 'Aspettate che sia finita.'],
  REBUILD_TABLES_IN_USE: ['Qualcuno trattiene le tabelle che la ricostruzione deve sostituire.', AGAIN],
  REBUILT_MEANWHILE: ['Ciò che viene esportato è stato ricostruito nel frattempo.', 'Ricominciate l’esportazione.'],
  SERVICE_AWAY: ['Un servizio non risponde.', AGAIN],
  TOO_MANY_AT_ONCE: [
    'Ce ne sono già in corso quante una persona o un’organizzazione può averne.',
    'Riprovate quando una è finita.',
  ],
  TOO_MANY_REQUESTS: ['Sono più richieste di quante una persona o un’organizzazione possa farne.', AGAIN],
  TOO_SLOW: ['I servizi sono troppo occupati per riprenderlo in tempo.', AGAIN],
  UNAVAILABLE: ['Un servizio che serve per questo non risponde.', AGAIN],
  UNKNOWN: ['Non esiste.', 'Controllate il riferimento, o cercate di nuovo.'],
}
