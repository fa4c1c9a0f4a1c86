/**
 * `npm run example -- <name>`: runs the scenario of one example and tells it in the terminal.
 *
 * Owns: the command line and the exit code (0: everything promised was so). Does not own: the scenarios.
 */
import { createClient } from '@tollkeeper/client'
import type { Client } from '@tollkeeper/client'
import { parseArgs } from 'node:util'
import { openEngine } from './own-engine.ts'
import { ExpectationFailed, tellTo } from './story.ts'
import type { Story } from './story.ts'

interface Options {
  /** A file of usage to replay, where the example has a use for one. */
  trace?: string | undefined
}

const examples: Record<
  string,
  () => Promise<(client: Client, story: Story, options: Options) => Promise<void>>
> = {
  'queue-quotas': async () => (await import('./queue-quotas/scenario.ts')).runQueueQuotas,
  'group-tokens': async () => (await import('./group-tokens/scenario.ts')).runGroupTokens,
  'credits-modules': async () => (await import('./credits-modules/scenario.ts')).runCreditsModules,
  'stripe-tiers': async () => (await import('./stripe-tiers/scenario.ts')).runStripeTiers,
  'control-panel': async () => (await import('./control-panel/scenario.ts')).runControlPanel,
}

const say = (line: string) => void process.stdout.write(`${line}\n`)

async function main(): Promise<number> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: { trace: { type: 'string' } },
  })
  const [name = ''] = positionals
  const load = Object.hasOwn(examples, name) ? examples[name] : undefined
  if (load === undefined || positionals.length !== 1) {
    say(`Usage: npm run example -- <${Object.keys(examples).join(' | ')}> [--trace <file.csv>]`)
    return 2
  }
  const scenario = await load()
  say('Starting.')
  const engine = await openEngine()
  try {
    say(`${name}, ${engine.where}.`)
    await scenario(createClient({ url: engine.url, key: engine.secretKey }), tellTo(say), values)
    say('\nEverything was as promised.')
    return 0
  } finally {
    await engine.close()
  }
}

try {
  process.exitCode = await main()
} catch (error) {
  const isOurs = error instanceof ExpectationFailed
  process.stderr.write(`\n${isOurs ? error.message : error instanceof Error ? error.stack : String(error)}\n`)
  process.exitCode = 1
}
