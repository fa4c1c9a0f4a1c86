import { describe, expect, test } from 'vitest'
import { at, newCustomer } from '../../../test/support/customer-world.ts'
import { NOTHING_RECALLED, type CustomerMoney } from '../customers/money.ts'
import { unchanged, type CustomerState } from '../customers/state.ts'
import type { Receipt, Refund, RefundOutcome } from './model.ts'
import { createRefund, recordRefundOutcome, refundTargets, splitRefund } from './refunds.ts'

const receipt: Receipt = {
  id: 'rec_1',
  provider: 'bank',
  transaction: 'T1',
  attempt: null,
  currency: 'XOF',
  amountMinor: 100,
  receivedAt: 0,
  allocations: [
    { invoice: 'inv_1', amountMinor: 50 },
    { invoice: 'inv_2', amountMinor: 30 },
  ],
  toBalanceMinor: 20,
  refundedMinor: 0,
  disputedMinor: 0,
}

const refund = (rest: Partial<Refund>): Refund => ({
  id: 're_1',
  receipt: 'rec_1',
  parts: [],
  amountMinor: 0,
  currency: 'XOF',
  status: 'pending',
  reason: '',
  transaction: null,
  failure: null,
  createdAt: 0,
  endedAt: null,
  ...rest,
})

const part = (invoice: string | null, amountMinor: number) => ({ invoice, creditNote: null, amountMinor })
const target = (invoice: string | null, mostMinor: number) => ({ invoice, mostMinor })

describe('refundTargets', () => {
  test.each<[string, Partial<Receipt>, Refund[], ReturnType<typeof refundTargets>]>([
    ['all that it paid', {}, [], [target('inv_1', 50), target('inv_2', 30), target(null, 20)]],
    [
      'less what was given back',
      { refundedMinor: 60 },
      [refund({ parts: [part('inv_1', 50), part(null, 10)] })],
      [target('inv_2', 30), target(null, 10)],
    ],
    [
      'what failed can be given back again',
      {},
      [refund({ status: 'failed', parts: [part('inv_1', 50)] })],
      [target('inv_1', 50), target('inv_2', 30), target(null, 20)],
    ],
    [
      'never more than is left of the receipt, whatever it was paid out as',
      { refundedMinor: 70 },
      [refund({ parts: [part(null, 70)] })],
      [target('inv_1', 30)],
    ],
    ['nothing of what is disputed, or lost', { disputedMinor: 100 }, [], []],
    [
      'what neither a refund nor a dispute has',
      { refundedMinor: 50, disputedMinor: 30 },
      [refund({ parts: [part('inv_1', 50)] })],
      [target('inv_2', 20)],
    ],
    [
      'refunds of others don’t count',
      {},
      [refund({ receipt: 'rec_2', parts: [part('inv_1', 50)] })],
      [target('inv_1', 50), target('inv_2', 30), target(null, 20)],
    ],
  ])('%s', (_, rest, refunds, expected) => {
    expect(refundTargets({ ...receipt, ...rest }, refunds)).toEqual(expected)
  })
})

describe('splitRefund', () => {
  const targets = [target('inv_1', 50), target(null, 20)]
  test.each([
    [null, targets],
    [70, targets],
    [50, [target('inv_1', 50)]],
    [51, [target('inv_1', 50), target(null, 1)]],
  ])('of %s', (amountMinor, expected) => {
    expect(splitRefund(amountMinor, targets)).toEqual(expected)
  })
  test.each([
    [71, targets],
    [null, []],
  ])('refuses %s of %j', (amountMinor, from) => {
    expect(() => splitRefund(amountMinor, from)).toThrow('refund_too_much')
  })
})

describe('recordRefundOutcome', () => {
  const money = (rest: Partial<CustomerMoney>): CustomerState =>
    newCustomer(at('2026-03-01'), {
      money: {
        billing: { name: '', email: null, address: null, vatId: null, taxExempt: false, exemptionReason: '' },
        invoices: [],
        lines: new Map(),
        documents: [],
        effects: new Map(),
        running: [],
        items: [],
        discounts: [],
        methods: [],
        attempts: [],
        receipts: [receipt],
        refunds: [],
        balances: { XOF: 20 },
        unbilled: null,
        overageBilled: [],
        stretches: [],
        keptUse: [],
        usageClosed: false,
        entries: [],
        recalled: NOTHING_RECALLED,
        ...rest,
      },
    })
  let ids = 0
  const newId = (prefix: string) => `${prefix}_${++ids}`
  const outcomes: Record<string, RefundOutcome> = {
    pending: { status: 'pending', transaction: 'R1' },
    succeeded: { status: 'succeeded', transaction: 'R1' },
    failed: { status: 'failed', transaction: null, reason: 'closed' },
    unknown: { status: 'unknown', reason: 'timeout' },
  }

  // what is told, one after the other → the state after it, and what the accounts come to
  test.each<[string[], Refund['status'], Record<string, number>]>([
    [[], 'created', { customer_credit: 20, refunds: -20 }],
    [['unknown'], 'created', { customer_credit: 20, refunds: -20 }],
    [['pending', 'pending'], 'pending', { customer_credit: 20, refunds: -20 }],
    [['pending', 'succeeded'], 'succeeded', { customer_credit: 20, 'cash:bank': -20 }],
    [['succeeded', 'pending', 'succeeded'], 'succeeded', { customer_credit: 20, 'cash:bank': -20 }],
    [['failed', 'failed'], 'failed', {}],
    [['succeeded', 'failed'], 'failed', {}],
    [['failed', 'succeeded'], 'failed', {}],
  ])('%j is %s', (told, status, accounts) => {
    const made = createRefund(
      unchanged(money({})),
      { receipt: 'rec_1', parts: [part(null, 20)], reason: '' },
      newId,
    )
    let change = made.change
    for (const each of told) {
      const current = change.state.money?.refunds[0] as Refund
      change = recordRefundOutcome(change, current, outcomes[each] as RefundOutcome, newId)
    }
    const after = change.state.money as CustomerMoney
    expect(after.refunds[0]?.status).toBe(status)
    expect(after.receipts[0]?.refundedMinor).toBe(status === 'failed' ? 0 : 20)
    expect(after.balances.XOF).toBe(status === 'failed' ? 20 : 0)
    const sums: Record<string, number> = {}
    for (const { account, amountMinor } of after.entries.flatMap(({ postings }) => postings)) {
      sums[account] = (sums[account] ?? 0) + amountMinor
    }
    expect(Object.fromEntries(Object.entries(sums).filter(([, sum]) => sum !== 0))).toEqual(accounts)
  })
})
