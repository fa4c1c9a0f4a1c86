/** Sending a webhook: what comes back of a POST, as the outcome of a delivery. */
import type { Failure, Outcome } from '../../domain/deliveries/model.ts'
import { post, type Post } from './post.ts'

export type SendWebhook = (message: Post) => Promise<Outcome>

/** Sends it and says how that went; never throws. */
export const sendWebhook: SendWebhook = async (message) => {
  const { failure, status } = await post(message)
  // an address that is not public now may not be tried again later either
  if (failure !== null) return failed(failure, null, failure === 'address_refused')
  if (status >= 200 && status < 300) return { delivered: true, responseCode: status }
  if (status >= 300 && status < 400) return failed('redirected', status)
  // gone: the receiver asks not to be sent anything more
  return failed('http_status', status, status === 410)
}

const failed = (failure: Failure, responseCode: number | null, permanent = false): Outcome => ({
  delivered: false,
  failure,
  responseCode,
  permanent,
})
