/**
 * One POST to an address that a caller has named.
 *
 * Owns: time-outs, limits, and the guard against being sent to places that are not public. Does not own: what is sent,
 * and when it is tried again.
 * Invariant: the address that was examined is the one connected to, so that a name can't change its mind in between;
 * nothing is followed, and nothing of the answer but its status is kept.
 */
import { lookup as systemLookup } from 'node:dns'
import type { LookupAddress } from 'node:dns'
import { request as httpRequest } from 'node:http'
import type { ClientRequest, IncomingMessage, RequestOptions } from 'node:http'
import { request as httpsRequest } from 'node:https'
import { isIP } from 'node:net'
import type { LookupFunction } from 'node:net'
import type { Failure, Outcome } from '../../domain/deliveries/model.ts'
import { isPublicAddress } from './public-address.ts'

export interface Post {
  url: string
  headers: Record<string, string>
  body: string
  /** Also to addresses that are not public, and without encryption to those that are. */
  allowPrivate: boolean
  timeoutMs: number
}

export type SendWebhook = (post: Post) => Promise<Outcome>

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

/** Sends it and says how that went; never throws. */
export const sendWebhook: SendWebhook = (post) =>
  new Promise((resolve) => {
    const url = new URL(post.url)
    const host = url.hostname.replace(/^\[|\]$/g, '')
    // a literal address is connected to without a look-up
    if (!post.allowPrivate && isIP(host) !== 0 && !isPublicAddress(host))
      return resolve(failed('address_refused', null, true))
    const deadline = AbortSignal.timeout(post.timeoutMs)
    let request: ClientRequest
    try {
      request = begin(url, post, deadline)
    } catch {
      // a header or a path that can't be written
      return resolve(failed('connection_failed'))
    }
    let answer: IncomingMessage | undefined
    request.on('response', (response) => {
      answer = response
      readToTheEnd(response, () => resolve(outcomeOf(response.statusCode ?? 0)))
    })
    request.on('error', (error: NodeJS.ErrnoException) => {
      if (answer !== undefined) return resolve(outcomeOf(answer.statusCode ?? 0))
      return resolve(deadline.aborted ? failed('timed_out') : failed(...failureOf(error)))
    })
    request.end(post.body)
  })

function begin(url: URL, post: Post, signal: AbortSignal): ClientRequest {
  const options: RequestOptions = {
    method: 'POST',
    headers: { ...post.headers, 'content-length': Buffer.byteLength(post.body) },
    // a connection of its own: one that is kept open was examined for another message
    agent: false,
    signal,
    ...(post.allowPrivate ? {} : { lookup: publicLookup }),
  }
  return url.protocol === 'https:' ? httpsRequest(url, options) : httpRequest(url, options)
}

function readToTheEnd(response: IncomingMessage, done: () => void): void {
  let bytes = 0
  response.on('data', (chunk: Buffer) => {
    bytes += chunk.length
    if (bytes > MOST_ANSWER_BYTES) response.destroy()
  })
  response.on('error', done)
  response.on('close', done)
}

function outcomeOf(status: number): Outcome {
  if (status >= 200 && status < 300) return { delivered: true, responseCode: status }
  if (status >= 300 && status < 400) return failed('redirected', status)
  // gone: the receiver asks not to be sent anything more
  return failed('http_status', status, status === 410)
}

const failed = (failure: Failure, responseCode: number | null = null, permanent = false): Outcome => ({
  delivered: false,
  failure,
  responseCode,
  permanent,
})

function failureOf(error: NodeJS.ErrnoException): [Failure, null?, boolean?] {
  if (error instanceof AddressRefused) return ['address_refused', null, true]
  if (error.code === 'ENOTFOUND' || error.code === 'EAI_AGAIN') return ['name_not_found']
  if (/^(ERR_TLS|ERR_SSL|CERT_|UNABLE_TO|DEPTH_ZERO|SELF_SIGNED)/.test(error.code ?? ''))
    return ['tls_failed']
  return ['connection_failed']
}
