/**
 * Lanes that ask through the witness while the server and the database are killed.
 *
 * Owns: asking again, and giving up. Does not own: what is asked (`lanes.ts`).
 * Invariant: a call whose answer is unknown is asked again with the same key, or is kept in `unknown`.
 */
import { setTimeout as wait } from 'node:timers/promises'
import type { Random } from '../support/random.ts'
import type { Lane, NextCall } from './lanes.ts'
import type { Target } from './target.ts'
import type { Body, Call, Reply, Witness } from './witness.ts'

export interface Load {
  /** Answers that count, so far. */
  readonly acknowledged: number
  /** Calls that were refused or cut off, so far. */
  readonly failures: number
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
  let acknowledged = 0
  let failures = 0
  let counter = 0
  let isEnding = false
  let running: Promise<void>[] = []
  const unknown: Call[] = []
  const problems: string[] = []

  function noteProblems(call: Call, reply: Reply): void {
    const said = `${call.method} ${call.path} ${JSON.stringify(call.body)}`
    if (reply.unknown === undefined) {
      if (reply.status >= 400) problems.push(`${said}: ${reply.status} ${reply.text}`)
    } else if (!reply.mayRetry || (reply.status !== 0 && reply.status !== 503 && reply.status !== 409))
      problems.push(`${said}: ${reply.status} ${reply.unknown}`)
  }

  /** @returns null when the answer is unknown and nobody insists */
  async function ask(call: Call, insist: () => boolean): Promise<Body | null> {
    const end = performance.now() + DEADLINE_MS
    for (let pause = PAUSE_MS; ; pause = Math.min(pause * 2, LONGEST_PAUSE_MS)) {
      const reply = await witness.ask(call, target.url, target.secretKey)
      noteProblems(call, reply)
      if (reply.unknown === undefined) {
        acknowledged += 1
        return JSON.parse(reply.text) as Body
      }
      failures += 1
      if (!insist()) return null
      if (performance.now() > end)
        throw new Error(
          `No answer that counts within ${DEADLINE_MS} ms: ${call.method} ${call.path}: ${reply.unknown}`,
        )
      await wait(pause)
    }
  }

  function numbered({ mayAbandon: _, keyed, learn: __, ...call }: NextCall): Call {
    const number = (counter += 1)
    return { ...call, number, key: keyed ? `proof-${number}` : null }
  }

  async function run(lane: Lane): Promise<void> {
    while (!isEnding) {
      const next = lane.next()
      const call = numbered(next)
      const body = await ask(call, () => !next.mayAbandon || random.chance(0.9))
      if (body !== null) next.learn?.(body)
      else if (call.kind !== 'follow') unknown.push(call)
      // nobody answers at once while everything is down
      if (body === null || call.kind === 'follow') await wait(PAUSE_MS)
    }
  }

  const always = () => true
  return {
    get acknowledged() {
      return acknowledged
    },
    get failures() {
      return failures
    },
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
      const body = (await ask(numbered(next), always)) as Body
      next.learn?.(body)
      return body
    },
    settleUnknown: async (call) => (await ask(call, always)) as Body,
  }
}
