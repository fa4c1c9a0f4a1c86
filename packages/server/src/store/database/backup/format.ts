import { createHash } from 'node:crypto'
import { createReadStream, createWriteStream } from 'node:fs'
import { open, rename, rm } from 'node:fs/promises'
import { dirname } from 'node:path'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGunzip, createGzip } from 'node:zlib'
import { DatabaseProblem } from '../errors.ts'
import type { SchemaContents } from './schema.ts'

/*
 * The file: gzip of frames, each one byte of kind, four bytes of length, and the bytes.
 *   header, then for each table: table, data…, table end; last the trailer, without which the file was cut off.
 */
export type BackupHeader = SchemaContents & {
  format: 'tollkeeper-backup'
  formatVersion: 1
  /** Epoch milliseconds. */
  createdAt: number
  serverVersion: string
  migrations: { number: number; name: string; checksum: string }[]
}
export type TableEnd = { rows: number; sha256: string }
export type Trailer = { tables: number; rows: number; sha256: string }

export type Frame =
  | { kind: 'header'; value: BackupHeader }
  | { kind: 'table'; value: { name: string } }
  | { kind: 'data'; value: Buffer }
  | { kind: 'table end'; value: TableEnd }
  | { kind: 'trailer'; value: Trailer }

const kinds = ['header', 'table', 'data', 'table end', 'trailer'] as const
const largestFrameBytes = 256 * 1024 * 1024

function encode(frame: Frame): Buffer {
  const payload = frame.kind === 'data' ? frame.value : Buffer.from(JSON.stringify(frame.value))
  const head = Buffer.alloc(5)
  head.writeUInt8(kinds.indexOf(frame.kind), 0)
  head.writeUInt32BE(payload.length, 1)
  return Buffer.concat([head, payload])
}

/** Writes under another name, through to the disk, and gives the name last: a file with the name is whole. */
export async function writeFrames(file: string, frames: AsyncIterable<Frame>): Promise<void> {
  const draft = `${file}.part`
  async function* encoded() {
    for await (const frame of frames) yield encode(frame)
  }
  try {
    await pipeline(
      Readable.from(encoded()),
      createGzip({ level: 6 }),
      createWriteStream(draft, { mode: 0o600 }),
    )
    await syncToDisk(draft)
    await rename(draft, file)
    if (process.platform !== 'win32') await syncToDisk(dirname(file))
  } catch (error) {
    await rm(draft, { force: true })
    throw error
  }
}

async function syncToDisk(path: string): Promise<void> {
  const handle = await open(path, 'r')
  await handle.sync().finally(() => handle.close())
}

/** Reads the frames and checks all that can be checked: order, every table's checksum and count, the trailer. */
export async function* readFrames(file: string): AsyncGenerator<Frame> {
  const check = checker(file)
  for await (const frame of decode(file)) {
    check(frame)
    yield frame
  }
  check(undefined)
}

/** Follows the frames; throws as soon as one doesn't fit. `undefined` stands for the end of the file. */
function checker(file: string): (frame: Frame | undefined) => void {
  const all = createHash('sha256')
  let table: { hash: ReturnType<typeof createHash>; name: string } | undefined
  let [tables, rows, before] = [0, 0, 'nothing']
  const follows: Record<string, string[]> = {
    nothing: ['header'],
    header: ['table', 'trailer'],
    table: ['data', 'table end'],
    data: ['data', 'table end'],
    'table end': ['table', 'trailer'],
    trailer: ['end'],
  }
  return (frame) => {
    const kind = frame?.kind ?? 'end'
    if (!follows[before]?.includes(kind)) {
      throw kind === 'end' ? damaged(file, 'it was cut off') : damaged(file, `${kind} after ${before}`)
    }
    before = kind
    if (frame?.kind === 'table') table = { hash: createHash('sha256'), name: frame.value.name }
    if (frame?.kind === 'data') table?.hash.update(frame.value)
    if (frame?.kind === 'table end') {
      if (table?.hash.digest('hex') !== frame.value.sha256)
        throw damaged(file, `the checksum of ${table?.name} differs`)
      all.update(frame.value.sha256)
      tables += 1
      rows += frame.value.rows
    }
    if (frame?.kind === 'trailer') {
      const { value } = frame
      const fits = value.tables === tables && value.rows === rows && value.sha256 === all.digest('hex')
      if (!fits) throw damaged(file, 'the checksum of the whole differs')
    }
  }
}

async function* decode(file: string): AsyncGenerator<Frame> {
  const unzipped = createGunzip()
  const reading = pipeline(createReadStream(file), unzipped)
  reading.catch(() => {})
  let rest: Buffer = Buffer.alloc(0)
  try {
    for await (const chunk of unzipped) {
      rest = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer])
      while (rest.length >= 5) {
        const length = rest.readUInt32BE(1)
        if (length > largestFrameBytes) throw damaged(file, 'a part of impossible length')
        if (rest.length < 5 + length) break
        yield toFrame(file, rest.readUInt8(0), rest.subarray(5, 5 + length))
        rest = rest.subarray(5 + length)
      }
    }
    await reading
  } catch (error) {
    throw readProblem(file, error)
  }
  if (rest.length > 0) throw damaged(file, 'it was cut off')
}

function toFrame(file: string, kindNumber: number, payload: Buffer): Frame {
  const kind = kinds[kindNumber]
  if (kind === undefined) throw damaged(file, 'an unknown part')
  if (kind === 'data') return { kind, value: payload }
  try {
    return { kind, value: JSON.parse(payload.toString('utf8')) } as Frame
  } catch {
    throw damaged(file, 'an unreadable part')
  }
}

function readProblem(file: string, error: unknown): unknown {
  const code = (error as NodeJS.ErrnoException).code ?? ''
  if (code.startsWith('Z_')) return damaged(file, (error as Error).message)
  if (['ENOENT', 'EACCES', 'EISDIR'].includes(code)) {
    const remedy = 'Name a file that tollkeeper backup has made and that this user may read.'
    return new DatabaseProblem(
      'backup-unreadable',
      `The backup ${file} can't be read (${code}).`,
      remedy,
      error,
    )
  }
  return error
}

export function damaged(file: string, what: string): DatabaseProblem {
  return new DatabaseProblem(
    'backup-damaged',
    `The backup ${file} is damaged or not a backup: ${what}.`,
    'Nothing was changed. Copy it again from where it is kept, or use another one.',
  )
}
