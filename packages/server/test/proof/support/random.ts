/** Choices that a seed repeats, and how many seeds a run tries. */
import { randomInt } from 'node:crypto'

export interface Random {
  /** A whole number from 0 up to, not including, `count`. */
  below(count: number): number
  /** From `least` to `most`, both included. */
  between(least: number, most: number): number
  pick<Item>(items: readonly Item[]): Item
  chance(probability: number): boolean
}

/** The same seed makes the same choices (what processes make of them still depends on their timing). */
export function createRandom(seed: number): Random {
  let state = seed >>> 0
  const next = () => {
    state = (state + 0x6d2b79f5) >>> 0
    let mixed = Math.imul(state ^ (state >>> 15), state | 1)
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61)
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32
  }
  const below = (count: number) => Math.floor(next() * count)
  return {
    below,
    between: (least, most) => least + below(most - least + 1),
    pick: (items) => items[below(items.length)] as never,
    chance: (probability) => next() < probability,
  }
}

/** Where a developer waits, proofs try less than in continuous integration. */
export const isSample = process.env.CI === undefined && process.env.TOLLKEEPER_PROOF === undefined

/** So many worlds does a property try in continuous integration; a third of them where a developer waits. */
export const runs = (count: number): number => (isSample ? Math.ceil(count / 3) : count)

/** Whether number `index` of what a proof goes through is tried: all in continuous integration, one in `count` in a sample. */
export const isTried = (index: number, count: number): boolean => !isSample || index % count === 0

/**
 * A few fixed seeds in every run, more fixed ones with TOLLKEEPER_PROOF=more, so that a run that must be repeatable is;
 * with TOLLKEEPER_PROOF=full many that nobody has tried.
 * TOLLKEEPER_PROOF_SEED=n runs that one alone.
 */
export function proofSeeds(counts: { sample: number; more: number; full: number }): number[] {
  const { TOLLKEEPER_PROOF: extent, TOLLKEEPER_PROOF_SEED: only } = process.env
  if (only !== undefined) return [Number(only)]
  if (extent === 'full') return Array.from({ length: counts.full }, () => randomInt(2 ** 31))
  return Array.from({ length: extent === 'more' ? counts.more : counts.sample }, (_, index) => index + 1)
}
