/** How a webhook proves who sent it: `t=<seconds>,v1=<HMAC-SHA256 of "t.body">`, one `v1` for each secret in use. */
import { createHmac, timingSafeEqual } from 'node:crypto'
import type { Instant } from '../../../domain/time/instant.ts'

export const SIGNATURE_HEADER = 'simulator-signature'
const TOLERANCE_SECONDS = 300

const digest = (secret: string, seconds: string, body: Uint8Array): Buffer =>
  createHmac('sha256', secret).update(`${seconds}.`).update(body).digest()

export function sign(body: Uint8Array, secrets: readonly string[], now: Instant): string {
  const seconds = String(Math.floor(now / 1_000))
  const proofs = secrets.map((secret) => `v1=${digest(secret, seconds, body).toString('hex')}`)
  return [`t=${seconds}`, ...proofs].join(',')
}

/** A signature from the future is as suspect as an old one. */
export function checkSignature(
  header: string | undefined,
  body: Uint8Array,
  secrets: readonly string[],
  now: Instant,
): 'genuine' | 'signature' | 'too_old' {
  const parts = (header ?? '').split(',').map((part) => part.split('=') as [string, string?])
  const seconds = parts.find(([name]) => name === 't')?.[1] ?? ''
  const proofs = parts.filter(([name]) => name === 'v1').map(([, hex = '']) => Buffer.from(hex, 'hex'))
  if (!/^\d{1,12}$/.test(seconds)) return 'signature'
  const isGenuine = secrets
    .map((secret) => digest(secret, seconds, body))
    .flatMap((expected) => proofs.map((proof) => isSame(proof, expected)))
    .includes(true)
  if (!isGenuine) return 'signature'
  return Math.abs(now / 1_000 - Number(seconds)) > TOLERANCE_SECONDS ? 'too_old' : 'genuine'
}

const isSame = (one: Buffer, other: Buffer): boolean =>
  one.length === other.length && timingSafeEqual(one, other)
