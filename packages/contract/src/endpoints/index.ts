/**
 * All calls of the API by noun. The key of a noun and of a call are also the names in the client:
 * `endpoints.customers.put` is `client.customers.put`.
 */
import { usage } from './usage.ts'

export const endpoints = { usage }
