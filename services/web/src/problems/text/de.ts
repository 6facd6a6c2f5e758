const AGAIN = 'Versuchen Sie es in einigen Augenblicken noch einmal.'
const OPERATOR = 'Wenden Sie sich an die Betreiber der Installation.'
const LOOK = 'Sehen Sie nach, wie es jetzt steht, und entscheiden Sie neu.'
const SIGN_IN = 'Melden Sie sich neu an.'
const RELOAD = 'Laden Sie die Seite neu.'
const DEFECT =
  'Laden Sie die Seite neu. Bleibt es dabei, melden Sie es mit der Referenz den Betreibern der Installation.'
const LESS = 'Senden Sie weniger auf einmal.'
const OTHER_NAME = 'Wählen Sie einen anderen Namen.'
const GONE = 'Prüfen Sie die Referenz, oder suchen Sie mit Ctrl-K danach.'
const ASK_ADMIN = 'Wenden Sie sich an die Administration.'

/** By reason of the API: what it means, and what to do about it, where something can be done. */
export const de = {
  UNREADABLE: ['Der Server hat nicht getan, was verlangt war.', DEFECT],
  AT_FIELD: ['Das geht hier so nicht.'],

  // What is asked for is not there, or not to be known of.
  CHECK_IN_UNKNOWN: [
    'Diesen Check-in gibt es bei diesem Schlüsselergebnis nicht.',
    'Wählen Sie ihn in seiner Geschichte.',
  ],
  COMMENT_UNKNOWN: [
    'Diesen Kommentar gibt es nicht, oder er ist für Sie nicht sichtbar.',
    'Laden Sie das Gespräch neu.',
  ],
  REACTION_UNKNOWN: ['Diese Reaktion gibt es nicht.', 'Wählen Sie eine der angebotenen.'],
  CYCLE_UNKNOWN: ['Diesen Zyklus gibt es nicht.', 'Wählen Sie einen, der in der Liste der Zyklen steht.'],
  KEY_RESULT_UNKNOWN: ['Dieses Schlüsselergebnis gibt es nicht, oder es ist für Sie nicht sichtbar.', GONE],
  INITIATIVE_UNKNOWN: ['Diese Initiative gibt es nicht, oder sie ist für Sie nicht sichtbar.', GONE],
  TASK_UNKNOWN: ['Diese Aufgabe gibt es nicht, oder sie ist für Sie nicht sichtbar.', GONE],
  EFFORT_UNKNOWN: ['Sie haben keine solche Zeit erfasst.', 'Wählen Sie einen Eintrag aus Ihrer Woche.'],
  KPI_UNKNOWN: ['Diesen KPI gibt es nicht.', 'Wählen Sie einen, der auf der Seite der KPIs steht.'],
  MEASUREMENT_UNKNOWN: ['Der KPI hat keinen solchen Wert.', 'Wählen Sie einen seiner Werte.'],
  OBJECTIVE_UNKNOWN: ['Dieses Ziel gibt es nicht, oder es ist für Sie nicht sichtbar.', GONE],
  PERSON_UNKNOWN: ['Diese Person gibt es in Ihrer Organisation nicht.', 'Wählen Sie eine, die die Suche findet.'],
  PILLAR_UNKNOWN: ['Diese strategische Säule gibt es nicht.', 'Wählen Sie eine von der Seite der Strategie.'],
  TEAM_UNKNOWN: [
    'Dieses Team gibt es nicht, oder nicht an jenem Tag.',
    'Wählen Sie ein anderes Team, oder einen anderen Tag.',
  ],
  SETTING_UNKNOWN: ['Diese Einstellung gibt es nicht.', 'Wählen Sie eine von der Seite der Einstellungen.'],
  TEMPLATE_UNKNOWN: ['Diese Vorlage gibt es nicht, oder sie wurde entfernt.', 'Wählen Sie eine andere Vorlage.'],
  TENANT_UNKNOWN: ['Diese Organisation gibt es hier nicht.', 'Prüfen Sie, wie sie geschrieben wird.'],
  VIEW_UNKNOWN: [
    'Diese gespeicherte Ansicht gibt es nicht, oder sie ist nicht mit Ihnen geteilt.',
    'Wählen Sie eine aus Ihren Ansichten.',
  ],
  THING_UNKNOWN: ['Nichts trägt diese Referenz.', 'Prüfen Sie, wie sie geschrieben wird.'],
  LOG_UNKNOWN: ['Dieses Log gibt es nicht.', 'Nehmen Sie eines von denen, die unten genannt sind.'],
  NO_LOG: ['Dieser Dienst führt kein Log.', 'Wählen Sie einen Dienst, der eines führt.'],
  SERVICE_NOT_REBUILT: [
    'Dieser Dienst führt nichts, was aus Logs neu gemacht wird.',
    'Wählen Sie einen anderen Dienst.',
  ],
  REBUILD_OF_NOTHING: [
    'Dieser Dienst führt nichts, was aus Logs neu gemacht wird.',
    'Wählen Sie einen anderen Dienst.',
  ],
  NOT_SHARED: ['Das Schlüsselergebnis zählt nicht für dieses Ziel.', 'Sehen Sie nach, für welche Ziele es zählt.'],
  PATH_UNKNOWN: ['Unter dieser Adresse antwortet nichts.', DEFECT],
  METHOD_NOT_ALLOWED: ['Das lässt sich unter dieser Adresse nicht tun.', DEFECT],

  // The state of things does not allow it.
  ANNOUNCED_MEANWHILE: ['Ein anderer Teil des Systems hat es inzwischen getan.'],
  ALREADY_ACKNOWLEDGED: ['Sie haben das schon zur Kenntnis genommen.'],
  COMMENT_TAKEN_BACK: [
    'Der Kommentar wurde zurückgenommen; daran ändert sich nichts mehr.',
    'Schreiben Sie einen neuen.',
  ],
  FEEDBACK_ANSWERED: [
    'Diese Rückmeldung wurde schon gegeben oder abgelehnt.',
    'Schreiben Sie stattdessen einen Kommentar.',
  ],
  TOO_MANY_COMMENTS: [
    'Hier stehen schon so viele Kommentare, wie es sein dürfen.',
    'Setzen Sie das Gespräch an einem Schlüsselergebnis oder Check-in fort.',
  ],
  TOO_MANY_REACTIONS: ['Dieser Kommentar hat schon so viele Reaktionen, wie es sein dürfen.'],
  CHECK_IN_RETRACTED: [
    'Der Check-in wurde zurückgenommen; er lässt sich weder berichtigen noch noch einmal zurücknehmen.',
    'Erfassen Sie einen neuen.',
  ],
  CORRECTION_OF_ABSTENTION: [
    'Ein Check-in ohne Wert hat nichts zu berichtigen.',
    'Nehmen Sie ihn zurück, und erfassen Sie einen mit Wert.',
  ],
  CORRECTION_OF_CORRECTION: [
    'Das ist selbst eine Berichtigung.',
    'Berichtigen Sie den Check-in, zu dem sie gehört; das geht auch mehrmals.',
  ],
  CHANGED_SINCE_OUTDATED: [
    'Seither wurde ein Log wiederhergestellt; was sich geändert hat, lässt sich nicht mehr sagen.',
    RELOAD,
  ],
  CYCLE_CLOSED: [
    'Der Zyklus ist abgeschlossen und nimmt keine Ziele und keine Check-ins mehr an.',
    'Wählen Sie einen Zyklus, der noch läuft, oder lassen Sie diesen wieder öffnen.',
  ],
  CYCLE_DEFINED: ['Diesen Zyklus gibt es schon.', LOOK],
  APPROVAL_NEEDED: [
    'In Ihrer Organisation wird ein Ziel erst aktiv, wenn es freigegeben ist.',
    'Legen Sie es zur Freigabe vor; ist sie da, können Sie es aktivieren.',
  ],
  NO_APPROVAL_WANTED: ['In Ihrer Organisation werden Ziele ohne Freigabe aktiv.', 'Aktivieren Sie das Ziel einfach.'],
  NOT_SUBMITTED: ['Das Ziel ist nicht zur Freigabe vorgelegt.', 'Lassen Sie es zuerst vorlegen.'],
  NOT_TWO_TO_FIVE: [
    'In Ihrer Organisation braucht ein aktives Ziel zwei bis fünf Schlüsselergebnisse.',
    'Fügen Sie welche hinzu, oder brechen Sie überzählige ab.',
  ],
  CYCLE_NOT_CLOSED: [
    'Der Zyklus ist nicht abgeschlossen: Es gibt nichts wieder zu öffnen und noch keinen Bericht.',
    LOOK,
  ],
  CYCLE_STEP: [
    'Ein Zyklus wird geplant, läuft, geht in den Rückblick und wird dann abgeschlossen, eines nach dem anderen.',
    'Tun Sie zuerst den Schritt davor.',
  ],
  IS_A_SUM: [
    'Das Schlüsselergebnis ist die Summe dessen, was es speist; darauf checkt niemand ein.',
    'Checken Sie auf das ein, was es speist, oder erfassen Sie den Wert des KPIs.',
  ],
  FEEDS_A_SUM: [
    'Seine Einheit ist die einer Summe, die es speist oder die es selbst ist.',
    'Nehmen Sie es zuerst aus der Summe.',
  ],
  GRADE_AFTER_END: [
    'Eine Note gilt für einen Tag bis zum Ende des Ziels.',
    'Geben Sie einen Tag an, der nicht nach diesem Ende liegt.',
  ],
  KEY_RESULT_CANCELLED: [
    'Das Schlüsselergebnis ist abgebrochen und ändert sich nicht mehr.',
    'Legen Sie ein neues fest.',
  ],
  INITIATIVE_DEFINED: ['Diese Initiative gibt es schon.', LOOK],
  INITIATIVE_ENDED: [
    'Die Initiative ist erledigt oder aufgegeben: Für sie wird nichts Neues begonnen.',
    'Lassen Sie sie zuerst weitergehen, oder wählen Sie eine andere.',
  ],
  MILESTONE_PLANNED: ['Diesen Meilenstein gibt es schon.', LOOK],
  EFFORT_RETRACTED: ['Diese Zeit wurde zurückgenommen und zählt nicht mehr.', 'Erfassen Sie sie neu.'],
  TOO_MUCH_LOGGED: [
    'An diesem Tag sind schon so viele Zeiten erfasst, wie ein Tag aufnimmt.',
    'Berichtigen Sie eine davon, oder nehmen Sie eine zurück.',
  ],
  TASK_GIVEN: ['Diese Aufgabe gibt es schon.', LOOK],
  TASK_NOT_OPEN: [
    'Die Aufgabe ist erledigt oder abgebrochen und ändert sich nicht mehr.',
    'Öffnen Sie sie zuerst wieder.',
  ],
  KPI_DEFINED: ['Diesen KPI gibt es schon.', LOOK],
  KPI_IN_RANGE: [
    'Wegen eines KPIs wird ein Ziel nur begonnen, wenn er ausserhalb seines Bereichs liegt.',
    'Entwerfen Sie das Ziel für sich.',
  ],
  KPI_RETIRED: [
    'Der KPI wird nicht mehr geführt: Er nimmt keine Werte an und ändert sich nicht mehr.',
    'Legen Sie einen neuen an.',
  ],
  LAST_ADMIN: [
    'Ihre Organisation hätte danach niemanden mehr, der sie verwaltet.',
    'Geben Sie zuerst einer anderen Person die Administration.',
  ],
  LIBRARY_TEMPLATE: ['Die mitgelieferten Vorlagen lassen sich nicht ändern.', 'Speichern Sie eine eigene Vorlage.'],
  MANAGER_LOOP: [
    'Jemand wäre am Ende sich selbst vorgesetzt.',
    'Wählen Sie jemanden, dem diese Person nicht vorgesetzt ist.',
  ],
  NAME_TAKEN: ['Diesen Namen oder dieses Kürzel trägt schon etwas anderes.', OTHER_NAME],
  OBJECTIVE_ACTIVE: ['Das Ziel ist schon aktiv.'],
  DAYS_OUTSIDE: [
    'Tage des Ziels oder seiner Schlüsselergebnisse lägen ausserhalb des Zyklus, in den es verschoben werden soll.',
    'Ändern Sie zuerst diese Tage, oder lassen Sie sie auf den neuen Zyklus kürzen.',
  ],
  ENCLOSING_LOOP: [
    'Ein Zyklus läge am Ende in sich selbst, und sei es über andere.',
    'Wählen Sie einen, der nicht in ihm liegt.',
  ],
  OBJECTIVES_OUTSIDE: [
    'Ziele lägen ausserhalb des Zyklus, so wie er werden soll.',
    'Ändern Sie zuerst ihre Tage, oder lassen Sie sie auf den Zyklus kürzen.',
  ],
  OBJECTIVE_CANCELLED: [
    'Das Ziel ist abgebrochen; zum Abschluss wird nichts mehr darüber gesagt.',
    'Lassen Sie es weg.',
  ],
  OBJECTIVE_CLOSED: [
    'Das Ziel ist abgeschlossen oder abgebrochen: Es ändert sich nicht mehr und nimmt keine Check-ins an.',
    'Öffnen Sie es wieder, oder entwerfen Sie ein neues.',
  ],
  OBJECTIVE_NOT_ENDED: ['Das Ziel ist nicht beendet: Es gibt nichts wieder zu öffnen.', LOOK],
  OBJECTIVE_NOT_IN_CYCLE: ['Das Ziel gehört zu einem anderen Zyklus.', 'Lassen Sie es weg.'],
  OBJECTIVE_DEFINED: ['Dieses Ziel gibt es schon.', LOOK],
  OBJECTIVE_NOT_ACTIVE: ['Das Ziel ist ein Entwurf.', 'Aktivieren Sie es zuerst.'],
  PARENT_LOOP: [
    'Das Ziel wäre am Ende an sich selbst ausgerichtet.',
    'Wählen Sie etwas, das nicht an ihm ausgerichtet ist.',
  ],
  MAY_NOT_REPORT: [
    'Diese Person darf mit ihren Rollen nichts melden.',
    'Nennen Sie jemand anderen, oder geben Sie ihr zuerst eine andere Rolle.',
  ],
  PERSON_LEFT: [
    'Die Person ist ausgetreten.',
    'Wählen Sie jemand anderen, oder lassen Sie die Person zuerst zurückkommen.',
  ],
  REFERENCE_TAKEN: [
    'Diese Referenz trägt schon etwas anderes, und das bleibt für immer so.',
    'Wählen Sie eine andere.',
  ],
  ROWS_MOVED: ['Was importiert werden sollte, wurde inzwischen geändert.', 'Starten Sie den Import noch einmal.'],
  STALE_VERSION: [
    'Jemand hat es geändert, seit Sie es geöffnet haben.',
    'Sehen Sie es an, wie es jetzt ist, und versuchen Sie es dann noch einmal.',
  ],
  PILLAR_REMOVED: [
    'Die strategische Säule wurde entfernt; nichts kann sie mehr nennen.',
    'Wählen Sie eine andere, oder keine.',
  ],
  TOO_MANY_PILLARS: [
    'Ihre Organisation hat so viele strategische Säulen, wie sie haben darf.',
    'Verwenden Sie die vorhandenen.',
  ],
  TEAM_DISSOLVED: ['Das Team wurde aufgelöst und ändert sich nicht mehr.', 'Gründen Sie ein neues; der Name ist frei.'],
  TEAM_HAS_TEAMS: ['Unter diesem Team stehen noch andere.', 'Verschieben Sie diese zuerst, oder lösen Sie sie auf.'],
  TEAM_LOOP: ['Das Team stünde am Ende unter sich selbst.', 'Wählen Sie ein Team, das nicht unter ihm steht.'],
  TEAMS_TOO_DEEP: [
    'Es stehen schon so viele Teams übereinander, wie es dürfen.',
    'Setzen Sie das Team weiter oben ein.',
  ],
  TOO_MANY_TEAMS: ['Ihre Organisation hat so viele Teams, wie sie haben darf.', 'Verwenden Sie die vorhandenen.'],
  TOO_MANY_TEMPLATES: [
    'Ihre Organisation hat so viele eigene Vorlagen, wie sie haben darf.',
    'Entfernen Sie eine, die niemand verwendet.',
  ],
  TOO_MANY_VIEWS: [
    'Sie haben so viele gespeicherte Ansichten, wie eine Person haben darf.',
    'Entfernen Sie eine, die Sie nicht mehr brauchen.',
  ],
  TENANT_HAS_ADMIN: [
    'Die Organisation hat eine Administration, und die entscheidet darüber.',
    'Fragen Sie die Administration der Organisation.',
  ],
  TARGET_MET: [
    'Ein Schlüsselergebnis, das weitergeführt werden soll, hat seinen Zielwert schon erreicht.',
    'Geben Sie ihm einen neuen Zielwert.',
  ],
  TOO_MANY_KEY_RESULTS: ['Das Ziel hat so viele Schlüsselergebnisse, wie es haben darf.', 'Teilen Sie das Ziel auf.'],
  CLOCK_MAY_NOT_BE_MOVED: ['Die Uhr dieser Installation ist die ihres Rechners und lässt sich nicht verstellen.'],
  CLOCK_RUNS_FORWARD: ['Die Uhr läuft nie rückwärts.', 'Geben Sie eine Zeit an, die noch kommt.'],

  // A value is wrong.
  ABSTENTION_SAYS_MORE: [
    'Ein Check-in ohne Wert sagt, warum es keinen gibt, und sonst nichts.',
    'Lassen Sie weg, was einen Wert beurteilt, oder sagen Sie es in der Begründung.',
  ],
  ABSTENTION_WITHOUT_REASON: ['Ein Check-in ohne Wert sagt, warum es keinen gibt.', 'Sagen Sie, warum.'],
  CAUSATION_ID_MALFORMED: ['Eine Kennung im Innern des Systems ist unbrauchbar.', DEFECT],
  COUNTS_FOR_ITSELF: ['Für das eigene Ziel zählt ein Schlüsselergebnis ohnehin.', 'Wählen Sie ein anderes Ziel.'],
  BOUNDS_SWAPPED: [
    'Die untere Grenze liegt über der oberen.',
    'Vertauschen Sie die beiden, oder ändern Sie eine davon.',
  ],
  EFFORT_AFTER_END: [
    'An diesem Tag war die Arbeit, oder das, wozu sie dient, schon beendet.',
    'Geben Sie einen Tag an, an dem daran gearbeitet wurde.',
  ],
  EFFORT_OVER_A_DAY: [
    'Es wären mehr als die 24 Stunden eines Tages.',
    'Erfassen Sie, was vom Tag noch bleibt, oder berichtigen Sie die anderen Einträge.',
  ],
  DAY_IN_FUTURE: ['Dieser Tag ist noch nicht da.', 'Geben Sie heute an, oder einen Tag davor.'],
  END_BEFORE_START: ['Das Ende liegt vor dem Anfang.', 'Geben Sie ein Ende an, das nicht vor dem Anfang liegt.'],
  FORMULA_UNKNOWN: ['Formeln dieser Version gibt es nicht.', 'Nehmen Sie eine von denen, die unten genannt sind.'],
  HANDLE_INVALID: [
    'Das kann kein Kürzel sein.',
    'Geben Sie eine einzige Zeile ohne Schrägstriche an, die keine Kennung ist.',
  ],
  HOLDS_FROM_AHEAD: ['Was ab einem Tag gilt, gilt spätestens ab heute.', 'Geben Sie heute an, oder einen Tag davor.'],
  HOLDS_FROM_TOO_EARLY: [
    'An diesem Tag gab es das noch nicht, oder nicht so.',
    'Geben Sie einen späteren Tag an; unten steht, ab welchem es geht.',
  ],
  INVALID_ARGUMENT: ['Einige Angaben gehen so nicht.', 'Bei jeder steht, was richtig wäre.'],
  MESSAGE_TOO_LARGE: ['Es wäre mehr auf einmal, als gesendet werden kann.', 'Verlangen Sie weniger auf einmal.'],
  NOT_OF_ONESELF: ['Niemand dankt sich selbst oder bittet sich selbst um Rückmeldung.', 'Wählen Sie jemand anderen.'],
  PERSON_CANNOT_ANSWER: [
    'Wen Sie bitten, darf hier nichts schreiben und kann nicht antworten.',
    'Bitten Sie ein Mitglied.',
  ],
  PERSON_CANNOT_SEE: [
    'Wen Sie nennen, darf nicht sehen, worum es geht, und erfährt nichts davon.',
    'Machen Sie es zuerst für die Person sichtbar, oder lassen Sie sie weg.',
  ],
  TOO_MANY_MENTIONS: ['Hinter einem @ stehen mehr Namen, als es sein dürfen.', 'Nennen Sie weniger Personen.'],
  MILESTONES_EXPECTED: [
    'Dieses Schlüsselergebnis wird an Meilensteinen gemessen.',
    'Geben Sie an, welche erreicht sind.',
  ],
  MILESTONE_UNKNOWN: ['Diesen Meilenstein gibt es nicht.', 'Wählen Sie einen der vorhandenen.'],
  NOT_POSTPONED: [
    'Verschoben wird ein Meilenstein auf einen späteren Tag, als er jetzt hat.',
    'Geben Sie einen späteren Tag an.',
  ],
  NOT_A_METRIC: [
    'Einen Startwert und einen Zielwert hat nur eine Zahl, eine Einheit nur sie und was in Grenzen gehalten wird.',
    'Lassen Sie diese Felder leer.',
  ],
  NOT_MILESTONES: ['Meilensteine hat nur, was daran gemessen wird.', 'Lassen Sie die Meilensteine weg.'],
  NOT_A_SUM: [
    'Nur eine Summe wird von Schlüsselergebnissen und KPIs gespeist.',
    'Lassen Sie weg, was sie speisen soll.',
  ],
  BASELINE_WITH_TARGET: [
    'Was erst gemessen wird, hat noch keinen Zielwert.',
    'Wählen Sie die Messung als Zahl, oder setzen Sie den Zielwert später.',
  ],
  FEED_NOT_ADDABLE: [
    'Eine Summe speist nur, was sich zusammenzählen lässt: eine Zahl, was erst gemessen wird, eine andere Summe oder ein KPI.',
    'Wählen Sie etwas davon.',
  ],
  FEED_OF_OTHER_UNIT: ['Was eine Summe speist, hat deren Einheit.', 'Wählen Sie etwas in derselben Einheit.'],
  SUM_LOOP: [
    'Die Summe würde sich am Ende selbst speisen, und sei es über andere.',
    'Wählen Sie Schlüsselergebnisse, die sie nicht speist.',
  ],
  SUM_TOO_DEEP: ['Zu viele Summen stehen aufeinander.', 'Lassen Sie, was jene speist, direkt in diese zählen.'],
  PART_IMPOSSIBLE: [
    'Bei «Erledigt oder nicht», Meilensteinen, Summen und Check-ins ohne Wert gibt es keine Teile.',
    'Melden Sie das Ganze.',
  ],
  NOT_AN_OWNER: [
    'Einen Teil meldet nur, wer für das Schlüsselergebnis verantwortlich ist.',
    'Wählen Sie eine verantwortliche Person, oder melden Sie das Ganze.',
  ],
  NOT_MAINTAINED: ['Grenzen hat nur, was in Grenzen gehalten wird.', 'Lassen Sie diese Felder leer.'],
  NO_BOUND: [
    'Es fehlt eine Grenze, in der es gehalten werden soll.',
    'Geben Sie ein Mindestens an, ein Höchstens, oder beides.',
  ],
  START_IS_TARGET: ['Startwert und Zielwert sind gleich.', 'Geben Sie zwei Zahlen an, zwischen denen ein Weg liegt.'],
  TABLES_UNREADABLE: [
    'Die Tabellen des Imports lassen sich nicht lesen.',
    'Unten steht, welche Tabelle es ist und was ihr fehlt.',
  ],
  PLAN_BACKWARDS: [
    'Die Tage des Plans steigen nicht, oder seine Anteile fallen.',
    'Bringen Sie die Punkte in die richtige Reihenfolge.',
  ],
  PLAN_OUTSIDE: [
    'Ein Tag des Plans liegt ausserhalb der Laufzeit, oder die Fälligkeit vor seinem Ende.',
    'Geben Sie Tage zwischen dem ersten Tag und der Fälligkeit an.',
  ],
  TIME_ZONE_UNKNOWN: ['Diese Zeitzone gibt es nicht.', 'Geben Sie eine an wie Europe/Zurich.'],
  VALUE_EXPECTED: ['Dieses Schlüsselergebnis hat keine Meilensteine.', 'Geben Sie einen Wert an.'],

  // Who asks, and what they may.
  ISSUER_OFF: [
    'Hier meldet man sich nicht über einen Anmeldedienst an.',
    'Nehmen Sie die Anmeldung, die auf der Anmeldeseite steht.',
  ],
  SIGN_IN_EXPIRED: ['Die Anmeldung dauerte zu lange, oder sie begann in einem anderen Browser.', SIGN_IN],
  SIGN_IN_REFUSED: [
    'Der Anmeldedienst meldet Sie hier nicht an.',
    'Wenden Sie sich an die, die den Anmeldedienst betreuen.',
  ],
  ID_TOKEN_INVALID: ['Was der Anmeldedienst über Sie sagt, ist nicht glaubwürdig oder nicht vollständig.', OPERATOR],
  ISSUER_UNAVAILABLE: ['Der Anmeldedienst antwortet nicht, wie er sollte.', AGAIN],
  BUILT_IN_ISSUER_OFF: [
    'An dieser Stelle meldet man sich hier nicht an.',
    'Melden Sie sich dort an, wo Ihre Organisation es vorsieht.',
  ],
  CALLER_UNKNOWN: ['Es ist nicht bekannt, wer Sie sind.', SIGN_IN],
  IDENTITY_EXPIRED: ['Ein Ausweis im Innern des Systems ist abgelaufen.', AGAIN],
  IDENTITY_INVALID: ['Ein Ausweis im Innern des Systems ist ungültig.', OPERATOR],
  IDENTITY_OF_ANOTHER_SERVICE: ['Ein Ausweis im Innern des Systems gelangte an den falschen Dienst.', OPERATOR],
  FEEDBACK_NOT_ASKED: ['Sie wurden nicht um diese Rückmeldung gebeten.', 'Schreiben Sie stattdessen einen Kommentar.'],
  NOT_THE_AUTHOR: [
    'Der Kommentar ist von jemand anderem.',
    'Antworten Sie darauf; zurücknehmen kann ihn auch die Administration.',
  ],
  NOT_A_REPORTER: [
    'Über dieses Schlüsselergebnis berichten Sie nicht.',
    'Das tun seine Verantwortlichen sowie Verantwortliche und Mitwirkende des Ziels, an ihrer Stelle auch die Administration.',
  ],
  NOT_AN_APPROVER: [
    'Es ist nicht an Ihnen, dieses Ziel freizugeben.',
    'Das tut die Administration, oder wer verantwortet, woran es ausgerichtet ist.',
  ],
  NOT_AN_EDITOR: [
    'Sie dürfen dieses Ziel nicht ändern.',
    'Das darf, wer es verantwortet oder angelegt hat, und die Administration.',
  ],
  NOT_ITS_KEEPER: [
    'Sie dürfen diesen KPI, diese Initiative oder diesen Meilenstein nicht ändern.',
    'Das darf, wer dafür verantwortlich ist oder es angelegt hat, und die Administration.',
  ],
  NOT_ITS_OWNER: ['Die gespeicherte Ansicht gehört jemand anderem.', 'Speichern Sie sie als eigene.'],
  NOT_ITS_ASSIGNEE: [
    'Die Aufgabe ist nicht Ihre, und Sie haben sie nicht vergeben.',
    'Das tut, wer sie hat oder wer sie vergeben hat.',
  ],
  NOT_OF_THE_TEAM: [
    'Wofür ein Team seine Zeit brauchte, sehen nur seine Leute und wer es leitet.',
    'Fragen Sie jemanden aus dem Team.',
  ],
  NOT_ITS_GIVER: [
    'Sie haben diese Aufgabe nicht vergeben.',
    'Ändern darf sie, wer sie vergeben hat, und die Administration.',
  ],
  ON_BEHALF_OF: [
    'Sie dürfen das nicht im Namen von jemand anderem tun.',
    'Tun Sie es im eigenen Namen, oder fragen Sie die Administration.',
  ],
  OPERATOR_OF_NO_ISSUER: [
    'Diese Anmeldung gilt nicht für den Betrieb.',
    'Melden Sie sich über den Anmeldedienst der Betreiber an.',
  ],
  ORIGIN_UNKNOWN: ['Die Anfrage kommt von einer fremden Seite.', 'Öffnen Sie Cairn unter seiner eigenen Adresse.'],
  COOKIE_REPEATED: [
    'Der Browser hat mehr als ein Cookie für diese Anmeldung.',
    'Löschen Sie die Cookies dieser Seite, und melden Sie sich neu an.',
  ],
  CSRF: [
    'Die Anfrage kam nicht von einer Seite dieser Installation.',
    'Öffnen Sie Cairn unter seiner eigenen Adresse, und laden Sie die Seite neu.',
  ],
  REFRESH_TOKEN_INVALID: ['Die Anmeldung lässt sich nicht mehr verlängern.', SIGN_IN],
  REPORT_UNKNOWN: ['So oft wurde der Zyklus nicht abgeschlossen.', 'Wählen Sie einen Bericht, den es gibt.'],
  ROLE_REQUIRED: [
    'Dafür fehlt Ihnen eine Rolle.',
    'Bitten Sie die Administration um eine von denen, die unten genannt sind.',
  ],
  ROLE_TAKEN_AWAY: ['Ihnen wurde inzwischen eine Rolle genommen.', ASK_ADMIN],
  SESSION_ENDED: ['Ihre Sitzung ist zu Ende.', SIGN_IN],
  SIGN_IN_FORWARDED: ['Über einen vorgeschalteten Server meldet man sich hier nicht an.', OPERATOR],
  TOKEN_EXPIRED: ['Die Anmeldung ist abgelaufen.', SIGN_IN],
  TOKEN_INVALID: ['Die Anmeldung ist ungültig.', SIGN_IN],
  TOKEN_MISSING: ['Sie sind nicht angemeldet.', 'Melden Sie sich an.'],
  TOKEN_TOO_LONG: ['Die Anmeldung gälte länger, als es hier erlaubt ist.', OPERATOR],

  // The request itself.
  BODY_CUT_OFF: ['Die Verbindung brach ab, bevor alles gesendet war.', 'Senden Sie es noch einmal.'],
  CLIENT_GONE: ['Die Verbindung wurde geschlossen, bevor die Antwort da war.', AGAIN],
  BODY_TOO_LARGE: ['Es wurde mehr gesendet, als auf einmal angenommen wird.', LESS],
  HEADERS_TOO_LARGE: [
    'Die Adresse und was der Browser mitschickt, sind zusammen zu lang.',
    'Nehmen Sie Filter weg, oder löschen Sie die Cookies dieser Seite.',
  ],
  BODY_TOO_SLOW: ['Das Senden dauerte zu lange.', LESS],
  BODY_UNUSED: ['Es wurde etwas gesendet, was hier nichts bewirkt.', DEFECT],
  CORRELATION_ID_MALFORMED: ['Die Kennung der Anfrage ist unbrauchbar.', DEFECT],
  CURSOR_FOREIGN: [
    'Die Fortsetzung gehört zu einer anderen Liste, anderen Filtern oder jemand anderem.',
    'Beginnen Sie die Liste von vorn: Laden Sie die Seite neu.',
  ],
  HEADER_UNUSED: ['Es wurde etwas mitgeschickt, was hier nichts bewirkt.', DEFECT],
  HOST_MISSING: ['Die Anfrage sagt nicht, an wen sie geht.', DEFECT],
  HOST_MALFORMED: ['Die Anfrage geht an mehr als eine Adresse.', DEFECT],
  HOST_UNKNOWN: [
    'Unter diesem Namen ist die Installation nicht bekannt.',
    'Öffnen Sie Cairn unter einer Adresse, die dafür vorgesehen ist, oder fragen Sie die Betreiber.',
  ],
  IDEMPOTENCY_KEY_MALFORMED: ['Der Schlüssel gegen doppeltes Senden ist unbrauchbar.', DEFECT],
  IDEMPOTENCY_KEY_REUSED: [
    'Dasselbe wurde schon einmal mit anderem Inhalt gesendet.',
    'Laden Sie die Seite neu, und sehen Sie nach, was schon gespeichert ist.',
  ],
  IDEMPOTENCY_KEY_TOO_LONG: ['Der Schlüssel einer Zeile hat mehr als 128 Zeichen.', 'Geben Sie einen kürzeren an.'],
  IF_MATCH_MALFORMED: ['Welcher Stand geändert werden soll, lässt sich nicht lesen.', DEFECT],
  IF_NONE_MATCH_MALFORMED: ['Welcher Stand schon bekannt ist, lässt sich nicht lesen.', DEFECT],
  JSON_MALFORMED: ['Das Gesendete lässt sich nicht lesen.', DEFECT],
  NOT_JSON: [
    'Das Gesendete ist von einer Art, die hier nicht angenommen wird.',
    'Senden Sie eine von denen, die unten genannt sind.',
  ],
  PAGE_TOKEN_MALFORMED: ['Die Fortsetzung der Liste ist unbrauchbar.', RELOAD],
  PAGE_TOKEN_UNKNOWN: ['Die Fortsetzung der Liste ist nicht mehr bekannt.', RELOAD],
  POSITION_LOST: ['Ein Log wurde von einem älteren Stand aus fortgesetzt; was danach kam, ist verloren.', LOOK],
  POSITION_MALFORMED: ['Auf welchem Stand die Seite ist, lässt sich nicht lesen.', DEFECT],
  POSITION_UNKNOWN: ['Den Stand, auf dem die Seite ist, gibt es nicht.', DEFECT],
  QUERY_MALFORMED: ['Die Adresse lässt sich nicht lesen.', 'Prüfen Sie sie, oder gehen Sie über das Menü zur Seite.'],
  REQUEST_MALFORMED: ['Eine Anfrage im Innern des Systems lässt sich nicht lesen.', OPERATOR],
  TRACEPARENT_MALFORMED: ['Die Angabe zur Verfolgung der Anfrage ist unbrauchbar.', DEFECT],

  // What passes, or what the operator mends.
  BODIES_BUSY: ['Gerade werden zu viele grosse Anfragen bearbeitet.', AGAIN],
  BUSY: ['Gerade wird so viel bearbeitet, wie es sein darf.', AGAIN],
  CATALOGUE_UNAVAILABLE: ['Die Datenbank der Check-ins antwortet nicht.', AGAIN],
  CHECKSUMS_NOT_READY: ['Die Prüfsummen eines Logs werden gerade zum ersten Mal gebildet.', AGAIN],
  CLOCK_JUMPED: ['Die Uhr des Servers ist vorgesprungen; bis das geklärt ist, wird nichts gespeichert.', OPERATOR],
  CLOCK_MOVED_IN_PART: ['Die Uhr wurde erst bei einigen Diensten verstellt.', AGAIN],
  CLOCK_NOT_MOVED: ['Ein Dienst ist nicht erreichbar; deshalb wurde die Uhr nirgends verstellt.', AGAIN],
  CONTENTION: ['Viele ändern gerade dasselbe.', AGAIN],
  DATABASE_UNAVAILABLE: ['Die Datenbank eines Dienstes antwortet nicht.', AGAIN],
  DEFINITIONS_TOO_OLD: ['Was über Schlüsselergebnisse bekannt ist, wurde zu lange nicht bestätigt.', AGAIN],
  DIRECTORY_UNAVAILABLE: [
    'Gerade lässt sich nicht feststellen, wer Sie sind: Der Dienst dafür antwortet nicht.',
    AGAIN,
  ],
  EVENT_TYPE_UNKNOWN: [
    'Eine neuere Version hat Ereignisse geschrieben, die diese noch nicht lesen kann.',
    'Versuchen Sie es nach der Aktualisierung noch einmal.',
  ],
  FOREIGN_MESSAGES: ['Auf Kafka stehen Nachrichten, die in keinem Log stehen.', OPERATOR],
  GOALS_UNAVAILABLE: ['Der Dienst, der dieses Schlüsselergebnis kennt, antwortet nicht.', AGAIN],
  INTERNAL: ['Da ist ein Fehler in Cairn.', 'Melden Sie ihn mit der Referenz den Betreibern der Installation.'],
  KAFKA_UNAVAILABLE: ['Kafka antwortet nicht.', AGAIN],
  LOG_BEHIND: ['Auf Kafka steht mehr als im Log: Das Log wurde wiederhergestellt.', OPERATOR],
  LOG_BUSY: ['Ein Log nimmt im Augenblick nichts mehr auf.', AGAIN],
  LOG_NOT_COMPARED: ['Ein Log wurde noch nicht mit Kafka verglichen.', AGAIN],
  LOG_UNAVAILABLE: ['Ein Log antwortet nicht.', AGAIN],
  LOG_WENT_BACK: ['Ein Log ist älter, als es war: Es wurde wiederhergestellt.', OPERATOR],
  NOT_CAUGHT_UP: ['Noch wurde nicht alles rechtzeitig aufgenommen.', AGAIN],
  NOT_READY: ['Der Dienst, der die Personen kennt, ist nicht erreichbar.', AGAIN],
  NOT_YET_CONSUMED: ['Was eben gespeichert wurde, ist noch nicht überall aufgenommen.', AGAIN],
  OF_AN_EARLIER_GENERATION: [
    'Der Export enthält etwas, was sein Log verloren hat.',
    'Versuchen Sie es noch einmal, sobald neu aufgebaut ist.',
  ],
  PARTITION_STOPPED: ['Ein Dienst weicht von einem Log ab und bleibt stehen, bis er neu aufgebaut ist.', OPERATOR],
  REBUILDS_AT_LIMIT: [
    'Es wird schon so vieles neu aufgebaut, wie es sein darf.',
    'Warten Sie, bis eines davon fertig ist.',
  ],
  REBUILD_FAILED: ['Der Aufbau endete mit einem Fehler; der laufende Stand antwortet wie zuvor.', OPERATOR],
  REBUILD_LOGS_UNKNOWN: ['Dem Dienst ist nicht gesagt, wo die Logs sind.', 'Setzen Sie für ihn CAIRN_LOGS.'],
  REBUILD_RUNNING: ['Der Dienst wird schon neu aufgebaut.', 'Warten Sie, bis er fertig ist.'],
  REBUILD_TABLES_IN_USE: ['Jemand hält die Tabellen, die der Aufbau ersetzen soll.', AGAIN],
  REBUILT_MEANWHILE: ['Was exportiert wird, wurde inzwischen neu aufgebaut.', 'Beginnen Sie den Export von vorn.'],
  SERVICE_AWAY: ['Ein Dienst antwortet nicht.', AGAIN],
  TOO_MANY_AT_ONCE: [
    'Davon läuft schon so viel, wie eine Person oder eine Organisation haben darf.',
    'Versuchen Sie es noch einmal, sobald eines fertig ist.',
  ],
  TOO_MANY_REQUESTS: ['Das waren mehr Anfragen, als eine Person oder eine Organisation stellen darf.', AGAIN],
  TOO_SLOW: ['Die Dienste sind zu beschäftigt, um das rechtzeitig aufzunehmen.', AGAIN],
  UNAVAILABLE: ['Ein Dienst, der dafür nötig ist, antwortet nicht.', AGAIN],
  UNKNOWN: ['Das gibt es nicht.', 'Prüfen Sie die Referenz, oder suchen Sie es noch einmal.'],
} as const satisfies Record<string, Said>

/** What a refusal means, and what to do about it. */
export type Said = readonly [means: string, advice?: string]

export type ProblemTexts = Readonly<Record<keyof typeof de, Said>>
