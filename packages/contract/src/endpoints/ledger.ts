import { z } from 'zod'
import { endpoint } from '../endpoint.ts'
import { callerId, instant, list, listQuery } from '../primitives.ts'

const account = z.string().max(100).describe('`receivable`, `revenue`, `cash:<provider>`, …')

const entry = z.object({
  object: z.literal('ledger_entry'),
  id: z.string().describe('`le_…`'),
  livemode: z.boolean(),
  customer: callerId.nullable().describe("null for money of the environment's, whose nobody is known to be"),
  cause: z.string().describe('Each posts once: `invoice:inv_…:issued`'),
  kind: z.string().describe('`invoice.issued`, `receipt.allocated`, …'),
  invoice: z.string().nullable(),
  currency: z.string(),
  postings: z
    .array(z.object({ account, amountMinor: z.number().describe('Above zero debit, below credit') }))
    .describe('Sum to zero'),
  occurredAt: instant.describe("By the customer's clock"),
  recordedAt: instant,
})

const filter = {
  customer: callerId.optional(),
  since: instant.optional().describe('When it occurred, or later'),
  until: instant.optional().describe('Before this moment'),
}

export const ledger = {
  entries: endpoint({
    method: 'GET',
    path: '/v1/ledger/entries',
    summary: 'Read the books, newest first',
    description: 'Every movement of money as a double entry, in the order in which it was recorded.',
    scope: 'money:read',
    query: listQuery.extend({
      ...filter,
      account: account.optional(),
      invoice: z.string().max(100).optional(),
    }),
    response: list(entry),
    idempotency: 'natural',
  }),
  accounts: endpoint({
    method: 'GET',
    path: '/v1/ledger/accounts',
    summary: 'See what each account of the books comes to, by currency',
    description:
      'Debits less credits of the entries asked for: of a period its movements, without `since` the balance.',
    scope: 'money:read',
    query: z.strictObject(filter),
    response: z.object({
      object: z.literal('ledger_accounts'),
      livemode: z.boolean(),
      accounts: z.array(
        z.object({
          account,
          currency: z.string(),
          debitMinor: z.number(),
          creditMinor: z.number(),
          balanceMinor: z.number().describe('Debits less credits'),
        }),
      ),
    }),
    idempotency: 'natural',
  }),
}
