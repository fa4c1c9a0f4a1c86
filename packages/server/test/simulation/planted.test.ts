/** The simulation itself is tested: whatever fault is planted, a world of a few customers finds it within some months. */
import { describe, expect, it } from 'vitest'
import { isSample } from '../proof/support/random.ts'
import { plantedFaults } from './planted.ts'
import { Broken, runSeed } from './run.ts'

const MONTHS = 10
const PATIENCE_MS = 600_000

/** Those that are found within some steps on a developer's machine; all of them in continuous integration. */
const faults = plantedFaults.filter(({ isQuick = false }) => !isSample || isQuick)

const world = {
  seed: 5,
  customers: 10,
  workers: 2,
  processes: 0,
  months: MONTHS,
  customersAClock: 5,
  mostDays: 21,
}

describe('a planted fault is found', () => {
  it.skipIf(isSample)(
    'and without any the same world holds',
    async () => {
      expect((await runSeed(world)).months).toBeGreaterThanOrEqual(MONTHS)
    },
    PATIENCE_MS,
  )

  it.each(faults.map((fault) => [fault.name, fault] as const))(
    '%s',
    async (_name, fault) => {
      let rewritten = 0
      const rewrite = (text: string) => {
        const changed = fault.rewrite(text)
        if (changed !== text) rewritten += 1
        return changed
      }
      const run = runSeed({ ...world, rewrite })
      const broken = await run.then(
        () => null,
        (error: unknown) => error,
      )
      expect(rewritten, `no statement was changed: ${String(broken)}`).toBeGreaterThan(0)
      expect(broken).toBeInstanceOf(Broken)
      // that something goes wrong is not enough: a rule must see what, or a constraint refuse it
      const { findings, errors } = broken as Broken
      const refused = errors.filter((each) => each.includes('violates unique constraint'))
      expect(fault.isRefused === true ? [...findings, ...refused] : findings, String(broken)).not.toEqual([])
    },
    PATIENCE_MS,
  )
})
