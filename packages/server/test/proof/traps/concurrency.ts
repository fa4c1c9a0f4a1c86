/** Traps of many at once: each answers what went wrong, and nothing where all is well. */
import { uuidV7 } from '../../../src/ids.ts'
import { runOperation } from '../../../src/operations/run.ts'
import { refreshCustomer } from '../../../src/operations/usage/refresh-customer.ts'
import { testEnvironment } from '../../events/support.ts'
import { transaction } from '../../../src/store/database/transaction.ts'
import { type FirstGearItem, takeInFirstGear } from '../../../src/store/usage/first-gear.ts'
import { lockHeads } from '../../../src/store/usage/locks.ts'
import { comes, type Ground, newName, rowsOf } from './ground.ts'
import { deadlocksSeen } from './statements.ts'

/** Two processes give the same use back while both wait for the customer. */
export async function giveBackTwice(ground: Ground): Promise<string[]> {
  const customer = newName('twice')
  await ground.subscribe(customer, 'small')
  const { event } = await ground.take(customer, 'calls', { amount: 10 })
  await ground.take(customer, 'calls', { amount: 20 })
  const held = await ground.hold(...rowsOf(await ground.numberOf(customer)))
  const body = { customer, feature: 'calls', of: event }
  const both = [ground.server, ground.second].map((server) => server.request('POST', '/v1/release', { body }))
  await ground.waiting(2)
  await held.release()
  await Promise.all(both)
  const { used } = await ground.usageOf(customer, 'calls')
  return used === 20 ? [] : [`10 of 30 were given back once and ${used} are left`]
}

/** The same keys at two processes at the same time. */
export async function oneKeyTwice(ground: Ground): Promise<string[]> {
  const customer = newName('keyed')
  await ground.subscribe(customer, 'large')
  const keys = Array.from({ length: 25 }, (_, index) => `k${index}`)
  const answers = await Promise.all(
    keys.flatMap((idempotencyKey) =>
      [ground.server, ground.second, ground.server].map((server) =>
        ground.take(customer, 'calls', { idempotencyKey }, server),
      ),
    ),
  )
  const fresh = answers.filter(({ replayed }) => replayed === false).length
  const { used } = await ground.usageOf(customer, 'calls')
  return used === 25 && fresh === 25 ? [] : [`25 keys had ${fresh} effects, ${used} were counted`]
}

/** The same key before and after midnight, where a table by time begins another partition. */
export async function oneKeyOnTwoDays(ground: Ground): Promise<string[]> {
  const customer = newName('midnight')
  // ids never go back, so each run has nights of its own
  night += 1
  ground.moveTo(`2026-03-${night}T23:59:59.999Z`)
  await ground.subscribe(customer, 'small')
  await ground.take(customer, 'calls', { idempotencyKey: 'one' })
  ground.moveTo(`2026-03-${night + 1}T00:00:00Z`)
  await ground.take(customer, 'calls', { idempotencyKey: 'one' })
  const { used } = await ground.usageOf(customer, 'calls')
  return used === 1 ? [] : [`one key was counted ${used} times`]
}
let night = 19

/** Puts keys into a table by time, whose unique key must have the time in it. */
export async function keysByTime({ database }: Ground): Promise<void> {
  await database.db.query(`
    create table key_by_time (like usage_key, primary key (environment, customer, verb, key_hash, recorded_at))
      partition by range (recorded_at);
    create table key_by_time_before partition of key_by_time for values from (minvalue) to ('2026-03-${night + 2}');
    create table key_by_time_after partition of key_by_time for values from ('2026-03-${night + 2}') to (maxvalue)`)
}

/** Keys inserted by two batches whose callers came in opposite orders, while somebody binds the one in the middle. */
export async function keysInOppositeOrder(ground: Ground): Promise<string[]> {
  const customer = newName('order')
  await ground.subscribe(customer, 'large')
  const number = await ground.numberOf(customer)
  const features = [await ground.featureOf('calls'), await ground.featureOf('texts')]
  const now = ground.clock.now()
  const keys = [1, 2, 3].map((digit) => uuidV7(now).replace(/^.{8}/, `0000000${digit}`))
  const batch = (feature: number, order: string[]): FirstGearItem[] =>
    order.map((keyHash) => ({
      customer: number,
      feature,
      member: 0,
      verb: 1,
      amount: 1,
      keyHash,
      bodyHash: keyHash,
      event: uuidV7(now),
      at: null,
      metadata: null,
    }))
  const before = deadlocksSeen()
  const held = await ground.hold({
    text: `insert into usage_key (environment, customer, verb, key_hash, body_hash, event, recorded_at)
      values (1, $1, 1, $2, $2, $2, '2026-03-10')`,
    values: [number, keys[1]],
  })
  const orders = [keys, keys.toReversed()]
  const batches = orders.map((order, index) =>
    takeInFirstGear(ground.database.db, 1, batch(features[index] as number, order), now),
  )
  await ground.waiting(2)
  await held.release()
  await Promise.allSettled(batches)
  return deadlocksSeen() === before ? [] : ['two batches waited for each other’s keys in a circle']
}

/** Two commands on the same three customers, while somebody holds the one in the middle. */
export async function headsOfTwoCommands(ground: Ground): Promise<string[]> {
  const customers: number[] = []
  for (let index = 0; index < 3; index += 1) {
    const name = newName('heads')
    await ground.ok('PUT', `/v1/customers/${name}`, {})
    customers.push(await ground.numberOf(name))
  }
  const before = deadlocksSeen()
  const held = await ground.hold(...rowsOf(customers[1] as number))
  const both = [customers, customers.toReversed()].map((asked) =>
    transaction(ground.database.db, (tx) => lockHeads(tx, 1, asked, 'wait'), { attempts: 1 }),
  )
  await ground.waiting(2)
  await held.release()
  await Promise.allSettled(both)
  return deadlocksSeen() === before ? [] : ['two commands waited for each other’s customers in a circle']
}

/** A command in the middle of its writing, and the writer after the same customer. */
export async function commandAndWriter(ground: Ground): Promise<string[]> {
  const customer = newName('cold')
  await ground.subscribe(customer, 'small')
  const before = deadlocksSeen()
  const held = await ground.hold({
    text: `insert into feature_override (environment, customer, feature, value, reason, author, created_at, updated_at)
      values (1, $1, $2, '{"amount": 1}', '', '', '2026-03-10', '2026-03-10')`,
    values: [await ground.numberOf(customer), await ground.featureOf('calls')],
  })
  const cold = ground.server.request('PUT', `/v1/customers/${customer}/overrides/calls`, {
    body: { limit: 50, reason: 'a trap' },
  })
  await ground.waiting(1)
  const take = ground.take(customer, 'calls', {}, ground.second)
  await ground.waiting(1, 'for update')
  await held.release()
  const [changed, taken] = await Promise.all([cold, take])
  const wrong = [changed.status, taken.status].filter((status) => status >= 400)
  if (deadlocksSeen() !== before) wrong.push(0)
  return wrong.map((status) =>
    status === 0 ? 'a command and the writer waited for each other' : `answered ${status}`,
  )
}

/** Everything at once on the same three customers: no circle is ever seen, not even one that is retried. */
export async function everythingAtOnce(ground: Ground): Promise<string[]> {
  const customers = [newName('storm'), newName('storm'), newName('storm')]
  for (const customer of customers) await ground.subscribe(customer, 'large')
  const before = deadlocksSeen()
  const wrong: string[] = []
  const numbers = await Promise.all(customers.map((customer) => ground.numberOf(customer)))
  const call = async (server: Ground['server'], method: string, path: string, body: unknown) => {
    const answer = await server.request(method, path, { body })
    if (answer.status >= 400 && answer.status !== 503) wrong.push(`${method} ${path}: ${answer.text}`)
    return answer.body
  }
  const round = async (server: Ground['server'], index: number) => {
    const work = customers.flatMap((customer) => [
      call(server, 'POST', '/v1/consume', {
        customer,
        feature: 'texts',
        idempotencyKey: `k${index % 7}-${customer}`,
      }),
      call(server, 'POST', '/v1/events', {
        events: [...customers].map((each) => ({ customer: each, feature: 'calls', amount: 1 })),
      }),
      call(server, 'POST', '/v1/reservations', { customer, feature: 'texts', amount: 2 }).then(({ id }) =>
        call(server, 'POST', `/v1/reservations/${id}/settle`, { amount: 1 }),
      ),
      call(server, 'PUT', `/v1/customers/${customer}/overrides/sites`, {
        limit: 5 + (index % 3),
        reason: 'a storm',
      }),
    ])
    await Promise.all([...work, ...numbers.map((number) => sweep(server, number))])
  }
  for (let index = 0; index < 4; index += 1)
    await Promise.all([round(ground.server, index), round(ground.second, index)])
  if (deadlocksSeen() !== before) wrong.push(`${deadlocksSeen() - before} deadlocks`)
  return wrong
}

/** As the job does it, whether something is due or not. */
const sweep = ({ engine }: Ground['server'], customer: number) =>
  runOperation(engine.context, { environment: testEnvironment, actor: 'sweep' }, (ctx) =>
    refreshCustomer(ctx, customer),
  )

/** One customer's rows are held for as long as it takes; the others ask meanwhile. */
export async function heldRow(ground: Ground, patienceMs: number): Promise<string[]> {
  const customer = newName('held')
  const others = Array.from({ length: 6 }, () => newName('free-to-go'))
  for (const each of [customer, ...others]) await ground.subscribe(each, 'small')
  const held = await ground.hold(...rowsOf(await ground.numberOf(customer)))
  const wrong: string[] = []
  const own = [1, 2, 3].map(() => ground.take(customer, 'calls'))
  const free = others.flatMap((each) => [
    ground.take(each, 'calls'),
    ground.take(each, 'calls', { amount: 100 }),
  ])
  if (!(await comes(Promise.all(free), patienceMs))) wrong.push('others waited for the customer that is held')
  await held.release()
  await Promise.all(free)
  const answers = await Promise.all(own)
  const served = answers.filter(({ status, allowed }) => status === 200 && allowed).length
  const refused = answers.filter(({ status }) => status === 503).length
  if (served + refused !== 3) wrong.push('the one that was held got neither its answer nor a 503')
  if ((await ground.usageOf(customer, 'calls')).used !== served) wrong.push('more was counted than answered')
  return wrong
}
