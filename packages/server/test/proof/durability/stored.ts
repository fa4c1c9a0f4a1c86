/** What stands in the tables of the test environment, read in one snapshot. */
import type { Queryable } from '../../../src/store/database/pool.ts'

interface Use {
  customer: string
  feature: string
  verb: number
  amount: number
  usedAfter: number
}
interface Hold {
  customer: string
  feature: string
  kind: string
  amount: number
  status: string
  settled: number | null
  event: string | null
}
interface Event {
  id: string
  customer: string
  sequence: number
  position: number | null
  type: string
  subject: string
  payload: Record<string, unknown>
}

export interface Stored {
  /** `customer/verb/hash` → the use that is bound to it. */
  keys: Map<string, string>
  uses: Map<string, Use>
  holds: Map<string, Hold>
  grants: Map<string, { customer: string; feature: string; amount: number; source: string; granted: number }>
  subscriptions: Map<string, { customer: string; status: string; plan: string; cancelAt: number | null }>
  overrides: Map<string, { limit: number; reason: string }>
  customers: Map<string, string>
  /** Bodies of stored answers, and how often each is stored. */
  answers: Map<string, number>
  /** `customer/feature` → used. */
  used: Map<string, number>
  events: Event[]
  /** Customer → the last sequence its head gave. */
  sequences: Map<string, number>
  feedPosition: number
}

const ofCustomer = (table: string) =>
  `join customer c on c.environment = ${table}.environment and c.id = ${table}.customer`
const ofFeature = (table: string) => `join feature f on f.id = ${table}.feature`

export async function readStored(db: Queryable): Promise<Stored> {
  // oxlint-disable-next-line typescript/no-explicit-any -- rows of the driver
  const read = async (text: string): Promise<any[]> => (await db.query(text)).rows
  const keys =
    await read(`select c.key || '/' || k.verb || '/' || replace(k.key_hash::text, '-', '') as key, k.event
    from usage_key k ${ofCustomer('k')} where k.environment = 1`)
  const uses =
    await read(`select e.id, c.key as customer, f.key as feature, e.verb, e.amount, e.used_after as "usedAfter"
    from usage_event e ${ofCustomer('e')} ${ofFeature('e')} where e.environment = 1`)
  const holds =
    await read(`select h.id, c.key as customer, f.key as feature, h.kind, h.amount, h.status, h.settled, h.event
    from hold h ${ofCustomer('h')} ${ofFeature('h')} where h.environment = 1`)
  const grants = await read(`select g.id, c.key as customer, f.key as feature, g.amount, g.source,
      (select coalesce(sum(m.amount), 0)::bigint from grant_movement m where m.environment = g.environment
        and m.customer = g.customer and m.grant_number = g.number and m.kind = 'granted') as granted
    from grant_ g ${ofCustomer('g')} ${ofFeature('g')} where g.environment = 1`)
  const subscriptions =
    await read(`select s.id, c.key as customer, s.status, p.key as plan, s.cancel_at as "cancelAt"
    from subscription s ${ofCustomer('s')} join catalog_item p on p.id = s.plan where s.environment = 1`)
  const overrides =
    await read(`select c.key || '/' || f.key as key, (o.value ->> 'amount')::bigint as limit, o.reason
    from feature_override o ${ofCustomer('o')} ${ofFeature('o')} where o.environment = 1`)
  const customers = await read('select key, name from customer where environment = 1')
  const answers =
    await read(`select convert_from(body, 'UTF8') as text, count(*) as count from idempotent_answer
    where environment = 1 group by 1`)
  const used = await read(`select c.key || '/' || f.key as key, b.used
    from balance b ${ofCustomer('b')} ${ofFeature('b')} where b.environment = 1`)
  const events =
    await read(`select e.id, coalesce(c.key, '') as customer, e.sequence, e.position, e.type, e.subject, e.payload
    from event e left join customer c on c.environment = e.environment and c.id = e.customer
    where e.environment = 1 order by e.position`)
  const sequences = await read(`select c.key, h.event_sequence as last from customer_head h ${ofCustomer('h')}
    where h.environment = 1`)
  const [environment] = await read('select feed_position as position from environment where id = 1')
  const byId = <Row extends { id: string }>(rows: Row[]) => new Map(rows.map((row) => [row.id, row]))
  return {
    keys: new Map(keys.map((row) => [row.key, row.event])),
    uses: byId(uses),
    holds: byId(holds),
    grants: byId(grants),
    subscriptions: byId(subscriptions),
    overrides: new Map(overrides.map((row) => [row.key, row])),
    customers: new Map(customers.map((row) => [row.key, row.name])),
    answers: new Map(answers.map((row) => [row.text, row.count])),
    used: new Map(used.map((row) => [row.key, row.used])),
    events,
    sequences: new Map(sequences.map((row) => [row.key, row.last])),
    feedPosition: environment.position,
  }
}
