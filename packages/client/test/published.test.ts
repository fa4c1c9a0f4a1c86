import { execFile } from 'node:child_process'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { promisify } from 'node:util'
import { gzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { eventMessage, eventStreamStep, json, problem, scriptedServer } from './support/scripted-server.ts'

// What is published is the build, not the source; the run's global setup has made it.
const folder = fileURLToPath(new URL('../dist/', import.meta.url))
const files = existsSync(folder) ? readdirSync(folder).filter((name) => /\.(js|d\.ts)$/.test(name)) : []
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8')
const BUDGET_BYTES = 12_000

/** All code of the build, without comments. */
const codeOf = (accept: (name: string) => boolean = () => true) =>
  files
    .filter((name) => name.endsWith('.js') && accept(name))
    .map(textOf)
    .join('\n')
    .replace(/\/\*[\s\S]*?\*\//g, '')
    .replace(/^\s*\/\/.*$/gm, '')

test('the build is there, with its types', () => {
  expect(files).toContain('index.js')
  expect(files).toContain('index.d.ts')
})

test('it imports nothing but its own files', () => {
  const foreign = files.flatMap((name) =>
    [...textOf(name).matchAll(/(?:from|import|require)\s*\(?\s*['"]([^'"\s]+)['"]/g)]
      .map(([, specifier]) => specifier!)
      .filter((specifier) => !specifier.startsWith('./'))
      .map((specifier) => `${name}: ${specifier}`),
  )
  expect(foreign).toEqual([])
  const manifest = JSON.parse(readFileSync(join(folder, '../package.json'), 'utf8'))
  expect(manifest.dependencies).toBeUndefined()
})

test('it touches nothing that only Node has', () => {
  expect(codeOf().match(/\b(?:process|Buffer|__dirname|require)\s*[.(]/g)).toBeNull()
})

test(`it is smaller than ${BUDGET_BYTES} bytes, compressed`, () => {
  // bundlers leave out what a page doesn't call, and this is called by servers alone
  const bytes = gzipSync(codeOf((name) => name !== 'seat-count.js')).length
  console.log(`@tollkeeper/client: ${bytes} bytes compressed, of ${BUDGET_BYTES}`)
  expect(bytes).toBeLessThan(BUDGET_BYTES)
})

test('it runs where only the globals of the web exist', async () => {
  await using server = await scriptedServer(
    json({ allowed: true, code: 'ok', event: 'use_1', replayed: false }),
    eventStreamStep([eventMessage(1)], 'hang up'),
    eventStreamStep([eventMessage(2)], 'stay open'),
    problem(404, 'customer_not_found'),
  )
  const script = fileURLToPath(new URL('support/edge.mjs', import.meta.url))
  const args = ['--no-warnings', '--experimental-vm-modules', script, folder, server.url]
  const { stdout } = await promisify(execFile)(process.execPath, args)
  expect(JSON.parse(stdout)).toMatchObject({
    answer: { allowed: true, event: 'use_1' },
    positions: [1, 2],
    code: 'customer_not_found',
  })
})
