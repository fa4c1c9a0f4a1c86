import { randomBytes } from 'node:crypto'

/** Unlike any other, also when the journal begins anew beside an old database. */
export const freshId = (prefix: string): string => `${prefix}_${randomBytes(12).toString('hex')}`
