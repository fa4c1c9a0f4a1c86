import type { Engine } from '../engine.ts'
import { loadDemo } from '../demo/load.ts'
import { ensureCredentials, type Credentials } from './credentials.ts'
import { engineFrom, stopOnSignal } from './engine.ts'
import { say } from './say.ts'
import { readSettings, type Settings } from './settings.ts'

/** For production: serves until it is told to stop. */
export async function serve(): Promise<void> {
  const settings = readSettings()
  const engine = await engineFrom(settings, 'info', { payments: { rehearse: false } })
  const url = await listen(engine, settings)
  say(`Tollkeeper listens on ${url}`)
}

/** For a developer: also prints and writes down keys to begin with. */
export async function dev(): Promise<void> {
  const settings = readSettings()
  // what a developer tries out mostly runs on the same machine
  const { allowPrivateWebhooks = true } = settings
  const publicUrl = settings.publicUrl ?? `http://127.0.0.1:${settings.port}`
  const own = { ...settings, allowPrivateWebhooks, publicUrl }
  const engine = await engineFrom(own, 'warn', { mailboxPage: true })
  const stopping = new AbortController()
  const begun: { preparation?: Promise<Credentials> } = {}
  const url = await listen(engine, settings, () => {
    stopping.abort()
    return Promise.allSettled([begun.preparation])
  })
  begun.preparation = prepare(engine, settings, url, stopping.signal)
  const credentials = await begun.preparation
  if (stopping.signal.aborted) return
  const authorized = `-H "Authorization: Bearer ${credentials.secretKey}"`
  const curl = settings.demo
    ? `curl ${url}/v1/consume ${authorized} -H "Content-Type: application/json" -d '{"customer":"acme","feature":"tickets"}'`
    : `curl ${url}/v1/environment ${authorized}`
  say(
    [
      '',
      `  Tollkeeper    ${url}`,
      `  Reference     ${url}/docs`,
      `  Mailbox       ${url}/mailbox`,
      `  Test key      ${credentials.secretKey}`,
      `  Data          ${settings.databaseUrl === undefined ? settings.dataDirectory : 'DATABASE_URL'}`,
      '',
      '  Try it:',
      `  ${curl}`,
      '',
      '  Ctrl-C stops it.',
      '',
    ].join('\n'),
  )
}

/** What a first start makes; broken off, the next one goes on with it. */
async function prepare(
  engine: Engine,
  { dataDirectory, demo }: Settings,
  url: string,
  stopping: AbortSignal,
): Promise<Credentials> {
  const credentials = await ensureCredentials(engine, dataDirectory, url)
  if (demo && (await loadDemo(engine.app, credentials.secretKey, stopping)))
    say('  Demo loaded: 9 customers, 4 plans.')
  return credentials
}

async function listen(
  engine: Engine,
  { host, port }: { host: string; port: number },
  finish?: () => Promise<unknown>,
): Promise<string> {
  stopOnSignal(engine, say, finish)
  try {
    return await engine.start({ host, port })
  } catch (error) {
    await engine.stop()
    throw error
  }
}
