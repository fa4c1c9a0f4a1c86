/** Asks again, with the same keys, for what was acknowledged: the same answer, and no second effect. */
import { customerPut, lastOf, overridePut, storedKinds, subscriptionSaid, trackedOf } from './account.ts'
import type { Target } from './target.ts'
import type { Acknowledged, Body } from './witness.ts'

/** What a replay need not say again: it tells how things stand now. */
const ofTheMoment = new Set(['access', 'message', 'upgrade', 'topUp', 'replayed', 'payment'])
const AT_ONCE = 16

type Asked = Pick<Target, 'url' | 'secretKey'>

export interface Replays {
  compared: number
  findings: string[]
}

/** @param all every effect, to know which answer about a thing is the last one */
export async function replay(target: Asked, effects: Acknowledged[], all: Acknowledged[]): Promise<Replays> {
  const findings: string[] = []
  let compared = 0
  const queue = [...effects]
  const work = async () => {
    for (let answer = queue.shift(); answer !== undefined; answer = queue.shift()) {
      const found = await replayOne(target, answer)
      if (found === null) continue
      compared += 1
      findings.push(...found)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, work))
  const standing: [string, Map<string, Acknowledged>][] = [
    ['/v1/customers/', lastOf(all, customerPut)],
    ['/v1/subscriptions/', lastOf(all, subscriptionSaid)],
  ]
  for (const [path, last] of standing)
    for (const [id, answer] of last)
      if (effects.includes(answer)) findings.push(...(await readAgain(target, `${path}${id}`, answer)))
  for (const answer of lastOf(all, overridePut).values())
    if (effects.includes(answer)) findings.push(...(await readAgain(target, answer.call.path, answer)))
  return { compared, findings }
}

async function request(target: Asked, { call }: Acknowledged, method = call.method, path = call.path) {
  const headers: Record<string, string> = { authorization: `Bearer ${target.secretKey}` }
  if (call.key !== null) headers['idempotency-key'] = call.key
  const isRead = method === 'GET'
  if (call.body !== undefined && !isRead) headers['content-type'] = 'application/json'
  const body = isRead ? undefined : JSON.stringify(call.body)
  const response = await fetch(target.url + path, { method, headers, body })
  return { status: response.status, headers: response.headers, text: await response.text() }
}

/** @returns null for a call that has no key: there is nothing to replay */
async function replayOne(target: Asked, answer: Acknowledged): Promise<string[] | null> {
  const { call } = answer
  if (call.key === null && call.kind !== 'cancelReservation') return null
  const { status, text, headers } = await request(target, answer)
  const name = `replay of call ${call.number} (${call.kind} of ${call.customer})`
  if (status !== answer.status) return [`${name}: ${status} ${text}, where ${answer.status} was told`]
  if (storedKinds.includes(call.kind)) {
    const isReplay = headers.get('idempotent-replayed') === 'true'
    return text === answer.text && isReplay
      ? []
      : [`${name}: ${text} replayed ${isReplay}, where ${answer.text} was told`]
  }
  const body = JSON.parse(text) as Body
  // it tells how the subscription stands by now
  if (call.kind === 'subscribe') {
    return body.id === answer.body.id ? [] : [`twice: ${name}: ${text}, where ${answer.text} was told`]
  }
  if (call.kind === 'track') {
    const count = trackedOf(call.body).length
    const isSame = body.accepted === 0 && body.duplicates + body.rejected.length === count
    return isSame ? [] : [`twice: ${name}: ${text}`]
  }
  const fresh = body.replayed === false ? [`twice: ${name} was applied again`] : []
  return [...fresh, ...differences(name, answer.body, body)]
}

async function readAgain(target: Asked, path: string, answer: Acknowledged): Promise<string[]> {
  const { text } = await request(target, answer, 'GET', path)
  return differences(`GET ${path}`, answer.body, JSON.parse(text) as Body)
}

function differences(name: string, told: Body, now: Body): string[] {
  return Object.keys(told)
    .filter((field) => !ofTheMoment.has(field) && JSON.stringify(told[field]) !== JSON.stringify(now[field]))
    .map(
      (field) => `${name}: ${field} is ${JSON.stringify(now[field])}, but was ${JSON.stringify(told[field])}`,
    )
}
