/**
 * One action of one customer: choices of its own, so that what runs beside it doesn't change them.
 *
 * Owns: keys, which worker is asked, and that some requests are sent twice at once. Does not own: the actions.
 */
import type { Answer } from '../support/server.ts'
import { createRandom } from '../proof/support/random.ts'
import type { Random } from '../proof/support/random.ts'
import type { SimulatedCustomer, World } from './world.ts'

export interface Turn {
  world: World
  customer: SimulatedCustomer
  random: Random
  ask(method: string, path: string, body?: object, options?: AskOptions): Promise<Answer>
  /** Nothing changes by it. */
  read(path: string): Promise<Answer>
}

export interface AskOptions {
  /** Under a key of its own, and sometimes twice. */
  once?: boolean
}

const TWICE = 0.2
/** A catalog is long. */
const MOST_TOLD = 300

export function beginTurn(world: World, customer: SimulatedCustomer): Turn {
  const seed = world.random.below(2 ** 31)
  const random = createRandom(seed)
  const name = `${world.seed}-${(world.turns += 1)}`
  let requests = 0
  return {
    world,
    customer,
    random,
    read: (path) => world.workers.call({ worker: 0, method: 'GET', path }),
    async ask(method, path, body, { once = false } = {}) {
      const worker = random.below(world.workers.count)
      const twice = random.chance(TWICE)
      const key = once ? `${name}-${(requests += 1)}` : undefined
      const request = { method, path, body, key }
      const again = twice && once ? [world.workers.call({ ...request, worker: worker + 1 })] : []
      const [answer, other] = await Promise.all([world.workers.call({ ...request, worker }), ...again])
      const told = JSON.stringify(body ?? {}).slice(0, MOST_TOLD)
      const outcomes = [answer, ...(other === undefined ? [] : [other])].map(outcomeOf).join(', and ')
      world.trace.push(`${method} ${path} ${told} → ${outcomes}`)
      if (other === undefined) return answer
      if (!isSame(answer, other))
        world.contradictions.push(`${method} ${path}: ${answer.text}, and under the same key: ${other.text}`)
      return hasEffect(other) && !hasEffect(answer) ? other : answer
    },
  }
}

/** What was refused did nothing, and may be done when it is asked a moment later, under the same key. */
const hasEffect = ({ status, body }: Answer): boolean =>
  status < 300 && body?.allowed !== false && !(body?.rejected?.length > 0)

function outcomeOf(answer: Answer): string {
  if (hasEffect(answer)) return String(answer.status)
  const { status, body } = answer
  return `${String(status)} ${String(body?.code ?? body?.rejected?.[0]?.code)}`
}

/** What was refused may be allowed a moment later; but what is done is done once, and told the same way. */
function isSame(one: Answer, other: Answer): boolean {
  const answers = [one, other]
  if (answers.every(hasEffect)) {
    const [id, sameId] = answers.map(({ body }) => body?.id ?? body?.event ?? body?.attempt?.id ?? null)
    return id === sameId || id === null || sameId === null
  }
  // of two that did nothing, each says why
  const refused = answers.filter((each) => !hasEffect(each))
  const isTold = refused.every(({ body }) => body?.code !== undefined || body?.rejected !== undefined)
  // what the other one has done is no reason to refuse this one
  return isTold && (refused.length === 2 || refused.every(({ body }) => body?.code !== 'subscription_exists'))
}
