import type { Context } from '../../context.ts'
import type { MailCarrier } from '../../providers/mail.ts'
import { insertLetter, loadLetter, loadLetters } from '../../store/mailbox.ts'

export type { KeptLetter } from '../../store/mailbox.ts'

/** A page of the mailbox shows this many. */
const SHOWN = 100

/** Keeps letters instead of sending them: what a test environment does on a server without SMTP. */
export function createMailbox({ db, clock }: Pick<Context, 'db' | 'clock'>, from: string): MailCarrier {
  return {
    async send({ senderName, attachments, ...letter }) {
      await insertLetter(db, {
        ...letter,
        sender: `${senderName} <${from}>`,
        attachments: attachments.map(({ filename }) => filename),
        sentAt: clock.now(),
      })
      return { delivered: true, responseCode: null }
    },
  }
}

/** The newest letters of the test environments. */
export const listLetters = ({ db }: Pick<Context, 'db'>) => loadLetters(db, SHOWN)
export const getLetter = ({ db }: Pick<Context, 'db'>, id: string) => loadLetter(db, id)
