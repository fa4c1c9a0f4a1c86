import type { Facts, Letters } from './letters.ts'

/** Avec les mots qui l'entourent, ou rien. */
const given = (value: string | undefined, write: (value: string) => string): string =>
  value === undefined ? '' : write(value)

const feature = (facts: Facts) => facts.feature ?? 'votre offre'
const whose = ({ member }: Facts) => given(member, (name) => ` (membre ${name})`)
const number = (facts: Facts) => given(facts.number, (text) => ` ${text}`)
/** « de » s’élide devant une voyelle ; un h peut être aspiré, il garde « de ». */
const de = (name: string) => (/^[aeiouyàâäéèêëîïôöùûüœæ]/i.test(name) ? `d’${name}` : `de ${name}`)
const ofAmount = ({ amount }: Facts) => given(amount, (text) => ` de ${text}`)

const counted = ({ used, limit }: Facts) =>
  used === undefined || limit === undefined ? [] : [`Utilisé : ${used} sur ${limit}.`]
const renewal = ({ resetsAt }: Facts) =>
  resetsAt === undefined ? [] : [`Le compteur repart de zéro le ${resetsAt}.`]
const upgrade = ({ upgrade: offer }: Facts) =>
  offer === undefined
    ? []
    : [`L’offre ${offer.plan}${given(offer.limit, (text) => ` comprend ${text} et`)} coûte ${offer.price}.`]

const reminder = (facts: Facts) =>
  `La facture${number(facts)}${ofAmount(facts)}${given(facts.dueAt, (date) => `, à régler au plus tard le ${date},`)}`

const quantities = (facts: Facts) =>
  (facts.quantities ?? []).map(({ name, before, after }) => `${name} : ${before} → ${after}`)

export const letters: Letters = {
  greeting: (reader) => `Bonjour ${reader},`,
  closing: ({ operator }) => operator,
  colon: ' : ',
  testNote: 'Ce courrier provient d’un environnement de test.',
  wordings: {
    threshold: (facts) => ({
      subject: `${feature(facts)} : ${facts.percent ?? 'une grande part'} utilisés`,
      paragraphs: [
        `Vous avez utilisé ${facts.percent ?? 'une grande part'} de ${feature(facts)}${whose(facts)}.`,
        ...counted(facts),
        ...renewal(facts),
        ...upgrade(facts),
      ],
    }),
    limit_reached: (facts) => ({
      subject: `${feature(facts)} : la limite est atteinte`,
      paragraphs: [
        `La limite de ${feature(facts)} est atteinte${whose(facts)}.`,
        ...counted(facts),
        ...renewal(facts),
        ...upgrade(facts),
      ],
    }),
    refused: (facts) => ({
      subject: `${feature(facts)} : demande refusée, la limite est atteinte`,
      paragraphs: [
        `Une demande pour ${feature(facts)} a été refusée : il n’en reste pas assez. Nous vous en informons au plus une fois par heure.`,
        ...counted(facts),
        ...renewal(facts),
        ...upgrade(facts),
      ],
    }),
    trial_ending: (facts) => ({
      subject: `Votre essai se termine${given(facts.date, (date) => ` le ${date}`)}`,
      paragraphs: [
        `Votre essai${given(facts.plan, (plan) => ` de l’offre ${plan}`)} se termine${given(facts.date, (date) => ` le ${date}`)}.`,
        ...(facts.converts === undefined
          ? []
          : [
              facts.converts
                ? 'Il se poursuit par un abonnement, au prix de celui-ci.'
                : 'Abonnez-vous pour continuer ensuite.',
            ]),
      ],
    }),
    trial_ended: (facts) => ({
      subject: 'Votre essai est terminé',
      paragraphs: [
        `Votre essai${given(facts.plan, (plan) => ` de l’offre ${plan}`)} est terminé. Vos données sont conservées ; abonnez-vous pour continuer.`,
      ],
    }),
    subscription_activated: (facts) => ({
      subject: 'Votre abonnement est actif',
      paragraphs: [`Votre abonnement${given(facts.plan, (plan) => ` à l’offre ${plan}`)} est actif. Merci.`],
    }),
    subscription_changed: (facts) => ({
      subject: 'Votre abonnement a changé',
      paragraphs: [
        facts.previousPlan === undefined
          ? `Votre abonnement${given(facts.plan, (plan) => ` à l’offre ${plan}`)} a changé.`
          : `Votre abonnement a changé, de l’offre ${facts.previousPlan}${given(
              facts.plan,
              (plan) => ` à l’offre ${plan}`,
            )}.`,
        ...quantities(facts),
      ],
    }),
    subscription_canceled: (facts) => ({
      subject: 'Votre abonnement a pris fin',
      paragraphs: [
        `Votre abonnement${given(facts.plan, (plan) => ` à l’offre ${plan}`)} a été résilié et a pris fin.`,
      ],
    }),
    invoice_issued: (facts) => ({
      subject: `Facture${number(facts)} ${de(facts.operator)}`,
      paragraphs: [
        `Voici votre facture${number(facts)}${ofAmount(facts)}${given(facts.dueAt, (date) => `, à régler au plus tard le ${date}`)}.`,
      ],
      action: 'Voir la facture',
    }),
    payment_received: (facts) => ({
      subject: 'Nous avons reçu votre paiement',
      paragraphs: [
        `Nous avons reçu votre paiement${ofAmount(facts)}${given(facts.number, (text) => ` pour la facture ${text}`)}. Merci.`,
        ...(facts.paid ?? []).map(({ number: text, amount }) => `Facture ${text} : ${amount}`),
        ...(facts.toBalance === undefined ? [] : [`${facts.toBalance} sont portés à votre solde chez nous.`]),
      ],
    }),
    payment_failed: (facts) => ({
      subject: `Votre paiement${given(facts.number, (text) => ` de la facture ${text}`)} a échoué`,
      paragraphs: [
        `Votre paiement${ofAmount(facts)} a échoué. Vérifiez votre moyen de paiement.`,
        ...(facts.date === undefined ? [] : [`Nous réessaierons le ${facts.date}.`]),
      ],
      action: 'Payer maintenant',
    }),
    action_required: (facts) => ({
      subject: 'Confirmez votre paiement',
      paragraphs: [`Votre paiement${ofAmount(facts)} attend votre confirmation.`],
      action: 'Confirmer le paiement',
    }),
    pay_by_hand: (facts) => ({
      subject: `Comment régler${given(facts.number, (text) => ` la facture ${text}`)}${given(facts.amount, (text) => ` : ${text}`)}`,
      paragraphs: [
        `Nous attendons votre règlement${ofAmount(facts)}${given(facts.number, (text) => ` pour la facture ${text}`)}${given(facts.dueAt, (date) => `, à effectuer au plus tard le ${date}`)}.`,
        ...(facts.instructions === undefined ? [] : [facts.instructions]),
        ...(facts.reference === undefined
          ? []
          : [`Indiquez la référence ${facts.reference}, afin que nous reconnaissions votre paiement.`]),
      ],
      action: 'Voir ce qui est à régler',
    }),
    reminder_friendly: (facts) => ({
      subject: `Rappel : la facture${number(facts)} est en attente`,
      paragraphs: [
        `${reminder(facts)} n’est pas encore payée. C’est peut-être un oubli ; si vous avez payé entre-temps, ne tenez pas compte de ce courrier.`,
      ],
      action: 'Payer maintenant',
    }),
    reminder_urgent: (facts) => ({
      subject: `Urgent : la facture${number(facts)} est en retard`,
      paragraphs: [`${reminder(facts)} est en retard. Merci de la régler dès maintenant.`],
      action: 'Payer maintenant',
    }),
    reminder_warning: (facts) => ({
      subject: `Votre compte va être suspendu : facture${number(facts)}`,
      paragraphs: [
        `${reminder(facts)} n’est toujours pas payée. Sans paiement, votre compte sera suspendu${given(
          facts.date,
          (date) => ` le ${date}`,
        )}.`,
      ],
      action: 'Payer maintenant',
    }),
    reminder_final: (facts) => ({
      subject: `Dernier avis : facture${number(facts)}`,
      paragraphs: [`${reminder(facts)} reste impayée. Ceci est notre dernier avis.`],
      action: 'Payer maintenant',
    }),
    suspended: (facts) => ({
      subject: `Votre compte est suspendu${given(facts.number, (text) => ` : facture ${text}`)}`,
      paragraphs: [
        'Votre compte est suspendu. Vos données sont conservées.',
        ...(facts.number === undefined
          ? []
          : [`${reminder(facts)} reste impayée. Réglez-la pour le rétablir.`]),
      ],
      action: 'Payer maintenant',
    }),
    limited: (facts) => ({
      subject: `Votre compte est limité${given(facts.number, (text) => ` : facture ${text}`)}`,
      paragraphs: [
        'Vous ne pouvez utiliser votre compte qu’en partie. Vos données sont conservées.',
        ...(facts.number === undefined
          ? []
          : [`${reminder(facts)} reste impayée. Réglez-la pour tout retrouver.`]),
      ],
      action: 'Payer maintenant',
    }),
    restored: () => ({
      subject: 'Votre compte est rétabli',
      paragraphs: ['Votre compte est rétabli. Merci.'],
    }),
    payment_method_expiring: (facts) => ({
      subject: 'Votre moyen de paiement arrive à expiration',
      paragraphs: [
        `Votre moyen de paiement${given(facts.paymentMethod, (name) => ` ${name}`)} expire${given(
          facts.month,
          (month) => ` fin ${month}`,
        )}. Merci d’en ajouter un autre.`,
      ],
    }),
    refunded: (facts) => ({
      subject: 'Vous avez été remboursé',
      paragraphs: [`Nous vous avons remboursé${given(facts.amount, (amount) => ` ${amount}`)}.`],
    }),
    credit_note_issued: (facts) => ({
      subject: `Avoir${number(facts)} ${de(facts.operator)}`,
      paragraphs: [`Voici votre avoir${number(facts)}${ofAmount(facts)}.`],
      action: 'Voir l’avoir',
    }),
    dispute_opened: (facts) => ({
      subject: `Un paiement ${de(facts.customer)} est contesté`,
      paragraphs: [
        `Un paiement${ofAmount(facts)}, fait par ${facts.customer}, est contesté${given(facts.reason, (text) => ` : ${text}`)}.`,
        ...(facts.date === undefined
          ? []
          : [`Envoyez vos preuves au prestataire de paiement au plus tard le ${facts.date}.`]),
      ],
    }),
    refund_failed: (facts) => ({
      subject: `Un remboursement à ${facts.customer} a échoué`,
      paragraphs: [
        `Le remboursement${ofAmount(facts)} à ${facts.customer} a échoué${given(facts.reason, (text) => ` : ${text}`)}. L’argent vous est revenu ; remboursez d’une autre manière.`,
      ],
    }),
    payment_unallocated: (facts) => ({
      subject: 'Un paiement n’appartient à personne',
      paragraphs: [
        `Un paiement${ofAmount(facts)} est arrivé sans correspondre à aucune facture connue. Retrouvez à qui il est et dites-le : \`GET /v1/unallocated-payments\` l’énumère, \`POST …/assign\` l’attribue à un client.`,
      ],
    }),
    problems_found: (facts) => ({
      subject: `L’examen de la nuit a trouvé ${facts.findings ?? 'des'} problèmes`,
      paragraphs: [
        `L’examen des livres de cette nuit a trouvé ${facts.findings ?? 'des'} problèmes. \`tollkeeper doctor\` nomme chacun d’eux.`,
      ],
    }),
    seats_sync_failed: (facts) => ({
      subject: `Les sièges ${de(facts.customer)} n’ont pas pu être comptés`,
      paragraphs: [
        `Les sièges ${de(facts.customer)} n’ont pas pu être comptés${given(facts.reason, (text) => ` : ${text}`)}.`,
      ],
    }),
  },
}
