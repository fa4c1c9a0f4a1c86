/**
 * Links to an invoice for whoever pays it, without a key.
 *
 * Invariant: a link shows one document, cannot be made without the installation's secret, and ends by itself.
 */
import { createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { Context, Environment, OperationContext, UsageContext } from '../../context.ts'
import { DAY_MS, type Instant } from '../../domain/time/index.ts'
import { chooseLanguage } from '../../language/index.ts'
import { refuseState } from '../../domain/invoices/refuse-state.ts'
import { Refusal } from '../../refusal.ts'
import { transaction } from '../../store/database/transaction.ts'
import { loadEnvironment } from '../../store/installation.ts'
import { getInvoice } from './get.ts'

export interface InvoiceLink {
  token: string
  invoice: string
  /** By the system's clock. */
  expiresAt: Instant
  livemode: boolean
}

/** @throws Refusal `invoice_not_found`, `invoice_state` for a draft */
export async function makeLink(
  ctx: OperationContext,
  id: string,
  { validDays }: { validDays: number },
): Promise<InvoiceLink> {
  const { invoice, livemode } = await getInvoice(ctx, id)
  if (invoice.status === 'draft') throw refuseState(invoice)
  const expiresAt = ctx.clock.now() + validDays * DAY_MS
  return { token: tokenOf(ctx, ctx.environment, id, expiresAt), invoice: id, expiresAt, livemode }
}

/** The path of the page of a document that was issued. */
export function linkPath(
  ctx: Pick<Context, 'keyPepper' | 'clock'>,
  environment: Environment,
  invoice: string,
  validDays: number,
): string {
  return pathOf(tokenOf(ctx, environment, invoice, ctx.clock.now() + validDays * DAY_MS))
}

export const pathOf = (token: string): string => `/links/invoices/${token}`

function tokenOf(
  ctx: Pick<Context, 'keyPepper'>,
  environment: Environment,
  invoice: string,
  expiresAt: Instant,
): string {
  const text = Buffer.from(JSON.stringify([environment.id, invoice, expiresAt])).toString('base64url')
  return `${text}.${signatureOf(ctx, text)}`
}

/** Whoever has a link, as one who may read its document alone. @throws Refusal `link_invalid` */
export async function openLink(
  ctx: Context,
  token: string,
  language: string | undefined,
): Promise<{ ctx: UsageContext; invoice: string }> {
  const claims = claimsOf(ctx, token)
  if (claims === null || claims.expiresAt <= ctx.clock.now()) throw new Refusal('link_invalid')
  const environment: Environment = await transaction(
    ctx.db,
    (tx) => loadEnvironment(tx, claims.environment),
    { readOnly: true },
  )
  const own = { ...ctx, environment, actor: 'link', language: chooseLanguage(language) }
  return { ctx: own, invoice: claims.invoice }
}

function claimsOf(
  ctx: Context,
  token: string,
): { environment: number; invoice: string; expiresAt: Instant } | null {
  const [text = '', signature = ''] = token.split('.')
  const expected = Buffer.from(signatureOf(ctx, text))
  const given = Buffer.from(signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null
  const [environment, invoice, expiresAt] = JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as [
    number,
    string,
    number,
  ]
  return { environment, invoice, expiresAt }
}

function signatureOf({ keyPepper }: Pick<Context, 'keyPepper'>, text: string): string {
  const key = Buffer.from(hkdfSync('sha256', keyPepper, '', 'invoice link', 32))
  return createHmac('sha256', key).update(text).digest('base64url')
}
