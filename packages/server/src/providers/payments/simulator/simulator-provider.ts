/**
 * The simulator as a payment provider: our words into its protocol and back, over HTTP.
 *
 * Owns: the translation, time limits, and which answers mean that nobody knows. Does not own: the simulator.
 * Invariant: an answer that doesn't say what happened is `unknown`; a refusal that is our own fault throws.
 */
import type { NotFound, PaymentProvider, Unknown } from '../../payments.ts'
import { writeAmount } from './amounts.ts'
import type { WireCharge } from './charges.ts'
import type { WireSetup } from './methods.ts'
import { chargeOutcome, readEvent, readPayment, refundOutcome, setupOutcome } from './readings.ts'
import type { WireEvent, WirePayments } from './readings.ts'
import type { WireRefund } from './refunds.ts'
import { checkSignature, SIGNATURE_HEADER } from './signature.ts'

export interface SimulatorProviderOptions {
  /** null: it isn't running (yet). */
  url: () => string | null
  /** Each key is an account of its own. */
  key: string
  /** Several while one is being replaced. */
  webhookSecrets: readonly string[]
  /** Default 20 seconds. Being told where webhooks go may always take so long: no engine starts without it. */
  timeoutMs?: number
}

type Body<T> = T & { error?: { code: string; message: string } }
type Answer<T> = { status: 'answered'; code: number; body: Body<T> } | Unknown

const SEEN_CODES = [200, 402, 404, 422]
/** We were too many, weren't known, or it broke: another time, the same key. */
const isPassing = (code: number) => code === 401 || code === 403 || code === 429 || code >= 500

export function createSimulatorProvider(options: SimulatorProviderOptions): PaymentProvider {
  const ask = asker(options)
  return {
    name: 'simulator',
    reference: null,
    capabilities: {
      silent: true,
      prompts: true,
      refunds: 'partial',
      disputes: true,
      cancel: true,
      byHand: false,
      pages: ['card', 'phone'],
    },
    ...chargesBy(ask),
    ...refundsBy(ask),
    ...methodsBy(ask),
    readWebhook({ rawBody, headers, now }) {
      const header = headers[SIGNATURE_HEADER]
      const signature = Array.isArray(header) ? header.join(',') : header
      const verdict = checkSignature(signature, rawBody, options.webhookSecrets, now)
      if (verdict !== 'genuine') return { status: 'refused', reason: verdict }
      const event = JSON.parse(Buffer.from(rawBody).toString('utf8')) as WireEvent
      return { status: 'accepted', events: [readEvent(event)] }
    },
    async events(after) {
      const path = after === null ? '/events' : `/events?after=${after}`
      const answer = await ask<{ events: WireEvent[]; after: string }>('GET', path)
      if (answer.status === 'unknown') return answer
      return { events: answer.body.events.map(readEvent), after: answer.body.after }
    },
    async payments({ since, after }) {
      const query = new URLSearchParams({ since: String(since), ...(after === null ? {} : { after }) })
      const answer = await ask<WirePayments>('GET', `/payments?${query.toString()}`)
      if (answer.status === 'unknown') return answer
      return { payments: answer.body.payments.map(readPayment), after: answer.body.after }
    },
  }
}

function chargesBy(ask: Ask): Pick<PaymentProvider, 'charge' | 'lookUp' | 'cancel'> {
  return {
    async charge({ key, amountMinor, currency, token, customer, returnUrl, description }) {
      const amount = writeAmount(amountMinor, currency)
      const body = { amount, currency, method: token, customer, description, returnUrl }
      const answer = await ask<WireCharge>('PUT', `/charges/${key}`, body)
      if (answer.status === 'unknown') return answer
      if (answer.code !== 422) return chargeOutcome(answer.body)
      return { status: 'declined', kind: 'hard', reason: reasonOf(answer.body) }
    },
    lookUp: ({ key }) => lookUp(ask, `/charges/${key}`, chargeOutcome),
    async cancel({ key }) {
      const answer = await ask<WireCharge>('POST', `/charges/${key}/cancel`)
      if (answer.status === 'unknown') return answer
      return answer.code === 404 ? { status: 'not_found' } : chargeOutcome(answer.body)
    },
  }
}

function refundsBy(ask: Ask): Pick<PaymentProvider, 'refund' | 'lookUpRefund'> {
  return {
    async refund({ key, transaction, amountMinor, currency, reason }) {
      const body = { transaction, amount: writeAmount(amountMinor, currency), currency, reason }
      const answer = await ask<WireRefund>('PUT', `/refunds/${key}`, body)
      if (answer.status === 'unknown') return answer
      if (answer.code !== 422) return refundOutcome(answer.body)
      return { status: 'failed', transaction: null, reason: reasonOf(answer.body) }
    },
    lookUpRefund: ({ key }) => lookUp(ask, `/refunds/${key}`, refundOutcome),
  }
}

function methodsBy(ask: Ask): Pick<PaymentProvider, 'attach' | 'lookUpMethod' | 'detach'> {
  return {
    async attach({ key, customer, kind, instrument, returnUrl }) {
      if (kind !== 'card' && kind !== 'phone') return { status: 'declined', reason: 'kind_not_supported' }
      const body = { customer, kind, instrument, returnUrl }
      const answer = await ask<WireSetup>('PUT', `/methods/${key}`, body)
      if (answer.status === 'unknown') return answer
      if (answer.code !== 422) return setupOutcome(answer.body)
      return { status: 'declined', reason: reasonOf(answer.body) }
    },
    lookUpMethod: ({ key }) => lookUp(ask, `/methods/${key}`, setupOutcome),
    async detach(token) {
      const answer = await ask('DELETE', `/methods/${token}`)
      // one that isn't there can't be charged either
      return answer.status === 'unknown' ? answer : { status: 'detached' }
    },
  }
}

const reasonOf = (body: Body<unknown>): string => body.error?.code ?? 'refused'

async function lookUp<Wire, Outcome>(
  ask: Ask,
  path: string,
  read: (wire: Wire) => Outcome,
): Promise<Outcome | NotFound | Unknown> {
  const answer = await ask<Wire>('GET', path)
  if (answer.status === 'unknown') return answer
  return answer.code === 404 ? { status: 'not_found' } : read(answer.body)
}

type Ask = <T>(method: string, path: string, body?: object) => Promise<Answer<T>>

const DEFAULT_TIMEOUT_MS = 20_000

function asker({ url, key, timeoutMs = DEFAULT_TIMEOUT_MS }: SimulatorProviderOptions): Ask {
  return async <T>(method: string, path: string, body?: object): Promise<Answer<T>> => {
    const base = url()
    if (base === null) return { status: 'unknown', reason: 'not_running' }
    const answer = await fetchJson<T>(base + path, {
      method,
      headers: { authorization: `Bearer ${key}`, 'content-type': 'application/json' },
      ...(body === undefined ? {} : { body: JSON.stringify(body) }),
      signal: AbortSignal.timeout(timeoutMs),
    })
    if (answer.status === 'unknown') return answer
    if (isPassing(answer.code)) return { status: 'unknown', reason: `status_${answer.code}` }
    if (SEEN_CODES.includes(answer.code) && (answer.code !== 404 || method !== 'PUT')) return answer
    const { code, message } = answer.body.error ?? { code: 'none', message: '' }
    throw new Error(`The simulator refused ${method} ${path} with ${answer.code} ${code}: ${message}`)
  }
}

async function fetchJson<T>(url: string, request: RequestInit): Promise<Answer<T>> {
  try {
    const response = await fetch(url, request)
    return { status: 'answered', code: response.status, body: (await response.json()) as Body<T> }
  } catch (error) {
    // cut off, too late, or no JSON: it may have happened all the same
    return { status: 'unknown', reason: error instanceof Error ? error.name : String(error) }
  }
}

/** Tells the simulator where this account's webhooks go. */
export async function setSimulatorEndpoint(
  options: SimulatorProviderOptions,
  webhookUrl: string,
): Promise<void> {
  const body = { url: webhookUrl, secrets: options.webhookSecrets }
  const answer = await asker({ ...options, timeoutMs: DEFAULT_TIMEOUT_MS })('PUT', '/endpoint', body)
  if (answer.status === 'unknown')
    throw new Error(`The simulator can't be told of ${webhookUrl}: ${answer.reason}`)
}
