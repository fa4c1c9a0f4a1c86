/**
 * The customers' own sites, on real HTTP: each tells how many people use it, and now and then misbehaves.
 *
 * Owns: verifying who asks, and what was told. Does not own: what a number leads to.
 * Invariant: numbers that a site tells are none that anybody orders by hand, and nonsense is none that it ever tells.
 */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createRandom } from '../proof/support/random.ts'
import type { Random } from '../proof/support/random.ts'
import { isSignedBy } from './signed.ts'

export interface Sites {
  urlOf(customer: string): string
  /** Whose site verifies by it. */
  trust(customer: string, secret: string): void
  /** Every number that was told, by customer. */
  readonly told: ReadonlyMap<string, ReadonlySet<number>>
  /** What was asked and should not have been. */
  readonly strange: string[]
  stop(): Promise<void>
}

/** More than anybody orders by hand. */
const LEAST_USERS = 13
const MOST_USERS = 30
const NONSENSE = ['{"activeUsers":-3}', '{"activeUsers":2.5}', '{"activeUsers":"7"}', '{}', 'seven', '[41]']

interface Site {
  random: Random
  secret: string
  users: number
}

export async function openSites(seed: number): Promise<Sites> {
  const sites = new Map<string, Site>()
  const told = new Map<string, Set<number>>()
  const strange: string[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const customer = (request.url ?? '').slice(1)
      const site = sites.get(customer)
      if (site === undefined) {
        // it was just made known, and has not heard by what to verify
        response.writeHead(503).end()
        return
      }
      const problem = whatIsWrong(site, customer, chunks, request.headers)
      if (problem !== null) {
        strange.push(`the site of ${customer}: ${problem}`)
        response.writeHead(401).end()
        return
      }
      answer(site, response, (users) => told.set(customer, (told.get(customer) ?? new Set()).add(users)))
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    urlOf: (customer) => `http://127.0.0.1:${port}/${customer}`,
    trust(customer, secret) {
      const random = createRandom(seed * 1_009 + sites.size)
      sites.set(customer, { random, secret, users: random.between(LEAST_USERS, MOST_USERS) })
    },
    told,
    strange,
    async stop() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function whatIsWrong(
  { secret }: Site,
  customer: string,
  chunks: Buffer[],
  headers: IncomingHttpHeaders,
): string | null {
  const text = Buffer.concat(chunks).toString('utf8')
  if (!isSignedBy(secret, text, headers)) return 'asked by somebody else'
  const asked = JSON.parse(text) as Record<string, unknown>
  const isRight = asked.type === 'seats.count' && asked.customer === customer && asked.quantity === 'seats'
  return isRight ? null : `asked ${text}`
}

function answer(site: Site, response: ServerResponse, tell: (users: number) => void): void {
  const { random } = site
  const [mood, nonsense] = [random.below(100), random.pick(NONSENSE)]
  if (random.chance(0.15)) site.users = random.between(LEAST_USERS, MOST_USERS)
  if (mood < 4) response.writeHead(random.pick([500, 404, 302])).end()
  else if (mood < 7) response.socket?.destroy()
  else if (mood < 10) response.writeHead(200).end(nonsense)
  // it never answers
  else if (mood < 11) return
  else {
    tell(site.users)
    response.writeHead(200).end(JSON.stringify({ activeUsers: site.users }))
  }
}
