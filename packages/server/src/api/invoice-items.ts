import type { endpoints } from '@tollkeeper/contract'
import type { z } from 'zod'
import { readInstantOrNull, toIso, toIsoOrNull } from '../domain/time/index.ts'
import type { WrittenLine } from '../domain/invoices/write.ts'
import { deleteItem, listItems, writeItem, type ItemResult } from '../operations/invoices/write.ts'
import type { Handlers } from './handler.ts'
import { presentList } from './list.ts'

export const invoiceItemRoutes = {
  create: async ({ params, body }, ctx) => {
    const { currency, ...line } = body
    return presentItem(await writeItem(ctx, params.id, { currency, line: readWrittenLine(line) }))
  },
  list: async ({ params }, ctx) => presentList((await listItems(ctx, params.id)).map(presentItem)),
  delete: async ({ params }, ctx) => {
    await deleteItem(ctx, params.id, params.itemId)
    return { object: 'invoice_item' as const, id: params.itemId, deleted: true as const }
  },
} satisfies Handlers<typeof endpoints.invoiceItems>

type LineBody = Omit<z.output<(typeof endpoints.invoiceItems.create)['body']>, 'currency' | 'idempotencyKey'>

export function readWrittenLine({ serviceStart, serviceEnd, ...line }: LineBody): WrittenLine {
  const start = readInstantOrNull(serviceStart)
  const end = readInstantOrNull(serviceEnd)
  return { ...line, service: start === null || end === null ? null : { start, end } }
}

function presentItem({ item, customer, livemode }: ItemResult) {
  const { id, currency, createdAt, line } = item
  const { kind, description, quantity, unitMinor, amountMinor, service } = line
  return {
    object: 'invoice_item' as const,
    id,
    livemode,
    customer,
    currency,
    kind,
    description,
    quantity,
    unitMinor,
    amountMinor,
    serviceStart: toIsoOrNull(service?.start ?? null),
    serviceEnd: toIsoOrNull(service?.end ?? null),
    createdAt: toIso(createdAt),
  }
}
