import type { Context, Environment } from '../../context.ts'
import type { LetterName } from '../../domain/deliveries/letters.ts'
import type { Attachment } from '../../providers/mail.ts'
import type { FeedEvent } from '../../store/event-feed.ts'

type Attach = (ctx: Context, environment: Environment, event: FeedEvent) => Promise<Attachment[]>

/** Which letters carry files. They are made when the letter is sent, again in every try. */
const attachmentsOf: Partial<Record<LetterName, Attach>> = {}

export const loadAttachments = async (
  ctx: Context,
  environment: Environment,
  letter: LetterName,
  event: FeedEvent,
): Promise<Attachment[]> => (await attachmentsOf[letter]?.(ctx, environment, event)) ?? []
