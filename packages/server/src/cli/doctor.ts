import { examine, examineInstallation } from '../operations/doctor/examine.ts'
import type { Finding } from '../domain/doctor/model.ts'
import { requireInstallation } from '../operations/database/look-after.ts'
import { listEnvironments } from '../operations/environment/list.ts'
import { withEngine } from './engine.ts'
import { say } from './say.ts'
import { readSettings } from './settings.ts'

/** When something was found. */
const FOUND_EXIT_CODE = 2

/** Prints each finding as it is found; ends with 2 when there are any. */
export async function doctorCommand(options: { json?: boolean }): Promise<void> {
  const settings = readSettings()
  await requireInstallation(settings)
  const found = await withEngine(settings, async ({ context }) => {
    let count = print(null, await examineInstallation(context), options)
    for (const environment of await listEnvironments(context)) {
      let customers = 0
      for await (const examined of examine(context, environment)) {
        customers += examined.customers
        count += print(environment.name, examined.findings, options)
      }
      if (options.json !== true) say(`${environment.name}: ${customers} customers examined.`)
    }
    return count
  })
  if (found > 0) process.exitCode = FOUND_EXIT_CODE
  if (options.json !== true) say(found === 0 ? 'Everything holds.' : `${found} findings.`)
}

function print(
  environment: string | null,
  findings: readonly Finding[],
  { json }: { json?: boolean },
): number {
  for (const finding of findings) {
    const { check, customer, subject, expected, found } = finding
    const where = [environment, customer].filter((each) => each !== null).join(' ')
    say(
      json === true
        ? JSON.stringify({ environment, ...finding })
        : `${check}  ${where}  ${subject}: expected ${expected}, found ${found}`,
    )
  }
  return findings.length
}
