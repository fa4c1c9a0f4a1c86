/** The points of one series of a report. */
export function pointsOf<P>(
  report: { series: { currency: string | null; segment: string | null; points: P[] }[] },
  currency: string | null = 'USD',
  segment: string | null = null,
): P[] {
  const found = report.series.find((each) => each.currency === currency && each.segment === segment)
  if (found === undefined) throw new Error(`no series of ${currency} ${segment}`)
  return found.points
}
