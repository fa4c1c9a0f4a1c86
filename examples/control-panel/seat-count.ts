/**
 * The part of a tenant's site that tells how many people use it, on an address of its own.
 *
 * Owns: the address. Does not own: verifying who asks; the client's handler does.
 */
import { createServer, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { createSeatCount } from '@tollkeeper/client'

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
  const answer = async (incoming: IncomingMessage): Promise<Response> => {
    state.asked += 1
    const seats = createSeatCount({ secrets: [state.secret], count: () => counted(state.users) })
    return seats(await requestOf(incoming))
  }
  const server = createServer((incoming, outgoing) => {
    answer(incoming).then(
      async (response) => outgoing.writeHead(response.status).end(await response.text()),
      () => outgoing.writeHead(503).end(),
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

function counted(users: number | null): number {
  if (users === null) throw new Error('The site is broken')
  return users
}

/** Frameworks that speak `fetch` hand it over as it is. */
async function requestOf(incoming: IncomingMessage): Promise<Request> {
  const chunks: Buffer[] = []
  for await (const chunk of incoming) chunks.push(chunk as Buffer)
  const headers = Object.entries(incoming.headers).map(([name, value]): [string, string] => [
    name,
    String(value),
  ])
  const { method = 'GET', url = '/' } = incoming
  const body = method === 'POST' ? Buffer.concat(chunks) : null
  return new Request(new URL(url, 'http://site'), { method, headers, body })
}
