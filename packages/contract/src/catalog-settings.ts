/** Who sells, what is taken off and what tax is added: what belongs to the catalog as a whole. */
import { z } from 'zod'
import { amountMinor, exactlyOneOf, fields, matching, name, percent, taxCategory } from './catalog-words.ts'
import { isCountry } from './countries.ts'
import { callerId, currency, writtenInstant } from './primitives.ts'

const COUNTRY = 'Use an ISO 3166 code such as SN'
const country = z
  .string(COUNTRY)
  .regex(/^[A-Z]{2}$/, { error: COUNTRY, abort: true })
  .refine(isCountry, COUNTRY)
const prefix = matching(
  /^[A-Z][A-Z0-9]{0,7}$/,
  'Use 1 to 8 capital letters and digits that begin with a letter, such as INV',
)
const line = z.string('Use text in quotes').max(200)
const paragraph = z.string('Use text in quotes').max(2000)

export const operatorDefinition = fields({
  name: name.optional().describe('Who sells, as documents name it.'),
  email: z.email('Use an e-mail address').max(320).optional(),
  address: fields({
    line1: line.min(1, 'Give the street'),
    line2: line.optional(),
    postalCode: line.optional(),
    city: line.optional(),
    region: line.optional(),
    country,
  }).optional(),
  taxIds: z
    .array(
      fields({
        type: matching(/^[a-z][a-z0-9_]{0,31}$/, 'Use small letters, such as "vat" or "ninea"'),
        value: z.string('Give the number in quotes').min(1, 'Give the number').max(64),
      }),
      'Use a list such as [{type: "vat", value: "FR40303265045"}]',
    )
    .max(10)
    .optional(),
  logo: matching(
    /^data:image\/(png|jpeg);base64,[A-Za-z0-9+/]+=*$/,
    'Use a data URI of a PNG or JPEG: data:image/png;base64,…',
  )
    .optional()
    .describe('A data URI of a PNG or JPEG, of at most 256 kB.'),
  footer: paragraph.optional().describe('At the foot of every document.'),
  paymentInstructions: z
    .record(
      matching(/^[a-z]{2}$/, 'Use a language such as en or fr'),
      paragraph,
      'Write where to pay by language: {en: "By transfer to …"}',
    )
    .optional()
    .describe(
      'Where to pay by transfer or in cash, in the language of the reader: {en: "…", fr: "…"}. Where theirs is left out, ' +
        'they read it in yours.',
    ),
  invoicePrefix: prefix.optional().describe('Begins the numbers of invoices. "INV" unless told.'),
  creditNotePrefix: prefix.optional().describe('Begins the numbers of credit notes. "CN" unless told.'),
  attachDocuments: z
    .boolean('Use true or false')
    .optional()
    .describe('Letters about an invoice or a credit note carry its PDF. True unless told.'),
  timeZone: z
    .string('Use an IANA name in quotes, such as Africa/Abidjan')
    .max(64)
    .optional()
    .describe('Where jobs have their hours: an IANA name. UTC unless told.'),
  language: z
    .string()
    .regex(/^[a-z]{2,3}(-[A-Za-z0-9]{2,8})*$/, 'Use a language tag such as en or fr')
    .max(35)
    .optional()
    .describe('Of documents for customers that have none. "en" unless told.'),
})

export const couponDefinition = exactlyOneOf(
  fields({
    name: name.optional().describe('On the invoice. The key, unless told.'),
    percentOff: percent.gt(0, 'Take more than 0 per cent off').optional(),
    amountOff: z
      .record(
        currency,
        amountMinor.min(1, 'Take more than 0 off'),
        'Write the amounts by currency: {XOF: 5000}',
      )
      .optional()
      .describe('Currency → minor units.'),
    periods: z
      .union(
        [z.literal('forever'), z.int().min(1, 'It holds for at least 1 invoice').max(1200)],
        'Use a number of invoices, or "forever"',
      )
      .optional()
      .describe('How many invoices of a subscription it holds for. 1 unless told.'),
    appliesTo: z
      .array(callerId, 'Use a list of keys, such as ["essential"]')
      .max(100)
      .optional()
      .describe('Keys of plans, add-ons and bundles. Everything unless told.'),
    redeemBy: writtenInstant(
      z.iso.datetime({ offset: true, error: 'Use a moment with its offset, such as 2027-01-01T00:00:00Z' }),
    )
      .optional()
      .describe('Nobody can redeem it from then on, such as 2027-01-01T00:00:00Z. No end unless told.'),
    maximumRedemptions: z
      .int('Use a whole number of redemptions')
      .min(1, 'At least 1 redemption')
      .max(1_000_000_000)
      .optional()
      .describe('No limit unless told.'),
    archived: z
      .boolean('Use true or false')
      .optional()
      .describe('No longer redeemed; those who have it keep it.'),
  }),
  ['percentOff', 'amountOff'],
  'Give either percentOff or amountOff',
)

const localDate = z.iso.date('Use a date such as 2026-01-31')

export const taxRateDefinition = fields({
  name: name.optional().describe('On the invoice, such as "VAT". The key, unless told.'),
  country,
  region: line
    .min(1, 'Give the region, or leave it out')
    .optional()
    .describe('The whole country unless told.'),
  category: taxCategory
    .optional()
    .describe('The `taxCategory` of what is sold that it is for. "standard" unless told.'),
  percent,
  from: localDate.optional().describe('The first day, local to the operator. No beginning unless told.'),
  until: localDate.optional().describe('The first day that it no longer holds. No end unless told.'),
})

export type OperatorDefinition = z.infer<typeof operatorDefinition>
export type CouponDefinition = z.infer<typeof couponDefinition>
export type TaxRateDefinition = z.infer<typeof taxRateDefinition>
