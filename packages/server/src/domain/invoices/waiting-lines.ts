/**
 * What waits for the next invoice, as it goes along with one.
 *
 * Owns: what is disputed of it by then. Does not own: what waits for which invoice (`bill.ts`), what a dispute does to what is
 * given back at once (`credit-lines.ts`, `close.ts`).
 * Invariant: what is disputed when a document is made, or a draft by hand becomes final, is never given back by it.
 */
import { Big } from 'big.js'
import { addMinor, roundMinor } from '../money/index.ts'
import type { DisputedLines } from './disputed-lines.ts'
import { isOfUse, keptUse, type KeptUse } from './kept-use.ts'
import type { InvoiceLine, LineDraft, PendingItem } from './model.ts'

/**
 * Use that is given back of a line that is disputed waits on, and comes back if that is won, as long as there is a later
 * document that can take it.
 *
 * @param isLast there is none
 * @param partOf what of an item goes along; null: nothing
 */
export function takeAlong(
  waiting: readonly PendingItem[],
  isLast: boolean,
  partOf: (item: PendingItem) => LineDraft | null = ({ line }) => line,
): { items: string[]; lines: LineDraft[]; kept: KeptUse[] } {
  const taken = isLast ? waiting : waiting.filter((item) => !isOfUse(item.line) || openOf(item) === 0)
  const lines = taken.flatMap((item) => {
    const line = partOf(item)
    return line === null ? [] : linesOf({ ...item, line }, isLast)
  })
  const kept = taken.flatMap(({ subscription, line, disputed }) =>
    keptUse(subscription, line, (disputed?.lostMinor ?? 0) + (disputed?.openMinor ?? 0)),
  )
  return { items: taken.map(({ id }) => id), lines, kept }
}

/** Whether a draft gives back what its payer disputes since it was written. What it charges may be set off against that. */
export function takesDisputed(
  draft: string,
  lines: readonly InvoiceLine[],
  disputed: Pick<DisputedLines, 'ofCredit'>,
): boolean {
  return [...new Set(lines.flatMap(({ credits }) => credits ?? []))].some((credited) => {
    const own = lines.filter(({ credits }) => credits === credited)
    const minor = 0 - addMinor(...own.map(({ amountMinor }) => amountMinor))
    const { openMinor, lostMinor } = disputed.ofCredit(credited, minor, draft)
    return lostMinor > 0 || (openMinor > 0 && own.some(isOfUse))
  })
}

/** Without what its payer has got back through the bank; what is disputed is set off only, against what takes its place. */
function linesOf({ line, disputed }: PendingItem, isLast: boolean): LineDraft[] {
  if (disputed === undefined || disputed.openMinor + disputed.lostMinor === 0) return [line]
  const { openMinor, lostMinor } = disputed
  const ours = shareOf(line, Math.abs(line.amountMinor) - openMinor - lostMinor)
  if (isLast || isOfUse(line)) return ours
  return [...ours, ...shareOf(line, openMinor).map((share) => ({ ...share, onlySetOff: true }))]
}

const openOf = ({ disputed }: PendingItem): number => disputed?.openMinor ?? 0

/** It goes along with a period's invoice alone, which is never deleted: what is lost of it counts as paid for by then. */
export const isDisputedUse = (item: PendingItem): boolean =>
  isOfUse(item.line) && openOf(item) + (item.disputed?.lostMinor ?? 0) > 0

function shareOf(line: LineDraft, minor: number): LineDraft[] {
  if (minor <= 0) return []
  const { fixed, amountMinor } = line
  if (fixed === undefined) return [{ ...line, unitMinor: null, amountMinor: 0 - minor }]
  const discountMinor = 0 - roundMinor(new Big(fixed.discountMinor).times(minor).div(amountMinor))
  return [{ ...line, unitMinor: null, amountMinor: 0 - minor, fixed: { ...fixed, discountMinor } }]
}
