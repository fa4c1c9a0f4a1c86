/** From an event and the names of what it is about to the facts of a letter, written in its language. */
import { exponentOf, isCurrency } from '../../../domain/money/index.ts'
import type { Instant } from '../../../domain/time/instant.ts'
import { parseInstant } from '../../../domain/time/instant.ts'
import { correctDate } from '../../../language/dates.ts'
import { sayReason } from '../../../language/format.ts'
import { chooseLanguage } from '../../../language/index.ts'
import type { LanguageTag } from '../../../language/index.ts'
import { formatMoney } from '../../../language/money.ts'
import type { Facts } from '../../../language/letters.ts'

export interface FactSource {
  payload: Record<string, unknown>
  customer: string
  operator: string
  timeZone: string
  language: LanguageTag
  /** To the document that it is about, where a reader can be sent to it. */
  link?: string | undefined
  /** The display names of features and plans, by the caller's ids. */
  featureName(key: string): string
  planName(key: string): string
}

/** The language of a locale such as `fr-SN`. */
export const languageOf = (locale: string): LanguageTag => chooseLanguage(locale.replaceAll('_', '-'))

export function factsOf(source: FactSource): Facts {
  const { payload } = source
  const currency = textIn(payload, 'currency')
  const money = (amountMinor: number | undefined, of = currency) =>
    amountMinor === undefined || of === undefined || !isCurrency(of)
      ? undefined
      : formatMoney(source.language, amountMinor, of, exponentOf(of))
  const feature = textIn(payload, 'feature')
  const plan = textIn(payload, 'plan')
  const previousPlan = textIn(payload, 'previousPlan')
  const paid = paidIn(payload)
  const toBalanceMinor = numberIn(payload, 'toBalanceMinor') ?? 0
  return {
    customer: source.customer,
    operator: source.operator,
    feature: feature === undefined ? undefined : source.featureName(feature),
    member: textIn(payload, 'member'),
    percent: percentOf(source, payload.threshold),
    used: numberText(source, payload.used),
    limit: numberText(source, payload.limit),
    resetsAt: dateOf(source, textIn(payload, 'resetsAt', 'windowEnd')),
    upgrade: upgradeOf(source, payload.upgrade),
    plan: plan === undefined ? undefined : source.planName(plan),
    converts: typeof payload['converts'] === 'boolean' ? payload['converts'] : undefined,
    previousPlan:
      previousPlan === undefined || previousPlan === plan ? undefined : source.planName(previousPlan),
    quantities: quantitiesOf(source, payload.previousQuantities, payload.quantities),
    date:
      lastDayOf(source, textIn(payload, 'trialEndAt')) ??
      dateOf(
        source,
        textIn(payload, 'nextAttemptAt', 'suspensionAt', 'expiresAt', 'cancelAt', 'evidenceDueAt'),
      ),
    amount: money(numberIn(payload, 'amountDueMinor', 'amountMinor', 'totalMinor')),
    number: textIn(payload, 'number', 'invoiceNumber') ?? (paid.length === 1 ? paid[0]?.number : undefined),
    paid:
      paid.length > 1
        ? paid.map(({ number, amountMinor }) => ({ number, amount: money(amountMinor) ?? '' }))
        : undefined,
    toBalance: toBalanceMinor > 0 ? money(toBalanceMinor) : undefined,
    dueAt: dateOf(source, textIn(payload, 'dueAt')),
    reason: reasonOf(source),
    findings: numberText(source, payload.findings),
    paymentMethod: textIn(payload, 'label', 'description'),
    instructions: textIn(instructionsIn(payload), 'text'),
    reference: textIn(instructionsIn(payload), 'reference'),
    month: monthOf(source, textIn(payload, 'expires')),
    url: linkIn(payload, 'url') ?? source.link,
  }
}

type Payload = Record<string, unknown>

/** The first of these that is a text. */
function textIn(payload: Payload, ...names: string[]): string | undefined {
  for (const name of names) {
    const value = payload[name]
    if (typeof value === 'string' && value !== '') return value
  }
  return undefined
}

/** Of a refund, why it failed; why it was made is said by whoever made it. */
function reasonOf({ payload, language }: FactSource): string | undefined {
  const reason = textIn(payload, 'failure', 'reason')
  return reason === undefined ? undefined : sayReason(language, reason)
}

/** Where money went, as far as that has numbers. */
function paidIn({ allocations }: Payload): { number: string; amountMinor: number }[] {
  if (!Array.isArray(allocations)) return []
  return allocations.flatMap(({ number, amountMinor }: Payload) =>
    typeof number === 'string' && typeof amountMinor === 'number' ? [{ number, amountMinor }] : [],
  )
}

const instructionsIn = ({ instructions }: Payload): Payload =>
  typeof instructions === 'object' && instructions !== null ? (instructions as Payload) : {}

function numberIn(payload: Payload, ...names: string[]): number | undefined {
  for (const name of names) {
    const value = payload[name]
    if (typeof value === 'number') return value
  }
  return undefined
}

/** Only what a reader may safely follow. */
function linkIn(payload: Payload, ...names: string[]): string | undefined {
  const text = textIn(payload, ...names)
  return text !== undefined && /^https?:\/\//.test(text) ? text : undefined
}

const numberText = ({ language }: FactSource, value: unknown): string | undefined =>
  typeof value === 'number' ? new Intl.NumberFormat(language).format(value) : undefined

const percentOf = ({ language }: FactSource, value: unknown): string | undefined =>
  typeof value === 'number'
    ? new Intl.NumberFormat(language, { style: 'percent' }).format(value / 100)
    : undefined

function dateOf(source: FactSource, text: string | undefined): string | undefined {
  const instant: Instant | null = text === undefined ? null : parseInstant(text)
  return instant === null ? undefined : dateText(source, instant)
}

/** The last day of what ends at a moment: what ends at midnight is over on the day before. */
function lastDayOf(source: FactSource, text: string | undefined): string | undefined {
  const instant: Instant | null = text === undefined ? null : parseInstant(text)
  return instant === null ? undefined : dateText(source, instant - 1)
}

function dateText({ language, timeZone }: FactSource, instant: Instant): string {
  const format = new Intl.DateTimeFormat(language, { dateStyle: 'long', timeZone })
  return correctDate(language, format.format(instant))
}

/** Of `2027-04`: a month has no time zone. */
function monthOf({ language }: FactSource, text: string | undefined): string | undefined {
  if (text === undefined || !/^\d{4}-\d\d$/.test(text)) return undefined
  const instant = parseInstant(`${text}-01T00:00:00Z`)
  if (instant === null) return undefined
  const form = new Intl.DateTimeFormat(language, { month: 'long', year: 'numeric', timeZone: 'UTC' })
  return form.format(instant)
}

type Quantities = Partial<Record<string, number>>

/** Those that differ; a quantity is named as the feature that it is for. */
function quantitiesOf(source: FactSource, before: unknown, after: unknown): Facts['quantities'] {
  if (typeof before !== 'object' || before === null || typeof after !== 'object' || after === null)
    return undefined
  const [old, next] = [before as Quantities, after as Quantities]
  return [...new Set([...Object.keys(old), ...Object.keys(next)])]
    .filter((key) => old[key] !== next[key])
    .map((key) => {
      const count = (value: number | undefined) => numberText(source, value ?? 0) ?? ''
      return { name: source.featureName(key), before: count(old[key]), after: count(next[key]) }
    })
}

interface Upgrade {
  plan: string
  name?: string
  limit?: number | { unlimited: boolean; amount?: number } | null
  price: { currency: string; amountMinor: number }
}

function upgradeOf(source: FactSource, given: unknown): Facts['upgrade'] {
  if (given === null || typeof given !== 'object') return undefined
  const { plan, name, limit, price } = given as Upgrade
  const amount = typeof limit === 'object' && limit !== null ? limit.amount : limit
  return {
    plan: name ?? source.planName(plan),
    limit: numberText(source, amount),
    price: formatMoney(source.language, price.amountMinor, price.currency, exponentOf(price.currency)),
  }
}
