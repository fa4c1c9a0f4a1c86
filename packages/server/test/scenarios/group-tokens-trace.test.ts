import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { runGroupTokens } from '../../../../examples/group-tokens/scenario.ts'
import { readTrace } from '../../../../examples/group-tokens/trace.ts'
import { tellTo } from '../../../../examples/story.ts'
import { openWorld } from './world.ts'
import type { ScenarioWorld } from './world.ts'

const excerpt = new URL('../../../../examples/group-tokens/trace-excerpt.csv', import.meta.url)

let world: ScenarioWorld
beforeAll(async () => {
  world = await openWorld()
})
afterAll(async () => {
  await world?.close()
})

test('the example replays its requests to the token, and again with another file', {
  timeout: 240_000,
}, async () => {
  const folder = mkdtempSync(join(tmpdir(), 'tollkeeper-trace-'))
  try {
    const trace = join(folder, 'trace.csv')
    const lines = readFileSync(excerpt, 'utf8').split('\n')
    writeFileSync(trace, lines.slice(0, 41).join('\r\n'))
    for (const options of [{}, { trace }]) {
      const told: string[] = []
      await runGroupTokens(
        world.client,
        tellTo((line) => told.push(line)),
        options,
      )
      expect(told.filter((line) => line.includes('each answer is the one that additions'))).toHaveLength(5)
    }
    writeFileSync(trace, `${lines[0]}\n2023-11-16 18:15:46.68,1,2\nnonsense,3,4\n`)
    await expect(readTrace(trace)).rejects.toThrow('Line 3: nonsense,3,4')
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})
