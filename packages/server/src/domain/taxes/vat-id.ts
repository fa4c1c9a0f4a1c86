/**
 * Whether a VAT id can be one: its form, and the check digits that its country prescribes.
 *
 * Owns: reading ids however they are written. Does not own: whether it is registered, which only the country knows.
 */
import { checksums } from './vat-checksums.ts'

/** The states of the European Union, by ISO 3166-1. */
export const EUROPEAN_UNION: readonly string[] =
  'AT BE BG CY CZ DE DK EE ES FI FR GR HR HU IE IT LT LU LV MT NL PL PT RO SE SI SK'.split(' ')

export interface VatId {
  /** ISO 3166-1: Greece is `GR` though its ids begin with `EL`. */
  country: string
  /** Without spaces and punctuation, in capitals. */
  id: string
}

/**
 * The id in its plain form, or null where its form or its check digits are wrong, or its country is none of the European
 * Union, the United Kingdom (`XI` for Northern Ireland), Switzerland and Norway.
 *
 * @example readVatId('fr 40 303 265 045') // { country: 'FR', id: 'FR40303265045' }
 */
export function readVatId(text: string): VatId | null {
  const plain = text.toUpperCase().replace(/[\s.\-/]/g, '')
  const prefix = plain.slice(0, 2)
  if (prefix === 'GR') return readVatId(`EL${plain.slice(2)}`)
  const isValid = checksums.get(prefix)
  if (isValid === undefined || !isValid(plain.slice(2))) return null
  return { country: countries[prefix] ?? prefix, id: plain }
}

const countries: Record<string, string> = { EL: 'GR', XI: 'GB' }
