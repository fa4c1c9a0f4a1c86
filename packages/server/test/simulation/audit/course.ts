/** The course of things: payments, dunning, access, events, revenue by month, each against what must have led to it. */
import type { Rule } from './rule.ts'

const named = (alias: string) => `join customer c on c.environment = 1 and c.id = ${alias}.customer`

/** Kinds of events that happen to one thing once. */
const ONCE =
  'invoice.created,invoice.issued,invoice.voided,credit_note.issued,payment.received,' +
  'payment.succeeded,top_up.completed,subscription.created,subscription.canceled'

export const courseRules: Rule[] = [
  {
    name: 'I-2 a period is billed once',
    text: `select format('%s subscription %s: %s invoices of the period from %s', c.key, i.subscription, i.count, i.period_start) as finding
      from (select customer, subscription, period_start, count(*) from invoice where environment = 1 and reason = 'period'
        and kind = 'invoice' and status <> 'void' group by 1, 2, 3 having count(*) > 1) i ${named('i')}`,
  },
  {
    name: 'one attempt of an invoice is under way',
    text: `select format('%s: %s attempts', invoice, count(*)) as finding from payment_attempt where environment = 1
        and status in ('created', 'started', 'pending', 'action_needed', 'unknown') group by customer, invoice having count(*) > 1`,
  },
  {
    name: 'what succeeded brought something in',
    text: `select format('%s of %s', a.id, a.invoice) as finding from payment_attempt a where environment = 1 and status = 'succeeded'
        and not exists (select from receipt r where r.environment = 1 and r.customer = a.customer and r.attempt = a.id)`,
  },
  {
    name: 'QE-5 nobody is suspended who was not warned',
    text: `select format('%s: %s', c.key, e.payload) as finding from event e ${named('e')}
      where e.environment = 1 and e.type = 'dunning.step_taken' and e.payload ->> 'action' = 'suspend'
        and exists (select from invoice i join subscription s on s.environment = 1 and s.customer = i.customer and s.number = i.subscription
          where i.environment = 1 and i.customer = e.customer and i.id = e.subject and s.currency = 'XOF')
        and not exists (select from event l where l.environment = 1 and l.customer = e.customer and l.subject = e.subject
          and l.type = 'dunning.letter' and l.occurred_at < e.occurred_at and l.payload ->> 'letter' = 'warning')`,
  },
  {
    name: 'each dunning step is taken once',
    text: `select format('%s %s: %s times %s', c.key, e.subject, e.count, e.step) as finding from (
        select customer, subject, payload ->> 'afterDays' || coalesce(payload ->> 'letter', payload ->> 'action') as step, count(*) from event
        where environment = 1 and type in ('dunning.letter', 'dunning.step_taken') group by 1, 2, 3 having count(*) > 1) e ${named('e')}`,
  },
  {
    name: 'whoever owes nothing is in good standing',
    text: `select format('%s: %s %s', c.key, h.standing_level, h.standing_reason) as finding from customer_head h ${named('h')}
      where h.environment = 1 and h.standing_level <> 'full' and not exists (select from invoice i where i.environment = 1
        and i.customer = h.customer and i.kind = 'invoice' and i.status in ('open', 'uncollectible'))`,
  },
  {
    name: 'whoever is subscribed and owes nothing gets in',
    text: `select format('%s: %s %s since %s', c.key, a.level, a.reason, a.from_at) as finding from access_period a ${named('a')}
      join customer_head h on h.environment = 1 and h.customer = a.customer
      where a.environment = 1 and a.to_at = 'infinity' and a.level <> 'full' and h.standing_level = 'full'
        and exists (select from subscription s where s.environment = 1 and s.customer = a.customer and s.status in ('active', 'trialing'))
        and not exists (select from suspension s where s.environment = 1 and s.customer = a.customer)`,
  },
  {
    name: 'access has no gap',
    text: `select format('%s: row %s from %s to %s, the next from %s', c.key, a.sequence, a.from_at, a.to_at, a.next) as finding from (
        select *, lead(from_at) over w as next, lead(sequence) over w as following, row_number() over w as place
        from access_period where environment = 1 window w as (partition by customer order by sequence)) a ${named('a')}
      where a.place = 1 and a.sequence <> 1 or a.following <> a.sequence + 1
        or a.to_at <> coalesce(a.next, 'infinity') or a.from_at >= a.to_at`,
  },
  {
    name: 'movements of the revenue by month add up to it',
    text: `select format('%s %s %s: %s, but movements of %s', c.key, d.currency, d.plan, d.amount, d.moved) as finding from (
          select customer, currency, plan, m.amount, v.amount as moved
          from (select customer, currency, plan, monthly_minor as amount from monthly_revenue
            where environment = 1 and monthly_minor <> 0) m
          full join (select customer, currency, plan, sum(delta_minor)::bigint as amount from revenue_movement
            where environment = 1 group by 1, 2, 3 having sum(delta_minor) <> 0) v using (customer, currency, plan)
          where m.amount is distinct from v.amount) d ${named('d')}`,
  },
  {
    name: 'nobody without a subscription brings monthly revenue',
    text: `select format('%s: %s %s', c.key, m.monthly_minor, m.currency) as finding from monthly_revenue m ${named('m')}
      where m.environment = 1 and m.monthly_minor <> 0 and not exists (select from subscription s where s.environment = 1
        and s.customer = m.customer and s.status in ('active', 'paused', 'trialing'))`,
  },
  {
    name: "a customer's events are numbered without a gap",
    text: `select format('%s: %s events up to %s of %s', c.key, e.count, e.last, h.event_sequence) as finding from customer_head h
      join (select customer, count(*), max(sequence) as last from event where environment = 1 and customer <> 0 group by 1) e
        on e.customer = h.customer ${named('h')}
      where h.environment = 1 and (e.count <> e.last or e.last <> h.event_sequence)`,
  },
  {
    name: 'I-2 what happens once is told once',
    text: `select format('%s: %s times %s', subject, count(*), type) as finding from event
      where environment = 1 and subject <> '' and type = any('{${ONCE}}') group by customer, type, subject having count(*) > 1`,
  },
  {
    name: 'what is issued, paid and received is told',
    text: `select format('%s: no %s', t.subject, t.type) as finding from (
          select customer, id as subject, case kind when 'invoice' then 'invoice.issued' else 'credit_note.issued' end as type
            from invoice where environment = 1 and issued_at is not null
          union all select customer, id, 'invoice.paid' from invoice where environment = 1 and kind = 'invoice' and status = 'paid'
          union all select customer, id, 'payment.received' from receipt where environment = 1) t
      where not exists (select from event e where e.environment = 1 and e.customer = t.customer and e.type = t.type and e.subject = t.subject)`,
  },
  {
    name: 'one live subscription',
    text: `select format('%s: %s', c.key, s.count) as finding from (select customer, count(*) from subscription where environment = 1
        and status in ('scheduled', 'incomplete', 'trialing', 'active', 'paused') group by 1 having count(*) > 1) s ${named('s')}`,
  },
]
