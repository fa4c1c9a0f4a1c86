import { setTimeout as wait } from 'node:timers/promises'
import { startPostmaster } from './postmaster.ts'
import type { Postmaster, ServerPlan } from './postmaster.ts'

/** The part of the product's logger that is used here. */
export type SupervisorLogger = {
  info(fields: object, message: string): void
  error(fields: object, message: string): void
}

export type Supervisor = { pid(): number; stop(): Promise<void> }

const longestPauseMillis = 5_000

/**
 * Starts the server and starts it again whenever it ends without being asked to (killed for its memory, crashed).
 * It never gives up: meanwhile the pool answers with `DatabaseUnavailable`, and works again once the server does.
 */
export async function supervise(plan: ServerPlan, logger: SupervisorLogger): Promise<Supervisor> {
  let current: Postmaster | undefined = await startPostmaster(plan)
  let stopping = false
  let work = Promise.resolve()

  function watch(postmaster: Postmaster): void {
    void postmaster.ended.then((reason) => {
      if (stopping) return
      current = undefined
      logger.error({ reason }, 'PostgreSQL ended unexpectedly and is being started again')
      work = startAgain()
    })
  }

  async function startAgain(): Promise<void> {
    for (let pause = 50; !stopping; pause = Math.min(pause * 2, longestPauseMillis)) {
      try {
        current = await startPostmaster(plan)
        logger.info({ pid: current.pid }, 'PostgreSQL runs again')
        return watch(current)
      } catch (error) {
        logger.error({ err: error }, 'PostgreSQL could not be started again; the next attempt follows')
        await wait(pause)
      }
    }
  }

  const stopAtExit = () => current?.stopWithoutWaiting()
  process.once('exit', stopAtExit)
  watch(current)
  return {
    pid: () => current?.pid ?? 0,
    async stop() {
      stopping = true
      await work
      await current?.stop()
      process.off('exit', stopAtExit)
    },
  }
}
