/**
 * What every payment provider must do, whoever it is: one suite, run for each.
 *
 * Owns: the cases. Does not own: how a provider is made to show them; each brings a world of its own, and says of each
 * case that it can't show why.
 * Invariant: a case is run or skipped with its reason, never left out.
 */
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import type { ChargeOutcome } from '../../src/domain/payments/model.ts'
import type {
  AttachRequest,
  ChargeRequest,
  PaymentProvider,
  ProviderEvent,
} from '../../src/providers/payments.ts'

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
const nextKey = (prefix: string) => `${prefix}_${(counter += 1)}`

export function describePaymentProvider(
  name: string,
  openWorld: () => Promise<ProviderWorld>,
  world: { cannot: ProviderWorld['cannot'] },
) {
  describe(`payment provider: ${name}`, () => {
    let opened: ProviderWorld
    beforeAll(async () => {
      opened = await openWorld()
    })
    afterAll(() => opened.stop())

    const needs = (what: keyof ProviderWorld['cannot'], title: string, run: () => Promise<void>) => {
      const reason = world.cannot[what]
      if (reason === undefined) it(title, run)
      else it.skip(`${title} (${reason})`, run)
    }
    const tools = { get: () => opened, needs }
    describeCharges(tools)
    describePrompts(tools)
    describeFaults(tools)
    describeRefunds(tools)
    describeMethods(tools)
    describeWebhooks(tools)
  })
}

interface Tools {
  get(): ProviderWorld
  needs(what: keyof ProviderWorld['cannot'], title: string, run: () => Promise<void>): void
}

async function attach({ provider, instruments }: ProviderWorld, behaviour: Behaviour): Promise<string> {
  const instrument = instruments[behaviour]
  if (instrument === undefined) throw new Error(`this world has no instrument that ${behaviour}`)
  const outcome = await provider.attach({
    key: nextKey('setup'),
    customer: 'acme',
    returnUrl: null,
    ...instrument,
  })
  if (outcome.status !== 'attached') throw new Error(`not attached: ${JSON.stringify(outcome)}`)
  return outcome.token
}

async function request(world: ProviderWorld, behaviour: Behaviour, given: Partial<ChargeRequest> = {}) {
  const token = await attach(world, behaviour)
  return {
    key: nextKey('attempt'),
    amountMinor: 1_999,
    currency: 'EUR',
    token,
    customer: 'acme',
    returnUrl: null,
    description: 'Invoice INV-1',
    ...given,
  }
}

const reference = (charge: ChargeRequest) => ({ ...charge, transaction: null })

async function paid(world: ProviderWorld, behaviour: Behaviour, given: Partial<ChargeRequest> = {}) {
  const charge = await request(world, behaviour, given)
  const outcome = await world.provider.charge(charge)
  if (outcome.status !== 'succeeded') throw new Error(`not paid: ${JSON.stringify(outcome)}`)
  return { charge, outcome }
}

function describeCharges({ get, needs }: Tools) {
  describe('charges', () => {
    needs('succeeds', 'I-2 the same key twice has one effect and one answer', async () => {
      const { charge, outcome } = await paid(get(), 'succeeds')
      expect(outcome).toMatchObject({ status: 'succeeded', amountMinor: 1_999 })
      expect(await get().provider.charge(charge)).toEqual(outcome)
      expect(await get().provider.lookUp(reference(charge))).toEqual(outcome)
    })

    needs('succeeds', 'another charge under a used key is our own mistake', async () => {
      const { charge } = await paid(get(), 'succeeds')
      await expect(get().provider.charge({ ...charge, amountMinor: 2_000 })).rejects.toThrow(charge.key)
    })

    needs('succeeds', 'I-2 the same key at the same moment has one effect', async () => {
      const charge = await request(get(), 'succeeds')
      const outcomes = await Promise.all([1, 2, 3].map(() => get().provider.charge(charge)))
      expect(
        new Set(outcomes.map((one) => (one.status === 'succeeded' ? one.transaction : one.status))).size,
      ).toBe(1)
    })

    needs('amounts', 'amounts keep their size in currencies of 0, 2 and 3 decimals', async () => {
      for (const [currency, amountMinor] of [
        ['XOF', 15_000],
        ['UGX', 7],
        ['ISK', 1_250],
        ['EUR', 1],
        ['USD', 123_456_789],
        ['TND', 1_250],
        ['KWD', 10],
      ] as const) {
        const { outcome } = await paid(get(), 'succeeds', { currency, amountMinor })
        expect({ currency, amountMinor: outcome.amountMinor }).toEqual({ currency, amountMinor })
      }
    })

    needs('soft_decline', 'ST-13 a lack of funds is a soft decline', async () => {
      const charge = await request(get(), 'soft_decline')
      const outcome = await get().provider.charge(charge)
      expect(outcome).toMatchObject({ status: 'declined', kind: 'soft', reason: 'insufficient_funds' })
      expect(await get().provider.lookUp(reference(charge))).toEqual(outcome)
    })

    needs('hard_decline', 'a stolen card is a hard decline', async () => {
      const outcome = await get().provider.charge(await request(get(), 'hard_decline'))
      expect(outcome).toMatchObject({ status: 'declined', kind: 'hard' })
    })

    needs('expired', 'ST-13 an expired card is a hard decline', async () => {
      const outcome = await get().provider.charge(await request(get(), 'expired'))
      expect(outcome).toMatchObject({ status: 'declined', kind: 'hard', reason: 'expired_card' })
    })

    needs('needs_action_once', 'a card that wants a confirmation once is silent afterwards', async () => {
      const charge = await request(get(), 'needs_action_once')
      const asked = await get().provider.charge(charge)
      expect(asked).toMatchObject({ status: 'action_needed', url: expect.stringMatching(/^https?:/) })
      await get().payer(charge.key, 'pay')
      expect(await get().provider.lookUp(reference(charge))).toMatchObject({
        status: 'succeeded',
        amountMinor: 1_999,
      })
      const next = await get().provider.charge({ ...charge, key: nextKey('attempt') })
      expect(next.status).toBe('succeeded')
    })

    needs(
      'needs_action_always',
      'a confirmation that is refused is a soft decline, and each charge asks anew',
      async () => {
        const charge = await request(get(), 'needs_action_always')
        for (const action of ['refuse', 'pay'] as const) {
          const again = { ...charge, key: nextKey('attempt') }
          expect(await get().provider.charge(again)).toMatchObject({ status: 'action_needed' })
          await get().payer(again.key, action)
          const expected = action === 'pay' ? { status: 'succeeded' } : { status: 'declined', kind: 'soft' }
          expect(await get().provider.lookUp(reference(again))).toMatchObject(expected)
        }
      },
    )

    it('a charge nobody made is not found, or known only by hand', async () => {
      const charge = {
        key: nextKey('never'),
        transaction: null,
        amountMinor: 1,
        currency: 'EUR',
        customer: 'acme',
      }
      const expected = get().provider.capabilities.byHand ? 'pending' : 'not_found'
      expect((await get().provider.lookUp(charge)).status).toBe(expected)
    })
  })
}

function describePrompts({ get, needs }: Tools) {
  const prompt = async (given: Partial<ChargeRequest> = {}) => {
    const charge = await request(get(), 'prompt', { currency: 'XOF', amountMinor: 15_000, ...given })
    const outcome = await get().provider.charge(charge)
    return { charge, outcome, look: () => get().provider.lookUp(reference(charge)) }
  }
  const mobile: Behaviour = 'prompt'

  describe('QE-16 prompts and links', () => {
    needs(mobile, 'waits, and is paid', async () => {
      const { charge, outcome, look } = await prompt()
      expect(outcome).toMatchObject({ status: 'pending', url: expect.stringMatching(/^https?:/) })
      expect((outcome as { expiresAt: number }).expiresAt).toBeGreaterThan(get().now())
      expect(await look()).toEqual(outcome)
      await get().payer(charge.key, 'pay')
      expect(await look()).toMatchObject({ status: 'succeeded', amountMinor: 15_000 })
    })

    needs(mobile, 'is ignored, and expires', async () => {
      const { look } = await prompt()
      await get().advance(3_600)
      expect(await look()).toEqual({ status: 'expired' })
    })

    needs(mobile, 'is refused, which is a soft decline', async () => {
      const { charge, look } = await prompt()
      await get().payer(charge.key, 'refuse')
      expect(await look()).toMatchObject({ status: 'declined', kind: 'soft' })
    })

    needs(mobile, 'is paid late: the money is there', async () => {
      const { charge, look } = await prompt()
      await get().advance(3_600)
      await get().payer(charge.key, 'pay')
      expect(await look()).toMatchObject({ status: 'succeeded', amountMinor: 15_000 })
    })

    needs(mobile, 'is paid twice: two sums with transactions of their own', async () => {
      const { charge, look } = await prompt()
      await get().payer(charge.key, 'pay_twice')
      const outcome = (await look()) as Extract<ChargeOutcome, { status: 'succeeded' }>
      expect(outcome.further?.map(({ amountMinor }) => amountMinor)).toEqual([15_000])
      expect(outcome.further?.[0]?.transaction).not.toBe(outcome.transaction)
    })

    needs(mobile, 'is paid in part: it says how much', async () => {
      const { charge, look } = await prompt()
      await get().payer(charge.key, { part: 5_000, currency: 'XOF' })
      expect(await look()).toMatchObject({ status: 'succeeded', amountMinor: 5_000 })
    })

    needs(mobile, 'is called back while nobody has paid, and paid nevertheless', async () => {
      const { charge, look } = await prompt()
      expect(await get().provider.cancel(reference(charge))).toEqual({ status: 'canceled' })
      expect(await look()).toEqual({ status: 'canceled' })
      await get().payer(charge.key, 'pay')
      expect(await look()).toMatchObject({ status: 'succeeded' })
      expect(await get().provider.cancel(reference(charge))).toMatchObject({ status: 'succeeded' })
    })
  })
}

function describeFaults({ get, needs }: Tools) {
  describe('I-4 what nobody knows', () => {
    for (const fault of ['unavailable_after_effect', 'timeout_after_effect', 'lost_answer']) {
      needs('faults', `${fault}: unknown, and looking it up tells the truth`, async () => {
        const charge = await request(get(), 'succeeds')
        await get().fault(fault, 'charge')
        expect((await get().provider.charge(charge)).status).toBe('unknown')
        const truth = await get().provider.lookUp(reference(charge))
        expect(truth).toMatchObject({ status: 'succeeded', amountMinor: 1_999 })
        expect(await get().provider.charge(charge)).toEqual(truth)
      })
    }

    for (const fault of ['rate_limited', 'unavailable', 'timeout']) {
      needs('faults', `${fault}: unknown, not found, and charged once by the same key`, async () => {
        const charge = await request(get(), 'succeeds')
        await get().fault(fault, 'charge')
        expect((await get().provider.charge(charge)).status).toBe('unknown')
        expect(await get().provider.lookUp(reference(charge))).toEqual({ status: 'not_found' })
        const outcome = await get().provider.charge(charge)
        expect(outcome.status).toBe('succeeded')
        expect(await get().provider.charge(charge)).toEqual(outcome)
      })
    }

    needs('answer_lost', 'a card that never answers has been charged all the same', async () => {
      const charge = await request(get(), 'answer_lost')
      expect((await get().provider.charge(charge)).status).toBe('unknown')
      expect(await get().provider.lookUp(reference(charge))).toMatchObject({ status: 'succeeded' })
    })

    needs('faults', 'a refund whose answer is lost is made once', async () => {
      const { outcome } = await paid(get(), 'succeeds')
      const refund = {
        key: nextKey('refund'),
        transaction: outcome.transaction,
        amountMinor: 1_999,
        currency: 'EUR',
        reason: 'asked',
      }
      await get().fault('lost_answer', 'refund')
      expect((await get().provider.refund(refund)).status).toBe('unknown')
      expect(await get().provider.lookUpRefund(refund)).toMatchObject({ status: 'succeeded' })
      expect(await get().provider.refund(refund)).toMatchObject({ status: 'succeeded' })
    })
  })
}

function describeRefunds({ get, needs }: Tools) {
  const refund = (transaction: string, amountMinor: number, key = nextKey('refund')) =>
    get().provider.refund({ key, transaction, amountMinor, currency: 'EUR', reason: 'asked' })

  describe('ST-11 refunds', () => {
    needs('succeeds', 'parts add up and never exceed what was paid', async () => {
      const { transaction } = (await paid(get(), 'succeeds')).outcome
      expect(await refund(transaction, 1_000)).toMatchObject({ status: 'succeeded' })
      expect(await refund(transaction, 1_000)).toMatchObject({ status: 'failed', reason: 'exceeds_payment' })
      expect(await refund(transaction, 999)).toMatchObject({ status: 'succeeded' })
      expect(await refund(transaction, 1)).toMatchObject({ status: 'failed' })
    })

    needs('succeeds', 'I-2 the same key twice gives back once', async () => {
      const { transaction } = (await paid(get(), 'succeeds')).outcome
      const key = nextKey('refund')
      const first = await refund(transaction, 1_500, key)
      expect(await refund(transaction, 1_500, key)).toEqual(first)
      expect(await refund(transaction, 499)).toMatchObject({ status: 'succeeded' })
    })

    needs('refund_fails_later', 'what had succeeded can fail later, and then be made again', async () => {
      const { transaction } = (await paid(get(), 'refund_fails_later')).outcome
      const key = nextKey('refund')
      expect(await refund(transaction, 1_999, key)).toMatchObject({ status: 'succeeded' })
      await get().advance(2 * 86_400)
      expect(await get().provider.lookUpRefund({ key, transaction })).toMatchObject({ status: 'failed' })
      expect(await refund(transaction, 1_999)).toMatchObject({ status: 'succeeded' })
    })

    it('of what nobody paid fails, or waits for the operator', async () => {
      const outcome = await refund('txn_nobody_knows', 100)
      expect(outcome.status).toBe(get().provider.capabilities.byHand ? 'pending' : 'failed')
    })
  })
}

function describeMethods({ get, needs }: Tools) {
  describe('methods', () => {
    needs('succeeds', 'I-2 the same setup twice is one method, and found again', async () => {
      const setup = {
        key: nextKey('setup'),
        customer: 'acme',
        returnUrl: null,
        ...get().instruments.succeeds,
      } as AttachRequest
      const attached = await get().provider.attach(setup)
      expect(attached).toMatchObject({
        status: 'attached',
        silent: true,
        expires: expect.stringMatching(/^\d{4}-\d\d$/),
      })
      expect(await get().provider.attach(setup)).toEqual(attached)
      expect(await get().provider.lookUpMethod(setup)).toEqual(attached)
    })

    needs('refused_at_once', 'one that is refused at once is a decline', async () => {
      const instrument = get().instruments.refused_at_once as Pick<AttachRequest, 'kind' | 'instrument'>
      const setup = { key: nextKey('setup'), customer: 'acme', returnUrl: null, ...instrument }
      expect(await get().provider.attach(setup)).toMatchObject({ status: 'declined' })
    })

    needs(
      'succeeds',
      'one that was detached is charged no more, and detaching twice is detaching',
      async () => {
        const charge = await request(get(), 'succeeds')
        expect(await get().provider.detach(charge.token)).toEqual({ status: 'detached' })
        expect(await get().provider.detach(charge.token)).toEqual({ status: 'detached' })
        expect(await get().provider.charge(charge)).toMatchObject({ status: 'declined', kind: 'hard' })
      },
    )

    needs('succeeds', "one of another customer's is charged for nobody else", async () => {
      const charge = await request(get(), 'succeeds', { customer: 'other' })
      expect(await get().provider.charge(charge)).toMatchObject({ status: 'declined', kind: 'hard' })
    })

    it('attaches only what it knows', async () => {
      const unknown = {
        key: nextKey('setup'),
        customer: 'acme',
        returnUrl: null,
        kind: 'card',
        instrument: 'no such',
      } as const
      expect(await get().provider.attach(unknown)).toMatchObject({ status: 'declined' })
    })
  })
}

const read = (provider: PaymentProvider, delivery: Delivery, now: number) =>
  provider.readWebhook({ ...delivery, now })

function eventsOf(world: ProviderWorld, deliveries: Delivery[]): ProviderEvent[] {
  return deliveries.flatMap((delivery) => {
    const reading = read(world.provider, delivery, world.now())
    if (reading.status === 'refused') throw new Error(`refused: ${reading.reason}`)
    return reading.events
  })
}

function describeWebhooks({ get, needs }: Tools) {
  const delivered = async () => {
    await get().deliveries()
    const { charge, outcome } = await paid(get(), 'succeeds')
    const deliveries = await get().deliveries()
    return { charge, outcome, deliveries, genuine: deliveries.at(-1) as Delivery }
  }

  describe('webhooks', () => {
    needs('webhooks', 'tell of the charge and of its money', async () => {
      const { charge, outcome, deliveries } = await delivered()
      const events = eventsOf(get(), deliveries)
      expect(events).toContainEqual(expect.objectContaining({ type: 'charge', key: charge.key, outcome }))
      const { transaction, amountMinor } = outcome
      expect(events).toContainEqual(
        expect.objectContaining({
          type: 'receipt',
          key: charge.key,
          transaction,
          amountMinor,
          currency: 'EUR',
        }),
      )
    })

    needs('webhooks', 'are refused when a byte was changed, anywhere', async () => {
      const { genuine } = await delivered()
      for (const at of [0, Math.floor(genuine.rawBody.length / 2), genuine.rawBody.length - 1]) {
        const rawBody = Uint8Array.from(genuine.rawBody)
        rawBody[at] = (rawBody[at] as number) ^ 1
        expect(read(get().provider, { ...genuine, rawBody }, get().now())).toEqual({
          status: 'refused',
          reason: 'signature',
        })
      }
      const none = read(get().provider, { ...genuine, headers: {} }, get().now())
      expect(none).toEqual({ status: 'refused', reason: 'signature' })
    })

    needs('webhooks', 'are refused when they are old, or from the future', async () => {
      const { genuine } = await delivered()
      for (const minutes of [6, -6]) {
        const reading = read(get().provider, genuine, get().now() + minutes * 60_000)
        expect(reading).toEqual({ status: 'refused', reason: 'too_old' })
      }
      expect(read(get().provider, genuine, get().now() + 4 * 60_000).status).toBe('accepted')
    })

    needs('webhooks', 'are refused under a secret that was replaced', async () => {
      const { genuine } = await delivered()
      const other = get().withOtherSecrets as PaymentProvider
      expect(read(other, genuine, get().now())).toEqual({ status: 'refused', reason: 'signature' })
    })

    needs('webhooks', 'I-2 that come twice have the same id', async () => {
      await get().deliveries()
      await get().fault('duplicate', 'webhook')
      await attach(get(), 'succeeds')
      const events = eventsOf(get(), await get().deliveries())
      expect(events).toHaveLength(2)
      expect(events[0]).toEqual(events[1])
    })

    needs('webhooks', 'that overtake each other say when they happened', async () => {
      await get().deliveries()
      const charge = await request(get(), 'prompt', { currency: 'XOF', amountMinor: 500 })
      await get().deliveries()
      await get().fault('reorder', 'webhook')
      await get().provider.charge(charge)
      await get().advance(60)
      await get().payer(charge.key, 'pay')
      const charges = eventsOf(get(), await get().deliveries()).filter((event) => event.type === 'charge')
      expect(charges.map((event) => event.outcome?.status)).toEqual(['succeeded', 'pending'])
      expect(charges[0]?.occurredAt).toBeGreaterThan(charges[1]?.occurredAt as number)
    })

    needs('disputed', 'ST-13 tell of a dispute, and until when evidence is due', async () => {
      await get().deliveries()
      const { outcome } = await paid(get(), 'disputed')
      const dispute = eventsOf(get(), await get().deliveries()).find((event) => event.type === 'dispute')
      expect(dispute).toMatchObject({
        status: 'open',
        transaction: outcome.transaction,
        amountMinor: 1_999,
        withdrawnMinor: 1_999,
      })
      expect(dispute?.evidenceDueAt).toBeGreaterThan(get().now())
    })

    needs('events', 'that were lost are in the list of events', async () => {
      await get().deliveries()
      await get().fault('drop', 'webhook')
      const token = await attach(get(), 'succeeds')
      expect(await get().deliveries()).toEqual([])
      const seen: ProviderEvent[] = []
      for (let after: string | null = null; ; ) {
        const page = await get().provider.events?.(after)
        if (page === undefined || 'status' in page) throw new Error('no list of events')
        seen.push(...page.events)
        if (page.events.length === 0) break
        after = page.after
      }
      expect(seen).toContainEqual(expect.objectContaining({ type: 'method', token, change: 'attached' }))
      expect(new Set(seen.map(({ id }) => id)).size).toBe(seen.length)
    })
  })
}
