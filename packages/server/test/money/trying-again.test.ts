/** What becomes of a charge that failed: which method is asked, when, and by whose order. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { carryOutAttempts } from '../../src/operations/payments/carry-out.ts'
import { eventually } from '../support/eventually.ts'
import { openSimulatedWorld, type Json, type SimulatedWorld } from './simulated-world.ts'

const allowances = { tickets: 5 }
const catalog = {
  operator: { name: 'Seller', timeZone: 'UTC' },
  features: { tickets: { kind: 'meter' } },
  plans: {
    daily: {
      prices: { EUR: { month: 1_000 } },
      allowances,
      policies: {
        retries: { hour: 2, afterDays: [1, 2, 3] },
        dunning: { steps: [{ afterDays: 30, access: 'blocked' }] },
      },
    },
    lenient: {
      prices: { EUR: { month: 1_000 } },
      allowances,
      policies: { failure: { negligible: { EUR: 50 } } },
    },
    once: { prices: { EUR: { month: 1_000 } }, allowances, policies: { retries: { afterDays: [] } } },
    sent: {
      prices: { EUR: { month: 1_900 } },
      allowances,
      policies: {
        collection: 'send',
        dueDays: 30,
        dunning: {
          steps: [
            { afterDays: 1, action: 'retry' },
            { afterDays: 60, access: 'blocked' },
          ],
        },
      },
    },
  },
}

let world: SimulatedWorld
beforeAll(async () => {
  world = await openSimulatedWorld(catalog)
})
afterAll(() => world?.close())

const GOOD = 'card_ok'
const POOR = 'card_insufficient_funds'
const STOLEN = 'card_stolen'
const EXPIRED = 'card_expired'
const CONFIRMED = 'card_authenticate_always'

async function addCard(customer: string, instrument: string, more: object = {}): Promise<string> {
  const body = { provider: 'simulator', instrument, ...more }
  return (await world.ask('POST', `/v1/customers/${customer}/payment-methods`, body)).method.id
}

/** Subscribed on 10 January at ten, with a default, and whatever else is said. */
async function subscribe(
  customer: string,
  plan: string,
  instrument?: string,
  other?: string,
  more: object = {},
) {
  const moveTo = await world.customer(customer, instrument, '2026-01-10T10:00:00Z')
  const method = other === undefined ? '' : await addCard(customer, other, more)
  await world.ask('POST', '/v1/subscriptions', { customer, plan, currency: 'EUR' })
  await moveTo('2026-01-10T10:00:01Z')
  return { moveTo, method }
}

const invoicesOf = async (customer: string): Promise<Json[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data

/** Each that was written down, oldest first: `01-10 9995 declined`. */
async function triesOf(customer: string): Promise<string[]> {
  const { rows } = await world.database.db.query<{ at: string; label: string; status: string }>({
    text: `select to_char(a.created_at at time zone 'UTC', 'MM-DD') as at, right(m.label, 4) as label, a.status
           from payment_attempt a join payment_method m on m.id = a.method join customer c on c.id = a.customer
           where c.key = $1 order by a.id`,
    values: [customer],
  })
  return rows.map(({ at, label, status }) => `${at} ${label} ${status}`)
}

const told = async (customer: string): Promise<string[]> =>
  (await world.ask('GET', `/v1/customers/${customer}/timeline?limit=100`)).data
    .map(({ type }: Json) => type)
    .filter((type: string) => type.startsWith('invoice.pa'))
    .toReversed()

const pay = (invoice: string, body: object = {}) => world.ask('POST', `/v1/invoices/${invoice}/pay`, body)

describe('an invoice that is sent', () => {
  it('is charged when its customer says so, and never by itself: a failure plans nothing', async () => {
    const { moveTo, method } = await subscribe('sent', 'sent', GOOD, POOR)
    const [{ id }] = (await invoicesOf('sent')) as [Json]
    const { attempt } = await pay(id, { paymentMethod: method })
    expect(attempt.status).toBe('declined')
    expect((await invoicesOf('sent'))[0]).toMatchObject({ status: 'open', attempts: 0, nextAttemptAt: null })
    // its plan's step that tries again comes after the due date, and finds nothing to try
    await moveTo('2026-02-11T10:00:01Z')
    expect(await triesOf('sent')).toEqual(['01-10 9995 declined'])
    await addCard('sent', GOOD)
    await moveTo('2026-02-12T10:00:01Z')
    expect(await triesOf('sent')).toHaveLength(1)
  })
})

describe('the days of the policy', () => {
  it('QE-6 a hard decline of another card, by hand, leaves the retries of the default as they were', async () => {
    const { moveTo, method } = await subscribe('by-hand', 'daily', POOR, STOLEN)
    const [{ id, nextAttemptAt }] = (await invoicesOf('by-hand')) as [Json]
    expect(nextAttemptAt).toBe('2026-01-11T02:00:00.000Z')
    await pay(id, { paymentMethod: method })
    expect((await invoicesOf('by-hand'))[0]).toMatchObject({ failure: 'hard', nextAttemptAt })
    await moveTo('2026-01-20T00:00:00Z')
    expect(await triesOf('by-hand')).toEqual([
      '01-10 9995 declined',
      '01-10 9979 declined',
      '01-11 9995 declined',
      '01-12 9995 declined',
      '01-13 9995 declined',
    ])
  })

  it('QE-6 a page that nobody confirms at leaves them too', async () => {
    const { moveTo, method } = await subscribe('asked', 'daily', POOR, CONFIRMED)
    const [{ id, nextAttemptAt }] = (await invoicesOf('asked')) as [Json]
    await pay(id, { paymentMethod: method })
    expect((await invoicesOf('asked'))[0]).toMatchObject({ failure: 'action_needed', nextAttemptAt })
    await moveTo('2026-01-11T02:00:01Z')
    expect(await triesOf('asked')).toEqual([
      '01-10 9995 declined',
      '01-10 3184 superseded',
      '01-11 9995 declined',
    ])
  })

  it('QE-6 ST-13 a new card that declines for good takes nothing from the old one: retries and renewals find it', async () => {
    const { moveTo } = await subscribe('replaced', 'daily', POOR)
    await addCard('replaced', EXPIRED)
    await moveTo('2026-01-11T02:00:01Z')
    expect(await triesOf('replaced')).toEqual([
      '01-10 9995 declined',
      '01-10 0069 declined',
      '01-11 9995 declined',
    ])
    await moveTo('2026-02-10T10:00:01Z')
    const [renewal] = (await invoicesOf('replaced')) as [Json]
    expect(renewal).toMatchObject({ attempts: 1, failure: 'soft' })
    expect((await triesOf('replaced')).at(-1)).toBe('02-10 9995 declined')
  })

  it('ST-13 a default that declines for good gives way to what is there, at once and afterwards', async () => {
    const { moveTo } = await subscribe('gives-way', 'once', STOLEN, GOOD)
    await moveTo('2026-02-10T10:00:01Z')
    expect(await triesOf('gives-way')).toEqual([
      '01-10 9979 declined',
      '01-10 4242 succeeded',
      '02-10 4242 succeeded',
    ])
  })

  it('ST-9 another card is left alone while the default is only short of money', async () => {
    const { moveTo } = await subscribe('left-alone', 'daily', POOR, GOOD)
    await moveTo('2026-01-20T00:00:00Z')
    expect(await triesOf('left-alone')).toEqual(
      ['10', '11', '12', '13'].map((day) => `01-${day} 9995 declined`),
    )
  })

  it('QE-6 counts the first try of a card that came after the invoice: three more at most', async () => {
    const { moveTo } = await subscribe('came-late', 'daily')
    expect((await invoicesOf('came-late'))[0]).toMatchObject({ status: 'open', attempts: 0 })
    await addCard('came-late', POOR)
    await moveTo('2026-01-20T00:00:00Z')
    expect(await triesOf('came-late')).toEqual(
      ['10', '11', '12', '13'].map((day) => `01-${day} 9995 declined`),
    )
  })
})

describe('a card that is added', () => {
  it('leaves a transfer alone that is awaited', async () => {
    const moveTo = await world.customer('awaits', undefined, '2026-01-10T10:00:00Z')
    const methods = '/v1/customers/awaits/payment-methods'
    await world.ask('POST', methods, { provider: 'manual', kind: 'bank_transfer' })
    await world.ask('POST', '/v1/subscriptions', { customer: 'awaits', plan: 'daily', currency: 'EUR' })
    await moveTo('2026-01-10T10:00:01Z')
    await addCard('awaits', GOOD, { isFallback: true })
    await moveTo('2026-01-12T10:00:00Z')
    const tries = await triesOf('awaits')
    expect(tries.map((each) => each.split(' ').at(-1))).toEqual(['pending'])
  })

  it('is not charged for what is negligible, nor is what is there', async () => {
    const { moveTo } = await subscribe('negligible', 'lenient', '+221770000055')
    const [prompt] = (await world.charges()).filter(({ customer }) => customer === 'negligible')
    await world.control('POST', `/control/charges/${prompt.key}`, { action: 'pay_part', amount: '9.60' })
    await eventually('the part has landed', async () =>
      (await invoicesOf('negligible'))[0].amountPaidMinor === 960 ? true : undefined,
    )
    await addCard('negligible', GOOD)
    await moveTo('2026-01-20T10:00:00Z')
    expect(await triesOf('negligible')).toHaveLength(1)
    expect((await invoicesOf('negligible'))[0]).toMatchObject({ status: 'open', amountDueMinor: 40 })
  })
})

describe('a default card that has run out', () => {
  const runsOut = async (customer: string) => {
    const { rows } = await world.database.db.query<{ token: string }>({
      text: 'select token from payment_method m join customer c on c.id = m.customer where c.key = $1 and m.is_default',
      values: [customer],
    })
    await world.control('POST', `/control/methods/${rows[0]?.token}`, { expires: '2020-01' })
    await eventually('it has run out', async () => {
      const { data } = await world.ask('GET', `/v1/customers/${customer}/payment-methods`)
      return data.some(({ expires }: Json) => expires === '2020-01') ? true : undefined
    })
  }

  it('ST-13 is a hard decline, and everybody hears of it', async () => {
    const { moveTo } = await subscribe('ran-out', 'daily', GOOD)
    await runsOut('ran-out')
    await moveTo('2026-02-20T10:00:00Z')
    expect(await triesOf('ran-out')).toEqual(['01-10 4242 succeeded', '02-10 4242 declined'])
    expect((await invoicesOf('ran-out'))[0]).toMatchObject({ failure: 'hard', attempts: 1 })
    expect((await told('ran-out')).at(-1)).toBe('invoice.payment_failed')
  })

  it('ST-9 is passed over where there is another', async () => {
    const { moveTo } = await subscribe('passed-over', 'daily', GOOD, 'card_with_fee', { isFallback: true })
    await runsOut('passed-over')
    await moveTo('2026-02-20T10:00:00Z')
    expect(await triesOf('passed-over')).toEqual(['01-10 4242 succeeded', '02-10 1515 succeeded'])
  })
})

describe('within one try', () => {
  const fallback = { isFallback: true }

  it.each(['daily', 'once'])(
    'ST-9 what needs its holder goes to the fallback at once, and nobody is asked (%s)',
    async (plan) => {
      const customer = `silent-${plan}`
      const { moveTo } = await subscribe(customer, plan, CONFIRMED, GOOD, fallback)
      expect(await triesOf(customer)).toEqual(['01-10 3184 superseded', '01-10 4242 succeeded'])
      expect(await told(customer)).toEqual(['invoice.paid'])
      await moveTo('2026-01-25T10:00:00Z')
      expect((await invoicesOf(customer))[0]).toMatchObject({ status: 'paid', attempts: 1 })
    },
  )

  it('ST-9 where the fallback does not pay either, the holder of the default is asked after all', async () => {
    const { moveTo } = await subscribe('asks', 'once', CONFIRMED, POOR, fallback)
    const tries = ['01-10 3184 superseded', '01-10 9995 declined', '01-10 3184 action_needed']
    expect(await triesOf('asks')).toEqual(tries)
    expect(await told('asks')).toEqual(['invoice.payment_action_required'])
    await moveTo('2026-01-15T10:00:00Z')
    expect(await triesOf('asks')).toEqual(tries)
  })

  it('ST-9 where both need their holders, that of the default is asked, once in each try', async () => {
    const { moveTo } = await subscribe('both-ask', 'daily', CONFIRMED, 'card_authenticate_once', fallback)
    expect(await told('both-ask')).toEqual(['invoice.payment_action_required'])
    expect((await triesOf('both-ask')).at(-1)).toBe('01-10 3184 action_needed')
    await moveTo('2026-01-25T10:00:00Z')
    const asked = (await told('both-ask')).filter((type) => type === 'invoice.payment_action_required')
    expect(asked).toHaveLength(4)
  })

  it.each([POOR, STOLEN])(
    'ST-9 what the fallback makes good is no failure to the customer (%s)',
    async (bad) => {
      const customer = `made-good-${bad}`
      await subscribe(customer, 'daily', bad, GOOD, fallback)
      expect(await told(customer)).toEqual(['invoice.paid'])
      // and where it doesn't, it is one
      await subscribe(`${customer}-not`, 'daily', bad, POOR, fallback)
      expect(await told(`${customer}-not`)).toEqual(['invoice.payment_failed'])
    },
  )

  it.each(['before', 'after'])(
    'QE-6 ST-9 a fallback by hand that was added %s the charge ends no retries, and each failure is told',
    async (moment) => {
      const customer = `transfers-${moment}`
      const moveTo = await world.customer(customer, POOR, '2026-01-10T10:00:00Z')
      const method = { provider: 'manual', kind: 'bank_transfer', isFallback: true }
      const attach = () => world.ask('POST', `/v1/customers/${customer}/payment-methods`, method)
      if (moment === 'before') await attach()
      await world.ask('POST', '/v1/subscriptions', { customer, plan: 'daily', currency: 'EUR' })
      await moveTo('2026-01-10T10:00:01Z')
      if (moment === 'after') await attach()
      for (const day of ['11', '12', '13', '20']) await moveTo(`2026-01-${day}T10:00:00Z`)
      const tries = await triesOf(customer)
      expect(tries.filter((each) => each.includes('9995'))).toHaveLength(4)
      expect(await told(customer)).toEqual(Array.from({ length: 4 }, () => 'invoice.payment_failed'))
      // and what was told last still holds
      expect(tries.at(-1)).toMatch(/pending$/)
      const [{ id, nextAttemptAt }] = (await invoicesOf(customer)) as [Json]
      expect(nextAttemptAt).toBeNull()
      const body = { customer, currency: 'EUR', amountMinor: 1_000, invoice: id, transaction: customer }
      await world.ask('POST', '/v1/payments', body)
      expect(await invoicesOf(customer)).toMatchObject([{ status: 'paid' }])
    },
  )

  it('QE-6 ST-9 what has declined is not asked again, whatever the fallback does', async () => {
    const { moveTo } = await subscribe('hard-fallback', 'daily', POOR, STOLEN, fallback)
    expect(await triesOf('hard-fallback')).toEqual(['01-10 9995 declined', '01-10 9979 declined'])
    await moveTo('2026-01-20T00:00:00Z')
    expect(await triesOf('hard-fallback')).toEqual([
      '01-10 9995 declined',
      '01-10 9979 declined',
      '01-11 9995 declined',
      '01-12 9995 declined',
      '01-13 9995 declined',
    ])
  })
})

describe('who pays by hand', () => {
  it('pays with what was asked for, although a charge of something else is written down', async () => {
    const own = await openSimulatedWorld(catalog, { jobs: false })
    try {
      await own.customer('chooses', POOR)
      const body = { provider: 'simulator', instrument: GOOD }
      const { method } = await own.ask('POST', '/v1/customers/chooses/payment-methods', body)
      const { id } = await own.ask('POST', '/v1/invoices', {
        customer: 'chooses',
        currency: 'EUR',
        lines: [{ description: 'Once', unitMinor: 500 }],
      })
      const paid = await own.ask('POST', `/v1/invoices/${id}/pay`, { paymentMethod: method.id })
      expect(paid).toMatchObject({ attempt: { status: 'succeeded' }, invoice: { status: 'paid' } })
      while ((await carryOutAttempts(own.server.engine.context)) > 0);
      expect((await own.charges()).map(({ status }) => status)).toEqual(['succeeded'])
    } finally {
      await own.close()
    }
  })

  it('takes up the charge that is written down, and comes back to where the call said', async () => {
    const own = await openSimulatedWorld(catalog, { jobs: false })
    try {
      await own.customer('returns', CONFIRMED)
      const { id } = await own.ask('POST', '/v1/invoices', {
        customer: 'returns',
        currency: 'EUR',
        lines: [{ description: 'Once', unitMinor: 500 }],
      })
      const returnUrl = 'https://app.example.com/paid'
      const { attempt } = await own.ask('POST', `/v1/invoices/${id}/pay`, { returnUrl })
      const answer = await fetch(attempt.url, {
        method: 'POST',
        redirect: 'manual',
        body: new URLSearchParams({ action: 'pay' }),
      })
      expect(answer.headers.get('location')).toBe(returnUrl)
      expect(await own.charges()).toHaveLength(1)
    } finally {
      await own.close()
    }
  })
})
