import { describe, expect, test } from 'vitest'
import { letterNames, type LetterName } from '../../../domain/deliveries/letters.ts'
import type { SiteFailure } from '../../../domain/sites/model.ts'
import { factsOf, languageOf } from './facts.ts'
import { renderLetter, renderMessage } from './render.ts'

const names = { featureName: (key: string) => key, planName: (key: string) => key }
const everything = {
  feature: 'tickets',
  member: 'awa',
  threshold: 80,
  used: 1_600,
  limit: 2_000,
  windowEnd: '2026-04-01T00:00:00.000Z',
  upgrade: {
    plan: 'enterprise',
    name: 'Enterprise',
    limit: { unlimited: false, amount: 999_999 },
    price: { currency: 'XOF', interval: 'month', amountMinor: 120_000 },
  },
  plan: 'professional',
  previousPlan: 'essential',
  trialEndAt: '2026-04-01T00:00:00.000Z',
  currency: 'EUR',
  totalMinor: 14_900,
  number: 'INV-2026-000001',
  dueAt: '2026-04-15T00:00:00.000Z',
  reason: 'no answer',
  label: 'Visa 4242',
  instructions: { text: 'Account 17', reference: 'ABCDE-12345' },
  expires: '2027-04',
  url: 'https://pay.example/1?a=b&c="d"',
}
const facts = (language: 'en' | 'fr', payload: Record<string, unknown>, customer = 'Kiosk & Sons <b>') =>
  factsOf({ payload, customer, operator: 'Queues', timeZone: 'Africa/Abidjan', language, ...names })

test.each([
  ['en', 'Your subscription to Essential has changed.', 'Seats: 8 → 1,200'],
  ['fr', 'Votre abonnement à l’offre Essential a changé.', 'Seats : 8 → 1\u202f200'],
] as const)('CP-3 other seats of the same plan are told as such (%s)', (language, sentence, seats) => {
  const payload = {
    plan: 'essential',
    previousPlan: 'essential',
    previousQuantities: { seats: 8, kept: 1 },
    quantities: { seats: 1_200, kept: 1 },
  }
  const own = { featureName: () => 'Seats', planName: () => 'Essential' }
  const of = { payload, customer: 'Kiosk', operator: 'Queues', timeZone: 'UTC', language, ...own }
  const { text } = renderLetter(language, 'subscription_changed', factsOf(of), { livemode: true })
  expect(text).toContain(sentence)
  expect(text).toContain(seats)
  expect(text).not.toContain('→ 1\n')
})

test.each([
  [
    'en',
    'for invoice INV-1. Thank you.',
    'Invoice INV-2: €30.00',
    '€20.00 of it is on your balance with us.',
  ],
  [
    'fr',
    'pour la facture INV-1. Merci.',
    'Facture INV-2 : 30,00\u00a0€',
    '20,00\u00a0€ sont portés à votre solde chez nous.',
  ],
] as const)('QE-19 money that came in is told with what it paid (%s)', (language, one, several, rest) => {
  const text = (payload: object) =>
    renderLetter(
      language,
      'payment_received',
      facts(language, { currency: 'EUR', amountMinor: 6_000, ...payload }),
      {
        livemode: true,
      },
    ).text
  const first = { invoice: 'inv_1', number: 'INV-1', amountMinor: 1_000 }
  const second = { invoice: 'inv_2', number: 'INV-2', amountMinor: 3_000 }
  expect(text({ allocations: [first], toBalanceMinor: 0 })).toContain(one)
  const both = text({ allocations: [first, second], toBalanceMinor: 2_000 })
  expect(both).toContain(several)
  expect(both).toContain(rest)
})

test.each([
  ['en', 'It goes on as a subscription, at its price.', 'Subscribe to go on after it.'],
  ['fr', 'Il se poursuit par un abonnement, au prix de celui-ci.', 'Abonnez-vous pour continuer ensuite.'],
] as const)('ST-2 who is on trial is told what follows it (%s)', (language, onward, over) => {
  const text = (converts: boolean) =>
    renderLetter(language, 'trial_ending', facts(language, { converts }), { livemode: true }).text
  expect(text(true)).toContain(onward)
  expect(text(false)).toContain(over)
})

describe.each(['en', 'fr'] as const)('QE-19 letters in %s', (language) => {
  test.each(letterNames)('%s says everything it knows, and is whole without it', (name) => {
    for (const payload of [everything, {}]) {
      const letter = renderLetter(language, name, facts(language, payload), { livemode: true })
      for (const text of [letter.subject, letter.text, letter.html]) {
        expect(text).not.toMatch(/undefined|null|NaN|\[object/)
        expect(text, 'no gap where a fact is missing').not.toMatch(/ {2,}[^\n]|\s[,.](?=\s)|\(\)/)
      }
      expect(letter.subject).not.toContain('\n')
      expect(letter.html).toContain(`lang="${language}"`)
      expect(letter.html, 'what a caller wrote is text').not.toContain('<b>')
      expect(letter.html, 'nothing is fetched').not.toMatch(/<(img|script|link|iframe)|src=/)
    }
  })
})

const siteFailures: SiteFailure[] = [
  'address_refused',
  'name_not_found',
  'connection_failed',
  'tls_failed',
  'timed_out',
  'redirected',
  'http_status',
  'answer_invalid',
]

describe.each(['en', 'fr'] as const)('QE-19 why, in a letter to the operator in %s', (language) => {
  const said = (name: LetterName, payload: Record<string, unknown>) =>
    renderLetter(language, name, facts(language, payload), { livemode: true, audience: 'operator' }).text

  test.each(siteFailures)('is words: %s', (reason) => {
    expect(said('seats_sync_failed', { reason })).not.toMatch(/[a-z]_[a-z]/)
  })

  test.each([
    ['dispute_opened', { reason: 'fraudulent' }],
    ['refund_failed', { reason: 'asked for', failure: 'account_closed' }],
  ] as const)('is words: %s', (name, payload) => {
    const text = said(name, payload)
    expect(text).not.toMatch(/[a-z]_[a-z]|fraudulent|asked for/)
    expect(text.length).toBeGreaterThan(said(name, {}).length)
  })

  test('is what the provider wrote, where there are no words for it', () => {
    expect(said('dispute_opened', { reason: 'Not as described' })).toContain('Not as described.')
  })
})

test('GT-5 a threshold names what is used, when it comes back, and the upgrade with its price', () => {
  const { subject, text } = renderLetter('fr', 'threshold', facts('fr', everything, 'Kiosque'), {
    livemode: false,
  })
  expect(subject.replaceAll(/\s/g, ' ')).toBe('tickets : 80 % utilisés')
  const plain = text.replaceAll(/\p{Zs}/gu, ' ')
  expect(plain).toContain('environnement de test')
  expect(plain).toContain('Utilisé : 1 600 sur 2 000.')
  expect(plain).toContain('1er avril 2026')
  expect(plain).toContain('L’offre Enterprise comprend 999 999 et coûte 120 000 F CFA.')
})

test('a link is followed only to the web, and is escaped', () => {
  const link = (url: string) =>
    renderLetter('en', 'action_required', facts('en', { url }), { livemode: true }).html
  expect(link('https://pay.example/?a=1&b="2"')).toContain(
    'href="https://pay.example/?a=1&amp;b=&quot;2&quot;"',
  )
  expect(link('javascript:alert(1)')).not.toContain('href')
})

test('a trial that ends at midnight is over on the day before, which was its last', () => {
  const text = (language: 'en' | 'fr') =>
    renderLetter(language, 'trial_ending', facts(language, { trialEndAt: '2026-01-25T00:00:00.000Z' }), {
      livemode: true,
    }).subject
  expect(text('fr')).toBe('Votre essai se termine le 24 janvier 2026')
  expect(text('en')).toBe('Your trial ends on January 24, 2026')
})

test('who is suspended reads which invoice, how much, and where to pay', () => {
  const owed = {
    number: 'FA-7',
    currency: 'EUR',
    amountDueMinor: 1250,
    dueAt: '2026-03-01T00:00:00.000Z',
    url: 'https://pay.example/7',
  }
  const { text } = renderLetter('fr', 'suspended', facts('fr', owed), { livemode: true })
  const plain = text.replaceAll(/\p{Zs}/gu, ' ')
  expect(plain).toContain(
    'La facture FA-7 de 12,50 €, à régler au plus tard le 1er mars 2026, reste impayée.',
  )
  expect(plain).toContain('Payer maintenant : https://pay.example/7')
})

test('French elides before a vowel', () => {
  const subject = (operator: string) =>
    renderLetter('fr', 'invoice_issued', { ...facts('fr', { number: 'FA-1' }), operator }, { livemode: true })
      .subject
  expect(subject('Émile & Fils')).toBe('Facture FA-1 d’Émile & Fils')
  expect(subject('Queues')).toBe('Facture FA-1 de Queues')
})

test('a chat message can mention nobody', () => {
  const message = renderMessage('en', 'refused', facts('en', { feature: 'x' }, '<!channel> & <@U1>'))
  expect(message).toContain('*&lt;!channel&gt; &amp; &lt;@U1&gt;*')
})

test('a locale is written in the nearest language', () => {
  expect(['fr-SN', 'fr_FR', 'en-GB', 'wo', ''].map(languageOf)).toEqual(['fr', 'fr', 'en', 'en', 'en'])
})
