import { spawn, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openWorld } from './world.ts'
import type { ScenarioWorld } from './world.ts'

const repository = fileURLToPath(new URL('../../../../', import.meta.url))

let world: ScenarioWorld
beforeAll(async () => {
  const compiler = join(repository, 'node_modules/typescript/bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-b', 'examples'], { cwd: repository })
  expect(status, String(stdout)).toBe(0)
  world = await openWorld({ deliveries: { allowPrivateWebhooks: true } })
})
afterAll(async () => {
  await world?.close()
})

/** Runs the built command against the world's server. */
async function run(args: string[], secretKey = world.server.secretKey) {
  const child = spawn(process.execPath, [join(repository, 'examples/dist/run.js'), ...args], {
    env: { ...process.env, NODE_OPTIONS: '', TOLLKEEPER_URL: world.server.url, TOLLKEEPER_KEY: secretKey },
  })
  let text = ''
  for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (text += chunk))
  const [code] = (await once(child, 'close')) as [number | null]
  return { code, text }
}

test('an example told to the end ends with 0', async () => {
  const { code, text } = await run(['control-panel'])
  expect(text).toContain('Everything was as promised.')
  expect(code, text).toBe(0)
})

test('one that cannot be told, or that nobody knows, does not', async () => {
  const wrongKey = await run(['queue-quotas'], 'sk_test_wrong')
  expect(wrongKey.code, wrongKey.text).toBe(1)
  expect(wrongKey.text).not.toContain('Everything was as promised.')
  const unknown = await run(['something-else'])
  expect(unknown.text).toContain(
    'Usage: npm run example -- <queue-quotas | group-tokens | credits-modules | stripe-tiers | control-panel>',
  )
  expect(unknown.code).toBe(2)
})

test('a promise that is not kept ends the story with what was expected and what came', async () => {
  const { tellTo } = await import('../../../../examples/story.ts')
  const told: string[] = []
  const story = tellTo((line) => told.push(line))
  story.expect('two and two are four', 2 + 2, 4)
  expect(() => story.expect('all is used', { left: 1 }, { left: 0 })).toThrow(
    'This is not so: all is used\n  expected { left: 0 }\n  but got  { left: 1 }',
  )
  expect(told).toEqual(['  ✓ two and two are four'])
})
