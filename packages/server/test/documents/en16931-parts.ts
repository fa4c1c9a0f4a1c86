/** The parts of an electronic invoice that the rules speak of. */
import { Big } from 'big.js'
import { all, one, text } from './xml-tree.ts'
import type { Tree } from './xml-tree.ts'

export type Check = [rule: string, holds: boolean]

/** The parts that rules speak of. */
export interface Parts {
  root: Tree
  lines: Tree[]
  seller: Tree
  buyer: Tree
  settlement: Tree
  totals: Tree
  breakdowns: Tree[]
}

const transaction = 'SupplyChainTradeTransaction'
const nowhere: Tree = { name: '', attributes: {}, children: [], text: '' }

export function partsOf(root: Tree): Parts {
  const settlement = one(root, `${transaction}/ApplicableHeaderTradeSettlement`) ?? nowhere
  const agreement = `${transaction}/ApplicableHeaderTradeAgreement`
  return {
    root,
    lines: all(root, `${transaction}/IncludedSupplyChainTradeLineItem`),
    seller: one(root, `${agreement}/SellerTradeParty`) ?? nowhere,
    buyer: one(root, `${agreement}/BuyerTradeParty`) ?? nowhere,
    settlement,
    totals: one(settlement, 'SpecifiedTradeSettlementHeaderMonetarySummation') ?? nowhere,
    breakdowns: all(settlement, 'ApplicableTradeTax'),
  }
}

export const amount = (tree: Tree, path: string) => new Big(text(tree, path) || '0')
export const sum = (trees: Tree[], path: string) =>
  trees.reduce((total, tree) => total.plus(amount(tree, path)), new Big(0))
export const lineNet =
  'SpecifiedLineTradeSettlement/SpecifiedTradeSettlementLineMonetarySummation/LineTotalAmount'
