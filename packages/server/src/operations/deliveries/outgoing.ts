import type { MailCarrier } from '../../providers/mail.ts'
import type { SendWebhook } from '../../providers/webhooks/send.ts'

/** The ways out of a process. */
export interface Outgoing {
  sendWebhook: SendWebhook
  /** May webhooks of test environments go to addresses that are not public? Those of live ones never may. */
  allowPrivate: boolean
  /** How long a receiver may take to answer. */
  timeoutMs: number
  /** Who carries letters; null where letters can't be sent, and then none are written. */
  carriers: Record<'test' | 'live', MailCarrier | null>
  /** Where people reach this server, without a slash at its end; null: letters lead nowhere. */
  publicUrl: string | null
}
