/**
 * A tenant's site on a real HTTP server: it verifies who asks, and answers as it is told.
 */
import { createServer } from 'node:http'
import type { ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { Webhook, WebhookVerificationError } from 'standardwebhooks'

/** A number of users, or how to misbehave. */
export type Behaviour = number | 'hang' | 'cut' | ((response: ServerResponse) => void)

export interface TenantSite {
  readonly url: string
  /** What was asked, in order; a question that was not signed rightly is none. */
  readonly questions: { id: string; customer: string; quantity: string; signatures: number }[]
  /** Questions that were turned away. */
  readonly refused: number
  /** Of which it accepts signatures; null accepts all. */
  secret: string | null
  behave(always: Behaviour, once?: Behaviour[]): void
  /** Ends what hangs. */
  hangUp(): void
  close(): Promise<void>
}

export async function startTenantSite(users: number): Promise<TenantSite> {
  const questions: TenantSite['questions'] = []
  let refused = 0
  let secret: string | null = null
  let always: Behaviour = users
  let once: Behaviour[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const text = Buffer.concat(chunks).toString('utf8')
      const headers = request.headers as Record<string, string>
      if (secret !== null && !isSigned(secret, text, headers)) {
        refused += 1
        response.writeHead(401).end()
        return
      }
      const { customer, quantity } = JSON.parse(text) as { customer: string; quantity: string }
      const signatures = (headers['webhook-signature'] ?? '').split(' ').length
      questions.push({ id: headers['webhook-id'] ?? '', customer, quantity, signatures })
      act(once.shift() ?? always, response)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}/seats`,
    questions,
    get refused() {
      return refused
    },
    get secret() {
      return secret
    },
    set secret(value) {
      secret = value
    },
    behave(behaviour, first = []) {
      always = behaviour
      once = first
    },
    hangUp: () => server.closeAllConnections(),
    async close() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

function isSigned(secret: string, text: string, headers: Record<string, string>): boolean {
  try {
    new Webhook(secret).verify(text, headers)
    return true
  } catch (error) {
    if (error instanceof WebhookVerificationError) return false
    throw error
  }
}

function act(behaviour: Behaviour, response: ServerResponse): void {
  if (behaviour === 'hang') return
  if (behaviour === 'cut') response.socket?.destroy()
  else if (typeof behaviour === 'number')
    response.writeHead(200).end(JSON.stringify({ activeUsers: behaviour }))
  else behaviour(response)
}
