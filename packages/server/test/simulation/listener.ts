/**
 * Whoever is told of events by webhooks: a real HTTP server that fails now and then, or is away for a while.
 *
 * Owns: verifying what arrives, and what was accepted. Does not own: what should have arrived (`audit/deliveries.ts`).
 */
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRandom } from '../proof/support/random.ts'
import type { Random } from '../proof/support/random.ts'
import { isSignedBy } from './signed.ts'

/** Some of all kinds: each happens often enough, and each message costs time. */
export const TOLD_TYPES = [
  'subscription.created',
  'subscription.canceled',
  'invoice.issued',
  'invoice.paid',
  'credit_note.issued',
  'refund.succeeded',
  'refund.failed',
  'dispute.opened',
  'seats.sync_failed',
]

/** What is known of deliveries from look to look: old ones are tidied away. */
export interface ToldSoFar {
  /** The last event that was looked at. */
  position: number
  /** By id, what must be told. */
  expected: Map<string, { type: string; position: number }>
  /** Events that were given up, as anybody can see. */
  lost: Set<string>
}

export const nothingTold = (): ToldSoFar => ({ position: 0, expected: new Map(), lost: new Set() })

export type Mood = 'well' | 'failing' | 'away'

export interface Listener {
  readonly url: string
  /** By which it verifies. */
  secret: string
  /** Of the endpoint. */
  id: string
  mood: Mood
  /** Type of each event that was answered with 2xx, by its id. */
  readonly accepted: ReadonlyMap<string, string>
  /** What arrived and should not have. */
  readonly strange: string[]
  stop(): Promise<void>
}

export async function openListener(seed: number): Promise<Listener> {
  const random = createRandom(seed)
  const accepted = new Map<string, string>()
  const strange: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const status = statusOf(listener.mood, random)
      if (status === null) {
        response.socket?.destroy()
        return
      }
      const { id, type } = JSON.parse(text) as { id: string; type: string }
      if (!isSignedBy(listener.secret, text, request.headers)) strange.push(`${type} ${id} is not signed`)
      if (request.headers['webhook-id'] !== id) strange.push(`${type} ${id} comes under another id`)
      if (status === 200) accepted.set(id, type)
      response.writeHead(status).end()
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const listener: Listener = {
    url: `http://127.0.0.1:${port}/`,
    secret: '',
    id: '',
    mood: 'well',
    accepted,
    strange,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
  return listener
}

/** null: the line is cut. */
function statusOf(mood: Mood, random: Random): number | null {
  if (mood === 'away') return null
  if (mood === 'failing' && random.chance(0.5)) return random.pick([500, 503, 429, 302, null])
  return 200
}
