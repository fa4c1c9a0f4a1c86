/** A lease holder in a process of its own, that a test can kill, stop and cut off. */
import { type ChildProcess, fork } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import type { LeaseHolderOptions } from '@tollkeeper/client'

export interface HolderProcess {
  readonly child: ChildProcess
  /** How many of so many units, taken one by one until the first refusal. */
  take(units: number): Promise<{ admitted: number; available: number }>
  /** Reports what it has used, and ends. */
  close(): Promise<void>
  kill(): Promise<void>
}

const running = new Set<ChildProcess>()

/** Those that a test has left behind. */
export function endHolders(): void {
  for (const child of running) child.kill('SIGKILL')
}
process.once('exit', endHolders)

const script = fileURLToPath(new URL('holder-process.mjs', import.meta.url))

interface Reply {
  id: number
  admitted: number
  available: number
}

export async function startHolder(
  server: { url: string; secretKey: string },
  options: Omit<LeaseHolderOptions, 'runtime' | 'onError'>,
): Promise<HolderProcess> {
  // The machine may be busy: a draw that takes long is no reason for these tests to fail.
  const given = JSON.stringify({ drawTimeoutMs: 20_000, ...options })
  const child = fork(script, [server.url, server.secretKey, given], {
    execArgv: [],
    env: { ...process.env, NODE_OPTIONS: '' },
  })
  const exit = once(child, 'exit')
  running.add(child)
  void exit.then(() => running.delete(child))
  const waiting = new Map<number, (reply: Reply) => void>()
  child.on('message', (reply: Reply) => waiting.get(reply.id)?.(reply))
  let last = 0
  const answer = (id: number) => new Promise<Reply>((resolve) => waiting.set(id, resolve))
  const ask = (what: object) => {
    const reply = answer((last += 1))
    child.send({ id: last, ...what })
    return reply
  }
  await answer(0)
  return {
    child,
    take: (units) => ask({ take: units }),
    async close() {
      await ask({ close: true })
      await exit
    },
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
  }
}
