import { letters } from './en-letters.ts'
import type { Language } from './language.ts'

export const en: Language = {
  name: 'English',
  errors: {
    invalid_request: {
      title: 'The request is not valid',
      detail: 'Correct the fields listed in "errors" and send the request again. Nothing was changed.',
    },
    invalid_json: {
      title: 'The body is not JSON',
      detail: 'Send one JSON object as the body, with "Content-Type: application/json". Nothing was changed.',
    },
    body_too_large: {
      title: 'The body is too large',
      detail: 'Send at most {limit} bytes: split the request into smaller ones.',
    },
    headers_too_large: {
      title: 'The headers are too large',
      detail: 'Send less than 16 KiB of headers, the address included.',
    },
    request_malformed: {
      title: 'This is no HTTP request',
      detail: 'The request breaks the rules of HTTP/1.1: check its headers, and how its length is told.',
    },
    request_timeout: {
      title: 'The request did not arrive in time',
      detail: 'Send the whole request at once, and again if the connection was slow.',
    },
    unsupported_media_type: {
      title: 'The content type is not supported',
      detail: 'Send the body as JSON in UTF-8, not compressed, with "Content-Type: application/json".',
    },
    not_found: {
      title: 'There is nothing here',
      detail: 'No call of the API has this address. The reference at /docs lists them all.',
    },
    method_not_allowed: {
      title: 'The method is not allowed here',
      detail: 'Use {allowed} at this address.',
    },
    idempotency_key_conflict: {
      title: 'Two different idempotency keys',
      detail:
        'The header "Idempotency-Key" is there twice, or differs from the field "idempotencyKey". Send one of them, or the same value in both.',
    },
    idempotency_key_reused: {
      title: 'The idempotency key was used for something else',
      detail:
        'An earlier request with this key had another body. Send a new key for a new request; repeat a request unchanged.',
    },
    idempotency_key_in_flight: {
      title: 'A request with this idempotency key is being worked on',
      detail: 'Wait a moment and send the same request again: it will get the answer of the first.',
    },
    invalid_cursor: {
      title: 'The cursor is not valid',
      detail:
        'Use the "nextCursor" of the page before, unchanged and with the same filters, or start without a cursor.',
    },
    key_missing: {
      title: 'An API key is needed',
      detail: 'Send the header "Authorization: Bearer <key>" with a key of the environment you want.',
    },
    key_invalid: {
      title: 'The API key is not known',
      detail:
        'Check that the whole key was sent and that it belongs to this installation. Keys are listed at GET /v1/keys.',
    },
    key_revoked: {
      title: 'The API key is no longer valid',
      detail: 'It was revoked, rolled or has expired. Use its successor, or create a new key.',
    },
    key_not_permitted: {
      title: 'The API key may not do this',
      detail:
        'This call needs {scope, select, secret {a secret key} other {a secret key or one with the scope "{scope}"}}.',
    },
    origin_not_allowed: {
      title: 'Pages of this origin may not use the key',
      detail: 'Add "{origin}" to the allowed origins of the environment with PATCH /v1/environment.',
    },
    rate_limited: {
      title: 'Too many requests',
      detail:
        'The limit is {limit} a minute. Wait {seconds, plural, one {# second} other {# seconds}} and try again.',
    },
    test_only: {
      title: 'Only in a test environment',
      detail: 'This call does not exist in live mode. Use a test key.',
    },
    overloaded: {
      title: 'Too much is waiting',
      detail:
        'The service is at its limit and took nothing of this request. Try again after the time in "Retry-After".',
    },
    unavailable: {
      title: 'The service is not available for a moment',
      detail: 'Send the same request again, with the same idempotency key, after the time in "Retry-After".',
    },
    shutting_down: {
      title: 'This process is stopping',
      detail:
        'Nothing was changed. Send the request again: another process, or this one restarted, will answer.',
    },
    internal_error: {
      title: 'Something went wrong on our side',
      detail:
        'Nothing was changed. Try again; if it stays, tell the operator the "requestId" of this answer.',
    },
    catalog_invalid: {
      title: 'The catalog has mistakes',
      detail: 'Correct what is listed in "errors" and send the whole catalog again. Nothing was changed.',
    },
    catalog_missing: {
      title: 'There is no catalog yet',
      detail: 'Send one with PUT /v1/catalog first.',
    },
    catalog_revision: {
      title: 'The catalog has changed',
      detail:
        'You expected revision {expected}, and revision {revision} is in force. Read the catalog again, and repeat your change on it.',
    },
    catalog_unconfirmed: {
      title: 'This would leave no plan',
      detail:
        'The catalog has no plan, and {customers} subscriptions have one. Nothing was changed. If that is meant, send it again with expectedRevision={revision}.',
    },
    plan_not_found: {
      title: 'The plan does not exist',
      detail: 'There is no plan "{plan}" in the catalog of this environment. GET /v1/plans lists them.',
    },
    plan_archived: {
      title: 'The plan is no longer sold',
      detail:
        'Plan "{plan}" is archived: those who have it keep it, nobody new can take it. Choose another plan.',
    },
    plan_in_use: {
      title: 'The plan is in use',
      detail: 'Customers have plan "{plan}". Archive it instead of removing it.',
    },
    plan_exists: {
      title: 'The plan exists already',
      detail:
        'There is a plan "{plan}" already. Choose another id, or change it with PATCH /v1/plans/{plan}.',
    },
    price_not_found: {
      title: 'There is no such price',
      detail:
        'Plan or add-on "{plan}" has no price for this interval and currency. Choose one it has, or add the price to the catalog.',
    },
    add_on_not_found: {
      title: 'There is no such add-on',
      detail:
        '{in, select, subscription {The subscription does not have the add-on "{addOn}". GET /v1/subscriptions/<id> shows those it has.} other {There is no add-on "{addOn}" in the catalog of this environment.}}',
    },
    feature_not_found: {
      title: 'The feature does not exist',
      detail:
        'There is no feature "{feature}" in the catalog of this environment. Check the spelling, or add it with PUT /v1/catalog.',
    },
    customer_not_found: {
      title: 'The customer does not exist',
      detail:
        'There is no customer "{customer}" in this environment. Create it with PUT /v1/customers/{customer}.',
    },
    customer_deleted: {
      title: 'The customer was deleted',
      detail:
        'The id "{customer}" belonged to a customer that was deleted and can not be used again. Choose another id.',
    },
    customer_exists: {
      title: 'The customer exists already',
      detail:
        'There is a customer "{customer}" already. Choose another id, or change it with PUT /v1/customers/{customer}.',
    },
    member_not_found: {
      title: 'The member does not exist',
      detail:
        'The customer has no member "{member}". Add it with PUT /v1/customers/<customer>/members/<member>.',
    },
    time_zone_unknown: {
      title: 'The time zone is not known',
      detail: 'Use a name of the IANA list such as "Africa/Dakar" or "Europe/Paris".',
    },
    subscription_not_found: {
      title: 'The subscription does not exist',
      detail:
        'There is no subscription "{subscription}" in this environment. GET /v1/subscriptions lists them.',
    },
    subscription_exists: {
      title: 'The customer has a subscription already',
      detail: 'A customer has one subscription at a time. Change the one there is, or cancel it first.',
    },
    subscription_state: {
      title: 'The subscription is in another state',
      detail:
        'This can not be done while the subscription is {status}. Read it again and choose what fits its state.',
    },
    subscription_inactive: {
      title: 'The subscription is not active',
      detail:
        'This needs a subscription that is active or in its trial; it is {status}. Activate or resume it first, and pay what is owed.',
    },
    add_on_kind: {
      title: 'The add-on is of another kind',
      detail:
        '{kind, select, recurring {"{addOn}" is renewed with a subscription and can not be bought once. Switch it on with PUT /v1/subscriptions/<id>/add-ons/{addOn}, or choose a top-up.} other {"{addOn}" is sold once (a top-up) and can not be part of a subscription. Choose a recurring add-on.}}',
    },
    trial_used: {
      title: 'The trial has been used',
      detail: 'This customer has had a trial already. Subscribe without one ("trialDays": 0).',
    },
    override_not_found: {
      title: 'There is no such override',
      detail: 'The customer has no override of "{feature}". GET /v1/customers/<id>/overrides lists theirs.',
    },
    override_kind: {
      title: 'The override does not fit the feature',
      detail:
        'Give "{feature}" the form of its kind: a limit for gauges, meters and credits, a value for settings, true or false for flags.',
    },
    grant_not_found: {
      title: 'The grant does not exist',
      detail: 'The customer has no grant "{grant}". GET /v1/customers/<id>/grants lists theirs.',
    },
    grant_kind: {
      title: 'This feature takes no grants',
      detail:
        'Grants are for meters, credits and gauges; "{feature}" is of another kind. Use an override instead.',
    },
    suspension_not_found: {
      title: 'The customer is not suspended',
      detail: 'There is no suspension to lift.',
    },
    amount_invalid: {
      title: 'The amount is not valid',
      detail:
        '{why, select, zero {It can not be 0: send an amount above 0 to give, or one below 0 to take.} lines_below_zero {The lines come to less than nothing. Write a credit note to an invoice, or give to the balance of the customer.} other {Send a whole number of units. With what is counted already it may reach 9007199254740991, and no more.}}',
    },
    feature_kind: {
      title: 'The feature is of another kind',
      detail:
        '"{feature}" is a {kind}: this call does not work on it. The reference says which kinds it takes.',
    },
    member_required: {
      title: 'A member is needed',
      detail: '"{feature}" is limited for each member. Send the field "member".',
    },
    member_not_accepted: {
      title: 'This feature is not counted by member',
      detail: '"{feature}" belongs to the customer as a whole. Leave the field "member" out.',
    },
    reservation_not_found: {
      title: 'The reservation does not exist',
      detail: 'There is no reservation "{reservation}" in this environment.',
    },
    reservation_closed: {
      title: 'The reservation is closed',
      detail: 'It was settled, canceled or has run out. Report what was used with POST /v1/events.',
    },
    lease_not_found: {
      title: 'The lease does not exist',
      detail: 'There is no lease "{lease}" in this environment.',
    },
    lease_closed: {
      title: 'The lease is closed',
      detail: 'It was returned or has run out. Take a new one with POST /v1/leases.',
    },
    event_not_found: {
      title: 'The event does not exist',
      detail:
        'Nothing was taken under this id or key. Send the event id or the idempotency key of the take that is given back.',
    },
    release_too_much: {
      title: 'More would be given back than was taken',
      detail: 'Give back at most what is left of what was taken.',
    },
    event_too_late: {
      title: 'The event is too old',
      detail: 'It happened before the earliest moment that is still accepted. Leave it out.',
    },
    event_in_future: {
      title: 'The event lies in the future',
      detail: 'Check the clock of the machine that reports, and send "at" as a moment that has passed.',
    },
    test_clock_not_found: {
      title: 'The test clock does not exist',
      detail: 'There is no test clock "{testClock}" in this environment. GET /v1/test-clocks lists them.',
    },
    test_clock_backwards: {
      title: 'A clock does not run backwards',
      detail: 'Choose a moment after the one the clock shows now, or create a new test clock.',
    },
    test_clock_busy: {
      title: 'The test clock is being moved',
      detail: 'Wait until its status is "ready", then try again.',
    },
    test_clock_too_far: {
      title: 'The test clock would move too far at once',
      detail: 'Move it by at most five years in one call.',
    },
    test_clock_in_use: {
      title: 'Customers live by this test clock',
      detail: 'Delete its customers first; a customer can not change its clock.',
    },
    payment_provider_unknown: {
      title: 'There is no such payment provider',
      detail:
        'No payment provider called "{provider}" is set up in this environment. Check the spelling, or set it up first.',
    },
    currency_change: {
      title: 'The currency can not change now',
      detail:
        'What is left of the running period is paid in {current}. Change to {currency} at the period’s end ("when": "period_end").',
    },
    preview_changed: {
      title: 'The figures have changed',
      detail:
        'Something has changed since the preview was taken. It now comes to {total} in minor units. Take a new preview and confirm its figures.',
    },
    preview_token_invalid: {
      title: 'The preview token does not hold',
      detail:
        'It is more than 15 minutes old, or belongs to another request. Take a new preview and send its token with the same fields.',
    },
    invoice_not_found: {
      title: 'The invoice does not exist',
      detail:
        '{of, select, customer {The customer has no invoice "{invoice}". GET /v1/customers/<id>/invoices lists theirs.} other {There is no invoice "{invoice}" in this environment. GET /v1/invoices lists them.}}',
    },
    invoice_currency: {
      title: 'The invoice is in another currency',
      detail:
        'Invoice "{invoice}" is in {expected}, and the money in {currency}. Name an invoice in {currency}, or none: then it pays what else is due in {currency}, or goes to the balance of the customer.',
    },
    invoice_state: {
      title: 'The invoice is in another state',
      detail:
        '{status, select, draft {This can not be done with a draft. POST /v1/invoices/<id>/finalise makes one final, or its payment where it is an order; one that was written by hand can be deleted.} open {This can not be done while the invoice is open. POST /v1/invoices/<id>/void takes it back, POST /v1/invoices/<id>/credit-notes lowers it.} paid {This can not be done while the invoice is paid. POST /v1/invoices/<id>/credit-notes credits it, POST /v1/payments/<id>/refunds gives the money back.} paid_in_part {This can not be done while the invoice is paid in part. POST /v1/invoices/<id>/credit-notes lowers it, POST /v1/payments/<id>/refunds gives the money back.} credited {This can not be done while the invoice is credited in part. POST /v1/invoices/<id>/credit-notes credits the rest.} void {This can not be done while the invoice is void. POST /v1/invoices writes another one.} uncollectible {This can not be done while the invoice is given up. It can still be paid (POST /v1/invoices/<id>/pay, POST /v1/payments) or credited (POST /v1/invoices/<id>/credit-notes).} disputed {The draft gives back what its payer disputes. DELETE /v1/invoices/<id> deletes it, POST /v1/invoices writes it anew: what is disputed waits.} expired {What this invoice was to pay for is no longer given. POST /v1/invoices/<id>/credit-notes credits what is left of it.} credit_note {This can not be done with a credit note. Name the invoice that it credits.} other {This can not be done while the invoice is {status}. Read it again with GET /v1/invoices/<id>.}}',
    },
    link_invalid: {
      title: 'The link is not valid',
      detail: 'It has expired, or is incomplete. Ask for a new one.',
    },
    document_incomplete: {
      title: 'The document is no electronic invoice',
      detail:
        'EN 16931 stands against it: {gaps}. What each means, and what can be done, is in "errors". The PDF is there all the same, without its electronic part.',
    },
    invoice_item_not_found: {
      title: 'The item does not wait',
      detail:
        'No item "{item}" that was written by hand waits for the next invoice. GET /v1/customers/<id>/invoice-items lists those that wait.',
    },
    payment_not_found: {
      title: 'The payment does not exist',
      detail:
        '{is, select, attempt {No money has come in by the attempt "{payment}". GET /v1/payment-attempts/{payment} says how it stands.} other {There is no payment "{payment}" in this environment. GET /v1/payments lists them.}}',
    },
    payment_attempt_not_found: {
      title: 'The payment attempt does not exist',
      detail:
        'There is no payment attempt "{attempt}" in this environment. GET /v1/payment-attempts lists them.',
    },
    payment_exists: {
      title: 'The payment is recorded already',
      detail: 'A payment with the reference "{transaction}" has been recorded. Use a reference of its own.',
    },
    unallocated_payment_not_found: {
      title: 'The money does not exist',
      detail:
        'There is no money "{payment}" that belonged to nobody in this environment. GET /v1/unallocated-payments lists it.',
    },
    payment_assigned: {
      title: 'The money is assigned already',
      detail:
        'It has become the payment "{payment}". Where that is the wrong customer, refund it: POST /v1/payments/{payment}/refunds.',
    },
    payment_method_not_found: {
      title: 'The payment method does not exist',
      detail:
        'The customer has no payment method "{method}". GET /v1/customers/<id>/payment-methods lists theirs.',
    },
    payment_method_missing: {
      title: 'There is no payment method',
      detail:
        'The customer has no method that can be charged now. Add one with POST /v1/customers/{customer}/payment-methods.',
    },
    payment_method_is_default: {
      title: 'The payment method is the default',
      detail:
        'The fallback is charged when the default fails, so that "{method}" can not be both. Make another one the default first: PATCH /v1/customers/<id>/payment-methods/<methodId> with "isDefault": true.',
    },
    payment_method_unusable: {
      title: 'The payment method is not charged any more',
      detail:
        'The payment method "{method}" has expired, or its bank has refused it for good: another one would be charged. Name that one, or add this one anew with POST /v1/customers/{customer}/payment-methods.',
    },
    payment_method_declined: {
      title: 'The payment method was declined',
      detail:
        'The provider did not accept it: {reason}. {sent, select, card {It was taken for a card: a phone number goes with "kind": "phone".} phone {It was taken for a phone number: a card goes with "kind": "card".} other {Use another one.}}',
    },
    payment_declined: {
      title: 'The payment was declined',
      detail: 'The charge failed: {reason}. Nothing else has changed. Try another payment method.',
    },
    modules_unpaid: {
      title: 'The modules have not been paid',
      detail:
        'Invoice {invoice} was not paid, and its modules were switched off. Pay it first, then switch the module on.',
    },
    payment_in_flight: {
      title: 'A payment is under way',
      detail: 'One payment of an invoice is under way at a time. Wait for its outcome.',
    },
    refund_not_found: {
      title: 'The refund does not exist',
      detail: 'There is no refund "{refund}" in this environment. GET /v1/refunds lists them.',
    },
    refund_too_much: {
      title: 'That is more than was paid',
      detail: 'In minor units, {available} can still be given back.',
    },
    refund_state: {
      title: 'The refund is in another state',
      detail:
        '{status, select, failed {A refund that has failed stays so, and its money went to the balance of the customer. POST /v1/payments/<id>/refunds with "creditNote": false sends what is left of it.} other {This can not be recorded while the refund is {status}. Read it again with GET /v1/refunds/<id>.}}',
    },
    refund_unsupported: {
      title: 'This provider gives nothing back',
      detail:
        'Payments of "{provider}" can not be refunded that way. Write a credit note to the customer’s balance instead.',
    },
    credit_too_much: {
      title: 'That is more than is left to credit',
      detail: 'In minor units, {available} can still be credited of it.',
    },
    balance_too_low: {
      title: 'The balance is too low',
      detail: 'In minor units, {available} can be taken from it.',
    },
    discount_not_found: {
      title: 'The discount does not exist',
      detail:
        'The customer has no discount "{discount}", or it has ended. GET /v1/customers/<id>/discounts lists theirs.',
    },
    coupon_not_found: {
      title: 'The coupon does not exist',
      detail: 'The catalog has no coupon "{coupon}", or it is archived.',
    },
    coupon_ended: {
      title: 'The coupon can no longer be used',
      detail: '"{coupon}" has ended, or has been redeemed as often as it may be.',
    },
    coupon_used: {
      title: 'The coupon is in use already',
      detail: 'The customer has redeemed "{coupon}" before.',
    },
    bundle_not_found: {
      title: 'There is no such bundle',
      detail:
        '{in, select, subscription {The subscription does not have the bundle "{bundle}".} other {The catalog has no bundle "{bundle}" on sale.}}',
    },
    total_mismatch: {
      title: 'The totals differ',
      detail:
        'You sent {sent}, the server comes to {total}, both in minor units. Show the customer the server’s figure and confirm that.',
    },
    checkout_not_found: {
      title: 'The checkout session does not exist',
      detail:
        'There is no checkout session "{checkout}" of this customer. POST /v1/checkout-sessions begins one.',
    },
    checkout_closed: {
      title: 'The checkout session is over',
      detail: 'It is {status}. Start a new one.',
    },
    vat_id_invalid: {
      title: 'The VAT id is not valid',
      detail: '"{vatId}" fails the check of its country. Check it for typing errors.',
    },
    currency_unknown: {
      title: 'The currency is not known',
      detail: '"{currency}" is no active code of ISO 4217.',
    },
    webhook_refused: {
      title: 'The webhook was refused',
      detail: 'Its signature does not hold, or it is too old.',
    },
    site_not_found: {
      title: 'No such site',
      detail: 'The customer "{customer}" has no site. Set one with PUT /v1/customers/{customer}/site.',
    },
    webhook_endpoint_not_found: {
      title: 'No such webhook endpoint',
      detail: 'There is no webhook endpoint "{endpoint}". List them with GET /v1/webhook-endpoints.',
    },
    webhook_url_refused: {
      title: 'Nothing is sent to this address',
      detail: 'Use an https address without a name or password in it. A test environment also takes http.',
    },
    delivery_not_found: {
      title: 'No such delivery',
      detail: 'There is no delivery "{delivery}". List them with GET /v1/deliveries.',
    },
    recipient_erased: {
      title: 'Its reader was deleted',
      detail: 'Whom the letter "{delivery}" went to was deleted, and is written to no more.',
    },
    api_key_not_found: {
      title: 'The API key does not exist',
      detail: 'There is no key "{key}" in this environment. GET /v1/keys lists them.',
    },
    api_key_ended: {
      title: 'The API key has ended',
      detail: 'Key "{key}" was revoked or rolled, or has expired. Create a new key with POST /v1/keys.',
    },
  },
  issues: {
    missing: 'This field is required.',
    type: 'Must be {expected}, is {received}.',
    stringTooShort: 'Must have at least {minimum, plural, one {# character} other {# characters}}.',
    stringTooLong: 'Must have at most {maximum, plural, one {# character} other {# characters}}.',
    numberTooSmall: 'Must be at least {minimum}.',
    numberTooBig: 'Must be at most {maximum}.',
    listTooShort: 'Must have at least {minimum, plural, one {# entry} other {# entries}}.',
    listTooLong: 'Must have at most {maximum, plural, one {# entry} other {# entries}}.',
    format: 'Does not have the form of {format}.',
    options: 'Must be one of {options}.',
    multiple: 'Must be a multiple of {divisor}.',
    unknownField: 'This field does not exist. Check its spelling or leave it out.',
    noVariant: 'Fits none of the allowed forms. The reference at /docs shows them.',
    invalid: 'Is not valid.',
  },
  types: {
    string: 'a string',
    number: 'a number',
    int: 'a whole number',
    fraction: 'a number with a fraction',
    boolean: 'true or false',
    array: 'a list',
    object: 'an object',
    record: 'an object',
    null: 'null',
    undefined: 'missing',
    datetime: 'a time such as 2026-03-01T00:00:00Z',
    date: 'a date such as 2026-03-01',
    nan: 'not a number',
    NaN: 'not a number',
  },
  phrases: {},
  decisions: {
    ok: 'Allowed.',
    quota_exceeded:
      '{feature}: {amount} asked, {hasLimit, select, no {more than can be counted} other {{remaining} of {limit} left}}{hasPlan, select, yes { on plan {plan}} other {}}.',
    feature_not_included: '{feature} is not included in the plan.',
    insufficient_credits: 'There are not enough credits: {remaining} left of {feature}.',
    tenant_suspended: 'The account is suspended.',
    subscription_cancelled: 'The subscription is canceled.',
    payment_required: 'Payment is required.',
    trial_expired: 'The trial has ended.',
    subscription_inactive: 'The subscription is not active.',
    no_subscription: 'There is no subscription.',
  },
  reasons: {
    account_closed: 'the account that it was to go to is closed',
    address_refused: 'the address of the site is one that is not asked',
    answer_invalid: 'the answer of the site holds no number that can be read',
    authentication_failed: 'it was not confirmed',
    card_declined: 'the card was declined',
    card_network_limit: 'the card was tried as often as card networks allow',
    connection_failed: 'the site could not be reached',
    declined: 'the provider gave no reason',
    expired_card: 'the card has expired',
    fraudulent: 'the payer says that it was made by somebody else',
    http_status: 'the site answered with an error',
    instrument_unknown: 'it is not known there',
    insufficient_funds: 'the funds are insufficient',
    kind_not_supported: 'it does not take this kind of payment method',
    method_detached: 'the payment method was taken away',
    method_unknown: 'the payment method is not known there',
    name_not_found: 'the name of the site is not known',
    redirected: 'the site sends elsewhere',
    refused: 'the provider gave no reason',
    refused_by_payer: 'the payer refused',
    stolen_card: 'the card was reported stolen',
    timed_out: 'the site did not answer in time',
    tls_failed: 'the connection to the site is not secure',
  },
  reference: {
    title: 'API reference',
    skip: 'Go to the text',
    calls: 'Calls',
    errors: 'Error codes',
    introduction: [
      'JSON over HTTP. Send `Authorization: Bearer <key>`: a key belongs to the test or the live environment, and the two share nothing. Unknown fields are refused, so that a misspelled one is not lost.',
      'Ids of customers, members, features, plans and add-ons are your own: 1 to 255 of `A-Z a-z 0-9 _ . : @ + | = ~ -`. Times are ISO 8601, amounts whole numbers.',
      'Send an `Idempotency-Key` with every POST, and the same one when you repeat it: a repeated request has its effect once and gets the answer of the first, marked `Idempotent-Replayed: true`.',
      'A limit that is reached is an answer, not an error: 200 with `allowed: false`. Lists are newest first; pass `nextCursor` as `cursor` for the next page. `RateLimit` tells what is left of the limit of your key.',
    ],
    errorsIntroduction:
      'Errors are `application/problem+json` with `code`, `title`, `detail`, `requestId`, and `errors` with one entry per field, in the language of `Accept-Language` (`en`, `fr`). Codes never change their meaning.',
    scope: 'Scope',
    publishable: 'a publishable key may call it',
    testOnly: 'test environments only',
    path: 'In the path',
    query: 'Query',
    body: 'Body',
    required: 'required',
    example: 'Example',
    answer: (status) => `Answer ${status}`,
  },
  documents: {
    invoice: 'Invoice',
    creditNote: 'Credit note',
    draft: 'Draft',
    void: 'Void',
    number: 'Number',
    issued: 'Date of issue',
    due: 'Due date',
    period: 'Period',
    credits: 'Credits invoice',
    customer: 'Billed to',
    taxIds: { vat: 'VAT number', siren: 'SIREN', siret: 'SIRET', ninea: 'NINEA' },
    span: '{from} to {to}',
    description: 'Description',
    quantity: 'Quantity',
    unitPrice: 'Unit price',
    tax: 'Tax',
    amount: 'Amount ({currency})',
    lineMinimum: '{description} – up to the agreed minimum',
    lineCredit: '{description} – credited',
    lineDiscount: 'Discount: {amount}',
    coupons: 'Discounted with {names}.',
    lineInclusive: 'Price including tax: {amount}',
    subtotal: 'Subtotal',
    discount: 'Discount',
    net: 'Total without tax',
    taxOn: '{name} {percent} on {taxable}',
    total: 'Total',
    fromBalance: 'From your balance',
    credited: 'Credited',
    toInvoice: 'Credited to the invoice',
    paidBack: 'Paid back',
    toBalance: 'Credited to your balance',
    paid: 'Paid',
    amountDue: 'Amount due',
    reverseCharge: 'Reverse charge: the customer accounts for the tax.',
    exempt: 'Exempt from tax.',
    outsideScope: 'Not subject to tax.',
    payment: 'Payment',
    quote: 'Please quote {reference}, so that we recognise your payment.',
    payableOnReceipt: 'Payable on receipt.',
    creditTerms: 'The amount is credited to the invoice or to your balance, or is paid back.',
    roundedForExchange:
      'The electronic part has two decimals; exactly, the total is {total} and the amount due is {due}.',
    page: 'Page {page} of {pages}',
  },
  letters,
  welcome: {
    title: 'Tollkeeper is running',
    lead: 'It answers two questions: may this customer do this now, and what does this customer owe.',
    reference: 'API reference',
    openapi: 'OpenAPI document',
    llms: 'Short text for language models',
    health: 'Health',
    tryIt: 'Ask with a key of yours:',
  },
}
