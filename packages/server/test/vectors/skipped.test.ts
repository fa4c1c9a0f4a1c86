import { readdirSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { SKIPPED } from './skipped.ts'

const folder = new URL('.', import.meta.url)
const ids = readdirSync(folder)
  .filter((name) => name.endsWith('.json'))
  .flatMap((name) => JSON.parse(readFileSync(new URL(name, folder), 'utf8')).cases as { id: string }[])
  .map(({ id }) => id)

test('of all vectors at most one in ten is skipped, and each skip names one of them', () => {
  expect(ids).toHaveLength(new Set(ids).size)
  expect(Object.keys(SKIPPED).filter((id) => !ids.includes(id))).toEqual([])
  expect(Object.keys(SKIPPED).length).toBeLessThanOrEqual(ids.length / 10)
})
