/**
 * `tollkeeper catalog`: a catalog file against a running server.
 *
 * Owns: what is shown before anything changes, and the question. Does not own: the rules (the server's, or for
 * `validate` the operation's) and the call.
 * Invariant: `apply` changes what was shown or nothing: it names the revision that it was shown against.
 */
import { findCatalogProblems } from '../operations/catalog/read.ts'
import { readCatalogFile } from './catalog-file.ts'
import { type CatalogDiff, painter, reportDiff } from './catalog-report.ts'
import { connectRemote, type RemoteOptions } from './remote.ts'
import { say } from './say.ts'
import { SettingProblem } from './settings.ts'

/** Of `plan --exit-code`, when there is something to change. */
const CHANGES_EXIT_CODE = 2

interface OutputOptions extends RemoteOptions {
  json?: boolean
}

export async function validateCommand(file: string): Promise<void> {
  refuseProblems(file, await readCatalogFile(file))
  say(`${file} is a good catalog.`)
}

function refuseProblems(file: string, catalog: unknown): void {
  const { problems } = findCatalogProblems(catalog)
  if (problems.length === 0) return
  const lines = problems.map(({ path, message }) => `  ${path === '' ? '(the catalog)' : path}: ${message}.`)
  const count = problems.length === 1 ? '1 mistake' : `${problems.length} mistakes`
  throw new SettingProblem([`${file} has ${count}:`, ...lines].join('\n'))
}

export async function planCommand(
  file: string,
  options: OutputOptions & { exitCode?: boolean },
): Promise<void> {
  const { diff } = await preview(file, options)
  show(diff, options)
  if (options.exitCode === true && diff.changed) process.exitCode = CHANGES_EXIT_CODE
}

export async function applyCommand(file: string, options: OutputOptions & { yes?: boolean }): Promise<void> {
  const { remote, catalog, diff } = await preview(file, options)
  if (!diff.changed) return show(diff, options)
  if (options.json !== true) show(diff, options)
  if (options.yes !== true && !(await ask())) {
    process.exitCode = 1
    return say('Nothing was changed.')
  }
  const path = `/v1/catalog?expectedRevision=${diff.revision}`
  const applied = await remote<CatalogDiff>('PUT', path, catalog)
  if (options.json === true) say(JSON.stringify(applied))
  else say(`\nApplied: revision ${applied.revision} is in force.`)
}

export async function exportCommand(options: RemoteOptions): Promise<void> {
  const remote = await connectRemote(options)
  const { catalog } = await remote<{ catalog: unknown }>('GET', '/v1/catalog')
  say(JSON.stringify(catalog, null, 2))
}

async function preview(file: string, options: RemoteOptions) {
  const catalog = await readCatalogFile(file)
  refuseProblems(file, catalog)
  const remote = await connectRemote(options)
  return { remote, catalog, diff: await remote<CatalogDiff>('POST', '/v1/catalog/preview', catalog) }
}

function show(diff: CatalogDiff, options: OutputOptions): void {
  if (options.json === true) say(JSON.stringify(diff))
  else for (const line of reportDiff(diff, painter(process.stdout))) say(line)
}

async function ask(): Promise<boolean> {
  if (process.stdin.isTTY !== true || process.stdout.isTTY !== true) {
    throw new SettingProblem('Nobody is here to be asked, and nothing was changed. Pass --yes to apply.')
  }
  const { confirm, isCancel } = await import('@clack/prompts')
  const answer = await confirm({ message: 'Apply this?', initialValue: false })
  return !isCancel(answer) && answer
}
