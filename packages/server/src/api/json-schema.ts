/** The contract's schemas as JSON Schema: what is sent (`inputSchema`) and what is answered (`outputSchema`). */
import { z } from 'zod'

type Json = Record<string, unknown>

export const inputSchema = (schema: z.ZodType): Json => schemaOf(schema, 'input')
export const outputSchema = (schema: z.ZodType): Json => schemaOf(schema, 'output')

function schemaOf(schema: z.ZodType, io: 'input' | 'output'): Json {
  const { $schema: _dialect, ...json } = z.toJSONSchema(schema, {
    io,
    target: 'draft-2020-12',
    unrepresentable: 'any',
    reused: 'inline',
    // what is coerced from a query is a string on the wire: its declared form is what a caller has to know
    cycles: 'ref',
  })
  return json
}
