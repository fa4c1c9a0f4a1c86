import { z } from 'zod'

/** Largest amount: 2⁵³ − 1, so that every amount survives JSON. */
export const MAX_AMOUNT = Number.MAX_SAFE_INTEGER

/** An id chosen by the caller: 1–255 of `[A-Za-z0-9_.:@+|=~-]`, not `.` or `..`. */
export const callerId = z
  .string()
  .regex(/^[A-Za-z0-9_.:@+|=~-]{1,255}$/, 'Use 1 to 255 of A-Z a-z 0-9 _ . : @ + | = ~ -')
  .refine((id) => id !== '.' && id !== '..', 'An id can be neither "." nor ".."')

const WRITTEN_INSTANT = /T\d\d:\d\d:\d\d(?:\.\d{1,9})?(?:Z|[+-]\d\d:\d\d)$/
const FIRST_AFTER_9999 = Date.UTC(10_000, 0, 1)
/** Periods that begin later may end after the last moment that can be written. */
const LATEST_START = Date.UTC(7000, 0, 1)

/** Told only where the form is right otherwise. */
export function writtenInstant<Schema extends z.ZodISODateTime>(schema: Schema): Schema {
  const isReadable = (text: string) => {
    const at = Date.parse(text)
    return WRITTEN_INSTANT.test(text) && at >= 0 && at < FIRST_AFTER_9999
  }
  return schema.refine(isReadable, {
    error: 'Use a moment from 1970 to 9999, to the second, such as 2026-03-01T00:00:00Z',
    when: ({ issues }) => issues.length === 0,
  })
}

/** A point in time from 1970 to 9999: ISO 8601 with an offset, for example `2026-03-01T00:00:00Z`. */
export const instant = writtenInstant(z.iso.datetime({ offset: true }).max(40))

/** One from which periods are counted, or clocks run. */
export const startInstant = instant.refine((text) => Date.parse(text) < LATEST_START, {
  error: 'Use a moment before the year 7000: what begins there also has to end',
  when: ({ issues }) => issues.length === 0,
})

/** A non-negative whole amount in units of the feature's scale. */
export const amount = z.int().min(0).max(MAX_AMOUNT)
export const positiveAmount = z.int().min(1).max(MAX_AMOUNT)
/** Of money, in minor units, that is entered at once: sums of many still stay exact. */
export const MAX_MONEY = 10 ** 13
export const positiveMoney = z.int().min(1).max(MAX_MONEY)

/** Up to 50 entries of the caller's own. */
export const metadata = z
  .record(z.string().min(1).max(64), z.union([z.string().max(1000), z.number(), z.boolean(), z.null()]))
  .refine((entries) => Object.keys(entries).length <= 50, 'At most 50 entries')

/** A decimal, in quotes or as a whole number: `"12.5"`, `1200`. */
export const decimal = z
  .union([
    z.int(),
    z.string().regex(/^-?(0|[1-9]\d{0,14})(\.\d{1,12})?$/, 'Use a decimal number in quotes, such as "12.5"'),
  ])
  .transform(String)

export const currency = z.string().regex(/^[A-Z]{3}$/, 'Use an ISO 4217 code such as XOF')
export const idempotencyKey = z.string().min(1).max(255)
/** Where a browser goes back to. */
export const webAddress = z.url({ protocol: /^https?$/ }).max(2000)
export const cursor = z.string().max(500)
export const listQuery = z.object({
  limit: z.coerce.number().int().min(1).max(100).default(20),
  cursor: cursor.optional(),
})
export const list = <Item extends z.ZodType>(item: Item) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    hasMore: z.boolean(),
    nextCursor: z.string().nullable(),
  })
/** A limit as it is shown: a number, or `null` beside `unlimited: true`. */
export const limitFields = { limit: z.number().nullable(), unlimited: z.boolean() }
