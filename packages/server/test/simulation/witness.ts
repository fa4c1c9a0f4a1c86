/**
 * Who writes down what was admitted, beside the product and without its help.
 *
 * Owns: the count, by what the answers said. Does not own: whether it may be so (`audit/usage.ts`).
 * Invariant: a use is counted once, however often its answer is given.
 */
import type { Answered } from '../support/catalog.ts'

export interface Use {
  customer: string
  feature: string
  /** Of whom it was told that they used it. */
  member: string | null
  amount: number
}

/** What was drawn for somebody who decides alone. */
export interface DrawnLease {
  customer: string
  feature: string
  granted: number
  /** As it was told; null until then. */
  used: number | null
}

/** What was taken of one allowance until it starts again. */
export interface TakenWindow extends Use {
  resetsAt: string | null
  /** The limits that were told meanwhile. */
  limits: Set<number>
}

export interface Witness {
  /** `consume` allowed it. */
  admit(use: Use, answer: Answered): void
  /** It was used another way (settled, reported): above the limit it is recorded, too. */
  record(use: Use): void
  /** What must be found again, once. */
  readonly uses: ReadonlyMap<string, Use>
  readonly windows: ReadonlyMap<string, TakenWindow>
  /** So much of a use was given back, and may be taken again. */
  giveBack(event: string, amount: number): void
  draw(id: string, lease: DrawnLease): void
  report(id: string, amount: number): void
  readonly leases: ReadonlyMap<string, DrawnLease>
  /** An application of its own gave so much away, of what it had drawn. */
  giveAway(customer: string, feature: string, amount: number): void
  /** By customer and feature. */
  readonly givenAway: ReadonlyMap<string, number>
}

export function openWitness(): Witness {
  const uses = new Map<string, Use>()
  const windows = new Map<string, TakenWindow>()
  const windowOf = new Map<string, TakenWindow>()
  const leases = new Map<string, DrawnLease>()
  const givenAway = new Map<string, number>()
  return {
    uses,
    windows,
    leases,
    givenAway,
    admit(use, { event, limit, resetsAt }) {
      if (uses.has(event)) return
      uses.set(event, use)
      const name = [use.customer, use.feature, use.member, resetsAt].join(' ')
      const window = windows.get(name) ?? { ...use, amount: 0, resetsAt, limits: new Set<number>() }
      window.amount += use.amount
      if (limit !== null) window.limits.add(limit)
      windows.set(name, window)
      windowOf.set(event, window)
    },
    record(use) {
      uses.set(`recorded ${uses.size}`, use)
    },
    giveBack(event, amount) {
      const window = windowOf.get(event)
      if (window !== undefined) window.amount -= amount
    },
    draw(id, lease) {
      // told twice under one key
      if (!leases.has(id)) leases.set(id, lease)
    },
    report(id, amount) {
      const lease = leases.get(id)
      if (lease !== undefined) leases.set(id, { ...lease, used: amount })
    },
    giveAway(customer, feature, amount) {
      const name = `${customer} ${feature}`
      givenAway.set(name, (givenAway.get(name) ?? 0) + amount)
    },
  }
}
