/**
 * The secret of a key: made here, shown once, kept as an HMAC.
 *
 * Owns: the form of keys (`sk_test_…`) and their hash. Does not own: who may do what (`domain/keys`).
 * Invariant: a key has 256 random bits; from what the database holds it can't be found.
 */
import { createHmac, randomBytes } from 'node:crypto'
import type { KeyKind } from '../../domain/keys/model.ts'

const prefixes: Record<KeyKind, string> = { secret: 'sk', restricted: 'rk', publishable: 'pk' }
const DIGITS = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz'
const BODY_LENGTH = 43

/** Has the text the form of a key? Spares the database what can't be one. */
export const looksLikeKey = (text: string): boolean => /^(sk|rk|pk)_(test|live)_[0-9A-Za-z]{43}$/.test(text)

export function newSecret(kind: KeyKind, mode: 'test' | 'live'): string {
  let rest = BigInt(`0x${randomBytes(32).toString('hex')}`)
  let body = ''
  for (let index = 0; index < BODY_LENGTH; index += 1) {
    body = DIGITS[Number(rest % 62n)] + body
    rest /= 62n
  }
  return `${prefixes[kind]}_${mode}_${body}`
}

export function hashSecret(pepper: Buffer, secret: string): Buffer {
  return createHmac('sha256', pepper).update(secret).digest()
}

/** What a key is recognised by in a list: too little to guess the rest from. */
export const hintOf = (secret: string): string => `${secret.slice(0, 10)}…${secret.slice(-4)}`
