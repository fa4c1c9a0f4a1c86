import { describe, expect, it } from 'vitest'
import { catalog, plan } from '../../../test/support/customer-world.ts'
import type { PlanVersion, PriceModel } from '../catalog/model.ts'
import { directionOf, quantityKeys, resolveTerms } from './terms.ts'

const seatsFor = (key: string, model: PriceModel): PlanVersion => {
  const counts = { quantity: 'seats' }
  const components = [
    { key: 'seats', name: 'Seats', timing: 'advance' as const, counts, freeUnits: '0', model },
  ]
  const [price] = plan(key, { monthly: 0 }).prices
  return plan(key, { prices: price === undefined ? [] : [{ ...price, components }] })
}

const each = seatsFor('each', { type: 'per_unit', unitMinor: '500' })
const volume = seatsFor('volume', {
  type: 'volume',
  tiers: [
    { upTo: '10', unitMinor: '600', flatMinor: '0' },
    { upTo: null, unitMinor: '400', flatMinor: '0' },
  ],
})
const world = catalog({ plans: [each, volume] })

function termsOf(key: string, seats?: number) {
  const quantities: Record<string, number> = seats === undefined ? {} : { seats }
  return resolveTerms(world, { plan: key, interval: 'month', currency: 'XOF', quantities }, null)
}

describe('a quantity that a component of the price counts', () => {
  it('is one of the subscription’s, and 1 unless told', () => {
    expect(quantityKeys(each)).toEqual(['seats'])
    expect(termsOf('each').quantities).toEqual({ seats: 1 })
  })

  it('makes a plan one that costs something', () => {
    const request = { plan: 'each', interval: 'month', currency: 'USD', quantities: {} }
    expect(() => resolveTerms(world, request, null)).toThrow('price_not_found')
  })

  it('decides the direction of a change by what so many cost', () => {
    expect(directionOf(termsOf('each', 5), termsOf('volume', 5))).toBe('upgrade')
    expect(directionOf(termsOf('each', 50), termsOf('volume', 50))).toBe('downgrade')
    expect(directionOf(termsOf('volume', 10), termsOf('volume', 11))).toBe('downgrade')
  })
})
