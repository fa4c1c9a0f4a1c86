/** What a delivery says: made from its event when it is sent, the same in every try. */
import type { Context, Environment } from '../../context.ts'
import type { Catalog } from '../../domain/catalog/model.ts'
import { findAnyPlan } from '../../domain/catalog/lookup.ts'
import { letterOf } from '../../domain/deliveries/letters.ts'
import type { Letter } from '../../domain/deliveries/letters.ts'
import { toIso } from '../../domain/time/instant.ts'
import type { LanguageTag } from '../../language/index.ts'
import type { OutgoingLetter } from '../../providers/mail.ts'
import type { Facts } from '../../language/letters.ts'
import { factsOf, languageOf } from '../../providers/mail/templates/facts.ts'
import { renderLetter, renderMessage, renderPlainMessage } from '../../providers/mail/templates/render.ts'
import type { ClaimedDelivery } from '../../store/deliveries.ts'
import type { FeedEvent } from '../../store/event-feed.ts'
import { loadRecipients } from '../../store/recipients.ts'
import type { Recipients } from '../../store/recipients.ts'
import { presentEvent } from '../events/present-event.ts'
import { linkPath } from '../invoices/link.ts'
import { loadAttachments } from './attachments.ts'

const PRODUCT = 'Tollkeeper'
/** How long the link of a letter leads somewhere. */
const LINK_DAYS = 180

/** The event itself, and `timestamp`, the name that Standard Webhooks has for when it happened. */
export function composeWebhook(environment: Environment, event: FeedEvent): string {
  const { type, ...rest } = presentEvent(event, environment.mode === 'live')
  return JSON.stringify({ type, timestamp: toIso(event.occurredAt), ...rest })
}

/** A message for the operator's chat. */
export async function composeSlack(
  ctx: Context,
  environment: Environment,
  delivery: ClaimedDelivery,
  event: FeedEvent,
): Promise<string> {
  const letter = letterOf(event)
  if (letter === null) return JSON.stringify({ text: renderPlainMessage(event.customer, event.type) })
  const { facts, language } = await describe(ctx, environment, delivery, event, {
    ...letter,
    audience: 'operator',
  })
  return JSON.stringify({ text: renderMessage(language, letter.name, facts) })
}

/** Null when the event makes no letter any more. */
export async function composeLetter(
  ctx: Context,
  environment: Environment,
  delivery: ClaimedDelivery,
  event: FeedEvent,
  publicUrl: string | null,
): Promise<OutgoingLetter | null> {
  const letter = letterOf(event)
  if (letter === null) return null
  const link = letter.audience === 'billing' ? linkOf(ctx, environment, event, publicUrl) : undefined
  const { facts, language } = await describe(ctx, environment, delivery, event, { ...letter, link })
  const livemode = environment.mode === 'live'
  return {
    id: delivery.id,
    environment: environment.id,
    customer: delivery.customer,
    senderName: facts.operator,
    recipient: delivery.target,
    ...renderLetter(language, letter.name, facts, { livemode, audience: letter.audience }),
    attachments: await loadAttachments(ctx, environment, letter.name, event),
  }
}

/** To the page of the document that the event is about. */
function linkOf(
  ctx: Context,
  environment: Environment,
  { payload: { creditNote, invoice } }: FeedEvent,
  publicUrl: string | null,
): string | undefined {
  const document = creditNote ?? invoice
  if (publicUrl === null || typeof document !== 'string') return undefined
  return `${publicUrl}${linkPath(ctx, environment, document, LINK_DAYS)}`
}

/** In the reader's language: the operator's own, or the customer's. */
async function describe(
  ctx: Context,
  environment: Environment,
  { customer }: ClaimedDelivery,
  event: FeedEvent,
  { audience, link }: Letter & { link?: string | undefined },
): Promise<{ facts: Facts; language: LanguageTag }> {
  const catalog = await ctx.catalogs.current(environment.id)
  const { operator } = catalog
  const recipients = await loadRecipients(ctx.db, environment.id, [customer])
  const own = recipients.get(customer)
  const readsAsOperator = audience === 'operator' || own === undefined
  const language = languageOf(readsAsOperator ? operator.language : own.locale)
  const seller = operator.name === '' ? PRODUCT : operator.name
  const facts = factsOf({
    payload: event.payload,
    customer: nameOf(own, event),
    operator: seller,
    link,
    timeZone: readsAsOperator ? operator.timeZone : own.timeZone,
    language,
    ...namesIn(catalog),
  })
  return { facts, language }
}

const nameOf = (own: Recipients | undefined, event: FeedEvent): string =>
  own === undefined || own.name === '' ? (event.customer ?? '') : own.name

function namesIn(catalog: Catalog) {
  return {
    featureName(key: string): string {
      const feature = catalog.features.find((each) => each.key === key)
      return feature === undefined || feature.name === '' ? key : feature.name
    },
    planName(key: string): string {
      const plan = findAnyPlan(catalog, key)
      return plan === undefined || plan.name === '' ? key : plan.name
    },
  }
}
