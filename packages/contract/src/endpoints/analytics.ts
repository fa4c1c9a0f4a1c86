import { z } from 'zod'
import { type Endpoint, endpoint } from '../endpoint.ts'
import { callerId, currency, instant } from '../primitives.ts'

const moment = z.union([
  z.string().regex(/^\d{4}-\d\d-\d\d$/, 'Use a date such as 2026-03-01, or a point in time'),
  instant,
])

export const analyticsIntervals = ['day', 'week', 'month'] as const
export const analyticsSegments = ['plan', 'spend', 'tenure', 'stage'] as const

const rangeFields = {
  from: moment
    .optional()
    .describe(
      "A date in the operator's time zone, or an instant; the interval that holds it is the first one",
    ),
  to: moment
    .optional()
    .describe('Where the range ends, exclusive; the end of the running interval unless told'),
  interval: z.enum(analyticsIntervals).default('month'),
  testClock: z
    .string()
    .max(100)
    .optional()
    .describe('Only the customers on this clock; unless told, only those on none'),
}
const customerFields = {
  ...rangeFields,
  plan: callerId.optional().describe('Only what belongs to this plan'),
  segment: z
    .enum(analyticsSegments)
    .optional()
    .describe('One series for each: plan, band of spending, months of tenure, stage of the lifecycle'),
}
const moneyFields = { ...customerFields, currency: currency.optional().describe('Every one unless told') }

const rate = z.object({
  numerator: z.number(),
  denominator: z.number(),
  rate: z.number().nullable().describe('The quotient; null where the denominator is 0'),
})
const count = z.number()
const minor = z.number().describe('In minor units of the currency')

const report = <Point extends z.ZodRawShape>(point: Point) =>
  z.object({
    object: z.literal('report'),
    livemode: z.boolean(),
    interval: z.enum(analyticsIntervals),
    timeZone: z.string().describe("The operator's, in which days and months begin"),
    from: instant,
    to: instant,
    series: z
      .array(
        z.object({
          currency: currency.nullable().describe('null for what is not money'),
          segment: z.string().nullable().describe('null for everything together'),
          points: z.array(z.object({ start: instant, end: instant, ...point })),
        }),
      )
      .describe('One for each currency and segment that there is'),
  })

const figure = <Path extends string, Query extends z.ZodObject, Point extends z.ZodRawShape>(
  path: Path,
  summary: string,
  description: string,
  query: Query,
  point: Point,
) =>
  endpoint({
    method: 'GET',
    path: `/v1/analytics/${path}`,
    summary,
    description,
    scope: 'analytics:read',
    query,
    response: report(point),
    idempotency: 'natural',
  } satisfies Endpoint)

const ofCustomers = z.object({
  ...customerFields,
  currency: currency.optional().describe('Only customers billed in it, and invoices in it'),
})
const ofMoney = z.object(moneyFields)
/** Nothing but the plan is known of every one of them. */
const { plan } = customerFields

export const analytics = {
  mrr: figure(
    'mrr',
    'Monthly recurring revenue, and what moved it',
    'Opening plus movements is closing, exactly. Per customer and currency: the first revenue is new, the last that ' +
      'goes is churn, what comes after churn is a reactivation. With `plan`, or by plan, who comes from another plan ' +
      'is expansion there and contraction in the other.',
    ofMoney,
    {
      openingMinor: minor,
      newMinor: minor,
      expansionMinor: minor,
      contractionMinor: minor.describe('Negative'),
      churnMinor: minor.describe('Negative'),
      reactivationMinor: minor,
      closingMinor: minor,
      customers: count.describe('Who pay at the end'),
    },
  ),
  arr: figure(
    'arr',
    'Annual recurring revenue',
    'Twelve times the MRR at the end of each interval.',
    ofMoney,
    {
      arrMinor: minor,
    },
  ),
  arpu: figure(
    'arpu',
    'Average revenue per paying customer',
    'MRR at the end of the interval over the customers who pay then.',
    ofMoney,
    { arpu: rate },
  ),
  ltv: figure(
    'ltv',
    'Lifetime value of a customer',
    'ARPU at the end of the interval, divided by the share of paying customers that the interval lost and times the ' +
      'months the interval has (a week 12/52, a day 12/365). Null while nobody was lost: there is nothing to divide by.',
    ofMoney,
    { arpu: rate, logoChurn: rate, ltvMinor: minor.nullable() },
  ),
  churn: figure(
    'churn',
    'Churn of customers and of revenue',
    'Logo churn: who paid at the start and pays nothing at the end, over who paid at the start. Revenue churn: churn ' +
      'and contraction over the opening MRR; net revenue churn takes expansion and reactivation off.',
    ofMoney,
    { logo: rate, revenue: rate, netRevenue: rate },
  ),
  trials: figure(
    'trials',
    'Trial conversion',
    'Trials that became paid, over trials that ended in the interval. A trial that is canceled has ended.',
    ofCustomers,
    { conversion: rate },
  ),
  retention: figure(
    'retention',
    'Cohort retention',
    'Of the customers whose first revenue fell into the interval: how many still paid at the end of it and of each one ' +
      'after it, and how much.',
    ofMoney,
    {
      customers: count,
      revenueMinor: minor.describe('At the end of the first interval'),
      retained: z.array(z.object({ end: instant, customers: rate, revenue: rate })),
    },
  ),
  revenue: figure(
    'revenue',
    'Revenue billed, collected, refunded and earned',
    'Billed: invoices less credit notes by date of issue, with and without tax. Collected: receipts. Refunded: refunds ' +
      'that succeeded. Earned: what was moved to the account of revenue, day by day of the service.',
    ofMoney,
    {
      billedMinor: minor,
      billedNetMinor: minor,
      collectedMinor: minor,
      refundedMinor: minor,
      earnedMinor: minor,
    },
  ),
  recovered: figure(
    'recovered',
    'Revenue recovered after a failure',
    'Paid in the interval on invoices whose collection had failed or that were dunned. The rate is of the invoices that ' +
      'first failed in the interval: those that have been paid since, over all of them.',
    ofMoney,
    { recoveredMinor: minor, invoices: count, recovery: rate },
  ),
  quota: figure(
    'quota',
    'Quota hit rate',
    'Refusals for quota over decisions on quota, under the plan that was in force then. Counted by each process and ' +
      'added up every few seconds: what a killed process had not added yet is missing.',
    z.object({
      ...rangeFields,
      plan,
      segment: z.enum(['feature', 'plan']).optional().describe('One series for each'),
    }),
    { quotaHit: rate },
  ),
  suspensions: figure(
    'suspensions',
    'Suspension rate',
    'Customers suspended in the interval, by hand or by dunning, over customers that got in at its start.',
    ofCustomers,
    { suspension: rate },
  ),
  overdue: figure(
    'overdue',
    'Overdue invoice rate',
    'Of the invoices issued in the interval: those past due and unpaid now, over all of them. Void ones count in neither.',
    ofCustomers,
    { overdueInvoice: rate },
  ),
  figures: figure(
    'figures',
    'The four rates together',
    'Quota hits, suspensions, trial conversion and overdue invoices, each a numerator over a denominator.',
    z.object({
      ...rangeFields,
      plan,
      segment: z.enum(['plan']).optional().describe('One series for each'),
    }),
    { quotaHit: rate, suspension: rate, trialConversion: rate, overdueInvoice: rate },
  ),
}
