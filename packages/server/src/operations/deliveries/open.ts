import type { Context } from '../../context.ts'
import type { MailCarrier } from '../../providers/mail.ts'
import { createSmtpCarrier } from '../../providers/mail/smtp.ts'
import { sendWebhook } from '../../providers/webhooks/send.ts'
import { createMailbox } from './mailbox.ts'
import type { Outgoing } from './outgoing.ts'

export interface DeliverySettings {
  /** `smtp://user:password@host:587`. Without it letters of test environments are kept, and live ones are not written. */
  smtpUrl?: string | undefined
  /** The sender's address. */
  mailFrom?: string | undefined
  /** Let webhooks of test environments go to addresses that are not public. Default false. */
  allowPrivateWebhooks?: boolean | undefined
  /** Where people reach this server, such as `https://billing.example.com`. Without it letters have no links to it. */
  publicUrl?: string | undefined
  /** How long a receiver may take. Default 15 seconds. */
  timeoutMs?: number | undefined
}

const TIMEOUT_MS = 15_000
const DEFAULT_FROM = 'tollkeeper@localhost'

export function openOutgoing(ctx: Pick<Context, 'db' | 'clock'>, settings: DeliverySettings): Outgoing {
  const { smtpUrl, mailFrom = DEFAULT_FROM, allowPrivateWebhooks = false, timeoutMs = TIMEOUT_MS } = settings
  const { publicUrl = null } = settings
  const smtp: MailCarrier | null =
    smtpUrl === undefined ? null : createSmtpCarrier({ url: smtpUrl, from: mailFrom, timeoutMs })
  return {
    sendWebhook,
    allowPrivate: allowPrivateWebhooks,
    timeoutMs,
    publicUrl,
    carriers: { test: smtp ?? createMailbox(ctx, mailFrom), live: smtp },
  }
}
