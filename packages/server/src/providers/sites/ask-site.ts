/**
 * Asking a customer's site how many people use it.
 *
 * Owns: the question, how it is signed, what of the answer counts. Does not own: when a site is asked.
 * Invariant: whatever the site does, there is an answer or a reason, within the time-out.
 */
import { readActiveUsers } from '../../domain/sites/read-active-users.ts'
import type { SiteAnswer } from '../../domain/sites/model.ts'
import type { Instant } from '../../domain/time/instant.ts'
import { post } from '../webhooks/post.ts'
import { signedHeaders } from '../webhooks/sign.ts'

export interface SiteQuestion {
  /** Of this question: the site may tell one that is sent twice. */
  id: string
  url: string
  customer: string
  quantity: string
  /** All that are valid, the newest first. */
  secrets: readonly string[]
  /** By the system's clock: a signature is good for five minutes of real time. */
  now: Instant
  livemode: boolean
}

export type AskSite = (question: SiteQuestion) => Promise<SiteAnswer>

export interface AskSiteSettings {
  /** How long a site may take. */
  timeoutMs: number
  /** May sites of test environments be at addresses that are not public? Those of live ones never may. */
  allowPrivate: boolean
}

/** How a process asks sites; never throws. */
export function createAskSite({ timeoutMs, allowPrivate }: AskSiteSettings): AskSite {
  return async ({ id, url, customer, quantity, secrets, now, livemode }) => {
    const body = JSON.stringify({ type: 'seats.count', customer, quantity })
    const headers = {
      'content-type': 'application/json',
      accept: 'application/json',
      'user-agent': 'Tollkeeper',
      ...signedHeaders({ id, body }, secrets, now),
    }
    const { failure, status, text } = await post({
      url,
      headers,
      body,
      allowPrivate: allowPrivate && !livemode,
      timeoutMs,
    })
    if (failure !== null) return { answered: false, reason: failure, responseCode: null }
    if (status >= 300 && status < 400) return { answered: false, reason: 'redirected', responseCode: status }
    if (status < 200 || status >= 300) return { answered: false, reason: 'http_status', responseCode: status }
    const activeUsers = text === null ? null : readActiveUsers(text)
    return activeUsers === null
      ? { answered: false, reason: 'answer_invalid', responseCode: status }
      : { answered: true, activeUsers }
  }
}
