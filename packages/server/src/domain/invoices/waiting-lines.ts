/**
 * What waits for the next invoice, as it goes along with one. Of what it gives back all is use: other credits go onto a
 * document at once.
 *
 * Owns: what is disputed of it by then. Does not own: what waits for which invoice (`bill.ts`), what a dispute does to what is
 * given back at once (`credit-lines.ts`, `close.ts`).
 * Invariant: what is disputed when a document is made, or a draft by hand becomes final, is never given back by it.
 */
import { Big } from 'big.js'
import { addMinor, roundMinor } from '../money/index.ts'
import type { DisputedLines } from './disputed-lines.ts'
import { keptUse, type KeptUse } from './kept-use.ts'
import type { InvoiceLine, LineDraft, PendingItem } from './model.ts'

/**
 * Use that is given back of a line that is disputed waits on, and comes back if that is won, as long as there is a later
 * document that can take it.
 *
 * @param isLast there is none
 * @param partOf what of an item is charged; null: nothing, and it is gone
 */
export function takeAlong(
  waiting: readonly PendingItem[],
  isLast: boolean,
  partOf: (item: PendingItem) => LineDraft | null = ({ line }) => line,
): { items: string[]; gone: ReadonlySet<string>; lines: LineDraft[]; kept: KeptUse[] } {
  const taken = isLast ? waiting : waiting.filter((item) => openOf(item) === 0)
  const parts = taken.map((item) => ({ item, line: partOf(item) }))
  const lines = parts.flatMap(({ item, line }) => (line === null ? [] : lineOf({ ...item, line })))
  const gone = new Set(parts.flatMap(({ item, line }) => (line === null ? item.id : [])))
  const kept = taken.flatMap(({ subscription, line, disputed }) =>
    keptUse(subscription, line, (disputed?.lostMinor ?? 0) + (disputed?.openMinor ?? 0)),
  )
  return { items: taken.map(({ id }) => id), gone, lines, kept }
}

/** Whether a draft gives back what its payer disputes since it was written. */
export function takesDisputed(
  draft: string,
  lines: readonly InvoiceLine[],
  disputed: Pick<DisputedLines, 'ofCredit'>,
): boolean {
  return [...new Set(lines.flatMap(({ credits }) => credits ?? []))].some((credited) => {
    const own = lines.filter(({ credits }) => credits === credited)
    const minor = 0 - addMinor(...own.map(({ amountMinor }) => amountMinor))
    const { openMinor, lostMinor } = disputed.ofCredit(credited, minor, draft)
    return openMinor + lostMinor > 0
  })
}

/** Without what its payer disputes, or has got back through the bank; where that is all of it, it says what was taken back. */
function lineOf({ line, disputed }: PendingItem): LineDraft {
  const notOurs = (disputed?.openMinor ?? 0) + (disputed?.lostMinor ?? 0)
  if (notOurs === 0) return line
  const { fixed, amountMinor } = line
  const oursMinor = Math.abs(amountMinor) - notOurs
  if (oursMinor <= 0) return { ...line, unitMinor: null, amountMinor: 0, credits: null, fixed: undefined }
  const part = { ...line, unitMinor: null, amountMinor: 0 - oursMinor }
  if (fixed === undefined) return part
  const discountMinor = 0 - roundMinor(new Big(fixed.discountMinor).times(oursMinor).div(amountMinor))
  return { ...part, fixed: { ...fixed, discountMinor } }
}

const openOf = ({ disputed }: PendingItem): number => disputed?.openMinor ?? 0

/** It goes along with a period's invoice alone, which is never deleted: what is lost of it counts as paid for by then. */
export const isDisputed = (item: PendingItem): boolean => openOf(item) + (item.disputed?.lostMinor ?? 0) > 0
