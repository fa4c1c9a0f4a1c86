/**
 * A site's answer to how many people use it.
 *
 * Owns: verifying who asks. Does not own: the counting.
 * Invariant: a question that isn't signed with one of the site's secrets, or whose time stamp is more than five minutes
 * off, gets no number. Signatures are compared in constant time.
 */
export interface SeatCountOptions {
  /** Of the answer to `PUT /v1/customers/{id}/site`; several while one replaces another. */
  secrets: readonly string[]
  /** How many people use the site now. Where it throws, so does the handler, and the seats stay as they were. */
  count: (question: SeatQuestion) => number | Promise<number>
  /** Milliseconds since 1970; the machine's clock unless told. */
  now?: () => number
}

export interface SeatQuestion {
  customer: string
  /** Which quantity of the subscription the number sets. */
  quantity: string
}

const OLDEST_SECONDS = 300
const PREFIX = 'whsec_'
/** More are sent by nobody who means it: two, while a secret is replaced. */
const MOST_SIGNATURES = 10

/**
 * A handler for the address that the engine asks, wherever requests are those of `fetch`.
 *
 * @example
 * const seats = createSeatCount({ secrets: [process.env.SITE_SECRET], count: () => users.countActive() })
 * export const POST = (request: Request) => seats(request)
 */
export function createSeatCount({
  secrets,
  count,
  now = () => Date.now(),
}: SeatCountOptions): (request: Request) => Promise<Response> {
  return async (request) => {
    if (request.method !== 'POST') return answer(405, { error: 'method_not_allowed' })
    const body = await request.text()
    if (!(await isSigned(request.headers, body, secrets, now()))) return answer(401, { error: 'not_signed' })
    const question = readQuestion(body)
    if (question === null) return answer(400, { error: 'not_a_question' })
    return answer(200, { activeUsers: await count(question) })
  }
}

const answer = (status: number, body: object): Response =>
  new Response(JSON.stringify(body), { status, headers: { 'content-type': 'application/json' } })

function readQuestion(body: string): SeatQuestion | null {
  const { type, customer, quantity } = JSON.parse(body) as Record<string, unknown>
  const isQuestion = type === 'seats.count' && typeof customer === 'string' && typeof quantity === 'string'
  return isQuestion ? { customer, quantity } : null
}

/** Standard Webhooks: HMAC-SHA256 over id, time stamp and body. */
async function isSigned(
  headers: Headers,
  body: string,
  secrets: readonly string[],
  nowMs: number,
): Promise<boolean> {
  const id = headers.get('webhook-id') ?? ''
  const timestamp = headers.get('webhook-timestamp') ?? ''
  const isOfNow = Math.abs(nowMs / 1000 - Number(timestamp)) <= OLDEST_SECONDS
  if (!/^\d+$/.test(timestamp) || !isOfNow) return false
  const message = new TextEncoder().encode(`${id}.${timestamp}.${body}`)
  const given = (headers.get('webhook-signature') ?? '').split(' ').slice(0, MOST_SIGNATURES)
  const signatures = given.flatMap((each) => (each.startsWith('v1,') ? (bytesOf(each.slice(3)) ?? []) : []))
  for (const secret of secrets) {
    const bytes = secret.startsWith(PREFIX) ? bytesOf(secret.slice(PREFIX.length)) : null
    if (bytes === null || bytes.length === 0) continue
    const hmac = { name: 'HMAC', hash: 'SHA-256' }
    const key = await crypto.subtle.importKey('raw', bytes, hmac, false, ['verify'])
    for (const signature of signatures)
      if (await crypto.subtle.verify('HMAC', key, signature, message)) return true
  }
  return false
}

/** Null for what isn't base64. */
function bytesOf(base64: string): Uint8Array<ArrayBuffer> | null {
  if (!/^[A-Za-z0-9+/]+={0,2}$/.test(base64) || base64.length % 4 !== 0) return null
  return Uint8Array.from(atob(base64), (character) => character.charCodeAt(0))
}
