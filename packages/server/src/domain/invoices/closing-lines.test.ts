import { describe, expect, test } from 'vitest'
import { at } from '../../../test/support/customer-world.ts'
import { beginLife, type Definition } from '../../../test/support/money-life.ts'

type Components = Record<string, { feature: string; freeUnits?: number; model: object }>

const metered = (components: Components, more: object = {}): Definition => ({
  features: { calls: { kind: 'meter' }, bytes: { kind: 'meter', scale: 1 } },
  plans: { api: { prices: { USD: { month: { amountMinor: 1000, components, ...more } } } } },
})

const CALLS = 1
const BYTES = 2

const june = (feature: number, used: number) => ({
  feature,
  windowStart: at('2026-06-01'),
  windowEnd: at('2026-07-01'),
  used,
  billed: 0,
})

const overage = (amount: number, unitMinor: string, currency = 'USD') => ({
  feature: CALLS,
  unitMinor,
  currency,
  windowStart: at('2026-06-01'),
  windowEnd: at('2026-07-01'),
  amount,
})

const tiers = [
  { upTo: 100, unitMinor: '0' },
  { upTo: 1000, unitMinor: '2' },
  { unitMinor: '1.5', flatMinor: '300' },
]

describe('what is used', () => {
  test.each([
    ['per unit', { perUnit: '0.4' }, 251, 100],
    ['graduated', { graduated: tiers }, 1200, 2400],
    ['volume', { volume: tiers }, 1200, 2100],
    ['package', { package: { size: 100, packageMinor: '250' } }, 101, 500],
  ] as const)('%s is charged at the end, beside the next period', (_, model, used, expected) => {
    const life = beginLife('2026-06-01', metered({ calls: { feature: 'calls', model } }))
    life.subscribe('api')
    life.use({ windows: [june(CALLS, used)] })
    life.moveTo('2026-07-01')
    expect(life.lines()).toEqual([
      `usage calls ${expected} 2026-06-01/2026-07-01`,
      'plan api 1000 2026-07-01/2026-08-01',
    ])
    life.moveTo('2026-08-01')
    expect(life.lines()).toEqual(['plan api 1000 2026-08-01/2026-09-01'])
  })

  test('is counted in whole units of the feature, free ones first', () => {
    const model = { perUnit: '10' }
    const life = beginLife('2026-06-01', metered({ bytes: { feature: 'bytes', freeUnits: 2, model } }))
    life.subscribe('api')
    life.use({ windows: [june(BYTES, 55)] })
    life.moveTo('2026-07-01')
    expect(life.lines()[0]).toBe('usage bytes 35 2026-06-01/2026-07-01')
    expect(life.last().lines[0]).toMatchObject({ quantity: '5.5' })
  })

  test('late is the difference that it makes in its window, on the next invoice', () => {
    const life = beginLife(
      '2026-06-01',
      metered({ calls: { feature: 'calls', model: { graduated: tiers } } }),
    )
    life.subscribe('api')
    life.use({ windows: [june(CALLS, 1000)] })
    life.moveTo('2026-07-15')
    expect(life.lines()[0]).toBe('usage calls 1800 2026-06-01/2026-07-01')
    life.use({ windows: [june(CALLS, 1100)] })
    life.moveTo('2026-08-01')
    expect(life.lines()[0]).toBe('usage calls 450 2026-06-01/2026-07-01')
    expect(life.last().lines[0]).toMatchObject({ quantity: '100' })
    life.moveTo('2026-09-01')
    expect(life.lines()).toEqual(['plan api 1000 2026-09-01/2026-10-01'])
  })

  test('under terms that count nothing is never charged by later ones', () => {
    const { features, plans } = metered({ calls: { feature: 'calls', model: { perUnit: '5' } } })
    const life = beginLife('2026-06-01', { features, plans: { free: {}, ...plans } })
    life.subscribe('free', { currency: 'USD' })
    life.use({ windows: [june(CALLS, 900)] })
    life.moveTo('2026-07-10')
    life.change({ plan: 'api', currency: 'USD' })
    life.moveTo('2026-09-01')
    expect(life.documents().flatMap(({ lines }) => lines.filter(({ kind }) => kind === 'usage'))).toEqual([])
  })

  test('in a trial costs nothing', () => {
    const { features, plans } = metered({ calls: { feature: 'calls', model: { perUnit: '5' } } })
    const trial = { days: 14, onEnd: 'activate' as const }
    const life = beginLife('2026-06-01', { features, plans: { api: { ...plans.api, trial } } })
    life.subscribe('api')
    life.moveTo('2026-06-10')
    life.use({ windows: [{ ...june(CALLS, 70), windowEnd: at('2026-06-16') }] })
    life.moveTo('2026-07-16')
    expect(life.totals()).toEqual(['2026-06-16 1000', '2026-07-16 1000'])
  })

  test('is charged when the subscription ends within its period', () => {
    const life = beginLife('2026-06-01', metered({ calls: { feature: 'calls', model: { perUnit: '5' } } }))
    life.subscribe('api')
    life.moveTo('2026-06-16')
    life.use({ windows: [{ ...june(CALLS, 10), windowEnd: at('2026-06-16') }], overage: [overage(3, '7')] })
    life.cancel('now', true)
    expect(life.lines()).toEqual([
      'overage calls 21 2026-06-01/2026-06-16',
      'usage calls 50 2026-06-01/2026-06-16',
      'credit api -500 2026-06-16/2026-07-01',
    ])
  })
})

describe('another plan within the period', () => {
  const calls = (model: object, freeUnits?: number) => ({
    calls: { feature: 'calls', model, ...(freeUnits === undefined ? {} : { freeUnits }) },
  })
  const flat = { rent: { timing: 'arrears' as const, model: { flat: 300 } } }
  const priced = (components: object, more: object = {}) => ({
    prices: { USD: { month: { amountMinor: 1000, components, ...more } } },
  })
  const perUnit = (unitMinor: string) => priced(calls({ perUnit: unitMinor }))
  const free = priced(calls({ perUnit: '5' }, 100))
  const tiered = priced(calls({ graduated: tiers }))
  const none = { prices: { USD: { month: 1000 } } }
  const minimum = priced(calls({ perUnit: '5' }), { minimumMinor: 2000 })

  test.each([
    // the old plan, the new one, what is charged of 900 calls before the change, of 300 after it
    ['use that only the old one counts', perUnit('5'), none, 4500, 0],
    ['use that only the new one counts', none, perUnit('5'), 0, 1500],
    ['each at its own price', perUnit('5'), perUnit('2'), 4500, 600],
    ['free units are given once', free, perUnit('2'), 4000, 600],
    ['free units that the old one had used up', perUnit('2'), free, 1800, 1500],
    ['tiers go on from where they are', tiered, tiered, 1600, 800],
    ['a flat part for the time that it ran', priced(flat), none, 150, 0],
    ['a flat part from when it runs', none, priced(flat), 0, 150],
    ['a minimum for the time that it held', minimum, none, 4500, 0],
  ] as const)('%s', (_, before, after, first, second) => {
    const { features } = metered({})
    const plans = { old: before, new: after } as Definition['plans']
    const life = beginLife('2026-06-01', { features, plans })
    life.subscribe('old')
    life.moveTo('2026-06-16')
    life.use({ windows: [june(CALLS, 900)] })
    life.change({ plan: 'new', when: 'now' })
    const waits = life.waiting().reduce((sum, line) => sum + Number(line.split(' ').at(-1)), 0)
    expect(waits).toBe(first)
    life.use({ windows: [june(CALLS, 1200)] })
    life.moveTo('2026-07-01')
    expect(life.last().invoice.totalMinor).toBe(1000 + first + second)
  })

  test('a part owes a part of the minimum', () => {
    const { features } = metered({})
    const life = beginLife('2026-06-01', {
      features,
      plans: { old: minimum, new: none } as Definition['plans'],
    })
    life.subscribe('old')
    life.moveTo('2026-06-16')
    life.use({ windows: [june(CALLS, 20)] })
    life.change({ plan: 'new', when: 'now' })
    expect(life.waiting()).toEqual(['usage calls 100', 'minimum old 400'])
  })

  test('nothing of it is in the preview of what is due now, so that more use changes no figure of it', () => {
    const { features } = metered({})
    const life = beginLife('2026-06-01', {
      features,
      plans: { old: perUnit('5'), new: { prices: { USD: { month: 3000 } } } } as Definition['plans'],
    })
    life.subscribe('old')
    life.moveTo('2026-06-16')
    const due = () =>
      life.previewChange({ plan: 'new' }).after.money?.documents.map((each) => each.invoice.totalMinor)
    expect(due()).toEqual([1000])
    life.use({ windows: [june(CALLS, 900)] })
    expect(due()).toEqual([1000])
  })

  test('to and fro at the same moment closes once', () => {
    const { features } = metered({})
    const life = beginLife('2026-06-01', {
      features,
      plans: { old: perUnit('5'), new: perUnit('5') } as Definition['plans'],
    })
    life.subscribe('old')
    life.moveTo('2026-06-16')
    life.use({ windows: [june(CALLS, 7)] })
    life.change({ plan: 'new', when: 'now' })
    life.change({ plan: 'old', when: 'now' })
    life.change({ plan: 'new', when: 'now' })
    expect(life.waiting()).toEqual(['usage calls 35'])
  })

  test('what waits is charged when the subscription ends before the next period', () => {
    const { features } = metered({})
    const life = beginLife('2026-06-01', {
      features,
      plans: { old: perUnit('5'), new: none } as Definition['plans'],
    })
    life.subscribe('old')
    life.moveTo('2026-06-16')
    life.use({ windows: [june(CALLS, 7)] })
    life.change({ plan: 'new', when: 'now' })
    life.moveTo('2026-06-20')
    life.cancel('now', true)
    expect(life.lines()).toContain('usage calls 35 2026-06-01/2026-06-16')
  })
})

describe('use above an allowance', () => {
  test('costs what it cost when it was taken, also after an upgrade', () => {
    const { features } = metered({})
    const life = beginLife('2026-06-01', {
      features,
      plans: {
        small: { prices: { USD: { month: 1000 } } },
        large: { prices: { USD: { month: 3000 } } },
      },
    })
    life.subscribe('small')
    life.use({ overage: [overage(12, '2.5')] })
    life.moveTo('2026-06-16')
    life.change({ plan: 'large' })
    life.use({ overage: [overage(10, '1')] })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 1000', '2026-06-16 1000', '2026-07-01 3040'])
    expect(life.lines()).toEqual([
      'overage calls 10 2026-06-16/2026-07-01',
      'plan large 3000 2026-07-01/2026-08-01',
      'overage calls 30 2026-06-01/2026-06-16',
    ])
    life.moveTo('2026-08-01')
    expect(life.last().invoice.totalMinor).toBe(3000)
  })

  test('in another currency waits for terms in that currency', () => {
    const life = beginLife('2026-06-01', metered({}))
    life.subscribe('api')
    life.use({ overage: [overage(12, '2.5', 'EUR')] })
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-01 1000', '2026-07-01 1000'])
  })
})

describe('a minimum', () => {
  const terms = metered({ calls: { feature: 'calls', model: { perUnit: '5' } } }, { minimumMinor: 2000 })

  test.each([
    [0, 1000],
    [100, 500],
    [200, 0],
    [300, 0],
  ])('is filled up at the end: %i calls leave %i', (used, missing) => {
    const life = beginLife('2026-06-01', terms)
    life.subscribe('api')
    life.use({ windows: [june(CALLS, used)] })
    life.moveTo('2026-07-01')
    const [line] = life.last().lines.filter(({ kind }) => kind === 'minimum')
    expect(line?.amountMinor ?? 0).toBe(missing)
  })

  test('is owed in part for a period that an end cuts short, and not by whoever moves there at its end', () => {
    const life = beginLife('2026-06-01', { ...terms, plans: { free: {}, ...terms.plans } })
    life.subscribe('free', { currency: 'USD' })
    life.change({ plan: 'api', when: 'period_end', currency: 'USD' })
    life.moveTo('2026-07-01')
    life.moveTo('2026-07-11')
    life.cancel('now')
    life.moveTo('2026-09-01')
    // ten days of thirty-one
    expect(life.totals()).toEqual(['2026-07-01 1000', '2026-07-11 322'])
  })

  test('of a first period that the calendar cuts short is a part of it', () => {
    const { features, plans } = terms
    const policies = { anchor: 'calendar' as const, proration: 'day' as const }
    const life = beginLife('2026-06-16', { features, plans: { api: { ...plans.api, policies } } })
    life.subscribe('api')
    life.moveTo('2026-07-01')
    expect(life.totals()).toEqual(['2026-06-16 500', '2026-07-01 1500'])
  })

  test('counts what was really charged for the period, however the seats came and went', () => {
    const graduated = [{ upTo: 5, unitMinor: '100' }, { unitMinor: '50' }]
    const plans = {
      team: {
        prices: {
          USD: {
            month: {
              amountMinor: 1000,
              minimumMinor: 3100,
              components: { seats: { quantity: 'seats', model: { graduated } } },
            },
          },
        },
        policies: { anchor: 'calendar', quantityChange: 'prorate' },
      },
    }
    const life = beginLife('2026-04-11', { plans } as unknown as Definition)
    life.subscribe('team', { quantities: { seats: 7 } })
    life.moveTo('2026-04-21')
    life.change({ quantities: { seats: 12 } })
    life.moveTo('2026-05-01')
    // 20 of 30 days: 667 + 400, and 83 for ten days of five seats more; 2067 are owed
    const [minimum] = life.last().lines.filter(({ kind }) => kind === 'minimum')
    expect(minimum?.amountMinor).toBe(2067 - 667 - 400 - 83)
  })
})
