/**
 * The catalog's prices once more, as slowly and as plainly as can be: whole numbers, one division, calendar steps by hand.
 * Owns no rule of the product: it knows the simulation's catalog alone.
 */
import type { CatalogDefinition } from '@tollkeeper/contract'
import { ZONES } from '../world.ts'
import type { Line } from './stretches.ts'

const HOUR_MS = 3_600_000

type Price =
  | number
  | {
      amountMinor?: number
      perUnit?: Record<string, string>
      components?: Record<string, { timing?: string }>
    }
type Prices = Record<string, Record<string, Price>>
type Sold = Record<string, { prices?: object | undefined }>

const soldIn = ({ plans, addOns, bundles }: CatalogDefinition): Record<string, Sold | undefined> => ({
  plan: plans,
  quantity: plans,
  add_on: addOns,
  bundle: bundles,
})

/** Half away from zero. */
export function roundedShare(amount: number, part: number, whole: number): number {
  const [numerator, denominator] = [BigInt(amount) * BigInt(part), BigInt(whole)]
  if (denominator === 0n) return 0
  const doubled = 2n * (numerator < 0n ? -numerator : numerator) + denominator
  const rounded = doubled / (2n * denominator)
  return Number(numerator < 0n ? -rounded : rounded)
}

/**
 * What the line may come to: by the month or by the year. null: nothing is known of it.
 *
 * @param paidBefore add-ons that were paid for the same time before, any of which a bundle may take off its price
 * @param begun when periods that end with the line began: hours beside the calendar, where their customer moved meanwhile
 */
export function naivePrices(
  line: Line,
  catalogs: readonly CatalogDefinition[],
  paidBefore: ReadonlySet<string>,
  begun: readonly number[],
): number[] | null {
  const found = catalogs.flatMap((catalog) => pricesBy(catalog, line, begun) ?? [])
  if (found.length === 0) return null
  const takenIn = line.kind === 'bundle' ? addOnsOf(line.reference, catalogs) : []
  return [
    ...new Set(takenIn.filter((key) => paidBefore.has(key)).reduce(lessOne(line, catalogs, begun), found)),
  ]
}

function addOnsOf(bundle: string, catalogs: readonly CatalogDefinition[]): string[] {
  return [...new Set(catalogs.flatMap(({ bundles }) => bundles?.[bundle]?.addOns ?? []))]
}

/** With and without one of the add-on, whose own line and share of it were each rounded. */
const lessOne =
  (line: Line, catalogs: readonly CatalogDefinition[], begun: readonly number[]) =>
  (prices: number[], key: string) => {
    const one: Line = { ...line, kind: 'add_on', reference: key, component: 'flat', quantity: '1' }
    const values = catalogs.flatMap((catalog) => pricesBy(catalog, one, begun) ?? [])
    const less = prices.flatMap((price) =>
      values.flatMap((value) => [price - value - 1, price - value, price - value + 1]),
    )
    return [...new Set([...prices, ...less.filter((amount) => amount > 0)])]
  }

function pricesBy(catalog: CatalogDefinition, line: Line, begun: readonly number[]): number[] | null {
  const prices = soldIn(catalog)[line.kind]?.[line.reference]?.prices as Prices | undefined
  const byInterval = prices?.[line.currency]
  if (byInterval === undefined) return null
  return Object.entries(byInterval).flatMap(([interval, price]) => {
    // from where what is charged afterwards ran is not said by its line
    if (typeof price !== 'number' && price.components?.[line.component]?.timing === 'arrears') return []
    const thousandths = ofOne(price, line)
    return wholes(line.to, interval === 'year' ? 12 : 1, begun).flatMap((start) => {
      const moments = [line.from, line.to, start]
      const measured = [seconds(moments), ...ZONES.map((zone) => localDays(zone, moments))]
      return measured.map(([from = 0, to = 0, whole = 0]) => share(thousandths, from, to, whole))
    })
  })
}

/** In thousandths of a minor unit, so that decimal unit prices stay whole. */
function ofOne(price: Price, line: Line): number {
  const quantity = Number(line.quantity)
  if (line.component !== 'flat') {
    if (typeof price === 'number') return 0
    const unit = price.perUnit?.[line.component]
    return Math.round(Number(unit ?? 0) * 1_000) * quantity
  }
  const flat = typeof price === 'number' ? price : (price.amountMinor ?? 0)
  return flat * 1_000 * (line.kind === 'add_on' ? quantity : 1)
}

const formats = new Map<string, Intl.DateTimeFormat>()

export const seconds = (moments: readonly number[]): number[] => moments.map((at) => Math.floor(at / 1_000))

/** Days are those of the place where the customer was, which may be any. */
export function localDays(zone: string, moments: readonly number[]): number[] {
  const format = formats.get(zone) ?? new Intl.DateTimeFormat('en-CA', { timeZone: zone, dateStyle: 'short' })
  formats.set(zone, format)
  const dayOf = (at: number) => Date.parse(`${format.format(at)}T00:00:00Z`) / 86_400_000
  return moments.map(dayOf)
}

function share(thousandths: number, from: number, to: number, start: number): number {
  if (from <= start) return roundedShare(thousandths, 1, 1_000)
  return roundedShare(thousandths, to - from, (to - start) * 1_000)
}

/** Where a period that ends here may have begun: so many months before, the day cut to the month's length or put back. */
function wholes(to: number, months: number, begun: readonly number[]): number[] {
  const end = new Date(to)
  const starts = new Set<number>()
  for (const day of [end.getUTCDate(), 28, 29, 30, 31]) {
    const first = Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - months, 1)
    const length = new Date(Date.UTC(end.getUTCFullYear(), end.getUTCMonth() - months + 1, 0)).getUTCDate()
    const isMonthEnd = end.getUTCDate() >= 28
    if (day !== end.getUTCDate() && !isMonthEnd) continue
    starts.add(first + (Math.min(day, length) - 1) * 86_400_000 + (to % 86_400_000))
  }
  // no two places are further apart
  const moved = begun.filter((at) => [...starts].some((start) => Math.abs(start - at) <= 26 * HOUR_MS))
  // summer time moves a local hour by one of ours
  return [...[...starts].flatMap((start) => [start, start - HOUR_MS, start + HOUR_MS]), ...moved]
}
