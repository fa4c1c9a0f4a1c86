import type { Context, Environment } from '../../context.ts'
import type { Operator } from '../../domain/catalog/model.ts'
import { chooseLanguage } from '../../language/index.ts'
import type { PaymentProvider } from '../../providers/payments.ts'
import { Refusal } from '../../refusal.ts'

/**
 * Where the operator wants to be paid by hand: in the reader's language, else in its own, else in whichever it wrote.
 *
 * @param reader a language tag
 * @returns empty where it says nothing
 */
export function instructionsIn({ paymentInstructions, language }: Operator, reader: string): string {
  const wanted = [reader, language].map((tag) => paymentInstructions[chooseLanguage(tag)])
  return (
    [...wanted, ...Object.values(paymentInstructions)].find((text) => text !== undefined && text !== '') ?? ''
  )
}

/** Whose money people see and record. @throws Refusal `payment_provider_unknown` where there is none */
export function providerByHand({ payments }: Context, environment: Environment): PaymentProvider {
  for (const name of payments.names()) {
    const provider = payments.provider(name, environment)
    if (provider.capabilities.byHand) return provider
  }
  throw new Refusal('payment_provider_unknown', { values: { provider: 'by hand' } })
}
