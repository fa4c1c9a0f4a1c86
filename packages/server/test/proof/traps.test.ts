/**
 * Faults that were reproduced on a real PostgreSQL, or seen in another system, and the rule against each. Every rule is
 * tried twice by the same check: as it is, and taken out. A check that finds nothing then would prove nothing.
 */
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest'
import * as concurrency from './traps/concurrency.ts'
import * as feed from './traps/feed.ts'
import { type Ground, layGround } from './traps/ground.ts'
import { type Fault, withFault } from './traps/planted.ts'
import { snapshotBeforeTheWait } from './traps/snapshot.ts'
import { type StatementChange, withStatements } from './traps/statements.ts'
import * as time from './traps/time.ts'

vi.mock('../../src/domain/usage/refresh.ts', async (load) =>
  (await import('./traps/planted.ts')).aroundRefresh(await load()),
)
vi.mock('../../src/domain/usage/limits.ts', async (load) =>
  (await import('./traps/planted.ts')).aroundLimits(await load()),
)
vi.mock('../../src/domain/usage/give-back.ts', async (load) =>
  (await import('./traps/planted.ts')).aroundGiveBack(await load()),
)
vi.mock('../../src/operations/usage/apply.ts', async (load) =>
  (await import('./traps/planted.ts')).aroundApply(await load()),
)
vi.mock('../../src/operations/usage/take.ts', async (load) =>
  (await import('./traps/planted.ts')).aroundTake(await load()),
)
vi.mock('../../src/store/usage/locks.ts', async (load) =>
  (await import('./traps/planted.ts')).aroundLocks(await load()),
)
vi.mock('../../src/store/balances.ts', async (load) =>
  (await import('./traps/planted.ts')).aroundBalances(await load()),
)
vi.mock('../../src/store/customer-state.ts', async (load) =>
  (await import('./traps/planted.ts')).aroundCustomerState(await load()),
)

let ground: Ground
beforeAll(async () => {
  ground = await layGround()
})
afterAll(() => ground.stop())

/** How long a check waits for what must come; less where a planted fault keeps it away. */
let patienceMs = 20_000
let pollMs = 20
let positions: 'after the commit' | 'when written' = 'after the commit'

async function lessPatient<Result>(work: () => Promise<Result>): Promise<Result> {
  patienceMs = 1_500
  return work().finally(() => {
    patienceMs = 20_000
  })
}

type Check = (ground: Ground) => Promise<string[]>

/** The check with the rule, and without it. */
function trap(
  rule: string,
  check: Check,
  without: (check: () => Promise<string[]>) => Promise<string[]>,
): void {
  describe(rule, () => {
    it('holds', async () => {
      expect(await check(ground)).toEqual([])
    })
    it('taken out, is missed', async () => {
      expect(await without(() => untilFound(() => check(ground)))).not.toEqual([])
    })
  })
}

/** What goes wrong only where two meet is tried again where a slow machine kept them apart. */
async function untilFound(check: () => Promise<string[]>): Promise<string[]> {
  for (let attempt = 1; attempt < 12; attempt += 1) {
    const wrong = await check()
    if (wrong.length > 0) return wrong
  }
  return check()
}

const statements = (change: StatementChange) => (check: () => Promise<string[]>) =>
  withStatements(change, check)
const fault = (name: Fault) => (check: () => Promise<string[]>) => withFault(name, check)
const replacing = (part: string | RegExp, by: string) =>
  statements({ rewrite: (text) => text.replace(part, by) })

describe('at the same time', () => {
  trap('what is decided upon is read after the wait for the lock', concurrency.giveBackTwice, (check) =>
    snapshotBeforeTheWait(ground, check),
  )
  trap(
    'I-2 a key has its effect once, at two processes at once',
    concurrency.oneKeyTwice,
    replacing('(r.event in (select event from keyed)) is true', 'true'),
  )
  trap('I-2 a key has its effect once, whatever the day', concurrency.oneKeyOnTwoDays, async (check) => {
    await concurrency.keysByTime(ground)
    // what the second gear would still see is what a key that is looked up in its own partition misses
    const rewrite = (text: string, name: string) =>
      name === 'usage-keys-load'
        ? text.replace('k.key_hash = w.key_hash', 'false')
        : text.replaceAll(/\binsert into usage_key\b/g, 'insert into key_by_time')
    return withStatements({ rewrite }, check)
  })
  trap(
    'keys are bound in one order',
    concurrency.keysInOppositeOrder,
    replacing('order by customer, key_hash', ''),
  )
  let turn = 0
  trap(
    'customers are locked in one order',
    concurrency.headsOfTwoCommands,
    statements({
      rewrite: (text, name) =>
        name === 'usage-lock-heads-wait' && turn++ % 2 === 1
          ? text.replace('order by environment, customer', 'order by customer desc')
          : text,
    }),
  )
  trap(
    'every command locks the customer before its balances',
    concurrency.commandAndWriter,
    statements({
      rewrite: (text, name) => (name === 'lock-customer-heads' ? text.replace('for update', '') : text),
    }),
  )
  it('writer, settlements, reports, commands and sweeps of the same customers never wait in a circle', async () => {
    const wrong = await concurrency.everythingAtOnce(ground)
    // A single one under load is tried again and loses nothing; where an order is broken they come by the dozen.
    expect(wrong.filter((each) => each !== '1 deadlocks')).toEqual([])
  })
  trap(
    'a customer whose rows are held stalls nobody else',
    (each) => concurrency.heldRow(each, patienceMs),
    async (check) => {
      // what waits must say for how long; its parameter is still there
      const rewrite = (text: string) =>
        text
          .replaceAll('skip locked', '')
          .replace(/set_config\('lock_timeout', \$\d+, true\)/, (found) =>
            found.replace(/\$\d+/, "coalesce(nullif($&::text, $&::text), '0')"),
          )
      return lessPatient(() => withStatements({ rewrite }, check))
    },
  )
})

describe('the feed', () => {
  trap(
    'an event comes though no hint of it does',
    (each) => feed.missedHint(each, pollMs, patienceMs),
    async (check) => {
      pollMs = 3_600_000
      return lessPatient(check).finally(() => {
        pollMs = 20
      })
    },
  )
  trap(
    'an event that is committed late is not skipped',
    (each) => feed.lateCommit(each, positions),
    async (check) => {
      positions = 'when written'
      return check().finally(() => {
        positions = 'after the commit'
      })
    },
  )
})

describe('changes', () => {
  for (const cycle of ['change', 'cancel', 'free'] as const)
    trap(
      `plans give no free usage: ${{ change: 'up and down', cancel: 'canceled and back', free: 'paid, free, paid' }[cycle]}`,
      (each) => time.planCycle(each, cycle),
      fault('a change opens a fresh window'),
    )
  trap('a lease counts whole under a limit that is lowered', time.leaseUnderLoweredLimit, async (check) =>
    withStatements({ rewrite: (text) => text.replaceAll('b.reserved + b.leased', 'b.reserved') }, () =>
      withFault('leases do not count', check),
    ),
  )
  trap('a refusal binds no key', time.refusalBindsNothing, fault('refusals bind keys'))
})

describe('time', () => {
  trap('a window turns in the decision, without a job', time.turnAtMidnight, async (check) =>
    withStatements(
      {
        rewrite: (text) =>
          text.replace(/and greatest\(b\.decided_at, \$\d+::timestamptz\) < b\.valid_until/, ''),
      },
      () => withFault('windows turn with a sweep alone', check),
    ),
  )
  trap(
    'late and future uses count in their own window, or are rejected',
    time.lateAndFuture,
    fault('late counts now'),
  )
  trap('giving back revives nothing', time.giveBackRevivesNothing, fault('giving back revives'))
  trap(
    'I-7 a clock that goes back decides nothing anew',
    time.clockGoesBack,
    fault('the clock alone says the time'),
  )
})
