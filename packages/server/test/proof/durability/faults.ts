/**
 * What the proof must not overlook, planted one at a time: statements that undo or repeat an acknowledged effect the way
 * a lost or doubled commit would, with books that still agree with each other.
 */
import type { Account } from './account.ts'
import type { Acknowledged, CallKind } from './witness.ts'

export interface Fault {
  name: string
  /** What the check must say. */
  finding: RegExp
  statements(account: Account): { text: string; values: unknown[] }[]
}

export function lastCall(account: Account, kind: CallKind): Acknowledged {
  const found = account.effects.findLast(({ call }) => call.kind === kind)
  if (found === undefined) throw new Error(`No ${kind} was acknowledged`)
  return found
}

const simple = (name: string, kind: CallKind, finding: RegExp, text: string): Fault => ({
  name,
  finding,
  statements: (account) => [{ text, values: [lastCall(account, kind).body.id] }],
})

const ofEvent = (text: string) => (account: Account) => {
  const values = [lastCall(account, 'consume').body.event]
  return text.split(';').map((statement) => ({ text: statement, values }))
}
const moveBalance = (
  sign: '+' | '-',
) => `update balance b set used = b.used ${sign} e.amount from usage_event e
  where e.id = $1 and b.environment = e.environment and b.customer = e.customer and b.feature = e.feature and b.member = 0`

export const faults: Fault[] = [
  {
    name: 'a use whose whole commit is lost: row, key and sum',
    finding: /^lost: call \d+ \(consume .*no key/,
    statements: ofEvent(
      `${moveBalance('-')};delete from usage_key where event = $1;delete from usage_event where id = $1`,
    ),
  },
  {
    name: 'a use whose row alone is lost',
    finding: /^lost: call \d+ \(consume .*row is missing/,
    statements: ofEvent('delete from usage_event where id = $1'),
  },
  {
    name: 'a use that is counted twice: row, key and sum',
    finding: /^twice: nobody was told of the use/,
    statements: ofEvent(
      `${moveBalance('+')};insert into usage_event select (jsonb_populate_record(e,
         jsonb_build_object('id', gen_random_uuid()))).* from usage_event e where id = $1`,
    ),
  },
  {
    name: 'a use that is counted twice under a key of its own',
    finding: /^twice: nobody was told of the key/,
    statements: ofEvent(
      `insert into usage_key select (jsonb_populate_record(k,
         jsonb_build_object('key_hash', gen_random_uuid()))).* from usage_key k where event = $1`,
    ),
  },
  {
    name: 'a sum that is counted twice',
    finding: /^twice: .* used, but .* acknowledged/,
    statements: ofEvent(moveBalance('+')),
  },
  simple('a reservation', 'reserve', /^lost: call \d+ \(reserve .*missing/, 'delete from hold where id = $1'),
  {
    name: 'a settlement',
    finding: /^lost: call \d+ \(settle .*status is open/,
    statements: (account) => [
      {
        text: "update hold set status = 'open', settled = null where id = $1",
        values: [lastCall(account, 'settle').body.id],
      },
    ],
  },
  {
    name: 'a grant with its movements',
    finding: /^lost: call \d+ \(grant .*missing/,
    statements: (account) =>
      [
        'delete from grant_movement m using grant_ g where g.id = $1 and m.grant_number = g.number',
        'delete from grant_ where id = $1',
      ].map((text) => ({ text, values: [lastCall(account, 'grant').body.id] })),
  },
  simple(
    'a grant that is given twice',
    'grant',
    /^twice: nobody was told of the grant/,
    `insert into grant_ (environment, customer, id, feature, source, amount, priority, starts_at, created_at)
       select environment, customer, id || 'x', feature, source, amount, priority, starts_at, created_at from grant_ where id = $1`,
  ),
  simple(
    'a subscription that is as it was before',
    'subscribe',
    /^lost: call \d+ \(.*status is incomplete/,
    "update subscription set status = 'incomplete' where id = $1",
  ),
  {
    name: 'an override that is as it was before',
    finding: /^lost: call \d+ \(putOverride .*reason is before/,
    statements: (account) => [
      {
        text: "update feature_override set reason = 'before' where reason = $1",
        values: [lastCall(account, 'putOverride').body.reason],
      },
    ],
  },
  {
    name: 'a stored answer',
    finding: /^lost: .*its answer is stored 0 times/,
    statements: (account) => [
      {
        text: 'delete from idempotent_answer where body = $1',
        values: [Buffer.from(lastCall(account, 'grant').text)],
      },
    ],
  },
  {
    name: 'the end of the feed, with its positions and its sequences',
    finding: /^lost: readers were given/,
    statements: ({ followed }) => {
      const last = Math.max(...followed.keys())
      return [
        { text: 'delete from event where environment = 1 and position >= $1', values: [last] },
        { text: 'update environment set feed_position = $1::bigint - 1 where id = 1', values: [last] },
        {
          text: `update customer_head h set event_sequence = (select coalesce(max(e.sequence), 0) from event e
            where e.environment = h.environment and e.customer = h.customer) where h.environment = 1`,
          values: [],
        },
      ]
    },
  },
  {
    name: 'an event in the middle of the feed',
    finding: /^feed: .* is at \d+, expected at \d+/,
    statements: () => [{ text: 'delete from event where environment = 1 and position = 5', values: [] }],
  },
]
