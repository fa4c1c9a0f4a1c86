/**
 * Lanes that ask through the witness while the server and the database are killed.
 *
 * Owns: asking again, and giving up. Does not own: what is asked (`lanes.ts`).
 * Invariant: a call whose answer is unknown is asked again with the same key, or is kept in `unknown`.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../support/random.ts'
import type { Lane, NextCall } from './lane.ts'
import type { Target } from './target.ts'
import type { Body, Call, Reply, Witness } from './witness.ts'

export interface Load {
  /** So far. */
  readonly counts: {
    /** Answers that count. */
    acknowledged: number
    /** Calls that got no answer at all. */
    cutOff: number
    /** Calls that were told to try again. */
    unavailable: number
  }
  /** Asked, and nobody knows with what effect. */
  readonly unknown: Call[]
  /** Answers that should not have been given. */
  readonly problems: string[]
  begin(lanes: Lane[]): void
  /** Every lane ends the call it is at. */
  end(): Promise<void>
  /** Until there is an answer that counts. */
  deliver(next: NextCall): Promise<Body>
  settleUnknown(call: Call): Promise<Body>
}

const DEADLINE_MS = 60_000
const PAUSE_MS = 10
const LONGEST_PAUSE_MS = 160

export function createLoad(target: Target, witness: Witness, random: Random): Load {
  const counts = { acknowledged: 0, cutOff: 0, unavailable: 0 }
  let counter = 0
  let isEnding = false
  let running: Promise<void>[] = []
  const unknown: Call[] = []
  const problems: string[] = []

  /** @returns null when the answer is unknown and nobody insists */
  async function ask(call: Call, insist = () => true): Promise<Body | null> {
    const end = performance.now() + DEADLINE_MS
    for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const reply = await witness.ask(call, target.url, target.secretKey)
      problems.push(...problemsOf(call, reply))
      if (reply.unknown === undefined) {
        counts.acknowledged += 1
        return JSON.parse(reply.text) as Body
      }
      if (reply.status === 0) counts.cutOff += 1
      else counts.unavailable += 1
      if (!insist()) return null
      if (performance.now() > end)
        throw new Error(
          `No answer that counts within ${DEADLINE_MS} ms: ${call.method} ${call.path}: ${reply.unknown}`,
        )
      await wait(pause)
    }
  }

  async function run(lane: Lane): Promise<void> {
    while (!isEnding) {
      const next = lane.next()
      const call = numbered(next, (counter += 1))
      const body = await ask(call, () => !next.mayAbandon || random.chance(0.9))
      if (body !== null) next.learn?.(body)
      else if (call.kind !== 'follow') unknown.push(call)
      // nobody answers at once while everything is down
      if (body === null || call.kind === 'follow') await wait(PAUSE_MS)
    }
  }

  return {
    counts,
    unknown,
    problems,
    begin(lanes) {
      isEnding = false
      running = lanes.map(run)
      // a lane that fails is heard of at the end
      for (const each of running) each.catch(() => {})
    },
    async end() {
      isEnding = true
      await Promise.all(running)
    },
    async deliver(next) {
      const body = (await ask(numbered(next, (counter += 1)))) as Body
      next.learn?.(body)
      return body
    },
    settleUnknown: async (call) => (await ask(call)) as Body,
  }
}

/** While things are killed, only these are right: an answer, no answer at all, or "try again". */
function problemsOf(call: Call, reply: Reply): string[] {
  const said = `${call.method} ${call.path} ${JSON.stringify(call.body)}: ${reply.status}`
  if (reply.unknown === undefined) return reply.status < 400 ? [] : [`${said} ${reply.text}`]
  const isRight = reply.mayRetry && [0, 409, 503].includes(reply.status)
  return isRight ? [] : [`${said} ${reply.unknown}`]
}

function numbered({ mayAbandon: _, keyed, learn: __, ...call }: NextCall, number: number): Call {
  return { ...call, number, key: keyed ? `proof-${number}` : null }
}
