/** Every benchmark there is, in the order of the table. */
import type { Benchmark } from './harness.ts'
import { consumeOfMany } from './p01-consume.ts'
import { consumeAgainstInsert } from './p02-raw-insert.ts'
import { consumeOverHttp } from './p03-consume-http.ts'
import { checkOverHttp } from './p04-check-http.ts'
import { idleConsume } from './p05-idle.ts'
import { manyEvents } from './p07-events.ts'
import { closePeriods } from './p08-close-periods.ts'
import { manyCustomers } from './p09-many-customers.ts'
import { manyPeriods } from './p10-many-periods.ts'
import { hotCustomer } from './p11-hot-customer.ts'
import { start } from './p12-start.ts'
import { fourProcesses } from './p14-processes.ts'
import { heldCustomer } from './p15-held-customer.ts'

export const benchmarks: readonly Benchmark[] = [
  consumeOfMany,
  consumeAgainstInsert,
  consumeOverHttp,
  checkOverHttp,
  idleConsume,
  manyEvents,
  closePeriods,
  manyCustomers,
  manyPeriods,
  hotCustomer,
  start,
  fourProcesses,
  heldCustomer,
]
