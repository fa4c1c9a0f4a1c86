import { Big } from 'big.js'
import { describe, expect, test } from 'vitest'
import { at } from '../../../test/support/customer-world.ts'
import { beginLife } from '../../../test/support/money-life.ts'
import models from '../../../test/vectors/charge-models.json' with { type: 'json' }
import seats from '../../../test/vectors/seats.json' with { type: 'json' }
import { SKIPPED } from '../../../test/vectors/skipped.ts'
import type { Price, PriceModel } from '../catalog/model.ts'
import { roundMinor } from '../money/index.ts'
import { chargeOf, priceParts } from './price-lines.ts'

interface Tier {
  up_to: string | number | null
  unit?: string
  rate?: string
  flat?: string
  unit_minor?: number
}

interface Inputs {
  tiers: Tier[]
  graduated_seat_tiers: Tier[]
  quantity: string
  quantity_before: string
  quantity_added: string
  package_size: number
  package_price: string
  free_units: number
  total: string
  rate_percent: string
  fixed_per_event: string
  applied_free_units: string
  applied_free_events: number
  events: number
  minimum_amount: string
  seats: number
  mode: 'graduated' | 'volume'
  fixed_minor: number
}

const CENTS = 100

const tiered = (type: 'graduated' | 'volume', tiers: Tier[]): PriceModel => ({
  type,
  tiers: tiers.map(({ up_to, unit, rate, flat = '0', unit_minor }) => ({
    upTo: up_to === null ? null : String(up_to),
    unitMinor: String(unit ?? rate ?? unit_minor),
    flatMinor: flat,
  })),
})

const packaged = ({ package_size, package_price }: Inputs): PriceModel => ({
  type: 'package',
  size: String(package_size),
  packageMinor: package_price,
})

/**
 * What is paid for each event is a component of its own beside the percentage: the one counts events, the other what they
 * come to.
 */
const percentage = (inputs: Inputs): Big => {
  const { total, rate_percent: percent, fixed_per_event: unitMinor, events } = inputs
  const ofAmount: PriceModel = {
    type: 'percentage',
    percent,
    fixedMinor: '0',
    minimumMinor: null,
    maximumMinor: null,
  }
  return chargeOf(ofAmount, total, inputs.applied_free_units).plus(
    chargeOf({ type: 'per_unit', unitMinor }, events, inputs.applied_free_events),
  )
}

const inMinor = (amount: string) => new Big(amount).times(CENTS).toFixed()

/** A period of a plan with a minimum, closed. */
function committed({ tiers, quantity, minimum_amount }: Inputs): Big {
  const volume = tiers.map(({ up_to, unit = '0', flat = '0' }) => ({
    ...(up_to === null ? {} : { upTo: Number(up_to) }),
    unitMinor: inMinor(unit),
    flatMinor: inMinor(flat),
  }))
  const life = beginLife('2026-06-01', {
    features: { calls: { kind: 'meter' } },
    plans: {
      committed: {
        prices: {
          USD: {
            month: {
              minimumMinor: Number(inMinor(minimum_amount)),
              components: { calls: { feature: 'calls', model: { volume } } },
            },
          },
        },
      },
    },
  })
  life.subscribe('committed')
  const june = { windowStart: at('2026-06-01'), windowEnd: at('2026-07-01') }
  life.use({ windows: [{ feature: 1, ...june, used: Number(quantity), billed: 0 }] })
  life.moveTo('2026-07-01')
  return new Big(life.last().invoice.totalMinor).div(CENTS)
}

const incremental = (model: PriceModel, { quantity_before: before, quantity_added: added }: Inputs) =>
  chargeOf(model, new Big(before).plus(added).toFixed()).minus(chargeOf(model, before))

const amountOf = (exact: Big) => ({ amount: exact.toFixed() })

const price = (
  amountMinor: number,
  model: PriceModel,
): Pick<Price, 'amountMinor' | 'perUnit' | 'components'> => ({
  amountMinor,
  perUnit: {},
  components: [
    { key: 'seats', name: 'Seats', timing: 'advance', counts: { quantity: 'seats' }, freeUnits: '0', model },
  ],
})

function seatAmount(amountMinor: number, model: PriceModel, { seats: count }: Inputs) {
  const parts = priceParts(price(amountMinor, model), { seats: count }, 'advance')
  return { amount_minor: roundMinor(parts.reduce((sum, part) => sum.plus(part.exactMinor), new Big(0))) }
}

const adapters: Record<string, (inputs: Inputs) => unknown> = {
  graduated: (inputs) => amountOf(chargeOf(tiered('graduated', inputs.tiers), inputs.quantity)),
  graduated_negative: (inputs) => amountOf(chargeOf(tiered('graduated', inputs.tiers), inputs.quantity)),
  graduated_percentage: (inputs) => amountOf(chargeOf(tiered('graduated', inputs.tiers), inputs.quantity)),
  graduated_incremental: (inputs) => amountOf(incremental(tiered('graduated', inputs.tiers), inputs)),
  volume: (inputs) => amountOf(chargeOf(tiered('volume', inputs.tiers), inputs.quantity)),
  volume_commitment: (inputs) => amountOf(committed(inputs)),
  package: (inputs) => amountOf(chargeOf(packaged(inputs), inputs.quantity, inputs.free_units)),
  package_incremental: (inputs) => amountOf(incremental(packaged(inputs), inputs)),
  percentage: (inputs) => amountOf(percentage(inputs)),
  subscription_amount: (inputs) =>
    seatAmount(inputs.fixed_minor, tiered('graduated', inputs.graduated_seat_tiers), inputs),
  seat_amount: (inputs) => seatAmount(0, tiered(inputs.mode, inputs.tiers), inputs),
}

describe('charge model vectors', () => {
  const cases = [
    ...models.cases,
    ...seats.cases.filter(({ kind }) => kind === 'subscription_amount' || kind === 'seat_amount'),
  ]
  const run = cases.filter(({ id }) => !(id in SKIPPED))

  test.each(run.map((one) => [one.id, one] as const))('%s', (_, { kind, inputs, expected }) => {
    const adapter = adapters[kind]
    if (adapter === undefined) throw new Error(`no adapter for the kind ${kind}`)
    expect(adapter(inputs as unknown as Inputs)).toEqual(expected)
  })
})
