import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const plan = (disputes?: object, more: object = {}) => ({
  prices: { EUR: { month: 10_000 } },
  policies: { ...(disputes === undefined ? {} : { disputes }), ...more },
})
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC', email: 'desk@seller.example', language: 'fr' },
  features: { sso: { kind: 'flag' }, credits: { kind: 'credits' } },
  addOns: { sso: { kind: 'recurring', prices: { EUR: { month: 500 } }, allowances: { sso: true } } },
  plans: {
    trusting: plan(),
    seated: {
      prices: { EUR: { month: { perUnit: { seats: '1000' } } } },
      policies: { quantityChange: 'prorate' },
    },
    careful: plan({ open: 'read_only', lost: 'suspend' }),
    strict: plan({ open: 'blocked', lost: 'cancel' }, { failure: { reason: 'subscription_inactive' } }),
    goods: {
      ...plan({ open: 'blocked' }, { failure: { grants: 'all', modulesWhenPaid: 'by_hand' } }),
      allowances: { credits: 75 },
    },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const disputesOf = async (customer: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/disputes?customer=${customer}`)).data
const access = async (customer: string) => {
  const { level, reason } = await world.ask('GET', `/v1/customers/${customer}/access`)
  return `${level} ${reason}`
}
const subscriptionOf = async (customer: string) => {
  const { rows } = await world.database.db.query<{ status: string; end_reason: string | null }>({
    text: `select s.status, s.end_reason from subscription s join customer c on c.id = s.customer where c.key = $1`,
    values: [customer],
  })
  return rows.map(({ status, end_reason }) => (end_reason === null ? status : `${status} ${end_reason}`))
}
const timeline = async (customer: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)).data.toReversed()

/** Buys the plan with a card whose owner disputes it; answers the dispute once it is here. */
async function disputed(customer: string, planKey: string, addOns: string[] = []) {
  await world.customer(customer, 'card_disputed')
  await world.ask('POST', '/v1/subscriptions', { customer, plan: planKey, addOns })
  return eventually(`a dispute of ${customer}`, async () => (await disputesOf(customer))[0])
}
async function decide({ reference }: Json, customer: string, status: 'won' | 'lost') {
  await world.control('POST', `/control/disputes/${reference}`, { status })
  await eventually(`it is ${status}`, async () =>
    (await disputesOf(customer)).some((each) => each.reference === reference && each.status === status)
      ? true
      : undefined,
  )
}

describe('access while a payment is disputed', () => {
  it.each(['won', 'lost'] as const)(
    'ST-13 is as it was where the plan says nothing, also when it is %s',
    async (verdict) => {
      const customer = `trusted-${verdict}`
      const dispute = await disputed(customer, 'trusting')
      expect(await access(customer)).toBe('full ok')
      await decide(dispute, customer, verdict)
      expect(await access(customer)).toBe('full ok')
      expect(await subscriptionOf(customer)).toEqual(['active'])
    },
  )

  it('ST-13 follows the plan in the transaction of the dispute; subscription and invoice stay as they are', async () => {
    const dispute = await disputed('careful', 'careful')
    expect(await access('careful')).toBe('read_only payment_required')
    expect(await subscriptionOf('careful')).toEqual(['active'])
    expect(await world.invoices('careful')).toEqual(['period paid 10000/10000'])
    const events = await timeline('careful')
    const opened = events.find(({ type }) => type === 'dispute.opened')
    const lowered = events.find(({ type, data }) => type === 'access.changed' && data.level === 'read_only')
    expect(lowered.recordedAt).toBe(opened.recordedAt)
    await decide(dispute, 'careful', 'won')
    expect(await access('careful')).toBe('full ok')
  })

  it('ST-13 is told to the operator, with the day by which evidence is due', async () => {
    const dispute = await disputed('told', 'trusting')
    // a discount is called dis_
    expect(dispute.id).toMatch(/^dsp_test_/)
    const day = new Intl.DateTimeFormat('fr', { dateStyle: 'long', timeZone: 'UTC' }).format(
      new Date(dispute.evidenceDueAt),
    )
    const text = await eventually('the operator has a letter', async () => {
      const { rows } = await world.database.db.query<{ text: string }>(
        `select text from mailbox_letter where recipient = 'desk@seller.example' and subject like '%told%'`,
      )
      return rows[0]?.text
    })
    expect(text).toContain('Bonjour Seller,')
    expect(text).toContain(`au plus tard le ${day}`)
    expect(text.replaceAll(/\p{Zs}/gu, ' ')).toContain('Un paiement de 100,00 €, fait par told, est contesté')
  })

  it('ST-13 lost, it is closed until the operator opens it again', async () => {
    const dispute = await disputed('lost', 'careful')
    await decide(dispute, 'lost', 'lost')
    expect(await access('lost')).toBe('blocked tenant_suspended')
    expect(await subscriptionOf('lost')).toEqual(['active'])
    const suspended = (await timeline('lost')).find(({ type }) => type === 'suspension.created')
    expect(suspended.data).toMatchObject({ reason: 'dispute_lost', note: dispute.id })
    await world.ask('DELETE', '/v1/customers/lost/suspension')
    expect(await access('lost')).toBe('full ok')
  })

  it('ST-13 modules are off while it is blocked, and back when it is won', async () => {
    const modulesOf = async () => {
      const { rows } = await world.database.db.query(
        `select 1 from subscription_add_on a join customer c on c.id = a.customer where c.key = 'moduled' and a.ends_at is null`,
      )
      return rows.length
    }
    const dispute = await disputed('moduled', 'strict', ['sso'])
    expect(await access('moduled')).toBe('blocked subscription_inactive')
    expect(await modulesOf()).toBe(0)
    await decide(dispute, 'moduled', 'won')
    expect(await access('moduled')).toBe('full ok')
    expect(await modulesOf()).toBe(1)
  })

  it('ST-13 CM-11 won, credits and modules are as they were: what was used is, and what was bought is there', async () => {
    await world.customer('goods', 'card_ok')
    const body = { customer: 'goods', plan: 'goods', addOns: ['sso'] }
    const { id } = await world.ask('POST', '/v1/subscriptions', body)
    const [payment] = await eventually('it is paid', async () => {
      const { data } = await world.ask('GET', '/v1/payments?customer=goods')
      return data.length > 0 ? data : undefined
    })
    await world.ask('POST', '/v1/customers/goods/grants', { feature: 'credits', amount: 50 })
    const credits = { customer: 'goods', feature: 'credits' }
    await world.ask('POST', '/v1/consume', { ...credits, amount: 20 })
    await world.control('POST', '/control/disputes', { transaction: payment.transaction })
    const dispute = await eventually('it is disputed', async () => (await disputesOf('goods'))[0])
    expect(await world.ask('POST', '/v1/check', credits)).toMatchObject({ allowed: false })
    await decide(dispute, 'goods', 'won')
    expect(await world.ask('POST', '/v1/check', credits)).toMatchObject({ allowed: true, remaining: 105 })
    expect(await world.ask('GET', `/v1/subscriptions/${id}`)).toMatchObject({ addOns: [{ id: 'sso' }] })
  })

  it('ST-13 lost, the subscription ends where the plan says so', async () => {
    const dispute = await disputed('ended', 'strict')
    await decide(dispute, 'ended', 'lost')
    expect(await subscriptionOf('ended')).toEqual(['canceled not_paid'])
    expect(await access('ended')).toBe('blocked subscription_inactive')
  })

  it('ST-13 of two disputes the last one that is won opens it; what was unpaid meanwhile still counts', async () => {
    const moveTo = await world.customer('two', 'card_ok', '2026-03-01T00:00:00Z')
    await world.ask('POST', '/v1/subscriptions', { customer: 'two', plan: 'careful' })
    await moveTo('2026-04-01T00:00:00Z')
    const payments = async () => (await world.ask('GET', '/v1/payments?customer=two')).data
    const both = await eventually('both are paid', async () =>
      (await payments()).length === 2 ? payments() : undefined,
    )
    for (const { transaction } of both) await world.control('POST', '/control/disputes', { transaction })
    const [one, other] = await eventually('both are disputed', async () => {
      const found = await disputesOf('two')
      return found.length === 2 ? found : undefined
    })
    expect(await access('two')).toBe('read_only payment_required')
    await decide(one, 'two', 'won')
    expect(await access('two')).toBe('read_only payment_required')
    // an invoice that nobody pays is one reason more
    const [{ id }] = (await world.ask('GET', '/v1/customers/two/payment-methods')).data
    await world.ask('DELETE', `/v1/customers/two/payment-methods/${id}`)
    await moveTo('2026-05-20T00:00:00Z')
    expect(await access('two')).toBe('blocked payment_required')
    await decide(other, 'two', 'won')
    expect(await access('two')).toBe('blocked payment_required')
    await world.ask('POST', '/v1/payments', {
      customer: 'two',
      currency: 'EUR',
      amountMinor: 10_000,
      transaction: 'by-hand',
    })
    expect(await access('two')).toBe('full ok')
  })

  it('ST-13 news that overtakes older news is not undone by it', async () => {
    await world.customer('overtaken', 'card_ok')
    await world.ask('POST', '/v1/subscriptions', { customer: 'overtaken', plan: 'careful' })
    const [{ transaction }] = await eventually('it is paid', async () => {
      const { data } = await world.ask('GET', '/v1/payments?customer=overtaken')
      return data.length > 0 ? data : undefined
    })
    await world.control('POST', '/control/faults', { fault: 'reorder', on: 'webhook' })
    const opened = await world.control('POST', '/control/disputes', { transaction })
    await world.control('POST', `/control/disputes/${opened.id}`, { status: 'won' })
    await world.control('POST', '/control/deliver')
    await eventually('it is won', async () =>
      (await disputesOf('overtaken')).some(({ status }) => status === 'won') ? true : undefined,
    )
    await eventually('both have been applied', async () => {
      const { rows } = await world.database.db.query(
        `select 1 from provider_event where type = 'dispute' and applied_at is not null and body ->> 'dispute' = '${opened.id}'`,
      )
      return rows.length === 2 ? true : undefined
    })
    expect(await access('overtaken')).toBe('full ok')
    expect(await disputesOf('overtaken')).toMatchObject([{ status: 'won' }])
  })
})

describe('what a payer disputes', () => {
  it.each(['open', 'lost'] as const)('I-4 gives nothing back to spend (%s)', async (status) => {
    const customer = `spends-${status}`
    const dispute = await disputed(customer, 'trusting')
    if (status === 'lost') await decide(dispute, customer, 'lost')
    const [invoice] = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
    const notes = `/v1/invoices/${invoice.id}/credit-notes`
    for (const destination of ['balance', 'refund'])
      expect(await world.refused('POST', notes, { amountMinor: 100, destination })).toMatch(
        /^(409|422) \w+_too_much$/,
      )
    const [subscription] = (await world.ask('GET', `/v1/subscriptions?customer=${customer}`)).data
    await world.ask('POST', `/v1/subscriptions/${subscription.id}/cancel`, { when: 'now', credit: true })
    const { balances } = await world.ask('GET', `/v1/customers/${customer}/balance`)
    expect(balances).toEqual([])
    const documents = (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data
    expect(documents.map(({ kind }: Json) => kind)).toEqual(['invoice'])
  })

  it('I-4 is set off against what takes its place while it is open, and comes back neither way', async () => {
    const moveTo = await world.customer('raises', 'card_disputed', '2026-04-01T00:00:00Z')
    const { id } = await world.ask('POST', '/v1/subscriptions', {
      customer: 'raises',
      plan: 'seated',
      quantities: { seats: 8 },
    })
    await moveTo('2026-04-16T00:00:00Z')
    await eventually('a dispute of it', async () => (await disputesOf('raises'))[0])
    // half of the month is left: 13 seats more, 6.5 times 10.00
    const change = { quantities: { seats: 21 } }
    expect((await world.ask('POST', `/v1/subscriptions/${id}/preview`, change)).totalMinor).toBe(6_500)
    await world.ask('POST', `/v1/subscriptions/${id}/change`, change)
    const totals = async () =>
      (await world.ask('GET', '/v1/customers/raises/invoices')).data.map(
        ({ kind, totalMinor }: Json) => `${kind} ${totalMinor}`,
      )
    expect((await totals()).toSorted()).toEqual(['invoice 6500', 'invoice 8000'])
    await moveTo('2026-04-16T00:00:01Z')
    await eventually('a dispute of that, too', async () => (await disputesOf('raises'))[1])
    await world.ask('POST', `/v1/subscriptions/${id}/change`, { quantities: { seats: 1 } })
    // 1 seat for the rest of it, and no more than that of what was paid for 21
    expect((await totals()).toSorted()).toEqual(['invoice 0', 'invoice 6500', 'invoice 8000'])
    expect((await world.ask('GET', '/v1/customers/raises/balance')).balances).toEqual([])
  })

  it('I-4 gives back what is left once it is won', async () => {
    const dispute = await disputed('spends-won', 'trusting')
    await decide(dispute, 'spends-won', 'won')
    const [invoice] = (await world.ask('GET', '/v1/customers/spends-won/invoices')).data
    await world.ask('POST', `/v1/invoices/${invoice.id}/credit-notes`, { amountMinor: 100 })
    const { balances } = await world.ask('GET', '/v1/customers/spends-won/balance')
    expect(balances).toMatchObject([{ currency: 'EUR', amountMinor: 100 }])
  })
})
