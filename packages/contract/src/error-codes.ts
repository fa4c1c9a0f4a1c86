/**
 * The one table of refusals: code → HTTP status. The sentences are in the server's language files, one file a
 * language; the compiler lists a code that lacks its sentence. Codes never change their meaning.
 */
export const errorCodes = {
  // the request itself
  invalid_request: { status: 400 },
  invalid_json: { status: 400 },
  body_too_large: { status: 413 },
  unsupported_media_type: { status: 415 },
  not_found: { status: 404 },
  method_not_allowed: { status: 405 },
  idempotency_key_conflict: { status: 400 },
  idempotency_key_reused: { status: 422 },
  idempotency_key_in_flight: { status: 409 },
  invalid_cursor: { status: 400 },
  // who asks
  key_missing: { status: 401 },
  key_invalid: { status: 401 },
  key_revoked: { status: 401 },
  key_not_permitted: { status: 403 },
  origin_not_allowed: { status: 403 },
  rate_limited: { status: 429 },
  test_only: { status: 403 },
  // state of the service
  overloaded: { status: 503 },
  unavailable: { status: 503 },
  shutting_down: { status: 503 },
  internal_error: { status: 500 },
  // catalog
  catalog_invalid: { status: 422 },
  catalog_missing: { status: 409 },
  catalog_revision: { status: 409 },
  plan_not_found: { status: 404 },
  plan_archived: { status: 409 },
  plan_in_use: { status: 409 },
  plan_exists: { status: 409 },
  price_not_found: { status: 422 },
  add_on_not_found: { status: 404 },
  feature_not_found: { status: 404 },
  // customers
  customer_not_found: { status: 404 },
  customer_deleted: { status: 409 },
  customer_exists: { status: 409 },
  member_not_found: { status: 404 },
  time_zone_unknown: { status: 422 },
  // subscriptions
  subscription_not_found: { status: 404 },
  subscription_exists: { status: 409 },
  subscription_state: { status: 409 },
  /** What needs a subscription that trials or is active. */
  subscription_inactive: { status: 403 },
  add_on_kind: { status: 422 },
  trial_used: { status: 409 },
  override_not_found: { status: 404 },
  override_kind: { status: 422 },
  grant_not_found: { status: 404 },
  grant_kind: { status: 422 },
  suspension_not_found: { status: 404 },
  // usage
  amount_invalid: { status: 422 },
  feature_kind: { status: 422 },
  member_required: { status: 422 },
  member_not_accepted: { status: 422 },
  reservation_not_found: { status: 404 },
  reservation_closed: { status: 409 },
  lease_not_found: { status: 404 },
  lease_closed: { status: 409 },
  event_not_found: { status: 404 },
  release_too_much: { status: 409 },
  event_too_late: { status: 422 },
  event_in_future: { status: 422 },
  // time
  test_clock_not_found: { status: 404 },
  test_clock_backwards: { status: 422 },
  test_clock_busy: { status: 409 },
  test_clock_too_far: { status: 422 },
  test_clock_in_use: { status: 409 },
  // payments
  payment_provider_unknown: { status: 422 },
  // keys
  api_key_not_found: { status: 404 },
  api_key_ended: { status: 409 },
} as const satisfies Record<string, { status: number }>

export type ErrorCode = keyof typeof errorCodes
