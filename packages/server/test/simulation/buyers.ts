/** Who buys: the kinds of customers whose documents are made each in another way. */
import type { Random } from '../proof/support/random.ts'

export interface Buyer {
  /** Empty: nobody told. */
  locale: string
  /** As it is put; what isn't told is put back to nothing. */
  billing: {
    name: string
    address: { line1: string; city?: string; postalCode?: string; region?: string; country: string } | null
    vatId: string | null
    taxExempt: boolean
    exemptionReason: string
  }
}

function buyer(locale: string, name: string, more: Partial<Buyer['billing']>): Buyer {
  return {
    locale,
    billing: { name, address: null, vatId: null, taxExempt: false, exemptionReason: '', ...more },
  }
}

const paris = { line1: '2 rue Basse', postalCode: '75011', city: 'Paris', country: 'FR' }
const dakar = { line1: '4 avenue Pompidou', city: 'Dakar', country: 'SN' }
const berlin = { line1: 'Hauptstraße 5', postalCode: '10827', city: 'Berlin', country: 'DE' }

const buyers: readonly Buyer[] = [
  buyer('fr', 'Élodie & Fils', { address: paris, vatId: 'FR40303265045' }),
  buyer('fr-FR', 'Société « L’Œuvre »', { address: paris }),
  buyer('fr-SN', 'Clinique du Point E', { address: dakar }),
  buyer('fr', 'Mairie <de> Dakar', { address: dakar }),
  buyer('en', 'Low Street Ltd', { address: { line1: '2 Low Street', city: 'Boston', country: 'US' } }),
  // accounts for the tax itself, and somebody next door who can't
  buyer('en', 'Müller GmbH', { address: berlin, vatId: 'DE136695976' }),
  buyer('', 'Jürgen Groß', { address: berlin }),
  buyer('fr', 'Ambassade', {
    address: paris,
    taxExempt: true,
    exemptionReason: 'Article 151 de la directive',
  }),
  buyer('en', 'A charity', { address: paris, taxExempt: true }),
  // pays two taxes on each line
  buyer('fr-CA', 'Érablière du Nord', {
    address: { line1: '7 rue Haute', city: 'Québec', region: 'QC', country: 'CA' },
  }),
  // of whom not all is known
  buyer('fr', '', { address: paris }),
  buyer('', 'Nobody’s neighbour', {}),
  buyer('', '', {}),
]

export const drawBuyer = (random: Random): Buyer => random.pick(buyers)

/** One after the other, so that a small world has most of them. */
export const buyerNumber = (number: number): Buyer => buyers[number % buyers.length] as Buyer
