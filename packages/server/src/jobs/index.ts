import type { Context } from '../context.ts'
import { HOUR_MS, MINUTE_MS } from '../domain/time/instant.ts'
import type { Loop } from '../loop.ts'
import { spreadCatalog } from '../operations/catalog/spread.ts'
import { eraseCustomers } from '../operations/customers/erase.ts'
import { createNightlyExaminer } from '../operations/doctor/examine-nightly.ts'
import { createDeliverer } from '../operations/deliveries/deliver.ts'
import { fanOutEvents } from '../operations/deliveries/fan-out.ts'
import type { Outgoing } from '../operations/deliveries/outgoing.ts'
import { startHints } from '../operations/events/hints.ts'
import { customerSweeps } from '../operations/sweeps/customer-sweeps.ts'
import type { CustomerSweeps } from '../operations/sweeps/customer.ts'
import { createSweep } from '../operations/sweeps/due-customers.ts'
import { carryOutAttempts } from '../operations/payments/carry-out.ts'
import { carryOutRefunds } from '../operations/payments/carry-out-refunds.ts'
import { forgetMethods } from '../operations/payments/forget-methods.ts'
import { callBackAttempts } from '../operations/payments/call-back.ts'
import { applyProviderEvents } from '../operations/provider-events/apply.ts'
import { catchUpWithProviders } from '../operations/provider-events/catch-up.ts'
import { goOnWithTestClocks } from '../operations/test-clocks/go-on.ts'
import { createSiteVisitor } from '../operations/sites/visit.ts'
import { preparePartitions } from '../operations/upkeep/partitions.ts'
import { tidy } from '../operations/upkeep/tidy.ts'
import { startJob } from './runner.ts'
import type { Job, JobHealth } from './runner.ts'
import { startSequencer } from './sequencer.ts'

export { staleJobs } from './runner.ts'
export type { JobHealth } from './runner.ts'

export interface Jobs {
  /** Ends when everything under way is done. */
  stop(): Promise<void>
  /** Look now. */
  wake(): void
  /** One entry per job of this process. */
  health(): JobHealth[]
}

export interface JobsOptions {
  sweeps?: CustomerSweeps
  /** The ways out. Without them nothing leaves. */
  outgoing?: Outgoing
  /** Listen for hints. Default true. */
  hints?: boolean
  /** How often the sequencer polls, in milliseconds. Default 200. */
  sequencerEveryMs?: number
  /** Unless woken, no job looks more often than so, in milliseconds. Default 0: each at its own pace. */
  leastEveryMs?: number
}

async function carryOutPayments(ctx: Context) {
  const handled = await carryOutAttempts(ctx)
  return { handled, more: handled > 0 }
}

async function carryOutGivingBack(ctx: Context) {
  const handled = await carryOutRefunds(ctx)
  return { handled, more: handled > 0 }
}

/** Whoever can't be asked now is asked next time; the doctor says what that has led to. */
async function catchUp(ctx: Context) {
  const { handled } = await catchUpWithProviders(ctx)
  return { handled }
}

/** What is charged and sent back. */
const CARRYING_OUT = ['carry-out-payments', 'carry-out-refunds']

function allJobs(sweeps: CustomerSweeps): Job[] {
  const sweep = (
    name: string,
    kind: Parameters<typeof createSweep>[1],
    wakes: readonly string[] = [],
  ): Job => {
    return { name, everyMs: 250, run: createSweep(name, kind, sweeps).run, wakes }
  }
  return [
    sweep('advance-customers', 'lifecycle', ['collect-invoices', ...CARRYING_OUT]),
    sweep('close-windows', 'boundary'),
    sweep('collect-invoices', 'collection', CARRYING_OUT),
    sweep('earn-revenue', 'revenue'),
    { name: 'carry-out-payments', everyMs: 250, run: carryOutPayments },
    { name: 'carry-out-refunds', everyMs: 250, run: carryOutGivingBack },
    {
      name: 'apply-provider-events',
      everyMs: 250,
      run: applyProviderEvents,
      wakes: ['collect-invoices', ...CARRYING_OUT],
    },
    { name: 'catch-up-with-providers', everyMs: 15 * MINUTE_MS, run: catchUp },
    { name: 'call-back-payments', everyMs: 1_000, run: callBackAttempts },
    sweep('expire-holds', 'holds'),
    {
      name: 'advance-clocks',
      everyMs: 250,
      run: (ctx) => goOnWithTestClocks(ctx, { sweeps }),
      wakes: CARRYING_OUT,
    },
    { name: 'spread-catalog', everyMs: 250, run: (ctx) => spreadCatalog(ctx) },
    { name: 'tidy', everyMs: 60_000, run: tidy },
    { name: 'forget-methods', everyMs: 5_000, run: (ctx) => forgetMethods(ctx) },
    { name: 'erase-customers', everyMs: 5_000, run: eraseCustomers },
    { name: 'doctor', everyMs: 5 * MINUTE_MS, run: createNightlyExaminer() },
    { name: 'partitions', everyMs: HOUR_MS, run: preparePartitions },
  ]
}

type Start = (job: Job) => ReturnType<typeof startJob>

/** From events to deliveries, and those on their way. */
function startDeliveries(ctx: Context, outgoing: Outgoing, start: Start): ReturnType<typeof startJob>[] {
  const deliverer = createDeliverer(ctx, outgoing)
  const sending = start({ name: 'deliver', everyMs: 250, run: deliverer.run })
  deliverer.onRoom(sending.loop.wake)
  const stop = async () => {
    await sending.loop.stop()
    await deliverer.idle()
  }
  return [
    start({
      name: 'plan-deliveries',
      everyMs: 250,
      run: () => fanOutEvents(ctx, outgoing),
      wakes: ['deliver'],
    }),
    { health: sending.health, loop: { wake: sending.loop.wake, stop } },
  ]
}

/** Sites that are due are asked; those under way are waited for at the end. */
function startSeatSync(ctx: Context, start: Start): ReturnType<typeof startJob> {
  const visitor = createSiteVisitor(ctx)
  const { health, loop } = start({ name: 'sync-seats', everyMs: 250, run: visitor.run })
  const stop = async () => {
    await loop.stop()
    await visitor.idle()
  }
  return { health, loop: { wake: loop.wake, stop } }
}

/**
 * Starts everything that runs by itself in this process. Any number of processes may.
 *
 * @example
 * const jobs = startJobs(ctx)
 * await jobs.stop()
 */
export function startJobs(ctx: Context, options: JobsOptions = {}): Jobs {
  const sweeps = options.sweeps ?? customerSweeps
  const loopOf = new Map<string, Loop>()
  const sequencer = startSequencer(ctx, {
    everyMs: options.sequencerEveryMs,
    onAssigned() {
      ctx.feed.wake()
      loopOf.get('plan-deliveries')?.wake()
    },
  })
  const { leastEveryMs = 0 } = options
  const start: Start = (job) => {
    const everyMs = Math.max(job.everyMs, leastEveryMs)
    const started = startJob(ctx, { ...job, everyMs }, () => {
      for (const name of job.wakes ?? []) loopOf.get(name)?.wake()
    })
    loopOf.set(job.name, started.loop)
    return started
  }
  const jobs = [...allJobs(sweeps).map(start), startSeatSync(ctx, start)]
  if (options.outgoing !== undefined) jobs.push(...startDeliveries(ctx, options.outgoing, start))
  const loops: Loop[] = [sequencer, ...jobs.map(({ loop }) => loop)]
  // another process may have given the positions already
  const onHint = () => {
    sequencer.wake()
    ctx.feed.wake()
  }
  if (options.hints !== false) loops.push(startHints(ctx, onHint))
  return {
    async stop() {
      await Promise.all(loops.map((loop) => loop.stop()))
    },
    wake() {
      for (const { loop } of jobs) loop.wake()
      sequencer.wake()
    },
    health: () => jobs.map(({ health }) => ({ ...health })),
  }
}
