import type { FeatureDefinition } from '@tollkeeper/contract'
import { isCurrency } from '../money/index.ts'

/** What the rules of a catalog's parts need of the whole. */
export interface Scope {
  features: Map<string, FeatureDefinition>
  leftOut: ReadonlySet<string>
  add: (path: string, message: string) => void
}

/** The shape takes three capital letters; whether they are a currency is for whoever rounds in it. */
export function validateCurrencies({ add }: Pick<Scope, 'add'>, path: string, codes: string[]): void {
  for (const code of codes) {
    if (!isCurrency(code))
      add(
        `${path}.${code}`,
        `"${code}" is no currency of ISO 4217 that is in use. Use a code such as XOF, EUR or USD`,
      )
  }
}

export function declared(keys: string[]): string {
  if (keys.length === 0) return 'None is declared'
  const shown = keys.slice(0, 12).join(', ')
  return `Declared ${keys.length === 1 ? 'is' : 'are'} ${shown}${keys.length > 12 ? ', …' : ''}`
}
