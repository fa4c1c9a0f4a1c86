/**
 * Carrying events to whoever listens.
 *
 * Invariant: an event is on its way until somebody has answered 2xx, through every crash; so it may arrive twice.
 */
import { SIGNATURE_HEADER, sign } from './signature.ts'
import { begin } from './world.ts'
import type { Account, Parcel, StoredEvent, World } from './world.ts'

const ANSWER_MS = 5_000
const TRIES = 20
const LONGEST_PAUSE_MS = 300_000

export interface DeliveryRound {
  delivered: number
  failed: number
}

/** One round over everything that is on its way; `force` doesn't wait for its time. */
export async function deliver(world: World, force: boolean): Promise<DeliveryRound> {
  const parcels = [...world.journal.rows('parcel')] as [string, Parcel][]
  const accounts = new Set(parcels.map(([, { account }]) => account))
  const rounds = await Promise.all(
    [...accounts].map(async (account) => {
      const round: DeliveryRound = { delivered: 0, failed: 0 }
      const mine = parcels.filter(([, parcel]) => parcel.account === account)
      for (const [key, parcel] of inTheirOrder(world, mine, force)) {
        const arrived = await carry(world, parcel)
        round[arrived ? 'delivered' : 'failed'] += 1
        note(world, key, parcel, arrived)
      }
      return round
    }),
  )
  return rounds.reduce(
    (sum, { delivered, failed }) => ({ delivered: sum.delivered + delivered, failed: sum.failed + failed }),
    { delivered: 0, failed: 0 },
  )
}

function inTheirOrder(world: World, parcels: [string, Parcel][], force: boolean): [string, Parcel][] {
  const orderOf = ({ event }: Parcel) => (world.journal.get('event', event) as StoredEvent).order
  const last = Math.max(
    ...([...world.journal.rows('event').values()] as StoredEvent[]).map(({ order }) => order),
  )
  return parcels
    .filter(([, parcel]) => {
      const isTime = parcel.notBefore <= world.now() && parcel.nextTryAt <= world.clock.now()
      return force || (isTime && !(parcel.steppedAside && orderOf(parcel) === last))
    })
    .map((entry) => ({ entry, place: orderOf(entry[1]) + (entry[1].steppedAside ? 1.5 : 0) }))
    .sort((one, other) => one.place - other.place)
    .map(({ entry }) => entry)
}

async function carry(world: World, parcel: Parcel): Promise<boolean> {
  const { webhookUrl, secrets } = world.journal.get('account', parcel.account) as Account
  if (webhookUrl === null) return false
  const { id, type, at, data } = world.journal.get('event', parcel.event) as StoredEvent
  const body = Buffer.from(JSON.stringify({ id, type, at, data }))
  try {
    const response = await fetch(webhookUrl, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        [SIGNATURE_HEADER]: sign(body, secrets, world.clock.now()),
      },
      body,
      redirect: 'error',
      signal: AbortSignal.timeout(ANSWER_MS),
    })
    await response.body?.cancel()
    return response.ok
  } catch {
    // nobody there, or too slow: it stays on its way
    return false
  }
}

function note(world: World, key: string, parcel: Parcel, arrived: boolean): void {
  const tries = parcel.tries + 1
  const pauseMs = Math.min(1_000 * 2 ** tries, LONGEST_PAUSE_MS)
  const rest = { ...parcel, tries, nextTryAt: world.clock.now() + pauseMs }
  const change = begin(world, parcel.account)
  change.put('parcel', key, arrived || tries >= TRIES ? null : rest)
  change.commit()
}
