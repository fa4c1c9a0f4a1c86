/**
 * One POST to an address that a caller has named.
 *
 * Owns: time-outs, limits, and the guard against being sent to places that are not public. Does not own: what is sent,
 * what an answer means, and when it is tried again.
 * Invariant: the address that was examined is the one connected to, so that a name can't change its mind in between;
 * nothing is followed, and an answer is read to a limit only.
 */
import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import { isPublicAddress } from './public-address.ts'

export interface Post {
  url: string
  headers: Record<string, string>
  body: string
  /** Also to addresses that are not public, and without encryption to those that are. */
  allowPrivate: boolean
  timeoutMs: number
}

/** Why no answer came. */
export type PostFailure =
  | 'address_refused'
  | 'name_not_found'
  | 'connection_failed'
  | 'tls_failed'
  | 'timed_out'

/** `text` is null where the answer broke off, or was longer than anybody reads. */
export type Posted =
  | { failure: null; status: number; text: string | null }
  | { failure: PostFailure; status: null; text: null }

/** An answer is read this far; what comes after is of no use to anybody. */
const MOST_ANSWER_BYTES = 64 * 1024

class AddressRefused extends Error {}

/** Looks a name up and refuses all of its addresses if one of them is not public. */
const publicLookup: LookupFunction = (hostname, options, done) => {
  systemLookup(hostname, { ...options, all: true }, (error, found) => {
    const addresses = (found ?? []) as LookupAddress[]
    const [first] = addresses
    if (error !== null || first === undefined) return done(error ?? new AddressRefused(hostname), '')
    if (!addresses.every(({ address }) => isPublicAddress(address)))
      return done(new AddressRefused(hostname), '')
    if (options.all === true) return done(null, addresses)
    return done(null, first.address, first.family)
  })
}

/** Posts it and says what came back; never throws. */
export function post(message: Post): Promise<Posted> {
  return new Promise((resolve) => {
    const url = new URL(message.url)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // a literal address is connected to without a look-up
    if (!message.allowPrivate && isIP(host) !== 0 && !isPublicAddress(host))
      return resolve(failed('address_refused'))
    const deadline = AbortSignal.timeout(message.timeoutMs)
    let request: ClientRequest
    try {
      request = begin(url, message, deadline)
    } catch {
      // a header or a path that can't be written
      return resolve(failed('connection_failed'))
    }
    let answer: IncomingMessage | undefined
    request.on('response', (response) => {
      answer = response
      readToTheEnd(response, (text) => resolve({ failure: null, status: response.statusCode ?? 0, text }))
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (answer !== undefined) return resolve({ failure: null, status: answer.statusCode ?? 0, text: null })
      return resolve(failed(deadline.aborted ? 'timed_out' : failureOf(error)))
    })
    request.end(message.body)
  })
}

function begin(url: URL, message: Post, signal: AbortSignal): ClientRequest {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...message.headers, 'content-length': Buffer.byteLength(message.body) },
    // a connection of its own: one that is kept open was examined for another message
    agent: false,
    signal,
    ...(message.allowPrivate ? {} : { lookup: publicLookup }),
  }
  return url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
}

function readToTheEnd(response: IncomingMessage, done: (text: string | null) => void): void {
  const chunks: Buffer[] = []
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    chunks.push(chunk)
    bytes += chunk.length
    if (bytes > MOST_ANSWER_BYTES) response.destroy()
  })
  const end = () =>
    done(response.complete && bytes <= MOST_ANSWER_BYTES ? Buffer.concat(chunks).toString('utf8') : null)
  response.on('error', end)
  response.on('close', end)
}

const failed = (failure: PostFailure): Posted => ({ failure, status: null, text: null })

function failureOf(error: NodeJS.ErrnoException): PostFailure {
  if (error instanceof AddressRefused) return 'address_refused'
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return 'name_not_found'
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/.test(error.code ?? '')) return 'tls_failed'
  return 'connection_failed'
}
