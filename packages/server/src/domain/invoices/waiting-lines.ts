/**
 * What waits for the next invoice, as it goes along with one.
 *
 * Owns: what is disputed of it by then. Does not own: what waits for which invoice (`bill.ts`), what a dispute does to what is
 * given back at once (`credit-lines.ts`, `close.ts`).
 * Invariant: what is disputed when a document is made is never given back by it.
 */
import { Big } from 'big.js'
import { roundMinor } from '../money/index.ts'
import type { LineDraft, PendingItem } from './model.ts'

/**
 * @param isLast no later document can take them
 * @returns those that go along; use that is given back of a line that is disputed waits on, and comes back if that is won
 */
export function goingAlong(items: readonly PendingItem[], isLast: boolean): PendingItem[] {
  return isLast ? [...items] : items.filter((item) => !isOfUse(item.line) || openOf(item) === 0)
}

/**
 * The lines of one that goes along: without what its payer has got back through the bank; what is disputed is set off only,
 * against what takes its place.
 */
export function linesOfItem({ line, disputed }: PendingItem, isLast: boolean): LineDraft[] {
  if (disputed === undefined || disputed.openMinor + disputed.lostMinor === 0) return [line]
  const { openMinor, lostMinor } = disputed
  const ours = partOf(line, Math.abs(line.amountMinor) - openMinor - lostMinor)
  if (isLast || isOfUse(line)) return ours
  return [...ours, ...partOf(line, openMinor).map((part) => ({ ...part, onlySetOff: true }))]
}

const openOf = ({ disputed }: PendingItem): number => disputed?.openMinor ?? 0

const isOfUse = ({ kind }: LineDraft): boolean => kind === 'usage' || kind === 'overage'

function partOf(line: LineDraft, minor: number): LineDraft[] {
  if (minor <= 0) return []
  const { fixed, amountMinor } = line
  if (fixed === undefined) return [{ ...line, unitMinor: null, amountMinor: 0 - minor }]
  const discountMinor = 0 - roundMinor(new Big(fixed.discountMinor).times(minor).div(amountMinor))
  return [{ ...line, unitMinor: null, amountMinor: 0 - minor, fixed: { ...fixed, discountMinor } }]
}
