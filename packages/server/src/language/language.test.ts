import { decisionCodes, errorCodes } from '@tollkeeper/contract'
import type { ErrorCode } from '@tollkeeper/contract'
import { describe, expect, test } from 'vitest'
import { decisionMessage, formatTemplate } from './format.ts'
import { chooseLanguage, languages } from './index.ts'
import type { LanguageTag } from './index.ts'

const tags = Object.keys(languages) as LanguageTag[]

describe('QE-19 every sentence in every language', () => {
  test.each(tags)('%s: each can be said, with its values and without', (tag) => {
    const { errors, issues, decisions } = languages[tag]
    const templates = [
      ...Object.values(errors).map(({ detail }) => detail),
      ...Object.values(issues),
      ...Object.values(decisions),
    ]
    for (const template of templates) {
      // an apostrophe of the typewriter is an escape in the message format
      if (template.includes('{')) expect(template).not.toContain("'")
      const values = Object.fromEntries(['limit', 'seconds', 'minimum', 'maximum'].map((name) => [name, 3]))
      for (const said of [formatTemplate(tag, template), formatTemplate(tag, template, values)]) {
        expect(said).not.toBe('')
        expect(said).not.toMatch(/undefined|null|NaN|[{}]/)
      }
    }
  })

  test.each(tags)('%s: no two codes share a title, and none is without advice', (tag) => {
    const { errors } = languages[tag]
    const titles = (Object.keys(errorCodes) as ErrorCode[]).map((code) => errors[code].title)
    expect(new Set(titles).size).toBe(titles.length)
    for (const code of decisionCodes) expect(decisionMessage(tag, code)).not.toBe('')
  })

  test('QE-2 the message names the limit and the plan, in the caller’s language', () => {
    const values = { limit: 2000, remaining: 3, amount: 5, feature: 'tickets', plan: 'professional' }
    expect(decisionMessage('en', 'quota_exceeded', values)).toBe(
      'tickets: 5 asked, 3 of 2,000 left on plan professional.',
    )
    expect(decisionMessage('fr', 'quota_exceeded', values)).toBe(
      'tickets : il reste 3 sur 2\u202f000 avec l’offre professional, pour une demande de 5.',
    )
    const unlimited = { ...values, limit: '', hasLimit: 'no' }
    expect(decisionMessage('en', 'quota_exceeded', unlimited)).toBe(
      'tickets: 5 asked, more than can be counted on plan professional.',
    )
    expect(decisionMessage('fr', 'quota_exceeded', unlimited)).toBe(
      'tickets : plus que ce qui peut être compté avec l’offre professional, pour une demande de 5.',
    )
  })

  test('QE-4 the gate’s words in French', () => {
    expect(decisionMessage('fr', 'tenant_suspended')).toBe('Compte suspendu')
    expect(decisionMessage('fr', 'subscription_cancelled')).toBe('Souscription annulée')
    expect(decisionMessage('fr', 'payment_required')).toBe('Paiement requis')
    expect(decisionMessage('fr', 'trial_expired')).toBe('Période d’essai expirée')
  })
})

test.each([
  [undefined, 'en'],
  ['', 'en'],
  ['fr', 'fr'],
  ['FR-ca', 'fr'],
  ['fr;q=0', 'en'],
  ['de, fr;q=0.5, en;q=0.4', 'fr'],
  ['en, fr', 'en'],
  ['*, fr;q=0.9', 'en'],
  ['fr;q=2', 'en'],
  ['fr;q=abc', 'en'],
  [',,;;q=', 'en'],
  ['toString', 'en'],
])('Accept-Language %j is served in %s', (header, expected) => {
  expect(chooseLanguage(header)).toBe(expected)
})

test.each([undefined, 'de', '*', 'de, *;q=0.5', 'en;q=0'])(
  '%j asks for none of ours: the other one',
  (header) => {
    expect(chooseLanguage(header, 'fr')).toBe('fr')
    expect(chooseLanguage(header, 'en')).toBe('en')
  },
)
