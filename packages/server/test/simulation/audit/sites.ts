/** Seats as the customers' own sites count them: nothing that no site ever told, and each day at most once. */
import type { Queryable } from '../../../src/store/database/pool.ts'
import type { World } from '../world.ts'

/** The most that anybody orders by hand. */
const MOST_BY_HAND = 12

interface Counted {
  customer: string
  seats: number
}

export async function checkSites({ sites }: World, db: Queryable): Promise<string[]> {
  const running = await db.query<Counted>(
    `select c.key as customer, (s.quantities ->> 'seats')::int as seats from subscription s
     join customer c on c.environment = 1 and c.id = s.customer
     where s.environment = 1 and s.quantities ? 'seats'`,
  )
  const understood = await db.query<Counted>(
    `select c.key as customer, s.active_users as seats from site s join customer c on c.environment = 1 and c.id = s.customer
     where s.environment = 1 and s.active_users is not null`,
  )
  const often = await db.query<{ customer: string; day: string; count: number }>(
    // a day is from one visit's hour to the next: what was missed may be made up for just before it
    `select c.key as customer, count(*)::int as count,
       date_trunc('day', e.occurred_at - make_interval(hours => coalesce(s.hour, 3)))::text as day
     from event e
     join customer c on c.environment = 1 and c.id = e.customer
     left join site s on s.environment = 1 and s.customer = e.customer
     where e.environment = 1 and e.type = 'seats.synced' group by 1, 3 having count(*) > 1`,
  )
  const isTold = ({ customer, seats }: Counted) => sites.told.get(customer)?.has(seats) === true
  return [
    ...sites.strange.splice(0),
    ...running.rows
      .filter((row) => row.seats > MOST_BY_HAND && !isTold(row))
      .map(({ customer, seats }) => `CP-1 seats are those that were told: ${customer} has ${seats}`),
    ...understood.rows
      .filter((row) => !isTold(row))
      .map(({ customer, seats }) => `CP-1 a site is understood rightly: ${customer}: ${seats}`),
    ...often.rows.map(
      ({ customer, day, count }) => `CP-1 seats are counted once a day: ${customer} ${day}: ${count}`,
    ),
  ]
}
