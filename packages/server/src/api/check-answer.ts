import type { Endpoint } from '@tollkeeper/contract'

/** Says in a test that a call answers otherwise than the contract, and with it OpenAPI, promises. */
export function checkAnswer(endpoint: Endpoint, status: number, body: unknown): void {
  const sent: unknown = JSON.parse(JSON.stringify(body))
  const { data, error } = endpoint.response.safeParse(sent)
  const isKnown = status === (endpoint.status ?? 200) || (status === 202 && endpoint.mayTakeLong === true)
  const unknown = error === undefined ? fieldLeftOut(sent, data, '') : null
  if (error === undefined && isKnown && unknown === null) return
  const why = error?.message ?? (unknown === null ? `status ${String(status)}` : `unknown field ${unknown}`)
  throw new Error(`${endpoint.method} ${endpoint.path} answers against the contract: ${why}`)
}

/** What was sent and isn't in what the schema makes of it: the schema doesn't know it. */
function fieldLeftOut(sent: unknown, known: unknown, path: string): string | null {
  if (sent === null || typeof sent !== 'object' || known === null || typeof known !== 'object') return null
  for (const [name, member] of Object.entries(sent)) {
    const at = path === '' ? name : `${path}.${name}`
    if (!Object.hasOwn(known, name)) return at
    const found = fieldLeftOut(member, (known as Record<string, unknown>)[name], at)
    if (found !== null) return found
  }
  return null
}
