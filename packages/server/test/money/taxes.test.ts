/** Taxes and currencies as a buyer meets them: on the invoice of what was subscribed to. */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { openMoneyWorld, type MoneyWorld } from './support.ts'

const monthly = {
  EUR: { month: 10_000 },
  USD: { month: 12_500 },
  XOF: { month: 65_000 },
  KWD: { month: 33_333 },
}
const catalog = {
  operator: {
    name: 'Seller SA',
    address: { line1: '1 rue Une', city: 'Paris', country: 'FR' },
    taxIds: [{ type: 'vat', value: 'FR40303265045' }],
    timeZone: 'Europe/Paris',
  },
  features: {},
  taxes: {
    tva: { name: 'TVA', country: 'FR', percent: 19.6, until: '2026-04-01' },
    tva_new: { name: 'TVA', country: 'FR', percent: 20, from: '2026-04-01' },
    gst: { name: 'GST', country: 'CA', percent: 5 },
    qst: { name: 'QST', country: 'CA', region: 'QC', percent: 9.975 },
  },
  plans: {
    net: { prices: monthly },
    gross: { prices: monthly, taxInclusive: true },
    large: { prices: { EUR: { month: 25_001 } }, taxInclusive: true },
  },
}

let world: MoneyWorld
let customers = 0
beforeAll(async () => {
  world = await openMoneyWorld({ jobs: false })
  await world.ask('PUT', '/v1/catalog', catalog)
})
afterAll(() => world?.close())

interface Sale {
  plan?: string
  currency?: string
  country?: string
  region?: string
  billing?: object
}

/** The first invoice of a subscription begun in the middle of March. */
async function sold({ plan = 'net', currency = 'EUR', country = 'FR', region, billing = {} }: Sale) {
  const customer = `buyer-${(customers += 1)}`
  const address = { line1: '2 rue Deux', city: 'Ville', country, ...(region === undefined ? {} : { region }) }
  const moveTo = await world.customerOn('2026-03-15T12:00:00Z', customer, {
    billing: { address, ...billing },
  })
  const card = { provider: 'simulator', instrument: 'card_ok' }
  await world.ask('POST', `/v1/customers/${customer}/payment-methods`, card)
  await world.ask('POST', '/v1/subscriptions', { customer, plan, currency })
  await moveTo('2026-03-15T12:00:01Z')
  const newest = async () => (await world.ask('GET', `/v1/customers/${customer}/invoices`)).data[0]
  return { customer, moveTo, newest, invoice: await newest() }
}

const taxesOf = ({ taxes }: { taxes: { name: string; percent: string; taxMinor: number }[] }) =>
  taxes.map(({ name, percent, taxMinor }) => `${name} ${percent} ${taxMinor}`)

describe('taxes', () => {
  it('ST-10 are those of the buyer’s place on the day of the invoice', async () => {
    const { invoice, moveTo, newest } = await sold({})
    expect(invoice).toMatchObject({ subtotalMinor: 10_000, taxMinor: 1_960, totalMinor: 11_960 })
    expect(taxesOf(invoice)).toEqual(['TVA 19.6 1960'])
    await moveTo('2026-04-15T12:00:01Z')
    expect(await newest()).toMatchObject({ taxMinor: 2_000, totalMinor: 12_000, status: 'paid' })
  })

  it('ST-10 are inside a price that says so, which stays what it is', async () => {
    const { invoice } = await sold({ plan: 'gross' })
    // 10,000 / 1.196 = 8,361.2
    expect(invoice).toMatchObject({ totalMinor: 10_000, taxMinor: 1_639, subtotalMinor: 8_361 })
  })

  it('ST-10 of a country and its region are charged side by side', async () => {
    const { invoice } = await sold({ country: 'CA', region: 'QC' })
    expect(taxesOf(invoice).toSorted()).toEqual(['GST 5 500', 'QST 9.975 998'])
    expect(invoice.totalMinor).toBe(11_498)
    expect((await sold({ country: 'CA', region: 'ON' })).invoice.totalMinor).toBe(10_500)
  })

  it('ST-10 ST-11 several at once are given back each with its own part, to the last unit', async () => {
    const { customer, moveTo, invoice, newest } = await sold({ plan: 'gross', country: 'CA', region: 'QC' })
    // of 10,000 with 14.975 % inside: 434.88 and 867.58
    expect(taxesOf(invoice).toSorted()).toEqual(['GST 5 435', 'QST 9.975 868'])
    expect(invoice).toMatchObject({ subtotalMinor: 8_697, taxMinor: 1_303, totalMinor: 10_000 })
    await moveTo('2026-03-31T00:00:00Z')
    const { data } = await world.ask('GET', `/v1/subscriptions?customer=${customer}`)
    await world.ask('POST', `/v1/subscriptions/${data[0].id}/change`, { plan: 'large', when: 'now' })
    await moveTo('2026-03-31T00:00:01Z')
    const change = await newest()
    for (const { taxes, lines, ...document } of [invoice, change]) {
      const sum = (of: { taxMinor: number }[]) => of.reduce((minor, { taxMinor }) => minor + taxMinor, 0)
      expect(sum(taxes)).toBe(document.taxMinor)
      expect(sum(lines)).toBe(document.taxMinor)
      expect(taxes.map(({ name }: { name: string }) => name).toSorted()).toEqual(['GST', 'QST'])
      expect(document.subtotalMinor - document.discountMinor + document.taxMinor).toBe(document.totalMinor)
    }
    // two taxes on one line are no electronic invoice
    expect(await world.refused('GET', `/v1/invoices/${change.id}/xml`)).toBe('409 document_incomplete')
    const credited = []
    for (const { id } of [change, invoice]) {
      credited.push(await world.ask('POST', `/v1/invoices/${id}/credit-notes`, {}))
    }
    const [ofChange, ofFirst] = credited
    expect(ofChange.totalMinor + ofFirst.totalMinor).toBe(invoice.totalMinor + change.totalMinor)
    expect(ofChange.taxMinor + ofFirst.taxMinor).toBe(invoice.taxMinor + change.taxMinor)
    const books = await world.books(customer)
    expect(Object.keys(books).filter((account) => account.startsWith('tax'))).toEqual([])
  })

  it('ST-10 are the buyer’s own to declare with a valid VAT id of another state of the Union, and with no other', async () => {
    const { invoice } = await sold({ country: 'BE', billing: { vatId: 'BE0411905847' } })
    expect(invoice).toMatchObject({ taxMinor: 0, totalMinor: 10_000 })
    // without an id it is a sale to a consumer, at the seller's rate
    expect((await sold({ country: 'BE' })).invoice.totalMinor).toBe(11_960)
    const wrong = { billing: { vatId: 'BE0411905848' } }
    const { customer } = await sold({ country: 'BE' })
    expect(await world.refused('PUT', `/v1/customers/${customer}`, wrong)).toMatch(/^4\d\d /)
    // in the seller's own state there is nothing to reverse
    const home = { vatId: 'FR40303265045' }
    expect((await sold({ billing: home })).invoice.totalMinor).toBe(11_960)
  })

  it('ST-10 are none for who is exempt, and outside the Union without declared rates', async () => {
    const exempt = { taxExempt: true, exemptionReason: 'A school' }
    expect((await sold({ billing: exempt })).invoice).toMatchObject({ taxMinor: 0, totalMinor: 10_000 })
    expect((await sold({ country: 'SN' })).invoice).toMatchObject({ taxMinor: 0, totalMinor: 10_000 })
  })
})

describe('a provider of tax rates', () => {
  it('ST-10 is asked for the buyer’s place instead of the catalog, and its rates are what is charged', async () => {
    const asked: unknown[] = []
    const rate = { key: 'ny', name: 'Sales tax', percent: '8.875', category: 'standard' }
    const declaredWorld = world
    world = await openMoneyWorld({
      jobs: false,
      taxes: {
        name: 'bureau',
        rates: async ({ customer, at }, declared) => {
          asked.push([customer.country, customer.region, at])
          if (customer.country !== 'US') return declared
          return [{ ...rate, country: 'US', region: 'NY', from: '2026-01-01', until: null }]
        },
      },
    })
    try {
      await world.ask('PUT', '/v1/catalog', catalog)
      const { invoice, moveTo, newest } = await sold({ country: 'US', region: 'NY', currency: 'USD' })
      expect(taxesOf(invoice)).toEqual(['Sales tax 8.875 1109'])
      expect(asked).toContainEqual(['US', 'NY', '2026-03-15'])
      await moveTo('2026-04-15T12:00:01Z')
      expect(await newest()).toMatchObject({ totalMinor: 13_609, status: 'paid' })
      expect((await sold({})).invoice.totalMinor).toBe(11_960)
    } finally {
      await world.close()
      world = declaredWorld
    }
  })
})

describe('currencies', () => {
  it.each([
    ['EUR', 10_000],
    ['USD', 12_500],
    ['XOF', 65_000],
    ['KWD', 33_333],
  ])('ST-10 in %s a plan has a price of its own: %i', async (currency, totalMinor) => {
    const { invoice } = await sold({ currency, country: 'SN' })
    expect(invoice).toMatchObject({ currency, totalMinor, status: 'paid' })
  })

  it('ST-10 one that the plan has no price in is refused, never converted', async () => {
    await world.customerOn('2026-03-15T12:00:00Z', 'elsewhere')
    const terms = { customer: 'elsewhere', plan: 'net', currency: 'JPY' }
    expect(await world.refused('POST', '/v1/subscriptions', terms)).toMatch(/^4\d\d /)
    expect((await world.ask('GET', '/v1/subscriptions?customer=elsewhere')).data).toEqual([])
  })
})
