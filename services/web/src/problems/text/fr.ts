import type { ProblemTexts } from './de'

const AGAIN = 'Réessayez dans quelques instants.'
const OPERATOR = 'Adressez-vous à l’exploitant de l’installation.'
const LOOK = 'Regardez où cela en est, et décidez à nouveau.'
const SIGN_IN = 'Connectez-vous à nouveau.'
const RELOAD = 'Rechargez la page.'
const DEFECT = 'Rechargez la page. Si cela persiste, signalez-le avec la référence à l’exploitant de l’installation.'
const LESS = 'Envoyez moins à la fois.'
const GONE = 'Vérifiez la référence, ou cherchez avec Ctrl-K.'

export const fr: ProblemTexts = {
  UNREADABLE: ['Le serveur n’a pas fait ce qui était demandé.', DEFECT],
  AT_FIELD: ['Cela ne convient pas ici.'],

  // What is asked for is not there, or not to be known of.
  CHECK_IN_UNKNOWN: ['Ce résultat clé n’a pas de tel point.', 'Choisissez-le dans son historique.'],
  COMMENT_UNKNOWN: ['Ce commentaire n’existe pas, ou ne vous est pas visible.', 'Rechargez la conversation.'],
  REACTION_UNKNOWN: ['Cette réaction n’existe pas.', 'Choisissez l’une de celles qui sont proposées.'],
  CYCLE_UNKNOWN: ['Ce cycle n’existe pas.', 'Choisissez-en un dans la liste des cycles.'],
  KEY_RESULT_UNKNOWN: ['Ce résultat clé n’existe pas, ou ne vous est pas visible.', GONE],
  INITIATIVE_UNKNOWN: ['Cette initiative n’existe pas, ou ne vous est pas visible.', GONE],
  TASK_UNKNOWN: ['Cette tâche n’existe pas, ou ne vous est pas visible.', GONE],
  EFFORT_UNKNOWN: ['Vous n’avez pas noté de tel temps.', 'Choisissez une entrée de votre semaine.'],
  KPI_UNKNOWN: ['Ce KPI n’existe pas.', 'Choisissez-en un sur la page des KPI.'],
  MEASUREMENT_UNKNOWN: ['Ce KPI n’a pas de telle valeur.', 'Choisissez l’une de ses valeurs.'],
  OBJECTIVE_UNKNOWN: ['Cet objectif n’existe pas, ou ne vous est pas visible.', GONE],
  PERSON_UNKNOWN: [
    'Cette personne n’existe pas dans votre organisation.',
    'Choisissez-en une que la recherche trouve.',
  ],
  PILLAR_UNKNOWN: ['Ce pilier stratégique n’existe pas.', 'Choisissez-en un sur la page de la stratégie.'],
  TEAM_UNKNOWN: ['Cette équipe n’existe pas, ou pas ce jour-là.', 'Choisissez une autre équipe, ou un autre jour.'],
  SETTING_UNKNOWN: ['Ce réglage n’existe pas.', 'Choisissez-en un sur la page des réglages.'],
  TEMPLATE_UNKNOWN: ['Ce modèle n’existe pas, ou a été retiré.', 'Choisissez un autre modèle.'],
  TENANT_UNKNOWN: ['Cette organisation n’existe pas ici.', 'Vérifiez comment elle s’écrit.'],
  VIEW_UNKNOWN: [
    'Cette vue enregistrée n’existe pas, ou n’est pas partagée avec vous.',
    'Choisissez l’une de vos vues.',
  ],
  THING_UNKNOWN: ['Rien ne porte cette référence.', 'Vérifiez comment elle s’écrit.'],
  LOG_UNKNOWN: ['Ce journal n’existe pas.', 'Prenez l’un de ceux qui sont nommés ci-dessous.'],
  NO_LOG: ['Ce service ne tient pas de journal.', 'Choisissez un service qui en tient un.'],
  SERVICE_NOT_REBUILT: [
    'Ce service ne tient rien qui se refasse à partir des journaux.',
    'Choisissez un autre service.',
  ],
  REBUILD_OF_NOTHING: [
    'Ce service ne tient rien qui se refasse à partir des journaux.',
    'Choisissez un autre service.',
  ],
  NOT_SHARED: ['Ce résultat clé ne compte pas pour cet objectif.', 'Regardez pour quels objectifs il compte.'],
  PATH_UNKNOWN: ['Rien ne répond à cette adresse.', DEFECT],
  METHOD_NOT_ALLOWED: ['Cela ne peut pas se faire à cette adresse.', DEFECT],

  // The state of things does not allow it.
  ANNOUNCED_MEANWHILE: ['Une autre partie du système l’a fait entre-temps.'],
  ALREADY_ACKNOWLEDGED: ['Vous en avez déjà pris connaissance.'],
  COMMENT_TAKEN_BACK: ['Le commentaire a été retiré ; il ne change plus.', 'Écrivez-en un nouveau.'],
  FEEDBACK_ANSWERED: ['Ce retour a déjà été donné ou refusé.', 'Écrivez plutôt un commentaire.'],
  TOO_MANY_COMMENTS: [
    'Il y a ici autant de commentaires qu’il peut y en avoir.',
    'Poursuivez la conversation sur un résultat clé ou un point.',
  ],
  TOO_MANY_REACTIONS: ['Ce commentaire a autant de réactions qu’il peut en avoir.'],
  CHECK_IN_RETRACTED: [
    'Le point a été retiré ; il ne peut être ni corrigé ni retiré une seconde fois.',
    'Faites-en un nouveau.',
  ],
  CORRECTION_OF_ABSTENTION: [
    'Un point sans valeur n’a rien à corriger.',
    'Retirez-le, et faites-en un avec une valeur.',
  ],
  CORRECTION_OF_CORRECTION: [
    'Ceci est déjà une correction.',
    'Corrigez le point auquel elle se rapporte ; cela peut se faire plusieurs fois.',
  ],
  CHANGED_SINCE_OUTDATED: ['Un journal a été restauré depuis ; ce qui a changé ne peut plus être dit.', RELOAD],
  CYCLE_CLOSED: [
    'Le cycle est clos : il n’accepte plus ni objectifs ni points.',
    'Choisissez un cycle en cours, ou faites rouvrir celui-ci.',
  ],
  CYCLE_DEFINED: ['Ce cycle existe déjà.', LOOK],
  APPROVAL_NEEDED: [
    'Dans votre organisation, un objectif ne devient actif qu’une fois approuvé.',
    'Soumettez-le à l’approbation ; une fois approuvé, activez-le.',
  ],
  NO_APPROVAL_WANTED: [
    'Dans votre organisation, les objectifs deviennent actifs sans approbation.',
    'Activez simplement l’objectif.',
  ],
  NOT_SUBMITTED: ['L’objectif n’est pas soumis à l’approbation.', 'Faites-le d’abord soumettre.'],
  NOT_TWO_TO_FIVE: [
    'Dans votre organisation, un objectif actif a de deux à cinq résultats clés.',
    'Ajoutez-en, ou annulez ceux qui sont de trop.',
  ],
  CYCLE_NOT_CLOSED: ['Le cycle n’est pas clos : il n’y a rien à rouvrir, et pas encore de rapport.', LOOK],
  CYCLE_STEP: [
    'Un cycle est en préparation, puis en cours, puis en revue, puis clos, une étape après l’autre.',
    'Faites d’abord l’étape précédente.',
  ],
  IS_A_SUM: [
    'Ce résultat clé est la somme de ce qui l’alimente : personne n’y fait le point.',
    'Faites le point sur ce qui l’alimente, ou saisissez la valeur du KPI.',
  ],
  FEEDS_A_SUM: [
    'Son unité est celle d’une somme qu’il alimente, ou qu’il est lui-même.',
    'Retirez-le d’abord de la somme.',
  ],
  GRADE_AFTER_END: [
    'Une note vaut pour un jour jusqu’à la fin de l’objectif.',
    'Indiquez un jour qui n’est pas après cette fin.',
  ],
  KEY_RESULT_CANCELLED: ['Le résultat clé est annulé et ne change plus.', 'Définissez-en un nouveau.'],
  INITIATIVE_DEFINED: ['Cette initiative existe déjà.', LOOK],
  INITIATIVE_ENDED: [
    'L’initiative est faite ou abandonnée : rien de nouveau ne commence pour elle.',
    'Faites-la d’abord reprendre, ou choisissez-en une autre.',
  ],
  MILESTONE_PLANNED: ['Ce jalon existe déjà.', LOOK],
  EFFORT_RETRACTED: ['Ce temps a été retiré et ne compte plus.', 'Notez-le à nouveau.'],
  TOO_MUCH_LOGGED: [
    'Ce jour a déjà autant d’entrées de temps qu’il peut en avoir.',
    'Corrigez-en une, ou retirez-en une.',
  ],
  TASK_GIVEN: ['Cette tâche existe déjà.', LOOK],
  TASK_NOT_OPEN: ['La tâche est faite ou annulée et ne change plus.', 'Rouvrez-la d’abord.'],
  KPI_DEFINED: ['Ce KPI existe déjà.', LOOK],
  KPI_IN_RANGE: [
    'Un objectif ne part d’un KPI que si celui-ci est hors de sa plage.',
    'Rédigez l’objectif pour lui-même.',
  ],
  KPI_RETIRED: [
    'Le KPI n’est plus suivi : il n’accepte plus de valeurs et ne change plus.',
    'Définissez-en un nouveau.',
  ],
  LAST_ADMIN: [
    'Votre organisation n’aurait plus personne pour l’administrer.',
    'Donnez d’abord l’administration à quelqu’un d’autre.',
  ],
  LIBRARY_TEMPLATE: ['Les modèles fournis ne se modifient pas.', 'Enregistrez un modèle à vous.'],
  MANAGER_LOOP: [
    'Quelqu’un se retrouverait son propre supérieur.',
    'Choisissez quelqu’un dont cette personne n’est pas la supérieure.',
  ],
  NAME_TAKEN: ['Ce nom ou cet identifiant est déjà pris.', 'Choisissez-en un autre.'],
  OBJECTIVE_ACTIVE: ['L’objectif est déjà actif.'],
  DAYS_OUTSIDE: [
    'Des jours de l’objectif ou de ses résultats clés seraient hors du cycle où il doit aller.',
    'Changez d’abord ces jours, ou faites-les ramener dans le nouveau cycle.',
  ],
  ENCLOSING_LOOP: [
    'Un cycle se retrouverait à l’intérieur de lui-même, fût-ce à travers d’autres.',
    'Choisissez-en un qui n’est pas à l’intérieur de lui.',
  ],
  OBJECTIVES_OUTSIDE: [
    'Des objectifs seraient hors du cycle tel qu’il doit devenir.',
    'Changez d’abord leurs jours, ou faites-les ramener dans le cycle.',
  ],
  OBJECTIVE_CANCELLED: ['L’objectif est annulé : rien n’en est dit à la clôture.', 'Laissez-le de côté.'],
  OBJECTIVE_CLOSED: [
    'L’objectif est clos ou annulé : il ne change plus et n’accepte plus de points.',
    'Rouvrez-le, ou rédigez-en un nouveau.',
  ],
  OBJECTIVE_NOT_ENDED: ['L’objectif n’est pas terminé : il n’y a rien à rouvrir.', LOOK],
  OBJECTIVE_NOT_IN_CYCLE: ['L’objectif appartient à un autre cycle.', 'Laissez-le de côté.'],
  OBJECTIVE_DEFINED: ['Cet objectif existe déjà.', LOOK],
  OBJECTIVE_NOT_ACTIVE: ['L’objectif est un brouillon.', 'Activez-le d’abord.'],
  PARENT_LOOP: [
    'L’objectif se retrouverait aligné sur lui-même.',
    'Choisissez quelque chose qui n’est pas aligné sur lui.',
  ],
  MAY_NOT_REPORT: [
    'Les rôles de cette personne ne lui permettent de rien déclarer.',
    'Choisissez quelqu’un d’autre, ou donnez-lui d’abord un autre rôle.',
  ],
  PERSON_LEFT: ['Cette personne est partie.', 'Choisissez quelqu’un d’autre, ou faites-la d’abord revenir.'],
  REFERENCE_TAKEN: ['Cette référence est déjà prise, et le reste pour toujours.', 'Choisissez-en une autre.'],
  ROWS_MOVED: ['Ce qui devait être importé a été modifié entre-temps.', 'Relancez l’importation.'],
  STALE_VERSION: [
    'Quelqu’un l’a modifié depuis que vous l’avez ouvert.',
    'Regardez où cela en est maintenant, puis réessayez.',
  ],
  PILLAR_REMOVED: [
    'Le pilier stratégique a été retiré ; rien ne peut plus le nommer.',
    'Choisissez-en un autre, ou aucun.',
  ],
  TOO_MANY_PILLARS: [
    'Votre organisation a autant de piliers stratégiques qu’elle peut en avoir.',
    'Utilisez ceux qui existent.',
  ],
  TEAM_DISSOLVED: ['L’équipe a été dissoute et ne change plus.', 'Créez-en une nouvelle ; le nom est libre.'],
  TEAM_HAS_TEAMS: ['D’autres équipes se trouvent sous celle-ci.', 'Déplacez-les ou dissolvez-les d’abord.'],
  TEAM_LOOP: ['L’équipe se retrouverait sous elle-même.', 'Choisissez une équipe qui n’est pas sous elle.'],
  TEAMS_TOO_DEEP: ['Il y a autant de niveaux d’équipes qu’il peut y en avoir.', 'Placez l’équipe plus haut.'],
  TOO_MANY_TEAMS: ['Votre organisation a autant d’équipes qu’elle peut en avoir.', 'Utilisez celles qui existent.'],
  TOO_MANY_TEMPLATES: [
    'Votre organisation a autant de modèles à elle qu’elle peut en avoir.',
    'Retirez-en un que personne n’utilise.',
  ],
  TOO_MANY_VIEWS: [
    'Vous avez autant de vues enregistrées qu’une personne peut en avoir.',
    'Retirez-en une dont vous n’avez plus besoin.',
  ],
  TENANT_HAS_ADMIN: [
    'L’organisation a une administration, à qui revient cette décision.',
    'Demandez à l’administration de l’organisation.',
  ],
  TARGET_MET: ['Un résultat clé à reporter a déjà atteint sa cible.', 'Donnez-lui une nouvelle cible.'],
  TOO_MANY_KEY_RESULTS: [
    'L’objectif a autant de résultats clés qu’il peut en avoir.',
    'Partagez l’objectif en plusieurs.',
  ],
  CLOCK_MAY_NOT_BE_MOVED: ['L’horloge de cette installation est celle de sa machine et ne se déplace pas.'],
  CLOCK_RUNS_FORWARD: ['L’horloge ne recule jamais.', 'Indiquez un moment à venir.'],

  // A value is wrong.
  ABSTENTION_SAYS_MORE: [
    'Un point sans valeur dit pourquoi il n’y en a pas, et rien d’autre.',
    'Laissez de côté ce qui juge une valeur, ou dites-le dans la raison.',
  ],
  ABSTENTION_WITHOUT_REASON: ['Un point sans valeur dit pourquoi il n’y en a pas.', 'Dites pourquoi.'],
  CAUSATION_ID_MALFORMED: ['Un identifiant interne au système est inutilisable.', DEFECT],
  COUNTS_FOR_ITSELF: [
    'Un résultat clé compte de toute façon pour son propre objectif.',
    'Choisissez un autre objectif.',
  ],
  BOUNDS_SWAPPED: ['La limite du bas est au-dessus de celle du haut.', 'Échangez-les, ou changez l’une des deux.'],
  EFFORT_AFTER_END: [
    'Ce jour-là, le travail, ou ce à quoi il sert, était déjà terminé.',
    'Indiquez un jour où l’on y a travaillé.',
  ],
  EFFORT_OVER_A_DAY: [
    'Cela ferait plus que les 24 heures d’un jour.',
    'Notez ce qui reste du jour, ou corrigez les autres entrées.',
  ],
  DAY_IN_FUTURE: ['Ce jour n’est pas encore venu.', 'Indiquez aujourd’hui, ou un jour d’avant.'],
  END_BEFORE_START: ['La fin est avant le début.', 'Indiquez une fin qui n’est pas avant le début.'],
  FORMULA_UNKNOWN: [
    'Il n’y a pas de formules de cette version.',
    'Prenez l’une de celles qui sont nommées ci-dessous.',
  ],
  HANDLE_INVALID: [
    'Cela ne peut pas être un identifiant.',
    'Indiquez une seule ligne, sans barre oblique, qui n’est pas un numéro interne.',
  ],
  HOLDS_FROM_AHEAD: [
    'Ce qui vaut dès un jour vaut au plus tard dès aujourd’hui.',
    'Indiquez aujourd’hui, ou un jour d’avant.',
  ],
  HOLDS_FROM_TOO_EARLY: [
    'Ce jour-là, cela n’existait pas encore, ou pas ainsi.',
    'Indiquez un jour plus tardif ; il est dit ci-dessous à partir duquel.',
  ],
  INVALID_ARGUMENT: ['Certaines indications ne conviennent pas.', 'Pour chacune, il est dit ce qui serait juste.'],
  MESSAGE_TOO_LARGE: ['C’est plus que ce qui peut être envoyé en une fois.', 'Demandez moins à la fois.'],
  NOT_OF_ONESELF: ['Personne ne se remercie soi-même ni ne se demande un retour.', 'Choisissez quelqu’un d’autre.'],
  PERSON_CANNOT_ANSWER: [
    'La personne à qui vous demandez ne peut rien écrire ici, donc pas répondre.',
    'Demandez à un membre.',
  ],
  PERSON_CANNOT_SEE: [
    'La personne nommée ne peut pas voir de quoi il s’agit et n’en est pas avertie.',
    'Rendez-le-lui d’abord visible, ou ne la nommez pas.',
  ],
  TOO_MANY_MENTIONS: ['Il y a plus de noms derrière un @ qu’il ne peut y en avoir.', 'Nommez moins de personnes.'],
  MILESTONES_EXPECTED: ['Ce résultat clé se mesure par des jalons.', 'Indiquez lesquels sont atteints.'],
  MILESTONE_UNKNOWN: ['Ce jalon n’existe pas.', 'Choisissez l’un de ceux qui existent.'],
  NOT_POSTPONED: ['Un jalon se reporte à un jour plus tardif que le sien.', 'Indiquez un jour plus tardif.'],
  NOT_A_METRIC: [
    'Seul un nombre a un départ et une cible ; seuls lui et ce qui est à maintenir ont une unité.',
    'Laissez ces champs vides.',
  ],
  NOT_MILESTONES: ['Seul ce qui se mesure par des jalons en a.', 'Laissez les jalons de côté.'],
  NOT_A_SUM: [
    'Seule une somme est alimentée par des résultats clés et des KPI.',
    'Laissez de côté ce qui devrait l’alimenter.',
  ],
  BASELINE_WITH_TARGET: [
    'Ce qui se mesure d’abord n’a pas encore de cible.',
    'Choisissez de mesurer par un nombre, ou donnez la cible plus tard.',
  ],
  FEED_NOT_ADDABLE: [
    'Une somme n’est alimentée que par ce qui s’additionne : un nombre, ce qui se mesure d’abord, une autre somme ou un KPI.',
    'Choisissez l’un d’eux.',
  ],
  FEED_OF_OTHER_UNIT: [
    'Ce qui alimente une somme a la même unité qu’elle.',
    'Choisissez quelque chose de la même unité.',
  ],
  SUM_LOOP: [
    'La somme s’alimenterait elle-même, fût-ce à travers d’autres.',
    'Choisissez des résultats clés qu’elle n’alimente pas.',
  ],
  SUM_TOO_DEEP: [
    'Trop de sommes reposent les unes sur les autres.',
    'Faites compter directement dans celle-ci ce qui alimente les autres.',
  ],
  PART_IMPOSSIBLE: [
    'Un oui ou non, des jalons, une somme ou un point sans valeur n’ont pas de parts.',
    'Indiquez le tout.',
  ],
  NOT_AN_OWNER: [
    'Une part est celle d’un responsable du résultat clé.',
    'Choisissez un responsable, ou indiquez le tout.',
  ],
  NOT_MAINTAINED: ['Seul ce qui est à maintenir a des limites.', 'Laissez ces champs vides.'],
  NO_BOUND: ['Il manque une limite à maintenir.', 'Indiquez un minimum, un maximum, ou les deux.'],
  START_IS_TARGET: ['Le départ et la cible sont identiques.', 'Indiquez deux nombres entre lesquels il y a un chemin.'],
  TABLES_UNREADABLE: [
    'Les tableaux à importer ne peuvent pas être lus.',
    'Il est dit ci-dessous lequel, et ce qui lui manque.',
  ],
  PLAN_BACKWARDS: ['Les jours du plan ne se suivent pas, ou ses parts diminuent.', 'Mettez les points dans l’ordre.'],
  PLAN_OUTSIDE: [
    'Un jour du plan est hors de la durée, ou l’échéance est avant sa fin.',
    'Indiquez des jours entre le premier et l’échéance.',
  ],
  TIME_ZONE_UNKNOWN: ['Ce fuseau horaire n’existe pas.', 'Indiquez-en un comme Europe/Zurich.'],
  VALUE_EXPECTED: ['Ce résultat clé n’a pas de jalons.', 'Indiquez une valeur.'],

  // Who asks, and what they may.
  ISSUER_OFF: [
    'Ici, on ne se connecte pas par un service d’identité.',
    'Connectez-vous comme la page de connexion l’indique.',
  ],
  SIGN_IN_EXPIRED: ['La connexion a pris trop de temps, ou a commencé dans un autre navigateur.', SIGN_IN],
  SIGN_IN_REFUSED: [
    'Le service d’identité ne vous connecte pas ici.',
    'Adressez-vous à ceux qui s’occupent du service d’identité.',
  ],
  ID_TOKEN_INVALID: ['Ce que le service d’identité dit de vous n’est pas crédible, ou pas complet.', OPERATOR],
  ISSUER_UNAVAILABLE: ['Le service d’identité ne répond pas comme il le devrait.', AGAIN],
  BUILT_IN_ISSUER_OFF: [
    'Ce n’est pas ici que l’on se connecte.',
    'Connectez-vous là où votre organisation le prévoit.',
  ],
  CALLER_UNKNOWN: ['On ne sait pas qui vous êtes.', SIGN_IN],
  IDENTITY_EXPIRED: ['Une identité interne au système a expiré.', AGAIN],
  IDENTITY_INVALID: ['Une identité interne au système n’est pas valable.', OPERATOR],
  IDENTITY_OF_ANOTHER_SERVICE: ['Une identité interne au système est parvenue au mauvais service.', OPERATOR],
  FEEDBACK_NOT_ASKED: ['Ce retour ne vous a pas été demandé.', 'Écrivez plutôt un commentaire.'],
  NOT_THE_AUTHOR: ['Le commentaire est de quelqu’un d’autre.', 'Répondez-y ; l’administration peut aussi le retirer.'],
  NOT_A_REPORTER: [
    'Ce n’est pas à vous de faire le point sur ce résultat clé.',
    'Ses responsables le font, ainsi que le responsable et les contributeurs de l’objectif ; l’administration aussi, pour eux.',
  ],
  NOT_AN_APPROVER: [
    'Ce n’est pas à vous d’approuver cet objectif.',
    'L’administration le peut, ou le responsable de ce sur quoi il est aligné.',
  ],
  NOT_AN_EDITOR: [
    'Vous ne pouvez pas modifier cet objectif.',
    'Son responsable, la personne qui l’a créé et l’administration le peuvent.',
  ],
  NOT_ITS_KEEPER: [
    'Vous ne pouvez pas modifier ce KPI, cette initiative ou ce jalon.',
    'Son responsable, la personne qui l’a créé et l’administration le peuvent.',
  ],
  NOT_ITS_OWNER: ['Cette vue enregistrée appartient à quelqu’un d’autre.', 'Enregistrez-la comme une vue à vous.'],
  NOT_ITS_ASSIGNEE: [
    'Cette tâche n’est pas la vôtre, et vous ne l’avez pas confiée.',
    'La personne qui l’a, ou qui l’a confiée, le peut.',
  ],
  NOT_OF_THE_TEAM: [
    'Seuls les membres d’une équipe et ceux qui la dirigent voient où est passé son temps.',
    'Demandez à quelqu’un de l’équipe.',
  ],
  NOT_ITS_GIVER: [
    'Vous n’avez pas confié cette tâche.',
    'La personne qui l’a confiée et l’administration peuvent la modifier.',
  ],
  ON_BEHALF_OF: [
    'Vous ne pouvez pas faire cela au nom de quelqu’un d’autre.',
    'Faites-le en votre nom, ou demandez à l’administration.',
  ],
  OPERATOR_OF_NO_ISSUER: [
    'Cette connexion ne vaut pas pour l’exploitation.',
    'Connectez-vous par le service d’identité des exploitants.',
  ],
  ORIGIN_UNKNOWN: ['La demande vient d’un autre site.', 'Ouvrez Cairn à sa propre adresse.'],
  COOKIE_REPEATED: [
    'Le navigateur a plus d’un cookie pour cette session.',
    'Effacez les cookies de ce site, et connectez-vous à nouveau.',
  ],
  CSRF: [
    'La demande ne vient pas d’une page de cette installation.',
    'Ouvrez Cairn à sa propre adresse, et rechargez la page.',
  ],
  REFRESH_TOKEN_INVALID: ['La session ne peut plus être prolongée.', SIGN_IN],
  REPORT_UNKNOWN: ['Le cycle n’a pas été clos autant de fois.', 'Choisissez un rapport qui existe.'],
  ROLE_REQUIRED: [
    'Il vous manque un rôle pour cela.',
    'Demandez à l’administration l’un de ceux qui sont nommés ci-dessous.',
  ],
  ROLE_TAKEN_AWAY: ['Un rôle vous a été retiré entre-temps.', 'Adressez-vous à l’administration.'],
  SESSION_ENDED: ['Votre session est terminée.', SIGN_IN],
  SIGN_IN_FORWARDED: ['On ne se connecte pas ici à travers un serveur intermédiaire.', OPERATOR],
  TOKEN_EXPIRED: ['La session a expiré.', SIGN_IN],
  TOKEN_INVALID: ['La session n’est pas valable.', SIGN_IN],
  TOKEN_MISSING: ['Vous n’êtes pas connecté.', 'Connectez-vous.'],
  TOKEN_TOO_LONG: ['La session durerait plus longtemps que ce qui est permis ici.', OPERATOR],

  // The request itself.
  BODY_CUT_OFF: ['La connexion s’est interrompue avant que tout ne soit envoyé.', 'Envoyez-le à nouveau.'],
  CLIENT_GONE: ['La connexion a été fermée avant que la réponse n’arrive.', AGAIN],
  BODY_TOO_LARGE: ['C’est plus que ce qui est accepté en une fois.', LESS],
  HEADERS_TOO_LARGE: [
    'L’adresse et ce que le navigateur y joint sont trop longs ensemble.',
    'Retirez des filtres, ou effacez les cookies de ce site.',
  ],
  BODY_TOO_SLOW: ['L’envoi a pris trop de temps.', LESS],
  BODY_UNUSED: ['Ce qui a été envoyé n’a pas d’effet ici.', DEFECT],
  CORRELATION_ID_MALFORMED: ['L’identifiant de la demande est inutilisable.', DEFECT],
  CURSOR_FOREIGN: [
    'La suite appartient à une autre liste, à d’autres filtres ou à quelqu’un d’autre.',
    'Reprenez la liste du début : rechargez la page.',
  ],
  HEADER_UNUSED: ['Quelque chose a été joint qui n’a pas d’effet ici.', DEFECT],
  HOST_MISSING: ['La demande ne dit pas à qui elle s’adresse.', DEFECT],
  HOST_MALFORMED: ['La demande s’adresse à plus d’une adresse.', DEFECT],
  HOST_UNKNOWN: [
    'L’installation n’est pas connue sous ce nom.',
    'Ouvrez Cairn à une adresse prévue pour cela, ou demandez à l’exploitant.',
  ],
  IDEMPOTENCY_KEY_MALFORMED: ['La clé qui empêche un double envoi est inutilisable.', DEFECT],
  IDEMPOTENCY_KEY_REUSED: [
    'Cela a déjà été envoyé une fois, avec un autre contenu.',
    'Rechargez la page, et regardez ce qui est déjà enregistré.',
  ],
  IDEMPOTENCY_KEY_TOO_LONG: ['La clé d’une ligne a plus de 128 caractères.', 'Donnez-en une plus courte.'],
  IF_MATCH_MALFORMED: ['L’état à modifier ne peut pas être lu.', DEFECT],
  IF_NONE_MATCH_MALFORMED: ['L’état déjà connu ne peut pas être lu.', DEFECT],
  JSON_MALFORMED: ['Ce qui a été envoyé ne peut pas être lu.', DEFECT],
  NOT_JSON: [
    'Ce qui a été envoyé est d’un type qui n’est pas accepté ici.',
    'Envoyez l’un de ceux qui sont nommés ci-dessous.',
  ],
  PAGE_TOKEN_MALFORMED: ['La suite de la liste est inutilisable.', RELOAD],
  PAGE_TOKEN_UNKNOWN: ['La suite de la liste n’est plus connue.', RELOAD],
  POSITION_LOST: ['Un journal a repris à partir d’un état plus ancien ; ce qui suivait est perdu.', LOOK],
  POSITION_MALFORMED: ['L’état où en est la page ne peut pas être lu.', DEFECT],
  POSITION_UNKNOWN: ['L’état où en est la page n’existe pas.', DEFECT],
  QUERY_MALFORMED: ['L’adresse ne peut pas être lue.', 'Vérifiez-la, ou passez par le menu.'],
  REQUEST_MALFORMED: ['Une demande interne au système ne peut pas être lue.', OPERATOR],
  TRACEPARENT_MALFORMED: ['L’indication qui permet de suivre la demande est inutilisable.', DEFECT],

  // What passes, or what the operator mends.
  BODIES_BUSY: ['Trop de grandes demandes sont en cours.', AGAIN],
  BUSY: ['Il y a en ce moment autant de demandes en cours qu’il peut y en avoir.', AGAIN],
  CATALOGUE_UNAVAILABLE: ['La base de données des points ne répond pas.', AGAIN],
  CHECKSUMS_NOT_READY: ['Les sommes de contrôle d’un journal sont calculées pour la première fois.', AGAIN],
  CLOCK_JUMPED: [
    'L’horloge du serveur a fait un saut en avant ; rien n’est enregistré tant que ce n’est pas réglé.',
    OPERATOR,
  ],
  CLOCK_MOVED_IN_PART: ['L’horloge n’a été déplacée que dans certains services.', AGAIN],
  CLOCK_NOT_MOVED: ['Un service est absent ; l’horloge n’a donc été déplacée nulle part.', AGAIN],
  CONTENTION: ['Beaucoup de personnes modifient la même chose en ce moment.', AGAIN],
  DATABASE_UNAVAILABLE: ['La base de données d’un service ne répond pas.', AGAIN],
  DEFINITIONS_TOO_OLD: ['Ce que l’on sait des résultats clés n’a pas été confirmé depuis trop longtemps.', AGAIN],
  DIRECTORY_UNAVAILABLE: ['On ne peut pas savoir qui vous êtes : le service qui le dit ne répond pas.', AGAIN],
  EVENT_TYPE_UNKNOWN: [
    'Une version plus récente a écrit des événements que celle-ci ne sait pas lire.',
    'Réessayez après la mise à jour.',
  ],
  FOREIGN_MESSAGES: ['Kafka contient des messages que le journal ne connaît pas.', OPERATOR],
  GOALS_UNAVAILABLE: ['Le service qui connaît ce résultat clé ne répond pas.', AGAIN],
  INTERNAL: ['Il y a un défaut dans Cairn.', 'Signalez-le avec la référence à l’exploitant de l’installation.'],
  KAFKA_UNAVAILABLE: ['Kafka ne répond pas.', AGAIN],
  LOG_BEHIND: ['Kafka contient plus que le journal : celui-ci a été restauré.', OPERATOR],
  LOG_BUSY: ['Un journal n’accepte plus rien pour le moment.', AGAIN],
  LOG_NOT_COMPARED: ['Un journal n’a pas encore été comparé avec Kafka.', AGAIN],
  LOG_UNAVAILABLE: ['Un journal ne répond pas.', AGAIN],
  LOG_WENT_BACK: ['Un journal est plus ancien qu’il ne l’était : il a été restauré.', OPERATOR],
  NOT_CAUGHT_UP: ['Tout n’a pas été repris à temps.', AGAIN],
  NOT_READY: ['Le service qui connaît les personnes est absent.', AGAIN],
  NOT_YET_CONSUMED: ['Ce qui vient d’être enregistré n’est pas encore repris partout.', AGAIN],
  OF_AN_EARLIER_GENERATION: [
    'L’exportation contient quelque chose que son journal a perdu.',
    'Réessayez une fois la reconstruction terminée.',
  ],
  PARTITION_STOPPED: [
    'Un service diffère de ce que dit un journal, et s’arrête jusqu’à ce qu’il soit reconstruit.',
    OPERATOR,
  ],
  REBUILDS_AT_LIMIT: [
    'Il y a autant de reconstructions en cours qu’il peut y en avoir.',
    'Attendez que l’une d’elles soit terminée.',
  ],
  REBUILD_FAILED: [
    'La reconstruction s’est terminée par une erreur ; ce qui était en service répond comme avant.',
    OPERATOR,
  ],
  REBUILD_LOGS_UNKNOWN: ['Le service ne sait pas où sont les journaux.', 'Réglez CAIRN_LOGS pour lui.'],
  REBUILD_RUNNING: ['Le service est déjà en reconstruction.', 'Attendez qu’elle soit terminée.'],
  REBUILD_TABLES_IN_USE: ['Quelqu’un retient les tables que la reconstruction doit remplacer.', AGAIN],
  REBUILT_MEANWHILE: ['Ce qui est exporté a été reconstruit entre-temps.', 'Recommencez l’exportation.'],
  SERVICE_AWAY: ['Un service ne répond pas.', AGAIN],
  TOO_MANY_AT_ONCE: [
    'Il y en a autant en cours qu’une personne ou une organisation peut en avoir.',
    'Réessayez quand l’un d’eux sera terminé.',
  ],
  TOO_MANY_REQUESTS: ['C’est plus de demandes qu’une personne ou une organisation ne peut en faire.', AGAIN],
  TOO_SLOW: ['Les services sont trop occupés pour le reprendre à temps.', AGAIN],
  UNAVAILABLE: ['Un service qui est nécessaire pour cela ne répond pas.', AGAIN],
  UNKNOWN: ['Cela n’existe pas.', 'Vérifiez la référence, ou cherchez à nouveau.'],
}
