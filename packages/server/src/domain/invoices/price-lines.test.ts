import { describe, expect, it } from 'vitest'
import type { Price, PriceComponent } from '../catalog/model.ts'
import { chargeOf, priceParts, standingCharge } from './price-lines.ts'

const component = (key: string, rest: Partial<PriceComponent>): PriceComponent => ({
  key,
  name: key,
  timing: 'advance',
  counts: null,
  freeUnits: '0',
  model: { type: 'flat', amountMinor: 0 },
  ...rest,
})

const price: Pick<Price, 'amountMinor' | 'perUnit' | 'components'> = {
  amountMinor: 5_000,
  perUnit: { seats: '12.5' },
  components: [
    component('support', { name: 'Support', model: { type: 'flat', amountMinor: 900 } }),
    component('review', { timing: 'arrears', model: { type: 'flat', amountMinor: 300 } }),
    component('sites', { counts: { quantity: 'sites' }, model: { type: 'per_unit', unitMinor: '7' } }),
    component('calls', {
      timing: 'arrears',
      counts: { feature: 'calls' },
      freeUnits: '10',
      model: { type: 'per_unit', unitMinor: '0.25' },
    }),
  ],
}

const told = (parts: ReturnType<typeof priceParts>) =>
  parts.map((part) => [part.component, part.kind, part.quantity, part.unitMinor, part.exactMinor.toFixed()])

describe('priceParts', () => {
  it('asks at the start for what is known then, one of each quantity that nobody named', () => {
    expect(told(priceParts(price, { seats: 3 }, 'advance'))).toEqual([
      ['flat', 'flat', '1', '5000', '5000'],
      ['seats', 'quantity', '3', '12.5', '37.5'],
      ['support', 'flat', '1', '900', '900'],
      ['sites', 'quantity', '1', '7', '7'],
    ])
  })

  it('asks at the end for what was used', () => {
    expect(told(priceParts(price, {}, 'arrears', { calls: '15' }))).toEqual([
      ['review', 'flat', '1', '300', '300'],
      ['calls', 'usage', '15', null, '1.25'],
    ])
  })

  it('leaves out what is not there, and keeps what is there for nothing', () => {
    const free = { ...price, amountMinor: 0, components: price.components.slice(3) }
    expect(told(priceParts(free, { seats: 0 }, 'advance'))).toEqual([])
    expect(told(priceParts(free, {}, 'arrears'))).toEqual([])
    expect(told(priceParts(free, {}, 'arrears', { calls: '4' }))).toEqual([
      ['calls', 'usage', '4', null, '0'],
    ])
  })
})

describe('standingCharge', () => {
  it('is what an interval costs whatever is used in it', () => {
    expect(standingCharge(price, { seats: 2, sites: 3 }).toFixed()).toBe('6246')
  })
})

describe('chargeOf', () => {
  it('takes free units off before anything is counted, and gives back what its opposite costs', () => {
    const packages = { type: 'package', size: '10', packageMinor: '100' } as const
    expect(chargeOf(packages, '25', '5').toFixed()).toBe('200')
    expect(chargeOf(packages, '26', '5').toFixed()).toBe('300')
    expect(chargeOf(packages, '5', '5').toFixed()).toBe('0')
    expect(chargeOf(packages, '-26', '5').toFixed()).toBe('-300')
  })

  it('charges no minimum for nothing', () => {
    const bounds = { minimumMinor: 50, maximumMinor: 500 }
    const share = { type: 'percentage', percent: '2.9', fixedMinor: '30', ...bounds } as const
    const amounts = [0, 100, 1_000, 100_000].map((amount) => chargeOf(share, amount).toFixed())
    expect(amounts).toEqual(['0', '50', '59', '500'])
  })
})
