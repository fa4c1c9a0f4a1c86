import type { PriceComponentDefinition, PriceDefinition, PriceModelDefinition } from '@tollkeeper/contract'
import { Big } from 'big.js'
import { parseInterval } from './lookup.ts'
import type { Price, PriceComponent, PriceModel, PriceTier } from './model.ts'

/** Currency → interval → price, as rows with every default written out. */
export function normalisePrices(prices: Record<string, Record<string, PriceDefinition>>): Price[] {
  return Object.entries(prices).flatMap(([currency, byInterval]) =>
    Object.entries(byInterval).map(([text, price]) => {
      const interval = parseInterval(text)
      if (interval === null) throw new Error(`"${text}" got past the catalog's schema`)
      const details = typeof price === 'number' ? { amountMinor: price } : price
      return {
        currency,
        interval: interval.unit,
        intervalCount: interval.count,
        amountMinor: details.amountMinor ?? 0,
        perUnit: details.perUnit ?? {},
        components: Object.entries(details.components ?? {}).map(([key, component]) =>
          normaliseComponent(key, component),
        ),
        minimumMinor: details.minimumMinor ?? null,
      }
    }),
  )
}

function normaliseComponent(key: string, component: PriceComponentDefinition): PriceComponent {
  const { quantity, feature } = component
  return {
    key,
    name: component.name ?? key,
    timing: component.timing ?? (feature === undefined ? 'advance' : 'arrears'),
    counts: quantity !== undefined ? { quantity } : feature !== undefined ? { feature } : null,
    freeUnits: decimalText(component.freeUnits ?? 0),
    model: normaliseModel(component.model),
  }
}

function normaliseModel(model: PriceModelDefinition): PriceModel {
  if (model.flat !== undefined) return { type: 'flat', amountMinor: model.flat }
  if (model.perUnit !== undefined) return { type: 'per_unit', unitMinor: model.perUnit }
  if (model.graduated !== undefined) return { type: 'graduated', tiers: normaliseTiers(model.graduated) }
  if (model.volume !== undefined) return { type: 'volume', tiers: normaliseTiers(model.volume) }
  if (model.package !== undefined) {
    const { size, packageMinor } = model.package
    return { type: 'package', size: decimalText(size), packageMinor }
  }
  if (model.percentage === undefined) throw new Error("A price without a model got past the catalog's schema")
  const { percent, fixedMinor = '0', minimumMinor = null, maximumMinor = null } = model.percentage
  return { type: 'percentage', percent: decimalText(percent), fixedMinor, minimumMinor, maximumMinor }
}

function normaliseTiers(tiers: NonNullable<PriceModelDefinition['graduated']>): PriceTier[] {
  return tiers.map(({ upTo, unitMinor = '0', flatMinor = '0' }) => ({
    upTo: upTo === undefined ? null : decimalText(upTo),
    unitMinor,
    flatMinor,
  }))
}

/** The figure as it was written, never in powers of ten. */
export function decimalText(figure: number): string {
  return new Big(figure).toFixed()
}
