import { expect, test } from 'vitest'
import { z } from 'zod'
import { clientApi } from '../../../scripts/generators/client.ts'
import type { CallDefinition } from '../../../scripts/generators/client.ts'

const seat = z.object({
  object: z.literal('seat'),
  id: z.string().describe('Your own id'),
  heldBy: z.string().nullable(),
  since: z.iso.datetime(),
})
const page = (item: z.ZodType) =>
  z.object({
    object: z.literal('list'),
    data: z.array(item),
    hasMore: z.boolean(),
    nextCursor: z.string().nullable(),
  })

const call = (definition: Partial<CallDefinition>): CallDefinition => ({
  method: 'GET',
  path: '/v1/seats/{id}',
  summary: 'Read a seat',
  response: seat,
  idempotency: 'natural',
  ...definition,
})

const generate = (seats: Record<string, CallDefinition>) =>
  clientApi({ endpoints: { seats }, errorCodes: { not_found: {} } })

test('a response is named by its object, once, and says what its members are', () => {
  const text = generate({ get: call({}), take: call({ method: 'POST', summary: 'Take a seat' }) })
  expect(text.match(/interface Seat /g)).toHaveLength(1)
  expect(text).toContain(`export interface Seat {
  object: 'seat'
  /** Your own id */
  id: string
  heldBy: string | null
  since: string
}`)
  expect(text).toContain('get(id: string, options?: RequestOptions): Promise<Seat>')
  expect(text).toContain('take(id: string, options?: RequestOptions): Promise<Seat>')
})

test('a second shape of one object gets a longer name, and what is read keeps the short one', () => {
  const text = generate({
    create: call({ method: 'POST', path: '/v1/seats', response: seat.extend({ secret: z.string() }) }),
    get: call({}),
    delete: call({
      method: 'DELETE',
      response: z.object({ object: z.literal('seat'), deleted: z.literal(true) }),
    }),
  })
  expect(text).toContain('create(options?: RequestOptions): Promise<SeatsCreateSeat>')
  expect(text).toContain('get(id: string, options?: RequestOptions): Promise<Seat>')
  expect(text).toContain('delete(id: string, options?: RequestOptions): Promise<DeletedSeat>')
})

test('the ids of a path are named after what they belong to', () => {
  const text = generate({
    put: call({ method: 'PUT', path: '/v1/test-clocks/{id}/seats/{seatId}' }),
    get: call({ path: '/v1/seats/{id}' }),
  })
  expect(text).toContain('put(testClockId: string, seatId: string, options?')
  expect(text).toContain('get(id: string, options?')
})

test('a file is its bytes', () => {
  const text = generate({
    print: call({ path: '/v1/seats/{id}/pdf', response: z.string(), file: 'application/pdf' }),
  })
  expect(text).toContain('print(seatId: string, options?: RequestOptions): Promise<Uint8Array>')
  expect(text).toContain("path: '/v1/seats/{id}/pdf', idempotent: true, answers: 'file'")
})

test('a list becomes pages, a stream a stream, and both are marked in the table', () => {
  const text = generate({
    list: call({
      path: '/v1/seats',
      response: page(seat),
      query: z.object({ limit: z.coerce.number().default(20) }),
    }),
    follow: call({ path: '/v1/seats/stream', stream: true }),
  })
  expect(text).toContain('list(query?: SeatsListQuery, options?: RequestOptions): Pages<Seat>')
  expect(text).toContain('follow(options?: EventStreamOptions): EventStream<Seat>')
  expect(text).toContain(
    `list: { method: 'GET', path: '/v1/seats', idempotent: true, query: true, answers: 'pages' },`,
  )
  expect(text).toContain(
    `follow: { method: 'GET', path: '/v1/seats/stream', idempotent: true, answers: 'stream' },`,
  )
})

test('a body takes what may be sent: defaults are optional, times may be dates', () => {
  const body = z.object({
    at: z.iso.datetime(),
    count: z.int().default(1),
    tags: z.array(z.enum(['a', 'b'])).optional(),
  })
  const text = generate({
    take: call({ method: 'POST', body }),
    leave: call({ method: 'POST', body: body.partial() }),
  })
  expect(text).toContain(`export interface SeatsTakeBody {
  at: string | Date
  /** Default: \`1\`. */
  count?: number
  tags?: readonly ('a' | 'b')[]
}`)
  expect(text).toContain('take(id: string, body: SeatsTakeBody, ')
  expect(text).toContain('leave(id: string, body?: SeatsLeaveBody, ')
})

test('a query takes what its text means', () => {
  const query = z.object({
    open: z.stringbool().optional(),
    kinds: z
      .string()
      .transform((text) => text.split(','))
      .describe('Separated by commas'),
  })
  const text = generate({ list: call({ path: '/v1/seats', query }) })
  expect(text).toContain(`export interface SeatsListQuery {
  open?: boolean
  /** Separated by commas */
  kinds: string | readonly string[]
}`)
  expect(text).toContain('list(query: SeatsListQuery, ')
})

test.each([
  ['a union', z.union([z.string(), z.number(), z.null()]), 'string | number | null'],
  ['an array of a union', z.array(z.union([z.string(), z.number()])), '(string | number)[]'],
  ['a record', z.record(z.string(), z.boolean().nullable()), 'Record<string, boolean | null>'],
  ['some of the keys', z.partialRecord(z.enum(['x', 'y']), z.int()), "Partial<Record<'x' | 'y', number>>"],
  ['all of the keys', z.record(z.enum(['x', 'y']), z.int()), "Record<'x' | 'y', number>"],
  ['a tuple', z.tuple([z.string(), z.int()]), '[string, number]'],
  ['anything', z.unknown(), 'unknown'],
  ['a quote in a literal', z.literal("it's"), "'it\\'s'"],
  [
    'alternatives',
    z.discriminatedUnion('t', [z.object({ t: z.literal(1) }), z.object({ t: z.literal(2) })]),
    '{\n    t: 1\n  } | {\n    t: 2\n  }',
  ],
])('reads %s', (_, member, type) => {
  expect(generate({ get: call({ response: z.object({ object: z.literal('seat'), member }) }) })).toContain(
    `  member: ${type}\n`,
  )
})

test('a schema that contains itself refers to itself', () => {
  const node = z.object({
    id: z.string(),
    get parts() {
      return z.array(node)
    },
  })
  const text = generate({ get: call({ response: z.object({ object: z.literal('seat'), node }) }) })
  expect(text).toMatch(/parts: (\w+)\[\]/)
})

test('the same contract gives the same text', () => {
  const seats = { get: call({}), list: call({ path: '/v1/seats', response: page(seat) }) }
  expect(generate(seats)).toBe(generate(seats))
})
