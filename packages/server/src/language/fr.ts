import { catalogPhrases } from './fr-catalog.ts'
import { letters } from './fr-letters.ts'
import type { Language } from './language.ts'

export const fr: Language = {
  name: 'français',
  // the first of a month is counted
  correctDate: (date) => date.replace(/^1(?=\s)/, '1er'),
  errors: {
    invalid_request: {
      title: 'La requête n’est pas valide',
      detail: 'Corrigez les champs indiqués dans « errors », puis renvoyez la requête. Rien n’a été modifié.',
    },
    invalid_json: {
      title: 'Le corps n’est pas du JSON',
      detail: 'Envoyez un seul objet JSON avec « Content-Type: application/json ». Rien n’a été modifié.',
    },
    body_too_large: {
      title: 'Le corps est trop volumineux',
      detail: 'Envoyez au plus {limit} octets : répartissez la requête en plusieurs.',
    },
    headers_too_large: {
      title: 'Les en-têtes sont trop volumineux',
      detail: 'Envoyez moins de 16 Kio d’en-têtes, adresse comprise.',
    },
    request_malformed: {
      title: 'Ce n’est pas une requête HTTP',
      detail:
        'La requête enfreint les règles de HTTP/1.1 : vérifiez ses en-têtes et l’indication de sa longueur.',
    },
    request_timeout: {
      title: 'La requête n’est pas arrivée à temps',
      detail: 'Envoyez la requête entière d’un coup, et recommencez si la connexion était lente.',
    },
    unsupported_media_type: {
      title: 'Le type de contenu n’est pas pris en charge',
      detail:
        'Envoyez le corps en JSON, en UTF-8 et sans compression, avec « Content-Type: application/json ».',
    },
    not_found: {
      title: 'Il n’y a rien à cette adresse',
      detail: 'Aucun appel de l’API ne porte cette adresse. La référence, sous /docs, les présente tous.',
    },
    method_not_allowed: {
      title: 'La méthode n’est pas permise ici',
      detail: 'À cette adresse, utilisez {allowed}.',
    },
    idempotency_key_conflict: {
      title: 'Deux clés d’idempotence différentes',
      detail:
        'L’en-tête « Idempotency-Key » est présent deux fois, ou diffère du champ « idempotencyKey ». N’en envoyez qu’un, ou la même valeur dans les deux.',
    },
    idempotency_key_reused: {
      title: 'La clé d’idempotence a déjà servi à autre chose',
      detail:
        'Une requête précédente portait cette clé avec un autre corps. Prenez une nouvelle clé pour une nouvelle requête ; répétez une requête sans la changer.',
    },
    idempotency_key_in_flight: {
      title: 'Une requête portant cette clé d’idempotence est en cours',
      detail: 'Patientez un instant, puis renvoyez la même requête : elle recevra la réponse de la première.',
    },
    invalid_cursor: {
      title: 'Le curseur n’est pas valide',
      detail:
        'Reprenez sans le modifier le « nextCursor » de la page précédente, avec les mêmes filtres, ou recommencez sans curseur.',
    },
    key_missing: {
      title: 'Une clé d’API est nécessaire',
      detail: 'Envoyez l’en-tête « Authorization: Bearer <clé> » avec une clé de l’environnement voulu.',
    },
    key_invalid: {
      title: 'La clé d’API est inconnue',
      detail:
        'Vérifiez que la clé est complète et qu’elle appartient à cette installation. GET /v1/keys énumère les clés.',
    },
    key_revoked: {
      title: 'La clé d’API n’est plus valable',
      detail:
        'Elle a été révoquée, remplacée ou a expiré. Utilisez celle qui lui succède ou créez-en une autre.',
    },
    key_not_permitted: {
      title: 'Cette clé d’API n’a pas ce droit',
      detail:
        'Cet appel demande {scope, select, secret {une clé secrète} other {une clé secrète ou une clé ayant le droit « {scope} »}}.',
    },
    origin_not_allowed: {
      title: 'Les pages de cette origine ne peuvent pas utiliser la clé',
      detail: 'Ajoutez « {origin} » aux origines autorisées de l’environnement avec PATCH /v1/environment.',
    },
    rate_limited: {
      title: 'Trop de requêtes',
      detail:
        'La limite est de {limit} par minute. Patientez {seconds, plural, one {# seconde} other {# secondes}}, puis réessayez.',
    },
    test_only: {
      title: 'Uniquement dans un environnement de test',
      detail: 'Cet appel n’existe pas en mode réel. Utilisez une clé de test.',
    },
    overloaded: {
      title: 'Trop de requêtes sont en attente',
      detail:
        'Le service est à sa limite et n’a rien retenu de cette requête. Réessayez après le délai indiqué par « Retry-After ».',
    },
    unavailable: {
      title: 'Le service est momentanément indisponible',
      detail:
        'Renvoyez la même requête, avec la même clé d’idempotence, après le délai indiqué par « Retry-After ».',
    },
    shutting_down: {
      title: 'Ce processus s’arrête',
      detail:
        'Rien n’a été modifié. Renvoyez la requête : un autre processus, ou celui-ci redémarré, répondra.',
    },
    internal_error: {
      title: 'Une erreur s’est produite de notre côté',
      detail:
        'Rien n’a été modifié. Réessayez ; si l’erreur persiste, communiquez à l’exploitant le « requestId » de cette réponse.',
    },
    catalog_invalid: {
      title: 'Le catalogue contient des erreurs',
      detail:
        'Corrigez ce qui figure dans « errors », puis renvoyez le catalogue entier. Rien n’a été modifié.',
    },
    catalog_missing: {
      title: 'Il n’y a pas encore de catalogue',
      detail: 'Envoyez-en d’abord un avec PUT /v1/catalog.',
    },
    catalog_revision: {
      title: 'Le catalogue a changé',
      detail:
        'Vous attendiez la révision {expected}, et c’est la révision {revision} qui est en vigueur. Relisez le catalogue, puis refaites votre modification.',
    },
    catalog_unconfirmed: {
      title: 'Il ne resterait aucune offre',
      detail:
        'Le catalogue n’a aucune offre, et {customers} abonnements en ont une. Rien n’a été modifié. Si c’est voulu, renvoyez-le avec expectedRevision={revision}.',
    },
    plan_not_found: {
      title: 'Cette offre n’existe pas',
      detail: 'Le catalogue de cet environnement n’a pas d’offre « {plan} ». GET /v1/plans les énumère.',
    },
    plan_archived: {
      title: 'Cette offre n’est plus vendue',
      detail:
        'L’offre « {plan} » est archivée : ceux qui l’ont la gardent, personne d’autre ne peut la prendre. Choisissez-en une autre.',
    },
    plan_in_use: {
      title: 'Cette offre est utilisée',
      detail: 'Des clients ont l’offre « {plan} ». Archivez-la au lieu de la supprimer.',
    },
    plan_exists: {
      title: 'Cette offre existe déjà',
      detail:
        'Il y a déjà une offre « {plan} ». Choisissez un autre identifiant, ou modifiez-la avec PATCH /v1/plans/{plan}.',
    },
    price_not_found: {
      title: 'Ce prix n’existe pas',
      detail:
        '« {plan} » n’a pas de prix pour cette périodicité et cette devise. Choisissez-en un qui existe, ou ajoutez le prix au catalogue.',
    },
    add_on_not_found: {
      title: 'Cette option est introuvable',
      detail:
        '{in, select, subscription {L’abonnement n’a pas l’option « {addOn} ». GET /v1/subscriptions/<id> montre celles qu’il a.} other {Le catalogue de cet environnement n’a pas d’option « {addOn} ».}}',
    },
    feature_not_found: {
      title: 'Cette fonctionnalité n’existe pas',
      detail:
        'Le catalogue de cet environnement n’a pas de fonctionnalité « {feature} ». Vérifiez l’orthographe, ou ajoutez-la avec PUT /v1/catalog.',
    },
    customer_not_found: {
      title: 'Ce client n’existe pas',
      detail:
        'Cet environnement n’a pas de client « {customer} ». Créez-le avec PUT /v1/customers/{customer}.',
    },
    customer_deleted: {
      title: 'Ce client a été supprimé',
      detail:
        'L’identifiant « {customer} » était celui d’un client supprimé et ne peut plus servir. Choisissez-en un autre.',
    },
    customer_exists: {
      title: 'Ce client existe déjà',
      detail:
        'Il y a déjà un client « {customer} ». Choisissez un autre identifiant, ou modifiez-le avec PUT /v1/customers/{customer}.',
    },
    member_not_found: {
      title: 'Ce membre n’existe pas',
      detail:
        'Le client n’a pas de membre « {member} ». Ajoutez-le avec PUT /v1/customers/<client>/members/<membre>.',
    },
    time_zone_unknown: {
      title: 'Ce fuseau horaire est inconnu',
      detail: 'Utilisez un nom de la liste IANA, par exemple « Africa/Dakar » ou « Europe/Paris ».',
    },
    subscription_not_found: {
      title: 'Cet abonnement n’existe pas',
      detail: 'Cet environnement n’a pas d’abonnement « {subscription} ». GET /v1/subscriptions les énumère.',
    },
    subscription_exists: {
      title: 'Le client a déjà un abonnement',
      detail: 'Un client n’a qu’un abonnement à la fois. Modifiez celui qui existe, ou résiliez-le d’abord.',
    },
    subscription_state: {
      title: 'L’abonnement est dans un autre état',
      detail:
        'Cela n’est pas possible tant que l’abonnement est dans l’état « {status} ». Relisez-le et choisissez ce qui convient à son état.',
    },
    subscription_inactive: {
      title: 'L’abonnement n’est pas actif',
      detail:
        'Il faut un abonnement actif ou en période d’essai ; il est dans l’état « {status} ». Activez-le ou reprenez-le d’abord, et réglez ce qui est dû.',
    },
    add_on_kind: {
      title: 'L’option est d’une autre sorte',
      detail:
        '{kind, select, recurring {« {addOn} » se renouvelle avec un abonnement et ne s’achète pas à l’unité. Activez-la avec PUT /v1/subscriptions/<id>/add-ons/{addOn}, ou choisissez une recharge.} other {« {addOn} » se vend à l’unité (une recharge) et ne peut pas faire partie d’un abonnement. Choisissez une option récurrente.}}',
    },
    trial_used: {
      title: 'L’essai a déjà eu lieu',
      detail: 'Ce client a déjà eu un essai. Abonnez-le sans essai (« trialDays » : 0).',
    },
    override_not_found: {
      title: 'Cette dérogation n’existe pas',
      detail:
        'Le client n’a pas de dérogation pour « {feature} ». GET /v1/customers/<id>/overrides énumère les siennes.',
    },
    override_kind: {
      title: 'La dérogation ne convient pas à la fonctionnalité',
      detail:
        'Donnez à « {feature} » la forme de son type : une limite pour les jauges, compteurs et crédits, une valeur pour les réglages, vrai ou faux pour les options simples.',
    },
    grant_not_found: {
      title: 'Cette attribution n’existe pas',
      detail:
        'Le client n’a pas d’attribution « {grant} ». GET /v1/customers/<id>/grants énumère les siennes.',
    },
    grant_kind: {
      title: 'Cette fonctionnalité ne reçoit pas d’attribution',
      detail:
        'Les attributions concernent les compteurs, les crédits et les jauges ; « {feature} » est d’un autre type. Utilisez une dérogation.',
    },
    suspension_not_found: {
      title: 'Le client n’est pas suspendu',
      detail: 'Il n’y a pas de suspension à lever.',
    },
    amount_invalid: {
      title: 'La quantité n’est pas valide',
      detail:
        '{why, select, zero {Elle ne peut pas être 0 : envoyez un montant supérieur à 0 pour donner, inférieur à 0 pour reprendre.} lines_below_zero {Les lignes font moins que zéro. Faites un avoir sur une facture, ou créditez le solde du client.} other {Envoyez un nombre entier d’unités. Avec ce qui est déjà compté, il peut atteindre 9007199254740991, pas davantage.}}',
    },
    feature_kind: {
      title: 'La fonctionnalité est d’un autre type',
      detail:
        '« {feature} » est du type {kind} : cet appel ne s’y applique pas. La référence indique les types acceptés.',
    },
    member_required: {
      title: 'Un membre est nécessaire',
      detail: '« {feature} » est limitée pour chaque membre. Envoyez le champ « member ».',
    },
    member_not_accepted: {
      title: 'Cette fonctionnalité ne se compte pas par membre',
      detail: '« {feature} » appartient au client dans son ensemble. Retirez le champ « member ».',
    },
    reservation_not_found: {
      title: 'Cette réservation n’existe pas',
      detail: 'Cet environnement n’a pas de réservation « {reservation} ».',
    },
    reservation_closed: {
      title: 'La réservation est close',
      detail: 'Elle a été réglée, annulée ou a expiré. Déclarez ce qui a été utilisé avec POST /v1/events.',
    },
    lease_not_found: {
      title: 'Ce bail n’existe pas',
      detail: 'Cet environnement n’a pas de bail « {lease} ».',
    },
    lease_closed: {
      title: 'Le bail est clos',
      detail: 'Il a été rendu ou a expiré. Prenez-en un autre avec POST /v1/leases.',
    },
    event_not_found: {
      title: 'Cet événement n’existe pas',
      detail:
        'Rien n’a été pris sous cet identifiant ou cette clé. Envoyez l’identifiant de l’événement, ou la clé d’idempotence, de ce qui est rendu.',
    },
    release_too_much: {
      title: 'On rendrait plus que ce qui a été pris',
      detail: 'Rendez au plus ce qui reste de ce qui a été pris.',
    },
    event_too_late: {
      title: 'L’événement est trop ancien',
      detail: 'Il a eu lieu avant le premier instant encore accepté. Laissez-le de côté.',
    },
    event_in_future: {
      title: 'L’événement est dans le futur',
      detail: 'Vérifiez l’horloge de la machine qui déclare, et donnez dans « at » un instant passé.',
    },
    test_clock_not_found: {
      title: 'Cette horloge de test n’existe pas',
      detail: 'Cet environnement n’a pas d’horloge de test « {testClock} ». GET /v1/test-clocks les énumère.',
    },
    test_clock_backwards: {
      title: 'Une horloge ne recule pas',
      detail:
        'Choisissez un instant postérieur à celui qu’elle affiche, ou créez une nouvelle horloge de test.',
    },
    test_clock_busy: {
      title: 'L’horloge de test est en train d’avancer',
      detail: 'Attendez que son état soit « ready », puis réessayez.',
    },
    test_clock_too_far: {
      title: 'L’horloge de test avancerait de trop d’un coup',
      detail: 'Avancez-la d’au plus cinq ans par appel.',
    },
    test_clock_in_use: {
      title: 'Des clients vivent à cette horloge de test',
      detail: 'Supprimez d’abord ses clients ; un client ne peut pas changer d’horloge.',
    },
    payment_provider_unknown: {
      title: 'Ce prestataire de paiement n’existe pas',
      detail:
        'Aucun prestataire de paiement « {provider} » n’est configuré dans cet environnement. Vérifiez l’orthographe, ou configurez-le d’abord.',
    },
    currency_change: {
      title: 'La devise ne peut pas changer maintenant',
      detail:
        'Le reste de la période en cours est payé en {current}. Passez à {currency} à la fin de la période (« when » : « period_end »).',
    },
    preview_changed: {
      title: 'Les montants ont changé',
      detail:
        'Quelque chose a changé depuis l’aperçu. Le total est maintenant de {total} en unités mineures. Demandez un nouvel aperçu et confirmez ses montants.',
    },
    preview_token_invalid: {
      title: 'Le jeton d’aperçu n’est pas valable',
      detail:
        'Il a plus de 15 minutes, ou il appartient à une autre demande. Demandez un nouvel aperçu et envoyez son jeton avec les mêmes champs.',
    },
    invoice_not_found: {
      title: 'Cette facture n’existe pas',
      detail:
        '{of, select, customer {Le client n’a pas de facture « {invoice} ». GET /v1/customers/<id>/invoices énumère les siennes.} other {Il n’y a pas de facture « {invoice} » dans cet environnement. GET /v1/invoices les énumère.}}',
    },
    invoice_currency: {
      title: 'La facture est dans une autre devise',
      detail:
        'La facture « {invoice} » est en {expected}, et l’argent en {currency}. Nommez une facture en {currency}, ou aucune : il règle alors ce qui est dû par ailleurs en {currency}, ou rejoint le solde du client.',
    },
    invoice_state: {
      title: 'La facture est dans un autre état',
      detail:
        '{status, select, draft {Cela n’est pas possible avec un brouillon. POST /v1/invoices/<id>/finalise le rend définitif, ou son paiement s’il est une commande ; un brouillon saisi à la main peut être supprimé.} open {Cela n’est pas possible tant que la facture est ouverte. POST /v1/invoices/<id>/void l’annule, POST /v1/invoices/<id>/credit-notes la diminue.} paid {Cela n’est pas possible : la facture est payée. POST /v1/invoices/<id>/credit-notes la crédite, POST /v1/payments/<id>/refunds rend l’argent.} paid_in_part {Cela n’est pas possible : la facture est payée en partie. POST /v1/invoices/<id>/credit-notes la diminue, POST /v1/payments/<id>/refunds rend l’argent.} credited {Cela n’est pas possible : la facture est créditée en partie. POST /v1/invoices/<id>/credit-notes crédite le reste.} void {Cela n’est pas possible : la facture est annulée. POST /v1/invoices en écrit une autre.} uncollectible {Cela n’est pas possible : la facture est irrécouvrable. Elle peut encore être payée (POST /v1/invoices/<id>/pay, POST /v1/payments) ou créditée (POST /v1/invoices/<id>/credit-notes).} disputed {Ce brouillon rend ce que son payeur conteste. DELETE /v1/invoices/<id> le supprime, POST /v1/invoices l’écrit de nouveau : ce qui est contesté attend.} expired {Ce que cette facture devait payer n’est plus donné. POST /v1/invoices/<id>/credit-notes crédite ce qu’il en reste.} credit_note {Cela n’est pas possible avec un avoir. Nommez la facture qu’il crédite.} other {Cela n’est pas possible tant que la facture est « {status} ». Relisez-la avec GET /v1/invoices/<id>.}}',
    },
    link_invalid: {
      title: 'Le lien n’est pas valable',
      detail: 'Il a expiré, ou il est incomplet. Demandez-en un nouveau.',
    },
    document_incomplete: {
      title: 'Le document n’est pas une facture électronique',
      detail:
        'EN 16931 s’y oppose : {gaps}. Ce que chacun signifie, et ce qui peut être fait, figure dans « errors ». Le PDF existe quand même, sans sa partie électronique.',
    },
    invoice_item_not_found: {
      title: 'L’élément n’est pas en attente',
      detail:
        'Aucun élément « {item} » saisi à la main n’attend la prochaine facture. GET /v1/customers/<id>/invoice-items énumère ceux qui attendent.',
    },
    payment_not_found: {
      title: 'Ce paiement n’existe pas',
      detail:
        '{is, select, attempt {Aucun argent n’est entré par la tentative « {payment} ». GET /v1/payment-attempts/{payment} dit où elle en est.} other {Il n’y a pas de paiement « {payment} » dans cet environnement. GET /v1/payments les énumère.}}',
    },
    payment_attempt_not_found: {
      title: 'Cette tentative de paiement n’existe pas',
      detail:
        'Il n’y a pas de tentative de paiement « {attempt} » dans cet environnement. GET /v1/payment-attempts les énumère.',
    },
    payment_exists: {
      title: 'Le paiement est déjà enregistré',
      detail:
        'Un paiement portant la référence « {transaction} » a été enregistré. Utilisez une référence propre.',
    },
    unallocated_payment_not_found: {
      title: 'Cet argent n’existe pas',
      detail:
        'Il n’y a pas d’argent « {payment} » sans destinataire dans cet environnement. GET /v1/unallocated-payments l’énumère.',
    },
    payment_assigned: {
      title: 'Cet argent est déjà attribué',
      detail:
        'Il est devenu le paiement « {payment} ». Si ce n’est pas le bon client, remboursez-le : POST /v1/payments/{payment}/refunds.',
    },
    payment_method_not_found: {
      title: 'Ce moyen de paiement n’existe pas',
      detail:
        'Le client n’a pas de moyen de paiement « {method} ». GET /v1/customers/<id>/payment-methods énumère les siens.',
    },
    payment_method_missing: {
      title: 'Il n’y a pas de moyen de paiement',
      detail:
        'Le client n’a aucun moyen de paiement utilisable. Ajoutez-en un avec POST /v1/customers/{customer}/payment-methods.',
    },
    payment_method_is_default: {
      title: 'C’est le moyen de paiement par défaut',
      detail:
        'Le moyen de secours est débité quand celui par défaut échoue : « {method} » ne peut pas être les deux. Faites d’abord d’un autre celui par défaut : PATCH /v1/customers/<id>/payment-methods/<methodId> avec "isDefault": true.',
    },
    payment_method_unusable: {
      title: 'Le moyen de paiement n’est plus débité',
      detail:
        'Le moyen de paiement « {method} » a expiré, ou sa banque l’a refusé définitivement : un autre serait débité. Nommez cet autre, ou ajoutez celui-ci à nouveau avec POST /v1/customers/{customer}/payment-methods.',
    },
    payment_method_declined: {
      title: 'Le moyen de paiement a été refusé',
      detail:
        'Le prestataire ne l’a pas accepté : {reason}. {sent, select, card {Il a été pris pour une carte : un numéro de téléphone s’envoie avec « kind » : « phone ».} phone {Il a été pris pour un numéro de téléphone : une carte s’envoie avec « kind » : « card ».} other {Utilisez-en un autre.}}',
    },
    payment_declined: {
      title: 'Le paiement a été refusé',
      detail: 'Le débit a échoué : {reason}. Rien d’autre n’a changé. Essayez un autre moyen de paiement.',
    },
    modules_unpaid: {
      title: 'Les modules n’ont pas été payés',
      detail:
        'La facture {invoice} n’a pas été payée et ses modules ont été désactivés. Payez-la d’abord, puis activez le module.',
    },
    payment_in_flight: {
      title: 'Un paiement est en cours',
      detail: 'Un seul paiement d’une facture est en cours à la fois. Attendez son issue.',
    },
    refund_not_found: {
      title: 'Ce remboursement n’existe pas',
      detail:
        'Il n’y a pas de remboursement « {refund} » dans cet environnement. GET /v1/refunds les énumère.',
    },
    refund_too_much: {
      title: 'C’est plus que ce qui a été payé',
      detail: 'En unités mineures, {available} peuvent encore être rendus.',
    },
    refund_state: {
      title: 'Le remboursement est dans un autre état',
      detail:
        '{status, select, failed {Un remboursement échoué le reste, et son argent a rejoint le solde du client. POST /v1/payments/<id>/refunds avec « creditNote » : false renvoie ce qu’il en reste.} other {Cela ne peut pas être enregistré tant que le remboursement est {status, select, created {en cours} started {en cours} pending {en cours} succeeded {effectué} other {« {status} »}}. Relisez-le avec GET /v1/refunds/<id>.}}',
    },
    refund_unsupported: {
      title: 'Ce prestataire ne rembourse pas',
      detail:
        'Les paiements de « {provider} » ne se remboursent pas ainsi. Faites plutôt un avoir sur le solde du client.',
    },
    credit_too_much: {
      title: 'C’est plus que ce qui reste à créditer',
      detail: 'En unités mineures, {available} peuvent encore en être crédités.',
    },
    balance_too_low: {
      title: 'Le solde est trop bas',
      detail: 'En unités mineures, {available} peuvent en être retirés.',
    },
    discount_not_found: {
      title: 'Cette réduction n’existe pas',
      detail:
        'Le client n’a pas de réduction « {discount} », ou elle est terminée. GET /v1/customers/<id>/discounts énumère les siennes.',
    },
    coupon_not_found: {
      title: 'Ce bon de réduction n’existe pas',
      detail: 'Le catalogue n’a pas de bon « {coupon} », ou il est archivé.',
    },
    coupon_ended: {
      title: 'Ce bon ne peut plus être utilisé',
      detail: '« {coupon} » est terminé, ou a été utilisé autant de fois que permis.',
    },
    coupon_used: {
      title: 'Ce bon est déjà utilisé',
      detail: 'Le client a déjà utilisé « {coupon} ».',
    },
    bundle_not_found: {
      title: 'Cette offre groupée est introuvable',
      detail:
        '{in, select, subscription {L’abonnement n’a pas l’offre groupée « {bundle} ».} other {Le catalogue n’a pas d’offre groupée « {bundle} » en vente.}}',
    },
    total_mismatch: {
      title: 'Les totaux diffèrent',
      detail:
        'Vous avez envoyé {sent}, le serveur arrive à {total}, en unités mineures. Montrez au client le montant du serveur et confirmez-le.',
    },
    checkout_not_found: {
      title: 'Cette session de paiement n’existe pas',
      detail:
        'Il n’y a pas de session de paiement « {checkout} » de ce client. POST /v1/checkout-sessions en ouvre une.',
    },
    checkout_closed: {
      title: 'La session de paiement est terminée',
      detail:
        'Elle est {status, select, complete {aboutie} expired {expirée} other {« {status} »}}. Commencez-en une nouvelle.',
    },
    vat_id_invalid: {
      title: 'Le numéro de TVA n’est pas valable',
      detail: '« {vatId} » ne passe pas le contrôle de son pays. Vérifiez la saisie.',
    },
    currency_unknown: {
      title: 'Cette devise n’est pas connue',
      detail: '« {currency} » n’est pas un code actif d’ISO 4217.',
    },
    webhook_refused: {
      title: 'Le webhook a été refusé',
      detail: 'Sa signature n’est pas valable, ou il est trop ancien.',
    },
    site_not_found: {
      title: 'Site inconnu',
      detail:
        'Le client « {customer} » n’a pas de site. Indiquez-en un avec PUT /v1/customers/{customer}/site.',
    },
    webhook_endpoint_not_found: {
      title: 'Point de réception inconnu',
      detail: 'Il n’y a pas de point de réception « {endpoint} ». Listez-les avec GET /v1/webhook-endpoints.',
    },
    webhook_url_refused: {
      title: 'Rien n’est envoyé à cette adresse',
      detail:
        'Indiquez une adresse https sans nom ni mot de passe. Un environnement de test accepte aussi http.',
    },
    delivery_not_found: {
      title: 'Envoi inconnu',
      detail: 'Il n’y a pas d’envoi « {delivery} ». Listez-les avec GET /v1/deliveries.',
    },
    recipient_erased: {
      title: 'Son destinataire a été supprimé',
      detail: 'Le destinataire du courrier « {delivery} » a été supprimé : plus rien ne lui est écrit.',
    },
    api_key_not_found: {
      title: 'Cette clé d’API n’existe pas',
      detail: 'Cet environnement n’a pas de clé « {key} ». GET /v1/keys les énumère.',
    },
    api_key_ended: {
      title: 'Cette clé d’API a pris fin',
      detail:
        'La clé « {key} » a été révoquée, remplacée ou a expiré. Créez-en une nouvelle avec POST /v1/keys.',
    },
  },
  issues: {
    missing: 'Ce champ est obligatoire.',
    type: 'Il faut {expected} ; reçu : {received}.',
    stringTooShort: 'Il faut au moins {minimum, plural, one {# caractère} other {# caractères}}.',
    stringTooLong: 'Il faut au plus {maximum, plural, one {# caractère} other {# caractères}}.',
    numberTooSmall: 'Il faut au moins {minimum}.',
    numberTooBig: 'Il faut au plus {maximum}.',
    listTooShort: 'Il faut au moins {minimum, plural, one {# élément} other {# éléments}}.',
    listTooLong: 'Il faut au plus {maximum, plural, one {# élément} other {# éléments}}.',
    format: 'N’a pas la forme attendue ({format}).',
    options: 'Valeurs possibles : {options}.',
    multiple: 'Il faut un multiple de {divisor}.',
    unknownField: 'Ce champ n’existe pas. Vérifiez son orthographe ou retirez-le.',
    noVariant: 'Ne correspond à aucune des formes permises. La référence, sous /docs, les montre.',
    invalid: 'N’est pas valide.',
  },
  types: {
    string: 'une chaîne de caractères',
    number: 'un nombre',
    int: 'un nombre entier',
    fraction: 'un nombre à virgule',
    boolean: 'vrai ou faux (true, false)',
    array: 'une liste',
    object: 'un objet',
    record: 'un objet',
    null: 'null',
    undefined: 'rien',
    datetime: 'un instant tel que 2026-03-01T00:00:00Z',
    date: 'une date telle que 2026-03-01',
    nan: 'autre chose qu’un nombre',
    NaN: 'autre chose qu’un nombre',
  },
  phrases: {
    'A take counts now. Report what was used at another time with POST /v1/events.':
      'Une prise compte maintenant. Signalez ce qui a été utilisé à un autre moment avec POST /v1/events.',
    'Make it the default or the fallback, not both':
      'Faites-en le moyen par défaut ou celui de secours, pas les deux',
    'Use text in quotes': 'Mettez un texte entre guillemets',
    'Give the street': 'Indiquez la rue',
    'Use an ISO 3166 code such as SN': 'Utilisez un code ISO 3166 tel que SN',
    'Use a decimal number in quotes, such as "12.5"':
      'Mettez un nombre décimal entre guillemets, tel que « 12.5 »',
    'Use "standard", "reduced", or a word of your own in small letters':
      'Utilisez « standard », « reduced » ou un mot à vous en minuscules',
    'A service has a start and a later end': 'Une prestation a un début, et une fin plus tardive',
    'Give an amount, or lines, or neither': 'Indiquez un montant, ou des lignes, ou ni l’un ni l’autre',
    'Only what is issued and not void is an electronic invoice.':
      'Seul ce qui est émis et n’est pas annulé est une facture électronique.',
    'It has no line.': 'Il n’a aucune ligne.',
    'Give the operator a name in the catalog, for the next document on.':
      'Donnez un nom à l’exploitant dans le catalogue, à partir du prochain document.',
    'Give the operator an address with a country in the catalog, for the next document on.':
      'Donnez à l’exploitant une adresse avec un pays dans le catalogue, à partir du prochain document.',
    'Give the operator a tax id in the catalog, for the next document on.':
      'Donnez à l’exploitant un numéro fiscal dans le catalogue, à partir du prochain document.',
    'Give the customer a name, for the next document on.':
      'Donnez un nom au client, à partir du prochain document.',
    'Give the customer’s billing profile an address with a country, for the next document on.':
      'Donnez au profil de facturation du client une adresse avec un pays, à partir du prochain document.',
    'A reverse charge names the customer’s VAT id. Give it to the billing profile, for the next document on.':
      'Une autoliquidation nomme le numéro de TVA du client. Donnez-le au profil de facturation, à partir du prochain document.',
    'A line bears several taxes, and a line of EN 16931 bears one: such a document is never an electronic invoice.':
      'Une ligne porte plusieurs taxes, et une ligne d’EN 16931 n’en porte qu’une : un tel document n’est jamais une facture électronique.',
    'What is outside the scope of the tax stands beside what is not, and EN 16931 wants a document of its own for it.':
      'Ce qui n’est pas soumis à la taxe figure à côté de ce qui l’est, et EN 16931 lui veut un document à part.',
    'A line has no description.': 'Une ligne n’a pas de désignation.',
    'Its figures don’t sum as EN 16931 sums them, so it can not be said in its form.':
      'Ses montants ne s’additionnent pas comme EN 16931 les additionne : il ne peut pas être dit sous cette forme.',
    'Use a date such as 2026-03-01, or a point in time':
      'Utilisez une date telle que 2026-03-01, ou un instant',
    'So many cost more than an invoice can hold.':
      'Une telle quantité coûte plus qu’une facture ne peut contenir.',
    'There is no such date from 1970 on.': 'Cette date n’existe pas à partir de 1970.',
    'Use 1 to 255 of A-Z a-z 0-9 _ . : @ + | = ~ -':
      'Utilisez de 1 à 255 caractères parmi A-Z a-z 0-9 _ . : @ + | = ~ -',
    'An id can be neither "." nor ".."': 'Un identifiant ne peut être ni « . » ni « .. »',
    'At most 50 entries': 'Au plus 50 entrées',
    'At most 100 entries': 'Au plus 100 entrées',
    'Use day, week, month or year, or several, such as "3 months"':
      'Utilisez day, week, month ou year, ou plusieurs, par exemple « 3 months »',
    'Use an origin such as https://app.example.com or http://localhost:*':
      'Utilisez une origine telle que https://app.example.com ou http://localhost:*',
    'A customer joins a test clock when it is created, and stays with it.':
      'Un client rejoint une horloge de test à sa création, et y reste.',
    'Use a BCP 47 language tag such as "fr" or "fr-CI".':
      'Utilisez une étiquette de langue BCP 47, par exemple « fr » ou « fr-CI ».',
    'Order a plan (with its add-ons), or top-ups, or both.':
      'Commandez une offre (avec ses options), ou des recharges, ou les deux.',
    'Money is recorded once it has come in: send a moment that has passed.':
      'L’argent s’enregistre une fois reçu : envoyez un instant passé.',
    'Write at least one line: nothing waits to be billed.':
      'Écrivez au moins une ligne : rien n’attend d’être facturé.',
    'What is bought again starts now.': 'Ce qui est acheté de nouveau commence maintenant.',
    'It is before 1970.': 'C’est avant 1970.',
    'It must be before `to`.': 'Doit être antérieur à `to`.',
    'At most %1 intervals; choose a longer interval.':
      'Au plus %1 intervalles ; choisissez un intervalle plus long.',
    'Use a moment from 1970 to 9999, to the second, such as 2026-03-01T00:00:00Z':
      'Utilisez un instant de 1970 à 9999, à la seconde près, par exemple 2026-03-01T00:00:00Z',
    'Use a moment before the year 7000: what begins there also has to end':
      'Utilisez un instant antérieur à l’an 7000 : ce qui y commence doit aussi finir',
    'The plan counts no quantity of this name.': 'L’offre ne compte aucune quantité de ce nom.',
    'Use 1 to %1 characters.': 'Utilisez de 1 à %1 caractères.',
    'Must lie in the future.': 'Doit être dans le futur.',
    'A restricted key needs at least one scope.': 'Une clé restreinte a besoin d’au moins un droit.',
    'Only a restricted key has scopes.': 'Seule une clé restreinte a des droits.',
    'Lists and objects may be at most 100 deep in one another.':
      'Listes et objets peuvent être imbriqués sur 100 niveaux au plus.',
    'Holds a character that can not be stored: NUL, or half of a surrogate pair.':
      'Contient un caractère qui ne peut pas être enregistré : NUL, ou une moitié de paire de substitution.',
    'A field can not have this name.': 'Un champ ne peut pas porter ce nom.',
    'Send an object with the plan’s fields.': 'Envoyez un objet contenant les champs de l’offre.',
    'Name the use that is given back: its event, or the key it was made under.':
      'Désignez l’utilisation qui est rendue : son événement, ou la clé sous laquelle elle a été faite.',
    'The plan does not count it.': 'L’offre ne le compte pas.',
    'It must be later than now and than startsAt.': 'Doit être postérieur à maintenant et à startsAt.',
    'It must be later than now.': 'Doit être postérieur à maintenant.',
    'It is the allowance of the plan: use an override instead.':
      'C’est l’allocation de l’offre : utilisez une dérogation.',
    'Use "month", "year", "3 months" or the like.':
      'Utilisez « month », « year », « 3 months » ou semblable.',
    'Use an ISO 4217 code such as XOF': 'Utilisez un code ISO 4217, par exemple XOF',
    ...catalogPhrases,
  },
  decisions: {
    ok: 'Autorisé.',
    quota_exceeded:
      '{feature} : {hasLimit, select, no {plus que ce qui peut être compté} other {il reste {remaining} sur {limit}}}{hasPlan, select, yes { avec l’offre {plan}} other {}}, pour une demande de {amount}.',
    feature_not_included: '{feature} n’est pas compris dans l’offre.',
    insufficient_credits: 'Les crédits ne suffisent pas : il reste {remaining} pour {feature}.',
    tenant_suspended: 'Compte suspendu',
    subscription_cancelled: 'Souscription annulée',
    payment_required: 'Paiement requis',
    trial_expired: 'Période d’essai expirée',
    subscription_inactive: 'L’abonnement n’est pas actif.',
    no_subscription: 'Il n’y a pas d’abonnement.',
  },
  reasons: {
    account_closed: 'le compte qui devait le recevoir est clos',
    address_refused: 'l’adresse du site n’est pas de celles qu’on interroge',
    answer_invalid: 'la réponse du site ne contient pas de nombre lisible',
    authentication_failed: 'il n’a pas été confirmé',
    card_declined: 'la carte a été refusée',
    card_network_limit: 'la carte a été essayée aussi souvent que les réseaux de cartes le permettent',
    connection_failed: 'le site n’a pas pu être joint',
    declined: 'le prestataire n’a pas donné de motif',
    expired_card: 'la carte a expiré',
    fraudulent: 'le payeur dit qu’un autre l’a fait',
    http_status: 'le site a répondu par une erreur',
    instrument_unknown: 'il n’y est pas connu',
    insufficient_funds: 'les fonds sont insuffisants',
    kind_not_supported: 'il ne prend pas ce type de moyen de paiement',
    method_detached: 'le moyen de paiement a été retiré',
    method_unknown: 'le moyen de paiement n’y est pas connu',
    name_not_found: 'le nom du site est inconnu',
    redirected: 'le site renvoie ailleurs',
    refused: 'le prestataire n’a pas donné de motif',
    refused_by_payer: 'le payeur a refusé',
    stolen_card: 'la carte est déclarée volée',
    timed_out: 'le site n’a pas répondu à temps',
    tls_failed: 'la connexion au site n’est pas sûre',
  },
  reference: {
    title: 'Référence de l’API',
    skip: 'Aller au texte',
    calls: 'Appels',
    errors: 'Codes d’erreur',
    introduction: [
      'JSON sur HTTP. Envoyez `Authorization: Bearer <clé>` : une clé appartient à l’environnement de test ou au réel, et les deux ne partagent rien. Un champ inconnu est refusé, pour qu’une faute de frappe ne passe pas inaperçue.',
      'Les identifiants des clients, membres, fonctionnalités, offres et options sont les vôtres : de 1 à 255 caractères parmi `A-Z a-z 0-9 _ . : @ + | = ~ -`. Les instants sont en ISO 8601, les quantités en nombres entiers.',
      'Envoyez une `Idempotency-Key` avec chaque POST, et la même quand vous le répétez : une requête répétée n’a d’effet qu’une fois et reçoit la réponse de la première, signalée par `Idempotent-Replayed: true`.',
      'Une limite atteinte est une réponse, pas une erreur : 200 avec `allowed: false`. Les listes commencent par le plus récent ; passez `nextCursor` dans `cursor` pour la page suivante. `RateLimit` dit ce qu’il reste de la limite de votre clé.',
    ],
    errorsIntroduction:
      'Les erreurs sont en `application/problem+json` avec `code`, `title`, `detail`, `requestId`, et `errors` avec une entrée par champ, dans la langue de `Accept-Language` (`en`, `fr`). Un code ne change jamais de sens.',
    scope: 'Droit',
    publishable: 'une clé publiable peut l’appeler',
    testOnly: 'environnements de test uniquement',
    path: 'Dans le chemin',
    query: 'Paramètres',
    body: 'Corps',
    required: 'obligatoire',
    example: 'Exemple',
    answer: (status) => `Réponse ${status}`,
  },
  documents: {
    invoice: 'Facture',
    creditNote: 'Avoir',
    draft: 'Brouillon',
    void: 'Annulée',
    number: 'Numéro',
    issued: 'Date d’émission',
    due: 'Échéance',
    period: 'Période',
    credits: 'Avoir sur la facture',
    customer: 'Facturé à',
    taxIds: { vat: 'N° de TVA', siren: 'SIREN', siret: 'SIRET', ninea: 'NINEA' },
    span: 'du {from} au {to}',
    description: 'Désignation',
    quantity: 'Quantité',
    unitPrice: 'Prix unitaire',
    tax: 'Taxe',
    amount: 'Montant ({currency})',
    lineMinimum: '{description} – complément jusqu’au minimum convenu',
    lineCredit: '{description} – crédit',
    lineDiscount: 'Remise : {amount}',
    coupons:
      '{count, plural, one {Remise accordée au titre de} other {Remises accordées au titre de}} {names}.',
    lineInclusive: 'Prix toutes taxes comprises : {amount}',
    subtotal: 'Sous-total',
    discount: 'Remise',
    net: 'Total hors taxes',
    taxOn: '{name} {percent} sur {taxable}',
    total: 'Total',
    fromBalance: 'Imputé sur votre solde',
    credited: 'Avoirs',
    toInvoice: 'Imputé sur la facture',
    paidBack: 'Remboursé',
    toBalance: 'Porté à votre solde',
    paid: 'Payé',
    amountDue: 'Reste à payer',
    reverseCharge: 'Autoliquidation : la taxe est due par le client.',
    exempt: 'Exonéré de taxe.',
    outsideScope: 'Non soumis à la taxe.',
    payment: 'Règlement',
    quote: 'Indiquez la référence {reference}, afin que nous reconnaissions votre paiement.',
    payableOnReceipt: 'Payable à réception.',
    creditTerms: 'Le montant est imputé sur la facture ou sur votre solde, ou vous est remboursé.',
    roundedForExchange:
      'La partie électronique compte deux décimales ; le total exact est de {total}, le reste à payer de {due}.',
    page: 'Page {page} sur {pages}',
  },
  letters,
  welcome: {
    title: 'Tollkeeper fonctionne',
    lead: 'Il répond à deux questions : ce client peut-il faire ceci maintenant, et que doit ce client ?',
    reference: 'Référence de l’API',
    openapi: 'Document OpenAPI',
    llms: 'Texte court pour les modèles de langage',
    health: 'Santé',
    tryIt: 'Interrogez-le avec une de vos clés :',
  },
}
