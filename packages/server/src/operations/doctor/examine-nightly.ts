/**
 * Every night each environment is examined, and what is found becomes an event.
 *
 * Owns: when, and that one process does it. Does not own: what must hold. It mends one thing: money that a provider took
 * and nobody told us of is taken in.
 * Invariant: a day is examined at most once; whoever dies over it leaves it to the next one. After a time without anybody
 * at work others catch up first: what they have not done yet is no fault.
 */
import type { Context, Environment } from '../../context.ts'
import { isJobLate } from '../../domain/doctor/environment.ts'
import type { Finding } from '../../domain/doctor/model.ts'
import { HOUR_MS, localDateText } from '../../domain/time/index.ts'
import { claimDoctorDay, loadJobFacts, saveDoctorDay } from '../../store/doctor/environment.ts'
import { appendEvents } from '../../store/events.ts'
import { listEnvironments } from '../environment/list.ts'
import { runOperation } from '../run.ts'
import { takeInUnknown } from '../provider-events/take-in.ts'
import { examine, examineInstallation } from './examine.ts'

/** By the operator's clock: when few are at work. */
const HOUR = 3
/** Of one night, in the log: whoever wants them all asks for them. */
const MOST_LOGGED = 200
/** Looks in a row at which somebody is late: who is so after the last of them will not catch up, and that is worth a finding. */
const MOST_LATE = 4

export function createNightlyExaminer(): (ctx: Context) => Promise<{ handled: number }> {
  let late = 0
  return async (ctx) => {
    late = (await areJobsLate(ctx)) ? late + 1 : 0
    return late === 0 || late > MOST_LATE ? examineNightly(ctx) : { handled: 0 }
  }
}

async function areJobsLate({ db, clock }: Context): Promise<boolean> {
  const now = clock.now()
  return (await loadJobFacts(db)).some((job) => isJobLate(job, now))
}

export async function examineNightly(ctx: Context): Promise<{ handled: number }> {
  let handled = 0
  for (const environment of await listEnvironments(ctx)) {
    const now = ctx.clock.now()
    const { operator } = await ctx.catalogs.current(environment.id)
    const day = localDateText(now - HOUR * HOUR_MS, operator.timeZone)
    if (!(await claimDoctorDay(ctx.db, environment.id, day, now))) continue
    await examineDay(ctx, environment, day)
    handled += 1
  }
  return { handled }
}

async function examineDay(ctx: Context, environment: Environment, day: string): Promise<void> {
  const counts = new Map<string, number>()
  let [customers, logged] = [0, 0]
  const note = (findings: readonly Finding[]) => {
    for (const { check, subject } of findings) {
      counts.set(check, (counts.get(check) ?? 0) + 1)
      if ((logged += 1) <= MOST_LOGGED) {
        ctx.logger.error({ environment: environment.name, check, subject }, 'Something stored does not hold')
      }
    }
  }
  note(await examineInstallation(ctx))
  for await (const examined of examine(ctx, environment)) {
    customers += examined.customers
    note(examined.findings)
    await takeInUnknown(ctx, environment, examined.unknown ?? [])
  }
  await tell(ctx, environment, { day, customers, counts })
}

async function tell(
  ctx: Context,
  environment: Environment,
  { day, customers, counts }: { day: string; customers: number; counts: Map<string, number> },
): Promise<void> {
  const findings = [...counts.values()].reduce((sum, count) => sum + count, 0)
  await runOperation(ctx, { environment, actor: 'job:doctor' }, async ({ tx }) => {
    const now = ctx.clock.now()
    await saveDoctorDay(tx, environment.id, day, { finishedAt: now, customers, findings })
    if (findings === 0) return
    const payload = { findings, checks: Object.fromEntries(counts) }
    const event = { type: 'doctor.problems_found' as const, subject: day, payload, occurredAt: now }
    await appendEvents(tx, environment.id, 0, [event], now)
  })
}
