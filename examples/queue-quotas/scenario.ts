/**
 * Quotas at request time: ten tenants, one application, and nothing created that was not paid for.
 *
 * Owns: the order of the story. Each chapter makes tenants of its own, so it may run again and again.
 */
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import { grouped, table } from '../story.ts'
import type { Story } from '../story.ts'
import { createApplication, problemOf } from './application.ts'
import type { Application, Kind } from './application.ts'
import { catalog } from './catalog.ts'
import { collectWhatIsDue } from './collection.ts'
import {
  billBeyondTheLimit,
  endTheTrial,
  importTenants,
  letSomeMoreThrough,
  makeAnException,
} from './terms.ts'

export async function runQueueQuotas(client: Client, story: Story): Promise<void> {
  await seedPlans(client, story)
  await createUpToTheLimit(client, story)
  await createAllAtOnce(client, story)
  await giveBackWhatFailed(client, story)
  await changeAtTheLimit(client, story)
  await importTenants(client, story)
  await makeAnException(client, story)
  await letSomeMoreThrough(client, story)
  await billBeyondTheLimit(client, story)
  await endTheTrial(client, story)
  await collectWhatIsDue(client, story)
}

/** QE-1 */
export async function seedPlans(client: Client, story: Story): Promise<void> {
  story.chapter('The plans')
  await client.catalog.put(catalog)
  const again = await client.catalog.put(catalog)
  story.expect('seeding them a second time changes nothing', again.changed, false)
  const plans = await client.plans.list().toArray({ max: 100 })
  const rows = plans
    .filter(({ id }) => Object.hasOwn(catalog.plans, id))
    .map((plan) => [
      plan.name,
      ...(['sites', 'agents', 'queues', 'tickets'] as const).map(
        (feature) => plan.allowances.find((allowance) => allowance.feature === feature)?.limit ?? 0,
      ),
      plan.prices.find(({ interval }) => interval === 'month')?.amountMinor ?? 0,
    ])
  for (const line of table([['', 'sites', 'agents', 'queues', 'tickets', 'XOF a month'], ...rows]))
    story.say(line)
}

/** A tenant that pays for its plan already. */
export async function tenantOn(client: Client, plan: keyof typeof catalog.plans): Promise<string> {
  const tenant = `tenant-${randomUUID().slice(0, 8)}`
  await client.customers.put(tenant, {
    name: 'Une banque',
    currency: 'XOF',
    timeZone: 'Africa/Abidjan',
    locale: 'fr',
  })
  await client.paymentMethods.attach(tenant, { provider: 'simulator', instrument: 'card_ok' })
  await client.subscriptions.create({ customer: tenant, plan, trialDays: 0 })
  return tenant
}

const refusalOf = (creation: Promise<unknown>) => creation.then(() => null, problemOf)

/** QE-2, QE-9 */
export async function createUpToTheLimit(client: Client, story: Story): Promise<void> {
  story.chapter('Up to the limit')
  const application = createApplication(client)
  const tenant = await tenantOn(client, 'essential')
  await application.create(tenant, 'sites', 'Plateau')
  for (const name of ['Awa', 'Koffi', 'Mariam']) await application.create(tenant, 'agents', name)
  for (let number = 1; number <= 12; number += 1) await application.create(tenant, 'tickets', `A${number}`)
  const refusal = await refusalOf(application.create(tenant, 'sites', 'Cocody'))
  story.expect(
    'a second site is refused, with the limit and the plan in the sentence and the plan that would allow it',
    refusal,
    {
      status: 403,
      code: 'quota_exceeded',
      detail: 'Sites : il reste 0 sur 1 avec l’offre Essentiel, pour une demande de 1.',
      plan: 'Professionnel',
    },
  )
  story.expect('and there is one site', application.list(tenant, 'sites').length, 1)
  const usage = await client.usageOf(tenant)
  const row = (kind: Kind) => {
    const { current = 0, max, percentage, available } = usage[kind] ?? {}
    return [kind, current, max ?? '', `${percentage ?? ''} %`, available ?? '']
  }
  const kinds: Kind[] = ['sites', 'agents', 'queues', 'tickets']
  for (const line of table([['', 'current', 'max', 'percentage', 'available'], ...kinds.map(row)]))
    story.say(line)
  story.expect('the administrator sees what is used and what is left', usage.tickets, {
    current: 12,
    max: 500,
    percentage: 2.4,
    available: 488,
  })
}

/** QE-3: the taking alone is exact, without any lock in the application. */
export async function createAllAtOnce(client: Client, story: Story, attempts = 200): Promise<void> {
  story.chapter(`${grouped(attempts)} at once`)
  const application = createApplication(client)
  const tenant = await tenantOn(client, 'essential')
  const answers = await Promise.all(
    Array.from({ length: attempts }, (_, index) =>
      refusalOf(application.create(tenant, 'queues', `File ${index}`)),
    ),
  )
  const refusals = answers.filter((refusal) => refusal !== null)
  story.expect('with 3 queues left, 3 are created', application.list(tenant, 'queues').length, 3)
  story.expect(
    'all others are refused for the quota',
    refusals.map(({ code }) => code),
    Array.from({ length: attempts - 3 }, () => 'quota_exceeded'),
  )
  story.expect('and the engine counts 3', (await client.usageOf(tenant)).queues?.current, 3)
}

/** A creation that fails after its unit was taken gives the unit back. */
export async function giveBackWhatFailed(client: Client, story: Story): Promise<void> {
  story.chapter('A creation that fails')
  const application = createApplication(client)
  const tenant = await tenantOn(client, 'essential')
  for (const kind of ['queues', 'tickets'] satisfies Kind[]) {
    await application.create(tenant, kind, 'Une')
    const refusal = await refusalOf(application.create(tenant, kind, 'Une'))
    story.expect(`${kind}: the database refuses a name that is taken`, refusal?.code, 'name_taken')
    story.expect(`${kind}: and the unit is given back`, (await client.usageOf(tenant))[kind]?.current, 1)
  }
}

async function fill(application: Application, tenant: string, kind: Kind, amount: number): Promise<void> {
  for (let number = 1; number <= amount; number += 1)
    await application.create(tenant, kind, `${kind} ${number}`)
}

/** QE-17 */
export async function changeAtTheLimit(client: Client, story: Story): Promise<void> {
  story.chapter('Changing and deleting at the limit')
  const application = createApplication(client)
  const tenant = await tenantOn(client, 'essential')
  await fill(application, tenant, 'queues', 3)
  const [queue] = application.list(tenant, 'queues')
  if (queue === undefined) throw new Error('there are three')
  story.expect('a queue is renamed', application.rename(queue.id, 'Caisse').name, 'Caisse')
  await application.remove(queue.id)
  story.expect('and removed', application.list(tenant, 'queues').length, 2)
  story.expect(
    'which makes room for one more',
    await refusalOf(application.create(tenant, 'queues', 'Prêts')),
    null,
  )
}
