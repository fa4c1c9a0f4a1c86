/**
 * What was shown can be agreed to: a token that says of which state, as of when, and for which request.
 *
 * Invariant: a token holds for 15 minutes by the system's clock and by the customer's, for the customer and the very fields it was made for, and only while nothing
 * has changed that the figures depend on.
 */
import { createHash, createHmac, hkdfSync, timingSafeEqual } from 'node:crypto'
import type { OperationContext } from '../../context.ts'
import type { CustomerState } from '../../domain/customers/state.ts'
import { MINUTE_MS, type Instant } from '../../domain/time/index.ts'
import { Refusal } from '../../refusal.ts'
import { canonicalJson } from '../answers/answer-once.ts'

const VALID_MS = 15 * MINUTE_MS

interface Claims {
  environment: number
  customer: number
  at: Instant
  /** Of the system's clock. */
  madeAt: Instant
  stateVersion: string
  request: string
  /** Currency → what was due in it. */
  totals: Record<string, number>
}

/** What figures depend on: the customer's revision and the catalog's. */
export function stateVersion({ head, catalog }: CustomerState): string {
  return `${String(head.revision)}.${String(catalog.revision)}`
}

/** @param request the fields of the change, as they will be sent with it */
export function makePreviewToken(
  ctx: OperationContext,
  state: CustomerState,
  request: unknown,
  totals: Record<string, number>,
): string {
  const claims: Claims = {
    environment: state.environment,
    customer: state.customer.id,
    at: state.now,
    madeAt: ctx.clock.now(),
    stateVersion: stateVersion(state),
    request: hashOf(request),
    totals,
  }
  const text = Buffer.from(JSON.stringify(claims)).toString('base64url')
  return `${text}.${signatureOf(ctx, text)}`
}

/**
 * As of when to bill; null where the state has moved since.
 *
 * @throws Refusal `preview_token_invalid` for one that is old, forged, or of another request
 */
export function readPreviewToken(
  ctx: OperationContext,
  state: CustomerState,
  token: string,
  request: unknown,
): Instant | null {
  const claims = claimsOf(ctx, token)
  const now = ctx.clock.now()
  const holds =
    claims !== null &&
    claims.environment === state.environment &&
    claims.customer === state.customer.id &&
    claims.madeAt <= now &&
    now - claims.madeAt <= VALID_MS &&
    state.now - claims.at <= VALID_MS &&
    claims.request === hashOf(request)
  if (!holds) throw new Refusal('preview_token_invalid', { param: 'previewToken' })
  return claims.stateVersion === stateVersion(state) ? claims.at : null
}

/** Whether the preview came to these, of a token that holds. */
export function isPreviewedTotals(
  ctx: OperationContext,
  token: string,
  totals: Record<string, number>,
): boolean {
  return canonicalJson(claimsOf(ctx, token)?.totals ?? null) === canonicalJson(totals)
}

function claimsOf(ctx: OperationContext, token: string): Claims | null {
  const [text = '', signature = ''] = token.split('.')
  const expected = Buffer.from(signatureOf(ctx, text))
  const given = Buffer.from(signature)
  if (expected.length !== given.length || !timingSafeEqual(expected, given)) return null
  return JSON.parse(Buffer.from(text, 'base64url').toString('utf8')) as Claims
}

function signatureOf({ keyPepper }: OperationContext, text: string): string {
  const key = Buffer.from(hkdfSync('sha256', keyPepper, '', 'preview token', 32))
  return createHmac('sha256', key).update(text).digest('base64url')
}

function hashOf(request: unknown): string {
  return createHash('sha256').update(canonicalJson(request)).digest('base64url')
}
