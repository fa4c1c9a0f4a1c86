/** A way to pay is taken away while a charge of it is written down, asked for, or in doubt. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { carryOutAttempts } from '../../src/operations/payments/carry-out.ts'
import { dakar, openMoneyWorld, type MoneyWorld } from './support.ts'

let world: MoneyWorld
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
})
afterAll(() => world?.close())

/** An invoice whose charge is written down and taken up by no job; answers the paths of the method and the invoice. */
async function charged(customer: string): Promise<{ method: string; invoice: string }> {
  await world.ask('PUT', `/v1/customers/${customer}`, { billing: { address: dakar } })
  const methods = `/v1/customers/${customer}/payment-methods`
  const { method } = await world.ask('POST', methods, { provider: 'simulator', instrument: 'card_ok' })
  const lines = [{ description: 'Training', unitMinor: '5000' }]
  const { id } = await world.ask('POST', '/v1/invoices', { customer, currency: 'XOF', lines })
  return { method: `${methods}/${method.id}`, invoice: `/v1/invoices/${id}` }
}

async function carryOut(): Promise<void> {
  // what somebody else had in hand is nobody's any more
  await world.database.db.query("update payment_attempt set claimable_at = '2020-01-01Z'")
  await carryOutAttempts(world.server.engine.context)
}

async function attemptsOf(invoice: string): Promise<string[]> {
  const { rows } = await world.database.db.query<{ status: string; decline: { reason: string } | null }>({
    text: 'select status, decline from payment_attempt where invoice = $1 order by created_at, id',
    values: [invoice.split('/').at(-1)],
  })
  return rows.map(({ status, decline }) => (decline === null ? status : `${status} ${decline.reason}`))
}

describe('a method is taken away', () => {
  it('before its charge was asked for: it fails, and the invoice is free for whatever comes next', async () => {
    const { method, invoice } = await charged('early')
    await world.ask('DELETE', method)
    await carryOut()
    expect(await attemptsOf(invoice)).toEqual(['declined method_detached'])
    expect((await world.ask('POST', `${invoice}/void`, {})).status).toBe('void')
  })

  it('I-3 after its charge had its effect, and nobody heard of it: the money lands', async () => {
    const { method, invoice } = await charged('late')
    await world.control('POST', '/control/faults', { fault: 'lost_answer', on: 'charge' })
    await carryOut()
    expect(await attemptsOf(invoice)).toEqual(['unknown'])
    await world.ask('DELETE', method)
    await carryOut()
    expect(await attemptsOf(invoice)).toEqual(['succeeded'])
    expect((await world.ask('GET', invoice)).status).toBe('paid')
  })

  it('after a charge that never arrived: it fails, once the provider says that it knows of none', async () => {
    const { method, invoice } = await charged('between')
    await world.control('POST', '/control/faults', { fault: 'unavailable', on: 'charge' })
    await carryOut()
    expect(await attemptsOf(invoice)).toEqual(['unknown'])
    await world.ask('DELETE', method)
    await carryOut()
    expect(await attemptsOf(invoice)).toEqual(['declined method_detached'])
  })
})
