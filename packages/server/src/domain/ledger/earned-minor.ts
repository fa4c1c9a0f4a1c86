import { Big } from 'big.js'
import type { Invoice, InvoiceLine } from '../invoices/model.ts'
import { roundMinor } from '../money/index.ts'
import { END_OF_TIME, nextCalendarStart, type Instant } from '../time/index.ts'

export type Earning = Pick<InvoiceLine, 'netMinor' | 'service'>

/**
 * Of a line's net, what the part of its service that is over at `at` is worth, by seconds. What pays for no stretch of
 * time is earned at once; what was given back is negative, and is earned back the same way.
 */
export function earnedMinor({ netMinor, service }: Earning, at: Instant): number {
  if (service === null || at >= service.end) return netMinor
  if (at <= service.start) return 0
  const seconds = (span: number) => Math.floor(span / 1_000)
  const whole = seconds(service.end - service.start)
  if (whole === 0) return 0
  return roundMinor(new Big(netMinor).times(seconds(at - service.start)).div(whole))
}

/** The next moment after `after` at which something of these lines is to be posted; `END_OF_TIME` when all is. */
export function nextEarningAt(lines: readonly Earning[], after: Instant, timeZone: string): Instant {
  const goesOn = lines.flatMap(({ service }) => (service !== null && service.end > after ? [service] : []))
  // the earliest to begin is the first to reach the end of a month
  const earliest = Math.min(...goesOn.map(({ start }) => Math.max(after, start)))
  if (goesOn.length === 0) return END_OF_TIME
  const monthEnd = nextCalendarStart(earliest + 1, 'month', timeZone)
  return Math.min(monthEnd, ...goesOn.map(({ end }) => end))
}

/** By what calendar a document is earned: its seller's, as it was when issued. */
export const earningZoneOf = ({ parties }: Pick<Invoice, 'parties'>): string =>
  parties?.seller.timeZone ?? 'UTC'
