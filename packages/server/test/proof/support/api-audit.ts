import type { Cluster } from './cluster.ts'
import { gauges, ownFeatures } from './storm-catalog.ts'

// oxlint-disable-next-line typescript/no-explicit-any -- tests read answers by the contract's names
type Row = any

/** The same numbers through the API: summary, grants, history, overage. */
export async function auditThroughApi(cluster: Cluster, customer: string): Promise<string[]> {
  const wrong: string[] = []
  const pages = async (path: string) => {
    const all: Row[] = []
    for (let cursor = ''; ; ) {
      const { body } = await cluster.call('GET', `${path}?limit=100${cursor}`)
      all.push(...body.data)
      if (!body.hasMore) return all
      cursor = `&cursor=${encodeURIComponent(body.nextCursor)}`
    }
  }
  const base = `/v1/customers/${customer}`
  const { body: summary } = await cluster.call('GET', `${base}/usage`)
  const [grants, history, overages] = await Promise.all([
    pages(`${base}/grants`),
    pages(`${base}/usage/events`),
    pages(`${base}/overages`),
  ])
  const sum = (rows: Row[], read: (row: Row) => number) => rows.reduce((total, row) => total + read(row), 0)
  for (const row of summary.data) {
    const name = `${customer} ${row.feature} ${row.member}`
    const isPart = row.member !== null && !ownFeatures.includes(row.feature)
    const of = (rows: Row[]) =>
      rows.filter(
        (each) => each.feature === row.feature && (row.member === null || each.member === row.member),
      )
    const used = sum(of(history), (each) => each.amount)
    if (used !== row.used) wrong.push(`${name}: ${row.used} used, events of ${used}`)
    const rows = of(overages)
    const overage = sum(rows, (each) => each.amount)
    const priced = sum(rows, (each) => (each.priced ? each.amount : 0))
    const most = Math.max(row.limit + (isPart ? 0 : priced), row.used + row.reserved)
    if (row.used + row.reserved + row.remaining !== most)
      wrong.push(`${name}: ${row.used} + ${row.reserved} + ${row.remaining} is not ${most}`)
    if (isPart || gauges.includes(row.feature)) continue
    if (overage !== row.overage) wrong.push(`${name}: ${row.overage} overage, rows of ${overage}`)
    // What is priced is final: an earlier use that is given back after it makes room again.
    if (priced === 0 && overage !== Math.max(0, row.used - row.limit))
      wrong.push(`${name}: ${overage} overage of ${row.used}`)
    const own = of(grants)
    if (sum(own, (each) => each.amount - each.expired) !== row.limit)
      wrong.push(`${name}: grants of ${sum(own, (each) => each.amount)}, limit ${row.limit}`)
    if (sum(own, (each) => each.burnt) !== row.used - row.overage)
      wrong.push(`${name}: ${sum(own, (each) => each.burnt)} burnt, ${row.used} used, ${row.overage} overage`)
    for (const each of own)
      if (each.amount !== each.burnt + each.held + each.expired + each.remaining)
        wrong.push(`${name}: the grant ${JSON.stringify(each)}`)
  }
  return wrong
}
