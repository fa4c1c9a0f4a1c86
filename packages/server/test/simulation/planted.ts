/**
 * Faults that are planted into the product on purpose: a simulation that doesn't find them would prove nothing.
 *
 * Owns: what each of them does to the statements on their way to the database. Does not own: the product.
 * Invariant: a fault changes at least one statement that a run sends, or the run fails for that alone.
 */

export interface PlantedFault {
  name: string
  /** It shows at once. */
  isQuick?: true
  /** The database itself refuses what follows from it, before any rule can see it. */
  isRefused?: true
  /** What it does to a statement; the same text where it has nothing to do with it. */
  rewrite(text: string): string
}

const inserts = (table: string) => (text: string) => text.trimStart().startsWith(`insert into ${table} (`)

/** A column that is written once, and never brought up to date. */
function forgetful(table: string, column: string): (text: string) => string {
  const concerns = inserts(table)
  return (text) =>
    concerns(text)
      ? text.replace(new RegExp(`\\b${column} = excluded.${column}`), `${column} = ${table}.${column}`)
      : text
}

/** What a take without a decision is compared with. */
const GUARD = /b\.used \+ b\.reserved \+ b\.leased \+ (w\.amount|\$\d+) <= b\.ceiling/g

export const plantedFaults: readonly PlantedFault[] = [
  {
    name: 'a lock dropped: nobody waits for whoever changes a customer',
    isRefused: true,
    rewrite: (text) =>
      text.includes('customer_head') && text.includes('for update') && !text.includes('skip locked')
        ? text.replace('for update', '')
        : text,
  },
  {
    name: 'a key skipped: answers are not kept under it',
    rewrite: (text) =>
      text.replace(
        'values ($1, $2, $3, $4, $5, $6, $7, $8::timestamptz)',
        'select $1::smallint, $2::text, $3::bytea, $4::bytea, $5::smallint, $6::bytea, $7::boolean, $8::timestamptz where false',
      ),
  },
  {
    name: 'a sign swapped: entries are written the wrong way round',
    isQuick: true,
    rewrite: (text) =>
      inserts('ledger_entry')(text)
        ? text.replace(
            /(select [^)]*)\bamounts_minor\b/,
            '$1(select array_agg(-amount) from unnest(amounts_minor) amount)',
          )
        : text,
  },
  {
    name: 'a step not recorded: dunning forgets what it has done',
    rewrite: forgetful('invoice', 'dunning_step'),
  },
  {
    name: 'a payment not recorded: the invoice stays as it was',
    rewrite: forgetful('invoice', 'amount_paid_minor'),
  },
  {
    name: 'a balance not recorded: what was given is not there',
    rewrite: forgetful('credit_balance', 'amount_minor'),
  },
  {
    name: 'a number skipped',
    isQuick: true,
    rewrite: (text) =>
      text.replace(
        'last_number = document_series.last_number + excluded.last_number',
        'last_number = document_series.last_number + excluded.last_number + 1',
      ),
  },
  { name: 'an end not recorded: access rows overlap', rewrite: forgetful('access_period', 'to_at') },
  {
    name: 'a movement not recorded: revenue by month comes from nowhere',
    rewrite: (text) =>
      text.includes('insert into revenue_movement')
        ? text.replace('cause, at from moved', 'cause, at from moved where false')
        : text,
  },
  {
    name: 'a stretch not recorded: a period is billed again',
    isRefused: true,
    rewrite: (text) =>
      text.replace('billed_until = excluded.billed_until', 'billed_until = subscription.billed_until'),
  },
  {
    name: 'a limit not compared: whoever asks gets it',
    rewrite: (text) => text.replaceAll(GUARD, 'true'),
  },
  {
    name: 'a report not recorded: what was drawn counts otherwise than it was told',
    rewrite: forgetful('hold', 'settled'),
  },
  {
    name: 'a message not planned: what has happened is told to nobody',
    rewrite: (text) =>
      inserts('delivery')(text) ? text.replace('on conflict', 'where false on conflict') : text,
  },
  {
    name: 'what is set aside not counted: it is taken a second time',
    rewrite: (text) => text.replaceAll(GUARD, 'b.used + $1 <= b.ceiling'),
  },
]
