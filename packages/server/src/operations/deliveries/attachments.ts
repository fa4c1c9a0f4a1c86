import type { Context, Environment } from '../../context.ts'
import type { LetterName } from '../../domain/deliveries/letters.ts'
import { chooseLanguage } from '../../language/index.ts'
import type { Attachment } from '../../providers/mail.ts'
import type { FeedEvent } from '../../store/event-feed.ts'
import { renderInvoicePdf } from '../invoices/document.ts'

type Attach = (ctx: Context, environment: Environment, event: FeedEvent) => Promise<Attachment[]>

/** The document itself, in its buyer's language, unless the operator wants letters without files. */
const documentOf: Attach = async (ctx, environment, { subject }) => {
  const { operator } = await ctx.catalogs.current(environment.id)
  if (!operator.attachDocuments || subject === null) return []
  const own = { ...ctx, environment, actor: 'job:deliver', language: chooseLanguage(operator.language) }
  const { bytes, name } = await renderInvoicePdf(own, subject, null)
  return [{ filename: `${name}.pdf`, contentType: 'application/pdf', content: bytes }]
}

/** Which letters carry files. They are made when the letter is sent, again in every try. */
const attachmentsOf: Partial<Record<LetterName, Attach>> = {
  invoice_issued: documentOf,
  credit_note_issued: documentOf,
}

export const loadAttachments = async (
  ctx: Context,
  environment: Environment,
  letter: LetterName,
  event: FeedEvent,
): Promise<Attachment[]> => (await attachmentsOf[letter]?.(ctx, environment, event)) ?? []
