import type { Endpoint } from '@tollkeeper/contract'
import type { RateClass } from '../domain/keys/model.ts'

export function rateClassOf(call: Pick<Endpoint, 'method' | 'scope' | 'idempotency'>): RateClass {
  if (call.idempotency === 'usage') return 'usage'
  if (call.scope.startsWith('usage:')) return call.method === 'GET' ? 'quota' : 'usage'
  return call.method === 'GET' ? 'read' : 'write'
}
