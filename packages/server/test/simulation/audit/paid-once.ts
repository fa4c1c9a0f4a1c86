/** Of each part of a price no moment is paid for twice; of a module, not for more of them than there were. */
import type { Queryable } from '../../../src/store/database/pool.ts'
import type { Line } from './stretches.ts'

/** How many of a module there were from a moment on, as its events tell. */
interface Told {
  customer: string
  subscription: number
  reference: string
  quantity: number
  at: number
}

export async function readTold(db: Queryable): Promise<Told[]> {
  const { rows } = await db.query<Told>(
    `select c.key as customer, s.number as subscription, e.payload ->> 'addOn' as reference, e.occurred_at as at,
       case e.type when 'subscription.add_on_removed' then 0 else (e.payload ->> 'quantity')::int end as quantity
     from event e join customer c on c.environment = 1 and c.id = e.customer
     join subscription s on s.environment = 1 and s.customer = e.customer and s.id = e.subject
     where e.environment = 1 and e.type = any('{subscription.add_on_added,subscription.add_on_changed,subscription.add_on_removed}')
     order by e.customer, e.sequence`,
  )
  return rows
}

/** @param stops when a line ends before its time, for what is left of it was given back */
export function paidTwice(
  lines: readonly Line[],
  stops: ReadonlyMap<string, number>,
  told: readonly Told[],
): string[] {
  const endOf = (line: Line) => Math.min(line.to, stops.get(line.id) ?? line.to)
  const toldOf = groupBy(told, moduleOf)
  // who buys credits again while they run pays again, and keeps what was left; for the rest of a last day nothing is paid
  const counted = lines.filter(
    (line) => line.reference !== 'credits_kept' && line.amount > 0 && endOf(line) > line.from,
  )
  return [...groupBy(counted, partOf)].flatMap(([part, ofPart]) =>
    ofPart.flatMap((line) => {
      const paying = ofPart.filter((each) => each.from <= line.from && endOf(each) > line.from)
      const most = line.kind === 'add_on' ? mostOf(toldOf.get(moduleOf(line)) ?? [], paying) : 1
      const paid = line.kind === 'add_on' ? sumOf(paying) : paying.length
      if (paid <= most) return []
      const by = paying.map(({ id, invoice }) => `${id} of ${invoice}`).join(' and ')
      return [
        `no moment is paid twice: ${part} at ${new Date(line.from).toISOString()}, ${paid} of ${most} by ${by}`,
      ]
    }),
  )
}

const moduleOf = ({ customer, subscription, reference }: Told | Line) =>
  [customer, subscription, reference].join(' ')
const partOf = (line: Line) => [moduleOf(line), line.kind, line.component].join(' ')

const sumOf = (lines: readonly Line[]) => lines.reduce((sum, { quantity }) => sum + Number(quantity), 0)

/** The most there were at a moment in the time of these lines: fewer of a module give nothing back. */
function mostOf(told: readonly Told[], lines: readonly Line[]): number {
  const [from, to] = [Math.min(...lines.map((line) => line.from)), Math.max(...lines.map((line) => line.to))]
  const atFirst = told.filter(({ at }) => at < from).at(-1)?.quantity ?? 0
  return Math.max(atFirst, ...told.filter(({ at }) => at >= from && at < to).map(({ quantity }) => quantity))
}

function groupBy<Item>(items: readonly Item[], nameOf: (item: Item) => string): Map<string, Item[]> {
  const groups = new Map<string, Item[]>()
  for (const item of items) {
    const name = nameOf(item)
    const group = groups.get(name)
    if (group === undefined) groups.set(name, [item])
    else group.push(item)
  }
  return groups
}
