import { fork } from 'node:child_process'
import type { ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { createTestDatabase } from '../support/database.ts'
import type { TestDatabase } from '../support/database.ts'
import { eventually } from '../support/eventually.ts'
import { insertCustomer, insertEnvironments, readFeed } from './support.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
  await insertEnvironments(database.db)
})
afterAll(() => database.close())

interface Process<Told> {
  told: Told[]
  child: ChildProcess
  end(): Promise<void>
  kill(): Promise<void>
}

const script = fileURLToPath(new URL('event-process.mjs', import.meta.url))

function start<Told>(...args: string[]): Process<Told> {
  const told: Told[] = []
  const child = fork(script, args, { stdio: ['ignore', 'inherit', 'inherit', 'ipc'], execArgv: [] })
  child.on('message', (message) => told.push(message as Told))
  const exit = once(child, 'exit')
  return {
    told,
    child,
    async end() {
      child.send('end')
      await exit
    },
    async kill() {
      child.kill('SIGKILL')
      await exit
    },
  }
}

describe('several processes that never send a hint', () => {
  it('I-3 a follower misses nothing and sees each event once, whoever is killed or stopped meanwhile', async () => {
    const customers = await Promise.all(['a', 'b', 'c'].map((key) => insertCustomer(database.db, key)))
    const startWriter = () => start<{ committed: string }>('write', database.url, ...customers.map(String))
    const startFollower = () => start<{ position: number; subject: string }>('follow', database.url)
    const writers = [startWriter(), startWriter(), startWriter()]
    const followers = [startFollower(), startFollower(), startFollower()]
    const [steady, stopped, killed] = followers
    try {
      const seenAtLeast = (count: number) =>
        eventually(`${count} events were seen`, () =>
          (steady?.told.length ?? 0) >= count ? true : undefined,
        )
      await seenAtLeast(50)
      await writers[0]?.kill()
      await seenAtLeast(steady!.told.length + 30)
      // it may hold the feed's lock, a head, or nothing; all of it is let go of without its doing
      stopped?.child.kill('SIGSTOP')
      await killed?.kill()
      await seenAtLeast(steady!.told.length + 60)
      stopped?.child.kill('SIGCONT')
      await Promise.all([writers[1]?.end(), writers[2]?.end()])
      const { rows } = await database.db.query<{ subject: string }>('select subject from event')
      const written = rows.map((row) => row.subject).toSorted()
      for (const follower of [steady, stopped]) {
        await eventually('everything was seen', () =>
          follower!.told.length >= written.length ? true : undefined,
        )
        expect(follower!.told.map((event) => event.position)).toEqual(written.map((_, index) => index + 1))
        expect(follower!.told.map((event) => event.subject).toSorted()).toEqual(written)
      }
      const acknowledged = writers.flatMap((writer) => writer.told.map((told) => told.committed))
      expect(acknowledged.filter((subject) => !written.includes(subject))).toEqual([])
      const feed = await readFeed(database.db, 1)
      for (const customer of ['a', 'b', 'c']) {
        const own = feed.filter((event) => event.customer === customer).map((event) => event.sequence)
        expect(own).toEqual(own.map((_, index) => index + 1))
      }
      await Promise.all([steady?.end(), stopped?.end()])
    } finally {
      for (const { child } of [...writers, ...followers]) child.kill('SIGKILL')
    }
  })
})
