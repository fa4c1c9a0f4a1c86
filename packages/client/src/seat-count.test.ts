import { Webhook } from 'standardwebhooks'
import { describe, expect, it, test } from 'vitest'
import { createSeatCount } from './seat-count.ts'

const NOW = Date.UTC(2026, 2, 1)
const secretOf = (byte: number) => `whsec_${btoa(String.fromCharCode(byte).repeat(32))}`
const [own, next, other] = [secretOf(1), secretOf(2), secretOf(3)] as [string, string, string]
const question = JSON.stringify({ type: 'seats.count', customer: 'acme', quantity: 'seats' })

interface Asked {
  secrets?: string[]
  at?: number
  body?: string
  /** Another one than was signed. */
  sent?: string
  method?: string
}

/** As the engine asks, by another's implementation of the signature. */
function asked(given: Asked = {}): Request {
  const { secrets = [own], at = NOW, body = question, sent = body, method = 'POST' } = given
  const signature = secrets.map((secret) => new Webhook(secret).sign('ask_1', new Date(at), body)).join(' ')
  const headers = {
    'webhook-id': 'ask_1',
    'webhook-timestamp': String(Math.floor(at / 1000)),
    'webhook-signature': signature,
  }
  return new Request('https://site.example/seats', { method, headers, body: method === 'GET' ? null : sent })
}

const seats = (secrets: string[] = [own]) =>
  createSeatCount({ secrets, count: ({ customer }) => customer.length + 13, now: () => NOW })
const said = async (request: Request, secrets?: string[]) => {
  const response = await seats(secrets)(request)
  return `${response.status} ${await response.text()}`
}

describe('a site that is asked for its seats', () => {
  it('CP-2 answers the number to a question that is signed with its secret', async () => {
    expect(await said(asked())).toBe('200 {"activeUsers":17}')
  })

  it('CP-2 knows the old secret and the new one while they overlap', async () => {
    expect(await said(asked({ secrets: [next, own] }))).toMatch(/^200/)
    expect(await said(asked({ secrets: [next] }), [own, next])).toMatch(/^200/)
  })

  test.each([
    ['another secret', asked({ secrets: [other] })],
    ['another body', asked({ sent: question.replace('acme', 'evil') })],
    ['a time stamp of five minutes ago', asked({ at: NOW - 301_000 })],
    ['a time stamp of the future', asked({ at: NOW + 301_000 })],
    ['no signature', new Request('https://site.example/seats', { method: 'POST', body: question })],
  ])('CP-2 refuses %s', async (_, request) => {
    expect(await said(request)).toBe('401 {"error":"not_signed"}')
  })

  it('CP-2 refuses everything where no secret is set', async () => {
    for (const secrets of [[], [''], ['whsec_'], ['undefined']])
      expect(await said(asked(), secrets)).toMatch(/^401/)
  })

  it('takes the time stamp up to five minutes, and nothing but questions', async () => {
    expect(await said(asked({ at: NOW - 300_000 }))).toMatch(/^200/)
    expect(await said(asked({ body: '{"type":"other"}' }))).toMatch(/^400/)
    expect(await said(asked({ method: 'GET' }))).toMatch(/^405/)
  })

  it('has no number where the counting fails', async () => {
    const broken = createSeatCount({
      secrets: [own],
      count: () => Promise.reject(new Error('no')),
      now: () => NOW,
    })
    await expect(broken(asked())).rejects.toThrow('no')
  })
})
