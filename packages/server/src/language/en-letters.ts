import type { Facts, Letters } from './letters.ts'

/** With the words around it, or nothing. */
const given = (value: string | undefined, write: (value: string) => string): string =>
  value === undefined ? '' : write(value)

const feature = (facts: Facts) => facts.feature ?? 'your plan'
const whose = ({ member }: Facts) => given(member, (name) => ` (member ${name})`)
const invoice = ({ number }: Facts) => given(number, (text) => ` ${text}`)
const ofAmount = ({ amount }: Facts) => given(amount, (text) => ` of ${text}`)

const counted = ({ used, limit }: Facts) =>
  used === undefined || limit === undefined ? [] : [`Used: ${used} of ${limit}.`]
const renewal = ({ resetsAt }: Facts) => (resetsAt === undefined ? [] : [`It starts afresh on ${resetsAt}.`])
const upgrade = ({ upgrade: offer }: Facts) =>
  offer === undefined
    ? []
    : [`The ${offer.plan} plan${given(offer.limit, (text) => ` includes ${text} and`)} costs ${offer.price}.`]

const quantities = (facts: Facts) =>
  (facts.quantities ?? []).map(({ name, before, after }) => `${name}: ${before} → ${after}`)

const reminder = (facts: Facts) =>
  `Invoice${invoice(facts)}${ofAmount(facts)}${given(facts.dueAt, (date) => `, due on ${date},`)}`

export const letters: Letters = {
  greeting: (reader) => `Hello ${reader},`,
  closing: ({ operator }) => operator,
  colon: ': ',
  testNote: 'This is a letter of a test environment.',
  wordings: {
    threshold: (facts) => ({
      subject: `${feature(facts)}: ${facts.percent ?? 'much'} used`,
      paragraphs: [
        `You have used ${facts.percent ?? 'much'} of ${feature(facts)}${whose(facts)}.`,
        ...counted(facts),
        ...renewal(facts),
        ...upgrade(facts),
      ],
    }),
    limit_reached: (facts) => ({
      subject: `${feature(facts)}: the limit is reached`,
      paragraphs: [
        `All of ${feature(facts)} is used${whose(facts)}.`,
        ...counted(facts),
        ...renewal(facts),
        ...upgrade(facts),
      ],
    }),
    refused: (facts) => ({
      subject: `${feature(facts)}: refused, because the limit is reached`,
      paragraphs: [
        `A request for ${feature(facts)} was refused: there is not enough left. You hear of this at most once an hour.`,
        ...counted(facts),
        ...renewal(facts),
        ...upgrade(facts),
      ],
    }),
    trial_ending: (facts) => ({
      subject: `Your trial ends${given(facts.date, (date) => ` on ${date}`)}`,
      paragraphs: [
        `Your trial${given(facts.plan, (plan) => ` of ${plan}`)} ends${given(facts.date, (date) => ` on ${date}`)}.`,
        ...(facts.converts === undefined
          ? []
          : [
              facts.converts ? 'It goes on as a subscription, at its price.' : 'Subscribe to go on after it.',
            ]),
      ],
    }),
    trial_ended: (facts) => ({
      subject: 'Your trial has ended',
      paragraphs: [
        `Your trial${given(facts.plan, (plan) => ` of ${plan}`)} has ended. Your data is kept; subscribe to go on.`,
      ],
    }),
    subscription_activated: (facts) => ({
      subject: 'Your subscription is active',
      paragraphs: [`Your subscription${given(facts.plan, (plan) => ` to ${plan}`)} is active. Thank you.`],
    }),
    subscription_changed: (facts) => ({
      subject: 'Your subscription has changed',
      paragraphs: [
        facts.previousPlan === undefined
          ? `Your subscription${given(facts.plan, (plan) => ` to ${plan}`)} has changed.`
          : `Your subscription has changed from ${facts.previousPlan}${given(facts.plan, (plan) => ` to ${plan}`)}.`,
        ...quantities(facts),
      ],
    }),
    subscription_canceled: (facts) => ({
      subject: 'Your subscription has ended',
      paragraphs: [
        `Your subscription${given(facts.plan, (plan) => ` to ${plan}`)} was canceled and has ended.`,
      ],
    }),
    invoice_issued: (facts) => ({
      subject: `Invoice${invoice(facts)} from ${facts.operator}`,
      paragraphs: [
        `Here is your invoice${invoice(facts)}${ofAmount(facts)}${given(facts.dueAt, (date) => `, due on ${date}`)}.`,
      ],
      action: 'See the invoice',
    }),
    payment_received: (facts) => ({
      subject: 'We have received your payment',
      paragraphs: [
        `We have received your payment${ofAmount(facts)}${given(facts.number, (text) => ` for invoice ${text}`)}. Thank you.`,
        ...(facts.paid ?? []).map(({ number: text, amount }) => `Invoice ${text}: ${amount}`),
        ...(facts.toBalance === undefined ? [] : [`${facts.toBalance} of it is on your balance with us.`]),
      ],
    }),
    payment_failed: (facts) => ({
      subject: `Your payment${given(facts.number, (text) => ` for invoice ${text}`)} has failed`,
      paragraphs: [
        `Your payment${ofAmount(facts)} has failed. Please check your payment method.`,
        ...(facts.date === undefined ? [] : [`We try again on ${facts.date}.`]),
      ],
      action: 'Pay now',
    }),
    action_required: (facts) => ({
      subject: 'Please confirm your payment',
      paragraphs: [`Your payment${ofAmount(facts)} waits for you to confirm it.`],
      action: 'Confirm the payment',
    }),
    pay_by_hand: (facts) => ({
      subject: `How to pay${given(facts.number, (text) => ` invoice ${text}`)}${given(facts.amount, (text) => `: ${text}`)}`,
      paragraphs: [
        `We await your payment${ofAmount(facts)}${given(facts.number, (text) => ` for invoice ${text}`)}${given(facts.dueAt, (date) => `, due on ${date}`)}.`,
        ...(facts.instructions === undefined ? [] : [facts.instructions]),
        ...(facts.reference === undefined
          ? []
          : [`Please quote ${facts.reference}, so that we recognise your payment.`]),
      ],
      action: 'See what is to be paid',
    }),
    reminder_friendly: (facts) => ({
      subject: `Reminder: invoice${invoice(facts)} is open`,
      paragraphs: [
        `${reminder(facts)} is not paid yet. It may have slipped your mind; if you have paid in the meantime, please ignore this letter.`,
      ],
      action: 'Pay now',
    }),
    reminder_urgent: (facts) => ({
      subject: `Urgent: invoice${invoice(facts)} is overdue`,
      paragraphs: [`${reminder(facts)} is overdue. Please pay it now.`],
      action: 'Pay now',
    }),
    reminder_warning: (facts) => ({
      subject: `Your account is about to be suspended: invoice${invoice(facts)}`,
      paragraphs: [
        `${reminder(facts)} is still not paid. Without payment your account is suspended${given(
          facts.date,
          (date) => ` on ${date}`,
        )}.`,
      ],
      action: 'Pay now',
    }),
    reminder_final: (facts) => ({
      subject: `Last notice: invoice${invoice(facts)}`,
      paragraphs: [`${reminder(facts)} remains unpaid. This is our last notice.`],
      action: 'Pay now',
    }),
    suspended: (facts) => ({
      subject: `Your account is suspended${given(facts.number, (text) => `: invoice ${text}`)}`,
      paragraphs: [
        'Your account is suspended. Your data is kept.',
        ...(facts.number === undefined
          ? []
          : [`${reminder(facts)} is not paid. Pay it to open the account again.`]),
      ],
      action: 'Pay now',
    }),
    limited: (facts) => ({
      subject: `Your account is limited${given(facts.number, (text) => `: invoice ${text}`)}`,
      paragraphs: [
        'You can use your account only in part. Your data is kept.',
        ...(facts.number === undefined
          ? []
          : [`${reminder(facts)} is not paid. Pay it to have everything back.`]),
      ],
      action: 'Pay now',
    }),
    restored: () => ({
      subject: 'Your account is open again',
      paragraphs: ['Your account is open again. Thank you.'],
    }),
    payment_method_expiring: (facts) => ({
      subject: 'Your payment method is about to expire',
      paragraphs: [
        `Your payment method${given(facts.paymentMethod, (name) => ` ${name}`)} expires${given(
          facts.month,
          (month) => ` at the end of ${month}`,
        )}. Please add another one.`,
      ],
    }),
    refunded: (facts) => ({
      subject: 'You have been refunded',
      paragraphs: [
        `We have paid back${given(facts.amount, (amount) => ` ${amount}`) || ' your payment'} to you.`,
      ],
    }),
    credit_note_issued: (facts) => ({
      subject: `Credit note${invoice(facts)} from ${facts.operator}`,
      paragraphs: [`Here is your credit note${invoice(facts)}${ofAmount(facts)}.`],
      action: 'See the credit note',
    }),
    dispute_opened: (facts) => ({
      subject: `A payment of ${facts.customer} is disputed`,
      paragraphs: [
        `A payment${ofAmount(facts)} by ${facts.customer} is disputed${given(facts.reason, (text) => `: ${text}`)}.`,
        ...(facts.date === undefined ? [] : [`Send your evidence to the payment provider by ${facts.date}.`]),
      ],
    }),
    refund_failed: (facts) => ({
      subject: `A refund to ${facts.customer} has failed`,
      paragraphs: [
        `The refund${ofAmount(facts)} to ${facts.customer} has failed${given(facts.reason, (text) => `: ${text}`)}. The money is yours again; pay it back another way.`,
      ],
    }),
    payment_unallocated: (facts) => ({
      subject: 'A payment belongs to nobody',
      paragraphs: [
        `A payment${ofAmount(facts)} came in that belongs to no invoice we know. Find out whose it is, and say so: \`GET /v1/unallocated-payments\` lists it, \`POST …/assign\` gives it to a customer.`,
      ],
    }),
    problems_found: (facts) => ({
      subject: `The nightly examination found ${given(facts.findings, (count) => `${count} `)}problems`,
      paragraphs: [
        `The nightly examination of the books found ${given(facts.findings, (count) => `${count} `)}problems. \`tollkeeper doctor\` names each of them.`,
      ],
    }),
    seats_sync_failed: (facts) => ({
      subject: `Seats of ${facts.customer} could not be counted`,
      paragraphs: [
        `The seats of ${facts.customer} could not be counted${given(facts.reason, (text) => `: ${text}`)}.`,
      ],
    }),
  },
}
