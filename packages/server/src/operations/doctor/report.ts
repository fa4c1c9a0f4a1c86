import type { Environment } from '../../context.ts'
import type { Finding } from '../../domain/doctor/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { examine, examineInstallation, type Examined, type ExamineContext } from './examine.ts'

export interface DoctorReport {
  examinedAt: Instant
  customers: number
  /** All that were found; the list may have fewer. */
  count: number
  findings: Finding[]
}

/** Examines an environment and keeps so many findings. */
export async function reportOn(
  ctx: ExamineContext,
  environment: Environment,
  most: number,
  options: { pageSize?: number; signal?: AbortSignal } = {},
): Promise<DoctorReport> {
  const report: DoctorReport = { examinedAt: ctx.clock.now(), customers: 0, count: 0, findings: [] }
  const note = ({ customers, findings }: Examined) => {
    report.customers += customers
    report.count += findings.length
    report.findings.push(...findings.slice(0, most - report.findings.length))
  }
  note({ customers: 0, findings: await examineInstallation(ctx) })
  for await (const examined of examine(ctx, environment, options)) note(examined)
  return report
}
