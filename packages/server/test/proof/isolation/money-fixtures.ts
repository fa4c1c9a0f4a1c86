/** Requests of the calls about money, and what they need. Everything is paid by hand: that works in both environments. */
import type { Sent } from './calls.ts'
import type { Fixture } from './fixtures.ts'
import { makeCustomer, type Tenant } from './world.ts'

async function ownCustomer(tenant: Tenant, label: string): Promise<string> {
  const customer = `${tenant.customer}-${label}`
  await makeCustomer(tenant, customer)
  const address = { line1: '1 avenue Une', country: 'SN' }
  await tenant.call('PUT', `/v1/customers/${customer}`, { billing: { address } })
  return customer
}

const lines = [{ description: 'Anything', unitMinor: 100 }]

async function writeInvoice(tenant: Tenant, customer: string, rest: object = {}): Promise<string> {
  const written = [{ description: tenant.hidden, unitMinor: 100 }]
  const order = { customer, currency: 'XOF', lines: written, collection: 'send', note: tenant.hidden }
  const { id } = await tenant.call('POST', '/v1/invoices', { ...order, ...rest })
  return id
}

const ownInvoice =
  (rest: object = {}, request: Sent = {}): Fixture['make'] =>
  async (tenant, label) => {
    const customer = await ownCustomer(tenant, label)
    return { params: { id: await writeInvoice(tenant, customer, rest) }, ...request }
  }

const draft = { finalise: false }

async function attach(tenant: Tenant, customer: string): Promise<string> {
  const method = { provider: 'manual', kind: 'bank_transfer', instrument: tenant.hidden }
  const answer = await tenant.call('POST', `/v1/customers/${customer}/payment-methods`, method)
  return answer.method.id
}

async function redeem(tenant: Tenant, customer: string): Promise<string> {
  const { id } = await tenant.call('POST', `/v1/customers/${customer}/discounts`, { coupon: 'WELCOME' })
  return id
}

const ownMethod =
  (body?: object): Fixture['make'] =>
  async (tenant, label) => {
    const id = await ownCustomer(tenant, label)
    await attach(tenant, id)
    const params = { id, methodId: await attach(tenant, id) }
    return body === undefined ? { params } : { params, body }
  }

async function receive(tenant: Tenant, label: string): Promise<string> {
  const customer = await ownCustomer(tenant, label)
  const money = { customer, currency: 'XOF', amountMinor: 100 }
  const invoice = await writeInvoice(tenant, customer)
  const transaction = `${tenant.hidden} ${invoice}`
  const { id } = await tenant.call('POST', '/v1/payments', { ...money, invoice, transaction })
  return id
}

/** Two of one invoice: by another way to pay the first is given up. */
async function attemptTwice(tenant: Tenant, label: string) {
  const customer = await ownCustomer(tenant, label)
  const invoice = await writeInvoice(tenant, customer)
  let id = ''
  for (const _ of [1, 2]) {
    const body = { paymentMethod: await attach(tenant, customer) }
    id = (await tenant.call('POST', `/v1/invoices/${invoice}/pay`, body)).attempt.id
  }
  return { customer, invoice, id }
}

async function ownRefund(tenant: Tenant, label: string): Promise<Sent> {
  const payment = await receive(tenant, label)
  const body = { reason: tenant.hidden }
  const { id } = await tenant.call('POST', `/v1/payments/${payment}/refunds`, body)
  return { params: { id } }
}

/** Two of one payment. */
async function refundTwice(tenant: Tenant, label: string) {
  const payment = await receive(tenant, label)
  for (const amountMinor of [30, 40]) {
    await tenant.call('POST', `/v1/payments/${payment}/refunds`, { amountMinor, reason: tenant.hidden })
  }
  const { customer, allocations } = await tenant.call('GET', `/v1/payments/${payment}`)
  return { customer, payment, invoice: allocations[0].invoice, status: 'pending' }
}

const item = { currency: 'XOF', description: 'Anything', unitMinor: '2.5' }

async function ownItem(tenant: Tenant, label: string): Promise<Sent> {
  const id = await ownCustomer(tenant, label)
  const written = { ...item, description: tenant.hidden }
  const { id: itemId } = await tenant.call('POST', `/v1/customers/${id}/invoice-items`, written)
  return { params: { id, itemId } }
}

const ownPath = async (tenant: Tenant, label: string): Promise<Sent> => ({
  params: { id: await ownCustomer(tenant, label) },
})

/** Two open ones, of the customer itself. */
async function someInvoices(tenant: Tenant, label: string): Promise<string> {
  const customer = await ownCustomer(tenant, label)
  for (const _ of [1, 2]) await writeInvoice(tenant, customer)
  return customer
}

const invoiceCalls: Record<string, Fixture> = {
  'invoices.create': {
    make: async (tenant, label) => ({
      body: { customer: await ownCustomer(tenant, label), currency: 'XOF', lines, collection: 'send' },
    }),
  },
  'invoices.get': { make: ownInvoice() },
  'invoices.list': {
    make: async (tenant, label) => ({
      query: { customer: await someInvoices(tenant, label), status: 'open', kind: 'invoice' },
    }),
  },
  'invoices.listOfCustomer': {
    make: async (tenant, label) => ({
      params: { id: await someInvoices(tenant, label) },
      query: { status: 'open' },
    }),
  },
  'invoices.finalise': { make: ownInvoice(draft, { body: {} }) },
  'invoices.delete': { make: ownInvoice(draft) },
  'invoices.void': { make: ownInvoice({}, { body: {} }) },
  'invoices.markUncollectible': { make: ownInvoice({}, { body: {} }) },
  'invoices.credit': { make: ownInvoice({}, { body: { amountMinor: 40, note: 'Anything' } }) },
  'invoices.pdf': { make: ownInvoice({}, { query: { language: 'fr' } }) },
  'invoices.xml': { make: ownInvoice({}, { query: { language: 'fr' } }) },
  'invoices.link': { make: ownInvoice({}, { body: { validDays: 1 } }) },
  'invoices.pay': {
    make: async (tenant, label) => {
      const customer = await ownCustomer(tenant, label)
      const paymentMethod = await attach(tenant, customer)
      return { params: { id: await writeInvoice(tenant, customer) }, body: { paymentMethod } }
    },
  },
  'invoiceItems.create': {
    make: async (tenant, label) => ({ ...(await ownPath(tenant, label)), body: item }),
  },
  'invoiceItems.list': {
    make: async (tenant, label) => {
      const { params } = await ownItem(tenant, label)
      return { params: { id: params?.id ?? '' } }
    },
  },
  'invoiceItems.delete': { make: ownItem },
}

const paymentCalls: Record<string, Fixture> = {
  'payments.create': {
    make: async (tenant, label) => {
      const customer = await ownCustomer(tenant, label)
      const invoice = await writeInvoice(tenant, customer)
      const transaction = `${tenant.customer}-${label}`
      return { body: { customer, currency: 'XOF', amountMinor: 100, invoice, transaction } }
    },
    free: ['body.transaction'],
  },
  'payments.get': { make: async (tenant, label) => ({ params: { id: await receive(tenant, label) } }) },
  'payments.list': {
    make: async (tenant, label) => {
      for (const _ of [1, 2]) await receive(tenant, label)
      return { query: { customer: `${tenant.customer}-${label}` } }
    },
  },
  'paymentAttempts.get': {
    make: async (tenant, label) => ({ params: { id: (await attemptTwice(tenant, label)).id } }),
  },
  'paymentAttempts.list': {
    make: async (tenant, label) => {
      const { customer, invoice } = await attemptTwice(tenant, label)
      return { query: { customer, invoice } }
    },
  },
  'payments.refund': {
    make: async (tenant, label) => ({
      params: { id: await receive(tenant, label) },
      body: { amountMinor: 40, reason: 'Anything' },
    }),
  },
  'refunds.get': { make: ownRefund },
  'refunds.list': { make: async (tenant, label) => ({ query: await refundTwice(tenant, label) }) },
  'refunds.settle': {
    make: async (tenant, label) => ({
      ...(await ownRefund(tenant, label)),
      body: { status: 'succeeded', transaction: 'sent' },
    }),
  },
  'paymentMethods.attach': {
    make: async (tenant, label) => ({
      ...(await ownPath(tenant, label)),
      body: { provider: 'manual', kind: 'bank_transfer', instrument: 'Anything' },
    }),
  },
  'paymentMethods.list': {
    make: async (tenant, label) => {
      const sent = await ownPath(tenant, label)
      await attach(tenant, sent.params?.id ?? '')
      return sent
    },
  },
  'paymentMethods.update': { make: ownMethod({ isDefault: true }) },
  'paymentMethods.detach': { make: ownMethod() },
  'discounts.create': {
    make: async (tenant, label) => ({ ...(await ownPath(tenant, label)), body: { coupon: 'WELCOME' } }),
  },
  'discounts.list': {
    make: async (tenant, label) => {
      const sent = await ownPath(tenant, label)
      await redeem(tenant, sent.params?.id ?? '')
      return sent
    },
  },
  'discounts.delete': {
    make: async (tenant, label) => {
      const { params } = await ownPath(tenant, label)
      const customer = params?.id ?? ''
      return { params: { id: customer, discountId: await redeem(tenant, customer) } }
    },
  },
  'balances.get': { make: ownPath },
  'balances.adjust': {
    make: async (tenant, label) => ({
      ...(await ownPath(tenant, label)),
      body: { currency: 'XOF', amountMinor: 5, reason: 'Anything' },
    }),
  },
}

export const moneyFixtures: Record<string, Fixture[]> = Object.fromEntries(
  Object.entries({ ...invoiceCalls, ...paymentCalls }).map(([name, fixture]) => [name, [fixture]]),
)
