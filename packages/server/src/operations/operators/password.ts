/**
 * Operators' passwords, kept as scrypt hashes.
 *
 * Owns: the form `scrypt$N$r$p$salt$hash` (base64url). Invariant: comparing takes the same time for every wrong one.
 */
import { randomBytes, scrypt, timingSafeEqual } from 'node:crypto'

const COST = 2 ** 15
const BLOCK_SIZE = 8
const PARALLELISM = 1
const HASH_BYTES = 32

export async function hashPassword(password: string): Promise<string> {
  const salt = randomBytes(16)
  const hash = await derive(password, salt, { cost: COST, blockSize: BLOCK_SIZE, parallelism: PARALLELISM })
  return [
    'scrypt',
    COST,
    BLOCK_SIZE,
    PARALLELISM,
    salt.toString('base64url'),
    hash.toString('base64url'),
  ].join('$')
}

export async function verifyPassword(password: string, stored: string): Promise<boolean> {
  const [scheme, cost, blockSize, parallelism, salt = '', hash = ''] = stored.split('$')
  if (scheme !== 'scrypt') return false
  const expected = Buffer.from(hash, 'base64url')
  const settings = { cost: Number(cost), blockSize: Number(blockSize), parallelism: Number(parallelism) }
  const actual = await derive(password, Buffer.from(salt, 'base64url'), settings)
  return expected.length === actual.length && timingSafeEqual(expected, actual)
}

type Settings = { cost: number; blockSize: number; parallelism: number }

function derive(password: string, salt: Buffer, { cost, blockSize, parallelism }: Settings): Promise<Buffer> {
  const options = { N: cost, r: blockSize, p: parallelism, maxmem: 256 * cost * blockSize }
  return new Promise((resolve, reject) => {
    scrypt(password.normalize('NFKC'), salt, HASH_BYTES, options, (error, key) =>
      error === null ? resolve(key) : reject(error),
    )
  })
}
