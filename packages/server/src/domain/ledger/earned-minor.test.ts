import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { END_OF_TIME, type Instant } from '../time/index.ts'
import { earn, type EarningDocument } from './earn.ts'
import { earnedMinor, nextEarningAt } from './earned-minor.ts'

const at = (text: string): Instant => Date.parse(text)
const january = { start: at('2026-01-01T00:00:00Z'), end: at('2026-02-01T00:00:00Z') }
const quarter = { start: at('2026-01-15T10:00:00Z'), end: at('2026-04-15T10:00:00Z') }
const line = (netMinor: number, service: { start: Instant; end: Instant } | null = january) => ({
  netMinor,
  service,
})

describe('what is earned of a line', () => {
  it('is nothing before, everything from the end on, and in between by seconds', () => {
    expect(earnedMinor(line(3100), at('2025-12-31T00:00:00Z'))).toBe(0)
    expect(earnedMinor(line(3100), at('2026-01-11T00:00:00Z'))).toBe(1000)
    expect(earnedMinor(line(3100), at('2026-01-11T00:00:00.999Z'))).toBe(1000)
    expect(earnedMinor(line(3100), january.end)).toBe(3100)
  })

  it('is negative of what was given back', () => {
    expect(earnedMinor(line(-3100), at('2026-01-11T00:00:00Z'))).toBe(-1000)
    expect(earnedMinor(line(-3100), january.end)).toBe(-3100)
  })

  it('is all of what pays for no stretch of time', () => {
    expect(earnedMinor(line(500, null), 0)).toBe(500)
    expect(earnedMinor(line(500, { start: 5, end: 5 }), 5)).toBe(500)
  })

  it('never goes back, and never beyond the line', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: 0, max: 2 ** 50 }),
        fc.integer({ min: 0, max: 10 ** 11 }),
        fc.integer({ min: 0, max: 10 ** 11 }),
        fc.integer({ min: 0, max: 10 ** 11 }),
        (net, length, one, other) => {
          const service = { start: 1_000, end: 1_000 + length }
          const [first, second] = [Math.min(one, other), Math.max(one, other)]
          const earlier = earnedMinor({ netMinor: net, service }, first)
          const later = earnedMinor({ netMinor: net, service }, second)
          expect(earlier).toBeGreaterThanOrEqual(0)
          expect(later).toBeGreaterThanOrEqual(earlier)
          expect(later).toBeLessThanOrEqual(net)
          expect(earnedMinor({ netMinor: -net, service }, first) + 0).toBe(0 - earlier)
        },
      ),
    )
  })
})

describe('the next moment of earning', () => {
  it("is the end of the operator's month or of a service, whichever comes first", () => {
    const lines = [line(100, quarter), line(50, january)]
    const next = (after: string) => nextEarningAt(lines, at(after), 'America/New_York')
    expect(next('2026-01-16T00:00:00Z')).toBe(january.end)
    expect(next('2026-02-01T00:00:00Z')).toBe(at('2026-02-01T05:00:00Z'))
    expect(next('2026-02-01T05:00:00Z')).toBe(at('2026-03-01T05:00:00Z'))
    expect(next('2026-04-01T04:00:00Z')).toBe(quarter.end)
    expect(next('2026-04-15T10:00:00Z')).toBe(END_OF_TIME)
  })

  it('is none before a service begins', () => {
    expect(nextEarningAt([line(100, quarter)], at('2025-06-01T00:00:00Z'), 'UTC')).toBe(
      at('2026-02-01T00:00:00Z'),
    )
  })
})

describe('earning a document', () => {
  const document = (rest: Partial<EarningDocument> = {}): EarningDocument => ({
    invoice: { id: 'inv_1', kind: 'invoice', status: 'open', currency: 'EUR' },
    lines: [{ id: 'il_1', ...line(9000, quarter), earnedMinor: 0 }],
    earnAt: at('2026-02-01T00:00:00Z'),
    timeZone: 'UTC',
    ...rest,
  })
  let made = 0
  const newId = () => `le_${(made += 1)}`

  it('posts each month by itself however late it comes, within the month', () => {
    const { entries, lines, earnAt } = earn(document(), at('2026-03-10T00:00:00Z'), newId)
    expect(entries.map(({ cause, occurredAt }) => [cause, occurredAt])).toEqual([
      ['invoice:inv_1:earned:2026-02-01T00:00:00.000Z', at('2026-01-31T23:59:59.999Z')],
      ['invoice:inv_1:earned:2026-03-01T00:00:00.000Z', at('2026-02-28T23:59:59.999Z')],
    ])
    const posted = entries.reduce((sum, { postings }) => sum + (postings[0]?.amountMinor ?? 0), 0)
    expect(lines).toEqual([{ id: 'il_1', earnedMinor: posted }])
    expect(earnAt).toBe(at('2026-04-01T00:00:00Z'))
  })

  it('of a credit note takes revenue back', () => {
    const creditNote = { id: 'cn_1', kind: 'credit_note', status: 'paid', currency: 'EUR' } as const
    const [posted] = earn(document({ invoice: creditNote }), at('2026-02-01T00:00:00Z'), newId).entries
    expect(posted?.postings.find(({ account }) => account === 'revenue')?.amountMinor).toBeGreaterThan(0)
  })

  it('of a void invoice is over', () => {
    const invoice = { id: 'inv_1', kind: 'invoice', status: 'void', currency: 'EUR' } as const
    expect(earn(document({ invoice }), at('2026-12-01T00:00:00Z'), newId)).toEqual({
      entries: [],
      lines: [],
      earnAt: END_OF_TIME,
    })
  })
})
