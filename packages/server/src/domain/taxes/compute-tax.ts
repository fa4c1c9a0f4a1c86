import { Big } from 'big.js'
import type { LineTax, TaxGroup } from '../invoices/model.ts'
import { addMinor, roundMinor } from '../money/index.ts'
import type { AppliedRate } from './model.ts'

export interface TaxableLine {
  /** After discounts; with tax where `inclusive`. Negative for what is given back. */
  baseMinor: number
  inclusive: boolean
  rates: readonly AppliedRate[]
}

export interface TaxedLine {
  netMinor: number
  taxes: LineTax[]
}

/** A line's part in a group, unrounded. */
interface Part {
  line: number
  exactMinor: Big
}

interface Group {
  rate: AppliedRate
  parts: Part[]
}

/** Quotients are exact up to here: far below what any sum of them could still be rounded by. */
const QUOTIENT_DECIMALS = 40
const Quotient = Big()
Quotient.DP = QUOTIENT_DECIMALS

/**
 * Net and tax of every line, and the groups of the document. A group's tax is the exact sum of its lines', rounded once;
 * then the lines share it by largest remainder. An inclusive line's net is what the shares leave of its price.
 */
export function computeTax(lines: readonly TaxableLine[]): { lines: TaxedLine[]; groups: TaxGroup[] } {
  const shares: LineTax[][] = lines.map(() => [])
  const groups = groupByRate(lines).map(({ rate, parts }) => {
    const taxMinor = roundMinor(sumOf(parts).round(QUOTIENT_DECIMALS / 2))
    const partsMinor = shareOut(taxMinor, parts)
    parts.forEach(({ line }, index) => {
      shares[line]?.push({ ...rate, taxMinor: partsMinor[index] ?? 0 })
    })
    return { ...rate, taxMinor, members: new Set(parts.map(({ line }) => line)) }
  })
  const taxed = lines.map(({ baseMinor, inclusive }, index) => {
    const taxes = shares[index] ?? []
    const within = inclusive ? taxes.map(({ taxMinor }) => -taxMinor) : []
    return { netMinor: addMinor(baseMinor, ...within), taxes }
  })
  return {
    lines: taxed,
    groups: groups.map(({ members, ...group }) => ({
      ...group,
      taxableMinor: addMinor(...[...members].map((line) => taxed[line]?.netMinor ?? 0)),
    })),
  }
}

function groupByRate(lines: readonly TaxableLine[]): Group[] {
  const groups = new Map<string, Group>()
  lines.forEach(({ baseMinor, inclusive, rates }, line) => {
    const whole = rates.reduce((sum, { percent }) => sum.plus(percent), new Big(inclusive ? 100 : 0))
    const divisor = inclusive ? whole : new Big(100)
    for (const rate of rates) {
      const key = JSON.stringify([rate.category, rate.rate, rate.name, new Big(rate.percent).toFixed()])
      const group = groups.get(key) ?? { rate, parts: [] }
      groups.set(key, group)
      const exactMinor = new Quotient(new Big(baseMinor).times(rate.percent).toFixed()).div(divisor)
      group.parts.push({ line, exactMinor })
    }
  })
  return [...groups.values()]
}

const sumOf = (parts: readonly Part[]) =>
  parts.reduce((sum, { exactMinor }) => sum.plus(exactMinor), new Big(0))

/**
 * Whole units for each part: down to the next one, and what is then missing, one each to the largest remainders, the
 * first of equal ones. It holds for parts of either sign: each comes within one unit of its exact value.
 */
function shareOut(totalMinor: number, parts: readonly Part[]): number[] {
  const floors = parts.map(({ exactMinor }) => floorOf(exactMinor))
  let missing = addMinor(totalMinor, ...floors.map((floor) => -floor))
  const order = parts
    .map(({ exactMinor }, index) => ({ index, remainder: exactMinor.minus(floors[index] ?? 0) }))
    .toSorted((left, right) => right.remainder.cmp(left.remainder) || left.index - right.index)
  for (const { index } of order) {
    if (missing <= 0) break
    floors[index] = (floors[index] ?? 0) + 1
    missing -= 1
  }
  return floors
}

function floorOf(value: Big): number {
  const whole = value.round(0, Big.roundDown)
  // Adding zero turns a negative zero into the usual one.
  return Number(whole.gt(value) ? whole.minus(1).toFixed() : whole.toFixed()) + 0
}
