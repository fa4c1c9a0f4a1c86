/** Flags and settings are asked like anything else; nothing is taken from them. */
import { afterAll, beforeAll, expect, it } from 'vitest'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'
import { startTestServer, type TestServer } from '../support/server.ts'

let database: TestDatabase
let server: TestServer
beforeAll(async () => {
  database = await createTestDatabase()
  server = await startTestServer({ db: database.db })
  await server.request('PUT', '/v1/catalog', {
    body: {
      features: {
        white_label: { kind: 'flag' },
        api_access: { kind: 'flag' },
        providers: { kind: 'setting', type: 'number' },
      },
      plans: { pro: { allowances: { white_label: true, api_access: false, providers: 3 } } },
      fallbackPlan: 'pro',
    },
  })
  await server.request('PUT', '/v1/customers/acme', { body: {} })
})
afterAll(async () => {
  await server?.stop()
  await database?.close()
})

const check = async (feature: string) => {
  const { status, body } = await server.request('POST', '/v1/check', { body: { customer: 'acme', feature } })
  return [status, body.allowed, body.code]
}

it('ST-3 answers whether a flag is on and a setting is given', async () => {
  expect(await check('white_label')).toEqual([200, true, 'ok'])
  expect(await check('api_access')).toEqual([200, false, 'feature_not_included'])
  expect(await check('providers')).toEqual([200, true, 'ok'])
})

it('ST-3 refuses with the reason while access is closed', async () => {
  await server.request('PUT', '/v1/customers/acme/suspension', { body: { reason: 'Terms' } })
  expect(await check('white_label')).toEqual([200, false, 'tenant_suspended'])
  await server.request('DELETE', '/v1/customers/acme/suspension')
})

it('takes nothing from a flag', async () => {
  const body = { customer: 'acme', feature: 'white_label' }
  const { status, body: problem } = await server.request('POST', '/v1/consume', { body })
  expect([status, problem.code]).toEqual([422, 'feature_kind'])
})
