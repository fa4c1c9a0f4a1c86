/**
 * A real HTTP server that receives webhooks, and behaves as it is told.
 */
import { createServer } from 'node:http'
import type { IncomingHttpHeaders, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { eventually } from '../support/eventually.ts'

export interface Received {
  path: string
  headers: IncomingHttpHeaders
  text: string
  // oxlint-disable-next-line typescript/no-explicit-any -- tests read bodies by the contract's names
  body: any
}

/** A status to answer, or how to behave. */
export type Behaviour = number | 'hang' | 'cut' | ((response: ServerResponse) => void)

export interface Receiver {
  readonly url: string
  readonly received: Received[]
  /** From now on. `once` answers come first, one each. */
  behave(always: Behaviour, once?: Behaviour[]): void
  /** Resolves with the first `count` that were received, of one event type if it is given. */
  get(count: number, type?: string): Promise<Received[]>
  close(): Promise<void>
}

export async function startReceiver(): Promise<Receiver> {
  const received: Received[] = []
  let always: Behaviour = 200
  let once: Behaviour[] = []
  const server: Server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      received.push({ path: request.url ?? '', headers: request.headers, text, body: JSON.parse(text) })
      act(once.shift() ?? always, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    received,
    behave(behaviour, first = []) {
      always = behaviour
      once = first
    },
    get: (count, type) =>
      eventually(`${count} webhooks ${type ?? ''}`, () => {
        const found = received.filter(({ body }) => type === undefined || body.type === type)
        return found.length >= count ? found : undefined
      }),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function act(behaviour: Behaviour, response: ServerResponse): void {
  if (behaviour === 'hang') return
  if (behaviour === 'cut') response.socket?.destroy()
  else if (typeof behaviour === 'number') response.writeHead(behaviour).end('{}')
  else behaviour(response)
}
