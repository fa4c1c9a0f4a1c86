/**
 * Sites that enforce and a panel that knows: storage at upload, tokens by plan type, and what the site is told.
 *
 * Owns: the order of the story. Each chapter makes sites of its own, so it may run again and again.
 */
import { isEvent } from '@tollkeeper/client'
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import { grouped } from '../story.ts'
import type { Story } from '../story.ts'
import { buyMore, countSeats } from './buying.ts'
import { catalog } from './catalog.ts'
import { createSite } from './site.ts'
import type { Disk, Site } from './site.ts'

const GB = 10 ** 9
const GiB = 2 ** 30

export async function runControlPanel(client: Client, story: Story): Promise<void> {
  await client.catalog.put(catalog)
  await fillTheStorage(client, story)
  await trackTokens(client, story)
  await rollThroughTheYear(client, story)
  await tellTheSite(client, story)
  await countSeats(client, story)
  await buyMore(client, story)
}

interface NewSite {
  customer: string
  subscription: string
  disk: Disk
  site: Site
}

async function newSite(
  client: Client,
  plan: keyof typeof catalog.plans,
  { seats, testClock }: { seats?: number; testClock?: string } = {},
): Promise<NewSite> {
  const customer = `site-${randomUUID().slice(0, 8)}`
  await client.customers.put(customer, { currency: 'EUR', timeZone: 'Europe/Paris', testClock })
  await client.paymentMethods.attach(customer, { provider: 'simulator', instrument: 'card_ok' })
  const { id } = await client.subscriptions.create({
    customer,
    plan,
    quantities: seats === undefined ? {} : { seats },
  })
  const files = new Map<string, number>()
  const disk: Disk = { files, write: (name, bytes) => void files.set(name, bytes) }
  return { customer, subscription: id, disk, site: createSite(client, customer, disk) }
}

/** CP-4 */
export async function fillTheStorage(client: Client, story: Story): Promise<void> {
  story.chapter('Storage')
  const { customer, disk, site } = await newSite(client, 'per_seat', { seats: 2 })
  const storage = async (of = customer) => (await client.usageOf(of)).storage
  story.expect('two seats of 5 GB are so many bytes', (await storage())?.max, 2 * 5 * GB)
  const wide = await newSite(client, 'site_wide')
  story.expect('and 50 GiB are so many', (await storage(wide.customer))?.max, 50 * GiB)

  story.expect('a film of 6 GB is stored', await site.upload('film.mp4', 6 * GB), null)
  const refused = await site.upload('other.mp4', 4 * GB + 1)
  story.expect(
    'one byte too many is refused before it is stored',
    [refused?.code, disk.files.size],
    ['quota_exceeded', 1],
  )
  story.say(`“${refused?.message ?? ''}”`)
  story.expect('what fits exactly is stored', await site.upload('other.mp4', 4 * GB), null)
  await site.remove('film.mp4')
  story.expect('a deletion makes room', (await storage())?.available, 6 * GB)

  disk.write = () => {
    throw new Error('The disk is broken')
  }
  const failure = await site.upload('third.mp4', GB).then(String, String)
  story.expect(
    'an upload that fails gives its bytes back',
    [failure, (await storage())?.current],
    ['Error: The disk is broken', 4 * GB],
  )

  disk.files.set('backup.zip', 9 * GB)
  story.say('Somebody copies 9 GB past the site, onto its disk.')
  story.expect('the daily recount finds them', await site.recount(), 9 * GB)
  story.expect(
    'above the limit nothing more goes in',
    (await site.upload('note.txt', 1))?.code,
    'quota_exceeded',
  )
  disk.files.delete('backup.zip')
  story.expect('and when they are gone, it finds that too', await site.recount(), -9 * GB)
}

/** CP-6 */
export async function trackTokens(client: Client, story: Story): Promise<void> {
  story.chapter('Tokens, by the seat and for the whole site')
  for (const plan of ['per_seat', 'site_wide'] as const) {
    const { customer, site } = await newSite(client, plan, plan === 'per_seat' ? { seats: 2 } : {})
    for (const member of ['ines', 'jo']) await client.members.put(customer, member)
    await site.recordTokens('ines', 15_000, 'call-1')
    await site.recordTokens('jo', 4_000, 'call-2')
    // the line failed and the site reports again: it counts once
    await site.recordTokens('jo', 4_000, 'call-2')
    const of = async (member?: string) => {
      const { ai_tokens: tokens } = await client.usageOf(customer, member === undefined ? {} : { member })
      return [tokens?.current, tokens?.max]
    }
    if (plan === 'per_seat') {
      story.expect(
        'by the seat, each has used their own',
        [await of('ines'), await of('jo')],
        [
          [15_000, 20_000],
          [4_000, 20_000],
        ],
      )
    } else story.expect('for the whole site, the site has used both', await of(), [19_000, 500_000])
    const uses = await client.usage.history(customer, { feature: 'ai_tokens' }).toArray({ max: 10 })
    story.expect(
      'each use names its member',
      uses.map(({ member, amount }) => [member, amount]).toReversed(),
      [
        ['ines', 15_000],
        ['jo', 4_000],
      ],
    )
  }
}

/** CP-7 */
export async function rollThroughTheYear(client: Client, story: Story): Promise<void> {
  story.chapter('Thirty days, again and again')
  const start = Date.parse('2026-03-10T10:00:00Z')
  const windowMs = 30 * 24 * 3_600_000
  const at = (instant: number) => new Date(instant).toISOString()
  const clock = await client.testClocks.create({ now: at(start) })
  const { customer, site } = await newSite(client, 'per_seat', { seats: 2, testClock: clock.id })
  for (const member of ['ines', 'jo']) await client.members.put(customer, member)
  const windowOf = async (member: string) => {
    const { data } = await client.usage.summary(customer, { member })
    const row = data.find(({ feature }) => feature === 'ai_tokens')
    return { used: row?.used, from: row?.windowStart, to: row?.resetsAt }
  }
  await site.recordTokens('ines', 20_000, 'first')
  const first = { used: 20_000, from: at(start), to: at(start + windowMs) }
  story.expect('the first use opens a window of 30 × 24 hours', await windowOf('ines'), first)
  await client.advanceTestClock(clock.id, at(start + 86_400_000))
  await site.recordTokens('jo', 50, 'second')
  story.expect('another member’s begins with their own', (await windowOf('jo')).from, at(start + 86_400_000))

  await client.advanceTestClock(clock.id, at(start + windowMs - 1))
  story.expect('it holds to its last moment', await windowOf('ines'), first)
  await client.advanceTestClock(clock.id, at(start + windowMs))
  story.expect('the next follows at once, across the change to summer time', await windowOf('ines'), {
    used: 0,
    from: at(start + windowMs),
    to: at(start + 2 * windowMs),
  })
  await client.advanceTestClock(clock.id, at(start + 4 * windowMs + 5))
  await site.recordTokens('ines', 7, 'third')
  story.expect('after months without any use they still lie back to back', await windowOf('ines'), {
    used: 7,
    from: at(start + 4 * windowMs),
    to: at(start + 5 * windowMs),
  })
  const ended = await client.usage
    .windows(customer, { feature: 'ai_tokens', member: 'ines' })
    .toArray({ max: 10 })
  const old = ended.find(({ windowStart }) => windowStart === at(start))
  story.expect('what was used before stays readable', [old?.used, old?.limit], [20_000, 20_000])
}

/** CP-8 */
export async function tellTheSite(client: Client, story: Story): Promise<void> {
  story.chapter('What the site knows')
  const { customer, subscription, site } = await newSite(client, 'per_seat', { seats: 2 })
  const before = await site.details()
  story.expect(
    'one call says plan, status, seats and limits',
    {
      plan: before.plan?.id,
      status: before.subscription?.status,
      seats: before.subscription?.quantities.seats,
      storage: before.feature('storage')?.limit,
    },
    { plan: 'per_seat', status: 'active', seats: 2, storage: 10 * GB },
  )
  story.expect('asked again it is the same object, from memory', (await site.details()) === before, true)

  const {
    data: [last],
  } = await client.events.list({ limit: 1 })
  const stream = client.events.stream({
    after: last?.position ?? 0,
    customer,
    type: ['entitlements.changed'],
  })
  await client.subscriptions.putAddOn(subscription, 'more_storage', {})
  story.say('The customer buys 20 GB more.')
  for await (const event of stream) {
    if (!isEvent(event, 'entitlements.changed') || event.data.version <= before.version) continue
    story.say(`The site is told: version ${grouped(event.data.version)}.`)
    const after = await site.details()
    story.expect('and reads what that means', after.feature('storage')?.limit, 30 * GB)
    story.expect('under the version it was told', after.version, event.data.version)
    break
  }
}
