import { type CatalogDefinition, endpoints } from '@tollkeeper/contract'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { refuseDeep } from '../../src/api/parse.ts'
import { demoCatalog } from '../../src/demo/catalog.ts'
import { diffCatalog } from '../../src/domain/catalog/diff.ts'
import { normaliseCatalog } from '../../src/domain/catalog/normalise.ts'
import { languages } from '../../src/language/index.ts'
import { sayPhrase } from '../../src/language/say-phrase.ts'
import { findCatalogProblems, invalidCatalog } from '../../src/operations/catalog/read.ts'
import { nonsense, spoilt } from '../proof/isolation/nonsense.ts'
import { runs } from '../proof/support/random.ts'

const french = (message: string) => sayPhrase(languages.fr.phrases, message)

const catalog: CatalogDefinition = {
  ...demoCatalog,
  bundles: { all: { addOns: ['extra_storage'], prices: { XOF: { month: 100 } } } },
  plans: {
    ...demoCatalog.plans,
    rich: {
      prices: {
        XOF: {
          month: {
            amountMinor: 1000,
            perUnit: { seats: '1.5' },
            minimumMinor: 5000,
            components: {
              use: {
                feature: 'tickets',
                model: { graduated: [{ upTo: 5, unitMinor: '1' }, { flatMinor: '2' }] },
              },
              part: { feature: 'prompts', model: { percentage: { percent: 1, minimumMinor: 3 } } },
            },
          },
        },
      },
      allowances: {
        tickets: { limit: 5, window: 'billing_period', rollover: { cap: 3, sharePercent: 50, windows: 2 } },
        prompts: { limit: 5, policy: { soft: { graceAmount: 1, graceDays: 2 } }, window: 'billing_period' },
        agents: { limit: 3, scope: 'member' },
      },
      policies: {
        failure: { negligible: { XOF: 5 } },
        disputes: { open: 'full', lost: 'keep' },
        retries: { hour: 3, afterDays: [1, 2] },
        dunning: { hour: 8, steps: [{ afterDays: 1, letter: 'friendly' }] },
      },
    },
  },
}

/** What comes this far: neither what is no JSON nor what is refused for its depth. */
function read(body: string): unknown {
  try {
    const input: unknown = JSON.parse(body)
    refuseDeep(body, input)
    return input
  } catch {
    return {}
  }
}

describe('QE-19 what is wrong with a catalog is told in French', () => {
  test('nothing is wrong with the one that is spoilt here', () => {
    expect(findCatalogProblems(catalog).problems).toEqual([])
  })

  test('whatever it is', () => {
    const untold = new Set<string>()
    let told = 0
    fc.assert(
      fc.property(nonsense, (wrong) => {
        const sent = spoilt(endpoints.catalog.put, { body: catalog }, wrong)
        const input = read(sent.body as string)
        for (const { message } of invalidCatalog(findCatalogProblems(input).problems).errors) {
          told += 1
          if (french(message) === message) untold.add(message.slice(0, 300))
        }
      }),
      { seed: 19, numRuns: runs(4_000) },
    )
    expect(told).toBeGreaterThan(runs(4_000))
    expect([...untold]).toEqual([])
  })

  test.each([
    [{ ...catalog, foo: 1 }, '« foo » n’est pas connu ici ; sont connus : operator,'],
    [{ ...catalog, foo: 1, bar: 2 }, '"foo", "bar" ne sont pas connus ici ; sont connus : operator,'],
    [{ ...catalog, plans: { free: { policies: 5 } } }, 'Utilisez un objet avec usageOnChange,'],
  ])('with the names the author wrote, %#', (input, beginning) => {
    const [{ message }] = invalidCatalog(findCatalogProblems(input).problems).errors as unknown as [
      { message: string },
    ]
    expect(french(message).slice(0, beginning.length)).toBe(beginning)
  })

  test('and what can not change', () => {
    const current = { features: [{ id: 1, key: 'tickets', kind: 'meter', scale: 0, valueType: null }] }
    const before = { plans: [], addOns: [], bundles: [], coupons: [], taxRates: [], ...current }
    const next = normaliseCatalog({ features: { tickets: { kind: 'gauge' } }, plans: {} })
    const archived = { features: [], plans: [], addOns: [], bundles: [] }
    const { problems } = diffCatalog({ ...before, archived, operator: {} } as never, next, new Set())
    const [{ message }] = invalidCatalog(problems).errors as unknown as [{ message: string }]
    expect(message).toMatch(/ names it\.$/)
    expect(french(message)).toBe(
      'Le champ kind d’une fonctionnalité connue ne peut pas passer de meter à gauge. Déclarez une fonctionnalité sous une autre clé, et retirez celle-ci quand aucune offre ne la nomme.',
    )
  })
})
