/**
 * The journal against the tables, row for row, in both directions: nothing acknowledged is missing, and nothing is
 * there that nobody was told of.
 *
 * Owns: the rules. Invariant: pure; answers sentences, none when all is well.
 */
import {
  type Account,
  customerPut,
  lastOf,
  overridePut,
  storedKinds,
  subscriptionSaid,
  sumsOf,
  trackedOf,
  usageKeys,
} from './account.ts'
import type { Stored } from './stored.ts'
import type { Acknowledged, CallKind } from './witness.ts'

export function compare(account: Account, stored: Stored): string[] {
  return [
    ...account.contradictions,
    ...account.effects.flatMap((answer) => missingOf(answer, stored)),
    ...laterChanges(account, stored),
    ...nothingElse(account, stored),
    ...sumsDiffer(account, stored),
  ]
}

const nameOf = ({ call }: Acknowledged): string => `call ${call.number} (${call.kind} of ${call.customer})`

/** @returns a sentence when a row is not what an answer said */
function differs(what: string, row: object | undefined, told: Record<string, unknown>): string[] {
  if (row === undefined) return [`lost: ${what}: its row is missing`]
  const found = row as Record<string, unknown>
  return Object.entries(told)
    .filter(([name, value]) => found[name] !== value)
    .map(
      ([name, value]) => `lost: ${what}: ${name} is ${String(found[name])}, but was told as ${String(value)}`,
    )
}

function missingOf(answer: Acknowledged, stored: Stored): string[] {
  const { call, body } = answer
  const what = nameOf(answer)
  const unbound = usageKeys(answer).filter((key) => !stored.keys.has(key))
  if (unbound.length > 0) return [`lost: ${what}: no key ${unbound.join(', ')}`]
  const [key] = usageKeys(answer)
  const bound = key === undefined ? undefined : stored.keys.get(key)
  const said = { customer: call.customer, feature: body.feature === 'scan' ? 'tokens' : body.feature }
  switch (call.kind) {
    case 'consume':
    case 'release':
    case 'set': {
      const moved =
        call.kind === 'consume'
          ? { amount: body.amount }
          : call.kind === 'release'
            ? { amount: -(call.gives ?? 0) }
            : {}
      const same =
        bound === body.event ? [] : [`lost: ${what}: its key is bound to ${bound}, not ${body.event}`]
      return [
        ...same,
        ...differs(what, stored.uses.get(body.event), { ...said, ...moved, usedAfter: body.used }),
      ]
    }
    case 'track':
      if (body.rejected.length > 0) return [`${what}: rejected: ${answer.text}`]
      return trackedOf(call.body).flatMap(({ feature, amount }, index) => {
        const event = stored.keys.get(usageKeys(answer)[index] as string) as string
        return differs(`${what}, event ${index}`, stored.uses.get(event), {
          customer: call.customer,
          feature,
          amount,
        })
      })
    case 'reserve':
      return differs(what, stored.holds.get(body.id), { ...said, kind: 'reservation', amount: body.amount })
    case 'lease':
      return differs(what, stored.holds.get(body.id), { ...said, kind: 'lease', amount: body.granted })
    case 'settle':
    case 'report':
    case 'cancelReservation':
      return closedHold(answer, stored)
    case 'grant': {
      const { amount, source } = body
      return differs(what, stored.grants.get(body.id), { ...said, amount, source, granted: amount })
    }
    default:
      return []
  }
}

function closedHold(answer: Acknowledged, stored: Stored): string[] {
  const { call, body } = answer
  const hold = stored.holds.get(body.id)
  const { status, settled, amount } = body
  const found = differs(nameOf(answer), hold, { customer: call.customer, status, settled, amount })
  if (found.length > 0 || call.kind === 'report' || !(settled > 0)) return found
  return differs(`${nameOf(answer)}: its use`, stored.uses.get(hold?.event ?? ''), {
    amount: settled,
    verb: 6,
  })
}

/** Of what is changed as a whole: how it stands is the answer given last. And each stored answer is stored once. */
function laterChanges({ effects }: Account, stored: Stored): string[] {
  const found: string[] = []
  for (const [customer, answer] of lastOf(effects, customerPut)) {
    const name = stored.customers.get(customer)
    if (name !== answer.body.name) found.push(`lost: ${nameOf(answer)}: the name is ${name}`)
  }
  for (const [key, answer] of lastOf(effects, overridePut)) {
    const { limit, reason } = answer.body
    found.push(...differs(nameOf(answer), stored.overrides.get(key), { limit, reason }))
  }
  for (const [id, answer] of lastOf(effects, subscriptionSaid)) {
    const { customer, status, plan, cancelAt: at } = answer.body
    const cancelAt = at === null ? null : Date.parse(at)
    found.push(...differs(nameOf(answer), stored.subscriptions.get(id), { customer, status, plan, cancelAt }))
  }
  for (const answer of effects) {
    if (!storedKinds.includes(answer.call.kind)) continue
    const count = stored.answers.get(answer.text) ?? 0
    if (count !== 1)
      found.push(`${count === 0 ? 'lost' : 'twice'}: ${nameOf(answer)}: its answer is stored ${count} times`)
  }
  return found
}

/** Rows that no acknowledged call explains: a second effect of a call, or one of a call that was refused. */
function nothingElse({ effects, refused }: Account, stored: Stored): string[] {
  const found: string[] = []
  const told = new Set(effects.flatMap(usageKeys))
  for (const key of stored.keys.keys())
    if (!told.has(key)) found.push(`twice: nobody was told of the key ${key}`)
  for (const key of refused.flatMap(usageKeys))
    if (stored.keys.has(key)) found.push(`refused, but the key ${key} is bound`)
  const explained = new Set([
    ...stored.keys.values(),
    ...[...stored.holds.values()].map(({ event }) => event),
  ])
  // a late report of a lease adds a correction, which is compared in sum
  for (const [id, { customer, feature, verb, amount }] of stored.uses)
    if (verb !== 8 && !explained.has(id))
      found.push(`twice: nobody was told of the use ${id}: ${amount} of ${customer}/${feature}`)
  const idsOf = (...kinds: CallKind[]) =>
    new Set(effects.filter(({ call }) => kinds.includes(call.kind)).map(({ body }) => body.id))
  const toldOf: [string, Set<unknown>, Iterable<string>][] = [
    ['hold', idsOf('reserve', 'lease'), stored.holds.keys()],
    [
      'grant',
      idsOf('grant'),
      [...stored.grants].filter(([, { source }]) => source === 'top_up').map(([id]) => id),
    ],
    ['subscription', idsOf('subscribe'), stored.subscriptions.keys()],
  ]
  for (const [noun, ids, rows] of toldOf)
    for (const id of rows) if (!ids.has(id)) found.push(`twice: nobody was told of the ${noun} ${id}`)
  return found
}

function sumsDiffer({ effects }: Account, stored: Stored): string[] {
  const found: string[] = []
  for (const [name, sum] of sumsOf(effects)) {
    const used = stored.used.get(name)
    if (used !== sum)
      found.push(`${(used ?? 0) < sum ? 'lost' : 'twice'}: ${name}: ${used} used, but ${sum} acknowledged`)
  }
  const sumBy = <Row extends { customer: string }>(rows: Iterable<Row>, read: (row: Row) => number) => {
    const sums = new Map<string, number>()
    for (const row of rows) sums.set(row.customer, (sums.get(row.customer) ?? 0) + read(row))
    return sums
  }
  const leases = [...stored.holds.values()].filter(({ kind }) => kind === 'lease')
  const recorded = sumBy(
    [...stored.uses.values()].filter(({ verb }) => verb === 8),
    ({ amount }) => amount,
  )
  for (const [customer, sum] of sumBy(leases, ({ settled }) => settled ?? 0))
    if ((recorded.get(customer) ?? 0) !== sum)
      found.push(`${customer}: leases were reported as ${sum}, recorded as ${recorded.get(customer)}`)
  return found
}
