/**
 * The part of a tenant's site that tells how many people use it, on an address of its own.
 *
 * Owns: verifying who asks. Invariant: a question that is not signed with the site's secret, or is older than five
 * minutes, gets no number.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeatCount {
  readonly url: string
  /** Of the answer to `PUT /v1/customers/{id}/site`. */
  secret: string
  /** What it answers; null: it is broken. */
  users: number | null
  /** How often it was asked. */
  asked: number
  close(): Promise<void>
}

export async function openSeatCount(users: number): Promise<SeatCount> {
  const state = { secret: '', users: users as number | null, asked: 0 }
  const server = createServer((request, response) => {
    state.asked += 1
    readAll(request).then(
      (body) => {
        if (!isSigned(state.secret, request, body)) response.writeHead(401).end()
        else if (state.users === null) response.writeHead(503).end()
        else response.writeHead(200).end(JSON.stringify({ activeUsers: state.users }))
      },
      () => response.destroy(),
    )
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return Object.assign(state, {
    url: `http://127.0.0.1:${port}/seats`,
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  })
}

async function readAll(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString('utf8')
}

const OLDEST_S = 300

/** HMAC-SHA256 over id, time stamp and body; while a secret is replaced there are several signatures. */
function isSigned(secret: string, { headers }: IncomingMessage, body: string): boolean {
  const [id, timestamp] = [headers['webhook-id'], headers['webhook-timestamp']].map(String)
  if (!(Math.abs(Date.now() / 1000 - Number(timestamp)) <= OLDEST_S)) return false
  const key = Buffer.from(secret.replace('whsec_', ''), 'base64')
  const expected = createHmac('sha256', key).update(`${id}.${timestamp}.${body}`).digest()
  return String(headers['webhook-signature'])
    .split(' ')
    .map((signature) => Buffer.from(signature.replace('v1,', ''), 'base64'))
    .some((given) => given.length === expected.length && timingSafeEqual(given, expected))
}
