/**
 * Sending letters, whoever carries them.
 *
 * Owns: what a carrier is. Does not own: what letters say (`mail/templates`), to whom they go.
 * Invariant: a carrier answers with an outcome and never throws; a letter has the same id in every try.
 */
import type { Outcome } from '../domain/deliveries/model.ts'

export interface Attachment {
  filename: string
  contentType: string
  content: Buffer
}

export interface OutgoingLetter {
  /** Of the delivery; becomes the Message-ID, so that a letter that was sent twice can be told. */
  id: string
  environment: number
  /** Surrogate; 0 for the operator's own. */
  customer: number
  /** The name that stands beside the sender's address. */
  senderName: string
  recipient: string
  subject: string
  text: string
  html: string
  attachments: Attachment[]
}

export interface MailCarrier {
  send(letter: OutgoingLetter): Promise<Outcome>
}
