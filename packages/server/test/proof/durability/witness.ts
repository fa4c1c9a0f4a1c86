/**
 * The witness: asks the server from a process of its own, and knows of an answer only what is in its journal.
 *
 * Owns: the journal. Does not own: what is asked, and whether the answers were right.
 * Invariant: `ask` tells of an answer after it is on the disk.
 */
import { fork } from 'node:child_process'
import { once } from 'node:events'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

export type CallKind =
  | 'consume'
  | 'release'
  | 'set'
  | 'track'
  | 'reserve'
  | 'settle'
  | 'cancelReservation'
  | 'lease'
  | 'report'
  | 'putCustomer'
  | 'putOverride'
  | 'grant'
  | 'subscribe'
  | 'change'
  | 'cancel'
  | 'resume'
  | 'follow'

// oxlint-disable-next-line typescript/no-explicit-any -- bodies are read by the contract's names
export type Body = Record<string, any>

export interface Call {
  number: number
  kind: CallKind
  /** The caller's id of the customer; empty for `follow`. */
  customer: string
  method: string
  path: string
  body?: Body
  key: string | null
  /** What a release gives back, in the feature's units. */
  gives?: number
}

/** An answer that counts. */
export interface Acknowledged {
  call: Call
  status: number
  text: string
  body: Body
  /** By the header, for answers that are stored whole. */
  replayed: boolean
}

export type Reply =
  | { number: number; status: number; text: string; replayed: boolean; unknown?: undefined }
  /** Nothing is known of the effect. `status` 0: no answer at all. */
  | { number: number; unknown: string; status: number; mayRetry: boolean }

export interface Witness {
  ask(call: Call, url: string, secretKey: string): Promise<Reply>
  /** What the journal holds beyond the first `known` answers. */
  readJournal(known: number): Acknowledged[]
  stop(): Promise<void>
}

const program = fileURLToPath(new URL('./witness.mjs', import.meta.url))

export function startWitness(journal: string): Witness {
  const child = fork(program, [journal], { execArgv: [], env: { ...process.env, NODE_OPTIONS: '' } })
  const waiting = new Map<number, (reply: Reply) => void>()
  child.on('message', (reply: Reply) => {
    waiting.get(reply.number)?.(reply)
    waiting.delete(reply.number)
  })
  return {
    ask(call, url, secretKey) {
      const reply = new Promise<Reply>((resolve) => waiting.set(call.number, resolve))
      child.send({ call, url, secretKey })
      return reply
    },
    readJournal(known) {
      const lines = readFileSync(journal, 'utf8').split('\n').slice(known, -1)
      return lines.map((line) => {
        const read = JSON.parse(line) as Acknowledged
        return { ...read, body: JSON.parse(read.text) as Body }
      })
    },
    async stop() {
      const gone = once(child, 'exit')
      child.disconnect()
      await gone
    },
  }
}
