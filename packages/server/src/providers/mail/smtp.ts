import { createTransport } from 'nodemailer'
import type { Failure, Outcome } from '../../domain/deliveries/model.ts'
import type { MailCarrier, OutgoingLetter } from '../mail.ts'

export interface SmtpSettings {
  /** `smtp://user:password@host:587` or `smtps://…:465`. */
  url: string
  /** The sender's address. */
  from: string
  timeoutMs: number
}

/** RFC 5321: the server takes no letter of this size. */
const TOO_LARGE = 552

interface SmtpError {
  code?: string
  /** What was said to the server before it failed; `API` when nothing was. */
  command?: string
  responseCode?: number
}

/** @throws TypeError for an address that isn't one */
export function createSmtpCarrier({ url, from, timeoutMs }: SmtpSettings): MailCarrier {
  const { protocol } = new URL(url)
  if (protocol !== 'smtp:' && protocol !== 'smtps:') throw new TypeError(`not an SMTP address: ${protocol}`)
  const transport = createTransport(
    {
      url,
      connectionTimeout: timeoutMs,
      greetingTimeout: timeoutMs,
      socketTimeout: timeoutMs,
      // a letter's text and files are ours: nothing is to be fetched for it
      disableFileAccess: true,
      disableUrlAccess: true,
    },
    { from },
  )
  return {
    async send(letter) {
      const outcome = await send(transport, messageOf(letter, from))
      const isTooLarge = !outcome.delivered && outcome.responseCode === TOO_LARGE
      if (!isTooLarge || letter.attachments.length === 0) return outcome
      // what the letter says matters more than its files
      return send(transport, messageOf({ ...letter, attachments: [] }, from))
    },
  }
}

async function send(
  transport: { sendMail(message: Message): Promise<{ response?: string }> },
  message: Message,
): Promise<Outcome> {
  try {
    const { response } = await transport.sendMail(message)
    return { delivered: true, responseCode: Number(/^\d{3}/.exec(response ?? '')?.[0] ?? 250) }
  } catch (error) {
    return outcomeOf(error as SmtpError)
  }
}

type Message = ReturnType<typeof messageOf>

function messageOf(letter: OutgoingLetter, from: string) {
  return {
    from: { name: letter.senderName, address: from },
    to: { name: '', address: letter.recipient },
    subject: letter.subject,
    text: letter.text,
    html: letter.html,
    messageId: `<${letter.id}@${from.split('@')[1] ?? 'localhost'}>`,
    // nobody's absence is to answer it
    headers: { 'Auto-Submitted': 'auto-generated' },
    attachments: letter.attachments,
  }
}

function outcomeOf(error: SmtpError): Outcome {
  const answer = error.responseCode ?? null
  const failure = failureOf(error, answer)
  // a refused address stays refused; a refused server or password is ours to mend
  return { delivered: false, failure, responseCode: answer, permanent: failure === 'recipient_refused' }
}

function failureOf({ code, command }: SmtpError, answer: number | null): Failure {
  const isRefused = (command === 'RCPT TO' && answer !== null && answer >= 500) || command === 'API'
  if (code === 'EENVELOPE' && isRefused) return 'recipient_refused'
  if (code === 'ETIMEDOUT') return 'timed_out'
  if (code === 'EDNS') return 'name_not_found'
  if (code === 'ETLS') return 'tls_failed'
  return answer === null ? 'connection_failed' : 'mail_refused'
}
