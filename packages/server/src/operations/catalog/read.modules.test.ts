import { expect, it } from 'vitest'
import { findCatalogProblems } from './read.ts'

const catalog = (component: unknown) => ({
  features: { calls: { kind: 'meter' } },
  plans: {},
  addOns: {
    module: {
      kind: 'recurring',
      prices: { XOF: { month: { components: { it: component } } } },
      allowances: { calls: { limit: 'unlimited', window: 'billing_period' } },
    },
  },
})

it.each([
  [{ feature: 'calls', model: { perUnit: '2' } }, 'feature', 'Only a plan charges use'],
  [{ timing: 'arrears', model: { flat: 5 } }, 'timing', 'Only a plan charges afterwards'],
])(
  'what a module would charge afterwards is refused, as no invoice would have it: %j',
  (component, field, told) => {
    const [problem] = findCatalogProblems(catalog(component)).problems
    expect(problem?.path).toBe(`addOns.module.prices.XOF.month.components.it.${field}`)
    expect(problem?.message).toContain(told)
  },
)
