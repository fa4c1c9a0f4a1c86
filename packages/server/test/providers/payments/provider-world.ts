/**
 * What a provider shows of itself to the suite, and what the cases ask of it again and again.
 */
import type {
  ChargeRequest,
  AttachRequest,
  PaymentProvider,
  ProviderEvent,
  TakenPayment,
} from '../../../src/providers/payments.ts'

/** The ways in which a method can behave. A world tells which instrument does it. */
export type Behaviour =
  | 'succeeds'
  | 'refused_at_once'
  | 'soft_decline'
  | 'hard_decline'
  | 'expired'
  | 'needs_action_once'
  | 'needs_action_always'
  | 'answer_lost'
  | 'refund_fails_later'
  | 'disputed'
  | 'prompt'

export interface Delivery {
  rawBody: Uint8Array
  headers: Record<string, string>
}

export interface ProviderWorld {
  provider: PaymentProvider
  /** The same account as another process sees it, whose webhook secret is another. */
  withOtherSecrets: PaymentProvider | null
  instruments: Partial<Record<Behaviour, Pick<AttachRequest, 'kind' | 'instrument'>>>
  /** Why a behaviour can't be shown. */
  cannot: Partial<Record<Behaviour | 'webhooks' | 'faults' | 'events' | 'amounts', string>>
  /** The payer answers a prompt or confirms. */
  payer(
    key: string,
    action: 'pay' | 'refuse' | 'pay_twice' | { part: number; currency: string },
  ): Promise<void>
  /** Moves the provider's time. */
  advance(seconds: number): Promise<void>
  /** The next request of this kind misbehaves. */
  fault(fault: string, on: 'charge' | 'refund' | 'webhook'): Promise<void>
  /** What has arrived at our door, oldest first; emptied by asking. */
  deliveries(): Promise<Delivery[]>
  now(): number
  stop(): Promise<void>
}

let counter = 0
export const nextKey = (prefix: string) => `${prefix}_${(counter += 1)}`

export interface Tools {
  get(): ProviderWorld
  needs(what: keyof ProviderWorld['cannot'], title: string, run: () => Promise<void>): void
}

export async function attach(
  { provider, instruments }: ProviderWorld,
  behaviour: Behaviour,
): Promise<string> {
  const instrument = instruments[behaviour]
  if (instrument === undefined) throw new Error(`this world has no instrument that ${behaviour}`)
  const outcome = await provider.attach({
    key: nextKey('setup'),
    customer: 'acme',
    language: 'en',
    returnUrl: null,
    ...instrument,
  })
  if (outcome.status !== 'attached') throw new Error(`not attached: ${JSON.stringify(outcome)}`)
  return outcome.token
}

export async function request(
  world: ProviderWorld,
  behaviour: Behaviour,
  given: Partial<ChargeRequest> = {},
) {
  const token = await attach(world, behaviour)
  return {
    key: nextKey('attempt'),
    invoice: 'inv_1',
    instructions: '',
    amountMinor: 1_999,
    currency: 'EUR',
    token,
    customer: 'acme',
    returnUrl: null,
    description: 'Invoice INV-1',
    ...given,
  }
}

export const reference = (charge: ChargeRequest) => ({ ...charge, transaction: null })

export async function paid(world: ProviderWorld, behaviour: Behaviour, given: Partial<ChargeRequest> = {}) {
  const charge = await request(world, behaviour, given)
  const outcome = await world.provider.charge(charge)
  if (outcome.status !== 'succeeded') throw new Error(`not paid: ${JSON.stringify(outcome)}`)
  return { charge, outcome }
}

export const read = (provider: PaymentProvider, delivery: Delivery, now: number) =>
  provider.readWebhook({ ...delivery, now })

export function eventsOf(world: ProviderWorld, deliveries: Delivery[]): ProviderEvent[] {
  return deliveries.flatMap((delivery) => {
    const reading = read(world.provider, delivery, world.now())
    if (reading.status === 'refused') throw new Error(`refused: ${reading.reason}`)
    return reading.events
  })
}

export const delivered = async (world: ProviderWorld) => {
  await world.deliveries()
  const { charge, outcome } = await paid(world, 'succeeds')
  const deliveries = await world.deliveries()
  return { charge, outcome, deliveries, genuine: deliveries.at(-1) as Delivery }
}

/** All pages of the provider's list of events. */
export async function listEvents({ events }: PaymentProvider): Promise<ProviderEvent[]> {
  const seen: ProviderEvent[] = []
  let after: string | null = null
  for (;;) {
    const page: Awaited<ReturnType<NonNullable<typeof events>>> | undefined = await events?.(after)
    if (page === undefined || 'status' in page) throw new Error('no list of events')
    if (page.events.length === 0) return seen
    seen.push(...page.events)
    after = page.after
  }
}

/** All pages of what the provider has taken. */
export async function listPayments({ payments }: PaymentProvider, since: number): Promise<TakenPayment[]> {
  const seen: TakenPayment[] = []
  let after: string | null = null
  do {
    const page: Awaited<ReturnType<NonNullable<typeof payments>>> | undefined = await payments?.({
      since,
      after,
    })
    if (page === undefined || 'status' in page) throw new Error('no list of payments')
    seen.push(...page.payments)
    after = page.after
  } while (after !== null)
  return seen
}
