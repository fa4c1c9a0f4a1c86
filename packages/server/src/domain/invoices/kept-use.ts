import type { Instant } from '../time/index.ts'
import { chargeKey } from './charges.ts'
import type { LineDraft } from './model.ts'

/** Of use that was taken back: so much more (or less: below zero) was charged for it, and counts where it is told again. */
export interface KeptUse {
  /** Surrogate; null: an invoice by hand has taken it along, and its time tells. */
  subscription: number | null
  /** What charged it. */
  key: string
  /** Of the time that it was used in. */
  end: Instant
  amountMinor: number
}

const isOfUse = ({ kind }: Pick<LineDraft, 'kind'>): boolean => kind === 'usage' || kind === 'overage'

/** None of what is no use. */
export function keptUse(
  subscription: number | null,
  line: Pick<LineDraft, 'kind' | 'reference' | 'component' | 'service'>,
  amountMinor: number,
): KeptUse[] {
  if (line.service === null || !isOfUse(line) || amountMinor === 0) return []
  return [{ subscription, key: chargeKey(line), end: line.service.end, amountMinor }]
}
