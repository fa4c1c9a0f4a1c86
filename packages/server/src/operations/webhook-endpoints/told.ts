import type { Fields } from '../../domain/audit/model.ts'
import type { WebhookEndpoint } from '../../domain/deliveries/model.ts'

/** What the audit log has of an endpoint. Its address can be a secret, and is not. */
export function toldOf({ format, eventTypes, status }: WebhookEndpoint): Fields {
  return { format, eventTypes, status }
}
