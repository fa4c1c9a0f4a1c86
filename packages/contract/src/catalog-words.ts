/** What the parts of a catalog are written with. */
import { z } from 'zod'
import { MAX_AMOUNT } from './primitives.ts'

/** An object that names the fields it knows when it meets one it doesn't. */
export function fields<Shape extends z.ZodRawShape>(shape: Shape) {
  return z.strictObject(shape, {
    error: (issue) =>
      issue.code === 'unrecognized_keys'
        ? `${issue.keys.map((key) => `"${key}"`).join(', ')} ${issue.keys.length === 1 ? 'is' : 'are'} not known here; known are ${Object.keys(shape).join(', ')}`
        : issue.code === 'invalid_type'
          ? `Use an object with ${Object.keys(shape).join(', ')}`
          : undefined,
  })
}

/** Told only where nothing else is wrong: a misspelt field is no second mistake. */
export function exactlyOneOf<Schema extends z.ZodObject>(
  schema: Schema,
  keys: readonly string[],
  error: string,
) {
  const isOne = (value: object) =>
    keys.filter((key) => (value as Record<string, unknown>)[key] !== undefined).length === 1
  return schema.refine(isOne, { error, when: ({ issues }) => issues.length === 0 })
}

/** Text of this form; the remedy is told whatever else it is, or when it is missing. */
export function matching(form: RegExp, remedy: string) {
  return z.string(remedy).regex(form, remedy)
}

export const name = z.string('Give a name in quotes').min(1, 'A name needs at least one character').max(200)
export const decimal = z
  .string('Use a decimal number in quotes, such as "12.5"')
  .regex(/^(0|[1-9]\d{0,14})(\.\d{1,12})?$/, 'Use a decimal number in quotes, such as "12.5"')
export const days = z.int('Use a whole number of days').min(0, 'Days cannot be negative').max(36_500)
export const positiveDays = z.int('Use a whole number of days').min(1, 'Use at least 1 day').max(3_650)
export const hour = z.int('Use an hour from 0 to 23').min(0).max(23, 'Use an hour from 0 to 23')
export const amountMinor = z
  .int('Use a whole number of minor units (19.00 USD is 1900; 15 000 XOF is 15000)')
  .min(0, 'A price cannot be negative')
export const units = z
  .number('Use a number')
  .min(0, 'It cannot be negative')
  .max(MAX_AMOUNT, 'More than 2^53 - 1 is not counted exactly')
/** Of a feature's units, before they are converted. */
export const limitQuantity = z.number('Use a number').min(0, 'A limit cannot be negative')
export const percent = z
  .number('Use a number of per cent, such as 5.5')
  .min(0, 'At least 0 per cent')
  .max(100, 'At most 100 per cent')
export const quantityKey = matching(
  /^[A-Za-z][A-Za-z0-9_-]{0,63}$/,
  'Use letters, digits, _ and -, such as "seats"',
)
export const taxCategory = matching(
  /^[a-z][a-z0-9_-]{0,63}$/,
  'Use "standard", "reduced", or a word of your own in small letters',
)
