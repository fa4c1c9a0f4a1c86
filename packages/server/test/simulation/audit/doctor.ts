/** The product's own examination has nothing to say either. */
import type { Context } from '../../../src/context.ts'
import type { Finding } from '../../../src/domain/doctor/model.ts'
import { listEnvironments } from '../../../src/operations/environment/list.ts'
import { reportOn } from '../../../src/operations/doctor/report.ts'
import type { World } from '../world.ts'

const MOST_FINDINGS = 5
/** What leaves by jobs is late as soon as time leaps; it is looked at again after they have worked. */
const MOST_LOOKS = 100
const LOOK_MS = 20

export async function consultDoctor({ workers }: World): Promise<string[]> {
  const context = workers.contexts[0] as Context
  const [environment] = await listEnvironments(context)
  if (environment === undefined) throw new Error('There is no environment')
  let findings: Finding[] = []
  for (let look = 1; look <= MOST_LOOKS; look += 1) {
    const report = await reportOn(context, environment, MOST_FINDINGS)
    // right after a leap every job has slept for days
    findings = report.findings.filter(({ check }) => check !== 'job')
    if (findings.length === 0) return []
    workers.wake()
    await new Promise((resolve) => setTimeout(resolve, LOOK_MS))
  }
  return findings.map((finding) => `the doctor finds something: ${JSON.stringify(finding)}`)
}
