/** Letters that were kept instead of sent. Owns: the table mailbox_letter. */
import type { Instant } from '../domain/time/instant.ts'
import type { Queryable } from './database/pool.ts'
import { timestampParameter } from './database/type-parsers.ts'

export interface KeptLetter {
  environment: number
  /** Surrogate; 0 for the operator's own. */
  customer: number
  id: string
  sender: string
  recipient: string
  subject: string
  text: string
  html: string
  /** Names of the files. */
  attachments: string[]
  sentAt: Instant
}

/** One that is tried again is kept once; one whose recipient was erased while it was written is not kept. */
export async function insertLetter(db: Queryable, letter: KeptLetter): Promise<void> {
  await db.query({
    name: 'insert-letter',
    text: `insert into mailbox_letter
        (environment, customer, id, sender, recipient, subject, text, html, attachments, sent_at)
      select $1, $2, $3, $4, $5, $6, $7, $8, $9, $10::timestamptz from delivery
        where environment = $1 and id = $3 and target = $5 for share
      on conflict do nothing`,
    values: [
      letter.environment,
      letter.customer,
      letter.id,
      letter.sender,
      letter.recipient,
      letter.subject,
      letter.text,
      letter.html,
      letter.attachments,
      timestampParameter(letter.sentAt),
    ],
  })
}

const selectLetters = `select l.environment, l.customer, l.id, l.sender, l.recipient, l.subject, l.text, l.html,
  l.attachments, l.sent_at as "sentAt"
  from mailbox_letter l join environment e on e.id = l.environment and e.mode = 'test'`

/** Of the test environments, newest first. */
export async function loadLetters(db: Queryable, limit: number): Promise<KeptLetter[]> {
  const { rows } = await db.query<KeptLetter>({
    text: `${selectLetters} order by l.id desc limit $1`,
    values: [limit],
  })
  return rows
}

export async function loadLetter(db: Queryable, id: string): Promise<KeptLetter | undefined> {
  const { rows } = await db.query<KeptLetter>({ text: `${selectLetters} where l.id = $1`, values: [id] })
  return rows[0]
}
