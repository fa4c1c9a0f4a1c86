import { describe, expect, test } from 'vitest'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'

const plans: Definition['plans'] = { starter: { prices: { USD: { month: 3000, year: 30_000 } } } }

const beginning = (start: string, more: Partial<Definition> = {}) => beginLife(start, { plans, ...more })

describe('a pause', () => {
  test('within a period changes nothing', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-10')
    life.pause('2026-06-20')
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-07-01 3000'])
  })

  test('across a boundary costs nothing after it, and the rest of the period that it ends in', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-10')
    life.pause()
    life.moveTo('2026-08-17T12:00:00Z')
    expect(life.totals()).toEqual(['2026-06-01 3000'])
    life.resume()
    expect(life.lines()).toEqual(['plan starter 1403 2026-08-17/2026-09-01'])
    life.moveTo('2026-09-01')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-08-17 1403', '2026-09-01 3000'])
  })

  const metered: Definition = {
    features: { calls: { kind: 'meter' } },
    plans: {
      metered: {
        prices: {
          USD: {
            month: {
              amountMinor: 0,
              minimumMinor: 6000,
              components: {
                base: { timing: 'arrears', model: { flat: 300 } },
                calls: { feature: 'calls', model: { perUnit: '10' } },
              },
            },
          },
        },
      },
    },
  } as unknown as Definition

  test.each([
    // 10 of 30 days, and what was used; 10 of them and 5; 10 of them, and the 16 of 31 that are left in August
    ['a resumption in the same period', '2026-06-26', '2026-07-01', [3000]],
    ['one in a later period', '2026-08-16', '2026-09-01', [2000, 3097]],
    ['an end', null, '2026-09-01', [2000]],
  ] as const)('ends what is charged afterwards, until %s', (_, resumed, until, expected) => {
    const life = beginLife('2026-06-01', metered)
    life.subscribe('metered')
    life.moveTo('2026-06-11')
    life.use({
      windows: [
        {
          feature: 1,
          windowStart: Date.UTC(2026, 5, 1),
          windowEnd: Date.UTC(2026, 6, 1),
          used: 50,
          billed: 0,
        },
      ],
    })
    life.pause()
    if (resumed === null) {
      life.moveTo('2026-08-16')
      life.cancel('now')
    } else {
      life.moveTo(resumed)
      life.resume()
    }
    life.moveTo(until)
    expect(life.documents().map(({ invoice }) => invoice.totalMinor)).toEqual(expected)
    const services = life.documents().flatMap(({ lines }) => lines.map(({ service }) => service))
    const pause = { start: Date.UTC(2026, 5, 11), end: Date.parse(`${resumed ?? until}T00:00:00Z`) }
    for (const service of services) {
      expect(service).not.toBeNull()
      expect((service?.end ?? 0) <= pause.start || (service?.start ?? 0) >= pause.end).toBe(true)
    }
  })

  test('that is cancelled charges nothing more', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.pause()
    life.moveTo('2026-08-17')
    life.cancel('now', true)
    life.moveTo('2027-01-01')
    expect(life.totals()).toEqual(['2026-06-01 3000'])
  })
})

describe('an end', () => {
  test('now gives back what is left of the period where that is asked for', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.cancel('now', true)
    life.moveTo('2026-06-16')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-06-16 -1500'])
    expect(life.balance('USD')).toBe(1500)
  })

  test('now keeps what was paid, else', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.cancel('now')
    life.moveTo('2027-01-01')
    expect(life.totals()).toEqual(['2026-06-01 3000'])
  })

  test('with the period charges nothing more', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.moveTo('2026-06-16')
    life.cancel('period_end')
    life.moveTo('2027-01-01')
    expect(life.totals()).toEqual(['2026-06-01 3000'])
  })

  test('that is called off goes on as before', () => {
    const life = beginning('2026-06-01')
    life.subscribe('starter')
    life.cancel('period_end')
    life.moveTo('2026-06-16')
    life.resume()
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 3000', '2026-07-01 3000'])
  })

  test('of a trial costs nothing', () => {
    const trial = { days: 14, onEnd: 'activate' as const }
    const life = beginning('2026-06-01', { plans: { starter: { prices: { USD: { month: 3000 } }, trial } } })
    life.subscribe('starter')
    life.cancel('now', true)
    expect(life.totals()).toEqual([])
  })
})

describe('what is given back', () => {
  test('lowers the invoice that it was charged on while that is not paid', () => {
    const life = beginLife('2026-06-01', { plans }, { pays: null })
    life.subscribe('starter')
    life.moveTo('2026-06-04')
    life.cancel('now', true)
    life.moveTo('2026-06-04')
    const [invoice, note] = life.documents()
    expect(note?.invoice).toMatchObject({
      kind: 'credit_note',
      credits: invoice?.invoice.id,
      totalMinor: 2700,
    })
    expect(invoice?.invoice).toMatchObject({ status: 'open', creditedMinor: 2700 })
    expect([life.owed(), life.balance('USD')]).toEqual([300, 0])
  })
})
