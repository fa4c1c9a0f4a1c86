import { afterAll, beforeAll, expect, test } from 'vitest'
import { runCreditsModules } from '../../../../examples/credits-modules/scenario.ts'
import { tellTo } from '../../../../examples/story.ts'
import { openWorld, type ScenarioWorld } from './world.ts'

let world: ScenarioWorld
beforeAll(async () => {
  world = await openWorld()
})
afterAll(() => world?.close())

test('the example tells its story, and tells it again', async () => {
  const told: string[] = []
  for (const _ of [1, 2])
    await runCreditsModules(
      world.client,
      tellTo((line) => told.push(line)),
    )
  expect(told.filter((line) => line.includes('✓')).length).toBeGreaterThan(50)
})
