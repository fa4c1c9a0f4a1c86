/**
 * Tokens shared by a group: an hour of real requests under a shared limit, and what happens when it is reached.
 *
 * Owns: the order of the story. Each chapter may run again and again: every run has a group of its own.
 */
import type { Client } from '@tollkeeper/client'
import { randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { grouped, table } from '../story.ts'
import type { Story } from '../story.ts'
import { catalog } from './catalog.ts'
import { GROUP, workOut } from './expected.ts'
import type { Account, Rules } from './expected.ts'
import { onlyKept, readKept, sumRecordedUses } from './records.ts'
import { replay } from './replay.ts'
import { anchorFor, members, readTrace, momentsOf } from './trace.ts'
import type { Request } from './trace.ts'

/** Beside this file; the built one lies one folder further down. */
const excerpt = ['trace-excerpt.csv', '../../group-tokens/trace-excerpt.csv']
  .map((path) => new URL(path, import.meta.url))
  .find((path) => existsSync(path))

export async function runGroupTokens(
  client: Client,
  story: Story,
  options: { trace?: string | undefined } = {},
): Promise<void> {
  await client.catalog.put(catalog)
  const trace = options.trace ?? excerpt
  if (trace === undefined) throw new Error('trace-excerpt.csv is not there: name a file with --trace')
  const requests = await readTrace(trace)
  const replayed = await replayTrace(client, story, requests)
  await readTheOldPeriod(client, story, replayed)
  await stopAndGoOn(client, story, replayed)
  await inviteMembers(client, story, replayed)
}

export interface Replayed {
  group: string
  subscription: string
  plan: Plan
  turnAt: number
  account: Account
}

type Plan = keyof typeof catalog.plans
/** The numbers that the catalog gives each plan. */
const limitsOf = (plan: Plan) =>
  catalog.plans[plan]?.allowances?.llm_tokens as { limit: number; memberLimit: number }

/** The largest plan that this much use is too much for: so that there is something to refuse. */
function planFor(tokensAPeriod: number): Plan {
  const tooSmall = (['circle', 'crew', 'club'] as const).filter(
    (plan) => limitsOf(plan).limit < tokensAPeriod,
  )
  return tooSmall.at(-1) ?? 'circle'
}

/** GT-3, GT-4, GT-5, GT-12 at the pace of real requests. */
export async function replayTrace(client: Client, story: Story, requests: Request[]): Promise<Replayed> {
  const moments = momentsOf(requests)
  const first = requests[0] as Request
  const turnAt = Math.ceil((requests[Math.floor(requests.length / 2)] as Request).at / 1000) * 1000
  const tokens = requests.reduce((sum, { truth }) => sum + truth, 0)
  const plan = planFor(tokens / 2)
  const { limit: groupLimit, memberLimit } = limitsOf(plan)
  const rules: Rules = { groupLimit, memberLimit, turnAt, timeToLiveMs: 30_000 }

  story.chapter(
    `${grouped(requests.length)} real requests of a group of ${members.length}, at their own times`,
  )
  story.say(`Plan ${plan}: ${grouped(groupLimit)} tokens for all, ${grouped(memberLimit)} at most for each.`)
  story.say(`The billing period ends in the middle, at ${new Date(turnAt).toISOString()}.`)
  const group = `group-${randomUUID().slice(0, 8)}`
  const { id: testClock } = await client.testClocks.create({ now: new Date(first.at).toISOString() })
  await client.customers.put(group, { name: 'A group', currency: 'EUR', testClock })
  for (const member of members) await client.members.put(group, member)
  await client.paymentMethods.attach(group, { provider: 'simulator', instrument: 'card_ok' })
  const startAt = new Date(anchorFor(turnAt)).toISOString()
  const subscription = await client.subscriptions.create({ customer: group, plan, startAt })

  const tenth = Math.ceil(moments.length / 10)
  const progress = (done: number) => {
    if (done % tenth === 0) story.say(`… ${grouped(done)} of ${grouped(moments.length)} seconds`)
  }
  const counted = await replay(client, { group, testClock, moments, rules, progress })
  const account = workOut(moments, rules)
  for (const line of tableOf(account)) story.say(line)
  compareAccounts(story, requests, counted, account)
  story.expect(
    'what the engine kept of both periods, and whom it warned, is the same again',
    await readKept(client, group, turnAt),
    onlyKept(account),
  )
  story.expect(
    'its recorded uses, added up one by one, are the same tokens',
    await sumRecordedUses(client, group),
    Object.fromEntries(Object.entries(account).map(([name, { used }]) => [name, used[0] + used[1]])),
  )
  return { group, subscription: subscription.id, plan, turnAt, account }
}

function compareAccounts(story: Story, requests: Request[], counted: Account, account: Account): void {
  for (const name of Object.keys(account)) {
    // the answers do not say what was returned, is set aside, or was warned of
    const { returned: _, reserved: __, warned: ___, ...answered } = account[name] as Account[string]
    const { returned: _1, reserved: _2, warned: _3, ...got } = counted[name] as Account[string]
    const who = name === GROUP ? 'the group' : name
    story.expect(`${who}: each answer is the one that additions over the file give`, got, answered)
  }
  const all = account[GROUP] as Account[string]
  const inFile = requests.reduce((sum, { truth }) => sum + truth, 0)
  const lost = inFile - all.used[0] - all.used[1]
  story.say(`Of ${grouped(inFile)} tokens in the file, ${grouped(lost)} were refused or crashed.`)
}

function tableOf(account: Account): string[] {
  const head = [
    '',
    'asked',
    'admitted',
    'refused: group',
    'own limit',
    'returned',
    '1st period',
    '2nd',
    'warned',
  ]
  const rows = Object.entries(account).map(([name, each]) => [
    name === GROUP ? 'group' : name,
    each.asked,
    each.admitted,
    each.refusedByGroup,
    each.refusedByOwnLimit,
    each.returned,
    ...each.used,
    each.warned.map((percents) => (percents.length === 0 ? '–' : percents.join('/'))).join(' '),
  ])
  return table([head, ...rows])
}

/** GT-7: the old period is read with the limit that it had. */
export async function readTheOldPeriod(client: Client, story: Story, replayed: Replayed): Promise<void> {
  story.chapter('The period that is over')
  const { group, plan, account } = replayed
  const windows = await client.usage.windows(group, { feature: 'llm_tokens' }).toArray({ max: 100 })
  const old = windows.find(({ member }) => member === null)
  story.expect(
    'it stays readable: what was used, and the limit it had',
    { used: old?.used, limit: old?.limit },
    { used: account[GROUP]?.used[0], limit: limitsOf(plan).limit },
  )
}

/** GT-6: at 100 per cent it stops, and an upgrade or a top-up helps at once. */
export async function stopAndGoOn(
  client: Client,
  story: Story,
  { group, subscription }: Replayed,
): Promise<void> {
  story.chapter('At 100 per cent')
  const { llm_tokens: left } = await client.usageOf(group)
  const question = {
    customer: group,
    feature: 'llm_tokens',
    amount: 1_000,
    idempotencyKey: `${group}-question`,
  }
  if (left?.available)
    await client.consume({ ...question, amount: left.available, idempotencyKey: `${group}-rest` })
  const refused = await client.consume(question)
  story.expect('consumption stops', refused.allowed || refused.code, 'quota_exceeded')
  story.say(`“${refused.message}” The suggestion: ${refused.upgrade?.name ?? 'none'}.`)

  const amount = 1_000 + (await owedBy(client, group))
  await client.grants.create(group, { feature: 'llm_tokens', amount, source: 'top_up' })
  const toppedUp = await client.consume(question)
  story.expect('after a top-up the same question, under the same key, is admitted', toppedUp.allowed, true)
  const next = { ...question, idempotencyKey: `${group}-next` }
  story.expect('and the next one is refused', (await client.consume(next)).allowed, false)

  const upgrade = refused.upgrade?.plan ?? 'city'
  await client.subscriptions.change(subscription, { plan: upgrade })
  story.expect(`upgraded to ${upgrade}, it is admitted at once`, (await client.consume(next)).allowed, true)
}

/** What settlements above their estimate and open reservations take beyond the limit: a top-up pays that first. */
async function owedBy(client: Client, group: string): Promise<number> {
  const { data } = await client.usage.summary(group)
  const pool = data.find(({ feature, member }) => feature === 'llm_tokens' && member === null)
  return pool === undefined ? 0 : Math.max(0, pool.used + pool.reserved - (pool.limit ?? 0))
}

/** GT-11: a member takes a seat before there is one. */
export async function inviteMembers(client: Client, story: Story, { group }: Replayed): Promise<void> {
  story.chapter('Seats')
  const { seats } = await client.usageOf(group)
  const max = seats?.max ?? null
  if (max === null) return story.say('This plan has seats for all.')
  await client.set({ customer: group, feature: 'seats', amount: max - 1 })
  const invited = async (member: string) => {
    const seat = await client.consume({ customer: group, feature: 'seats' })
    if (seat.allowed) await client.members.put(group, member)
    return seat.allowed
  }
  story.expect('the last seat is taken', await invited('erin'), true)
  story.expect('one more is refused before the member exists', await invited('frank'), false)
  const everyone = await client.members.list(group).toArray({ max: 1_000 })
  story.expect(
    'and indeed there is no frank',
    everyone.some(({ id }) => id === 'frank'),
    false,
  )
}
