/**
 * A real SMTP server that keeps what it gets, and behaves as it is told.
 */
import { SMTPServer } from 'smtp-server'
import type { AddressInfo } from 'node:net'
import { eventually } from '../support/eventually.ts'

export interface GotLetter {
  from: string
  to: string[]
  /** The whole message as it came. */
  source: string
  header(name: string): string
}

export interface Postbox {
  readonly url: string
  readonly letters: GotLetter[]
  /** Answers to the address, by address: an SMTP code. */
  refuse(address: string, code: number): void
  /** Answers to all that comes next, once each. */
  failNext(...codes: number[]): void
  /** From now on letters have at most so many bytes. */
  limit(bytes: number): void
  get(count: number): Promise<GotLetter[]>
  close(): Promise<void>
}

export async function startPostbox(): Promise<Postbox> {
  const letters: GotLetter[] = []
  const refused = new Map<string, number>()
  const failures: number[] = []
  let most = Number.POSITIVE_INFINITY
  const problem = (code: number) => Object.assign(new Error('no'), { responseCode: code })
  const server = new SMTPServer({
    authOptional: true,
    disabledCommands: ['STARTTLS'],
    onRcptTo({ address }, _session, done) {
      const code = refused.get(address)
      done(code === undefined ? null : problem(code))
    },
    onData(stream, session, done) {
      const chunks: Buffer[] = []
      stream.on('data', (chunk: Buffer) => chunks.push(chunk))
      stream.on('end', () => {
        const code = failures.shift()
        if (code !== undefined) return done(problem(code))
        const source = Buffer.concat(chunks).toString('utf8')
        if (source.length > most) return done(problem(552))
        const { mailFrom, rcptTo } = session.envelope
        letters.push({
          from: mailFrom === false ? '' : mailFrom.address,
          to: rcptTo.map(({ address }) => address),
          source,
          header: (name) => headerOf(source, name),
        })
        return done()
      })
    },
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.server.address() as AddressInfo
  return {
    url: `smtp://127.0.0.1:${port}`,
    letters,
    refuse: (address, code) => void refused.set(address, code),
    limit: (bytes) => void (most = bytes),
    failNext: (...codes) => void failures.push(...codes),
    get: (count) => eventually(`${count} letters`, () => (letters.length >= count ? letters : undefined)),
    close: () => new Promise((resolve) => server.close(() => resolve())),
  }
}

export interface GotFile {
  filename: string
  contentType: string
  content: Buffer
}

/** What stands between boundaries, whichever. */
function partsOf({ source }: GotLetter): string[] {
  const boundaries = [...source.matchAll(/boundary="?([^"\r\n;]+)"?/g)].map(([, boundary]) => `--${boundary}`)
  const parts = boundaries.reduce<string[]>(
    (texts, boundary) => texts.flatMap((text) => text.split(boundary)),
    [source],
  )
  return parts.map((part) => part.replace(/^\r\n/, ''))
}

/** Its plain text. */
export function bodyOf(letter: GotLetter): string {
  const part = partsOf(letter).find((each) => headerOf(each, 'Content-Type').startsWith('text/plain')) ?? ''
  const body = part.slice(part.indexOf('\r\n\r\n') + 4)
  const encoding = headerOf(part, 'Content-Transfer-Encoding')
  if (encoding === 'base64') return Buffer.from(body, 'base64').toString('utf8')
  return encoding === 'quoted-printable' ? quoted(body.replaceAll('=\r\n', '').replaceAll('_', '=5F')) : body
}

/** The files of a message. */
export function filesOf(letter: GotLetter): GotFile[] {
  return partsOf(letter).flatMap((text) => {
    const disposition = /^attachment; filename="?([^"]+)"?$/.exec(headerOf(text, 'Content-Disposition'))
    if (disposition?.[1] === undefined) return []
    const isBase64 = headerOf(text, 'Content-Transfer-Encoding') === 'base64'
    const body = text.slice(text.indexOf('\r\n\r\n') + 4)
    const content = Buffer.from(body, isBase64 ? 'base64' : 'utf8')
    const [contentType = ''] = headerOf(text, 'Content-Type').split(';')
    return [{ filename: disposition[1], contentType, content }]
  })
}

/** With its folded lines, and words in another alphabet decoded. */
function headerOf(source: string, name: string): string {
  const head = source.slice(0, source.indexOf('\r\n\r\n')).replaceAll(/\r\n[ \t]+/g, ' ')
  const line = head.split('\r\n').find((each) => each.toLowerCase().startsWith(`${name.toLowerCase()}:`))
  const value = line?.slice(name.length + 1).trim() ?? ''
  return value
    .replaceAll(/\?=\s+=\?/g, '?==?')
    .replaceAll(/=\?utf-8\?([bq])\?([^?]*)\?=/gi, (_all, encoding: string, text: string) =>
      encoding.toLowerCase() === 'b' ? Buffer.from(text, 'base64').toString('utf8') : quoted(text),
    )
}

const quoted = (text: string): string =>
  decodeURIComponent(
    text
      .replaceAll('_', ' ')
      .replaceAll('%', '%25')
      .replaceAll(/=([0-9A-F]{2})/g, '%$1'),
  )
