/** Sealing what must be read again but not from a copy of one table. AES-256-GCM: nonce, tag, text. */
import { createCipheriv, createDecipheriv, randomBytes } from 'node:crypto'

/** @param key 32 bytes */
export function seal(bytes: Buffer, key: Buffer): Buffer {
  const nonce = randomBytes(12)
  const cipher = createCipheriv('aes-256-gcm', key, nonce)
  const sealed = Buffer.concat([cipher.update(bytes), cipher.final()])
  return Buffer.concat([nonce, cipher.getAuthTag(), sealed])
}

/** @throws Error if it was sealed with another key, or was changed */
export function unseal(bytes: Buffer, key: Buffer): Buffer {
  const decipher = createDecipheriv('aes-256-gcm', key, bytes.subarray(0, 12))
  decipher.setAuthTag(bytes.subarray(12, 28))
  return Buffer.concat([decipher.update(bytes.subarray(28)), decipher.final()])
}
