/** The families BR-S, BR-Z, BR-E, BR-AE and BR-O: what each tax category asks of parties, lines and the breakdown. */
import { all, text } from './xml-tree.ts'
import type { Tree } from './xml-tree.ts'
import { amount, lineNet, sum } from './en16931-parts.ts'
import type { Check, Parts } from './en16931-parts.ts'

const families = ['S', 'Z', 'E', 'AE', 'O'] as const
type Family = (typeof families)[number]

const lineTax = 'SpecifiedLineTradeSettlement/ApplicableTradeTax'
const categoryOf = (line: Tree) => text(line, `${lineTax}/CategoryCode`)
const rateOf = (line: Tree) => text(line, `${lineTax}/RateApplicablePercent`)
const ids = (party: Tree, scheme: string) =>
  all(party, 'SpecifiedTaxRegistration/ID').filter(({ attributes }) => attributes.schemeID === scheme)

export function taxRules(parts: Parts): Check[] {
  return families.flatMap((family) => {
    const lines = parts.lines.filter((line) => categoryOf(line) === family)
    const breakdowns = parts.breakdowns.filter((tree) => text(tree, 'CategoryCode') === family)
    if (lines.length === 0 && breakdowns.length === 0) return []
    const rule = (number: number) => `BR-${family}-${String(number)}`
    return [
      [rule(1), family === 'S' ? breakdowns.length > 0 : breakdowns.length === 1],
      [rule(1), lines.length > 0],
      [rule(2), lines.length === 0 || partiesFit(family, parts)],
      [rule(5), lines.every((line) => rateFits(family, rateOf(line)))],
      ...breakdowns.flatMap((tree): Check[] => [
        [rule(8), taxableFits(family, tree, lines)],
        [rule(9), family === 'S' || amount(tree, 'CalculatedAmount').eq(0)],
        [rule(10), reasonFits(family, tree)],
      ]),
      ...(family === 'O' ? aloneRules(parts) : []),
    ] as Check[]
  })
}

function partiesFit(family: Family, { seller, buyer }: Parts): boolean {
  const sellerIds = [...ids(seller, 'VA'), ...ids(seller, 'FC')]
  if (family === 'O') return sellerIds.length === 0 && ids(buyer, 'VA').length === 0
  if (family !== 'AE') return sellerIds.length > 0
  return (
    sellerIds.length > 0 &&
    (ids(buyer, 'VA').length > 0 || text(buyer, 'SpecifiedLegalOrganization/ID') !== '')
  )
}

function rateFits(family: Family, rate: string): boolean {
  if (family === 'O') return rate === ''
  return family === 'S' ? Number(rate) > 0 : rate !== '' && Number(rate) === 0
}

/** A standard rate has a breakdown for each rate, the others have one for all. */
function taxableFits(family: Family, breakdown: Tree, lines: Tree[]): boolean {
  const rate = text(breakdown, 'RateApplicablePercent')
  const counted = family === 'S' ? lines.filter((line) => Number(rateOf(line)) === Number(rate)) : lines
  return amount(breakdown, 'BasisAmount').eq(sum(counted, lineNet))
}

function reasonFits(family: Family, breakdown: Tree): boolean {
  const [code, reason] = [text(breakdown, 'ExemptionReasonCode'), text(breakdown, 'ExemptionReason')]
  if (family === 'S' || family === 'Z') return code === '' && reason === ''
  if (family === 'E') return code !== '' || reason !== ''
  return code === `VATEX-EU-${family}`
}

function aloneRules({ lines, breakdowns }: Parts): Check[] {
  return [
    ['BR-O-11', breakdowns.length === 1],
    ['BR-O-12', lines.every((line) => categoryOf(line) === 'O')],
  ]
}
