import { describe, expect, it } from 'vitest'
import { type Lane, lanesOfNextBatch } from './lanes.ts'

const WORTHWHILE = 3
const lane = (since: number[], running = false): Lane => ({
  queue: since.map((each) => ({ since: each })),
  running,
})

describe('lanesOfNextBatch', () => {
  it('sends little at once when nothing is in flight', () => {
    const lanes = [lane([]), lane([5])]
    expect(lanesOfNextBatch(lanes, WORTHWHILE)).toEqual([lanes[1]])
  })

  it('lets lanes with little in them share a batch', () => {
    const lanes = [lane([6]), lane([5, 7])]
    expect(lanesOfNextBatch(lanes, WORTHWHILE)).toEqual([lanes[1], lanes[0]])
  })

  it('sends beside another batch only what is worthwhile', () => {
    const small = [lane([1], true), lane([5, 6])]
    expect(lanesOfNextBatch(small, WORTHWHILE)).toEqual([])
    const large = [lane([1], true), lane([5, 6, 7])]
    expect(lanesOfNextBatch(large, WORTHWHILE)).toEqual([large[1]])
  })

  it('never takes from a lane whose batch is in flight', () => {
    expect(lanesOfNextBatch([lane([1, 2, 3], true), lane([])], WORTHWHILE)).toEqual([])
  })

  it('begins with who waits longest, so that a busy lane never passes over a quiet one', () => {
    const busy = lane([6, 7, 8, 9])
    const quiet = lane([5])
    expect(lanesOfNextBatch([busy, quiet], WORTHWHILE)).toEqual([quiet, busy])
  })
})
