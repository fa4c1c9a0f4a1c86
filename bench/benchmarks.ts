/** Every benchmark there is, in the order of the table. */
import type { Benchmark } from './harness.ts'
import { consumeOfMany } from './p01-consume.ts'
import { consumeAgainstInsert } from './p02-raw-insert.ts'
import { idleConsume } from './p05-idle.ts'
import { manyCustomers } from './p09-many-customers.ts'
import { hotCustomer } from './p11-hot-customer.ts'
import { heldCustomer } from './p15-held-customer.ts'

export const benchmarks: readonly Benchmark[] = [
  consumeOfMany,
  consumeAgainstInsert,
  idleConsume,
  manyCustomers,
  hotCustomer,
  heldCustomer,
]
