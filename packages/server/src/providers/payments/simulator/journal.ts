/**
 * What the simulator remembers: a few tables in memory, and behind them a file that is only ever appended to.
 *
 * Owns: durability. Does not own: what the rows mean.
 * Invariant: rows written together are all there after a crash, or none of them; `write` returns when they are on disk.
 */
import {
  closeSync,
  fdatasyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readFileSync,
  writeSync,
} from 'node:fs'
import { dirname } from 'node:path'

/** Table, key, value; null takes the row away. */
export type Row = [table: string, key: string, value: object | null]

export interface Journal {
  get(table: string, key: string): object | undefined
  /** In the order in which the keys were first written. */
  rows(table: string): ReadonlyMap<string, object>
  write(rows: Row[]): void
  close(): void
}

/** Without a file everything is gone with the process. */
export function openJournal(file: string | null): Journal {
  const tables = new Map<string, Map<string, object>>()
  const tableOf = (name: string): Map<string, object> => {
    const known = tables.get(name)
    if (known !== undefined) return known
    const made = new Map<string, object>()
    tables.set(name, made)
    return made
  }
  const apply = (rows: Row[]) => {
    for (const [table, key, value] of rows) {
      if (value === null) tableOf(table).delete(key)
      else tableOf(table).set(key, value)
    }
  }
  const append = file === null ? undefined : openFile(file, apply)
  return {
    get: (table, key) => tableOf(table).get(key),
    rows: tableOf,
    write(rows) {
      append?.write(`${JSON.stringify(rows)}\n`)
      apply(rows)
    },
    close: () => append?.close(),
  }
}

function openFile(file: string, apply: (rows: Row[]) => void) {
  mkdirSync(dirname(file), { recursive: true })
  const descriptor = openSync(file, 'a+', 0o600)
  const content = readFileSync(file)
  // a line without its end was being written when the process died: nobody was ever told of it
  const end = content.lastIndexOf(0x0a) + 1
  if (end < content.length) ftruncateSync(descriptor, end)
  for (const line of content.subarray(0, end).toString('utf8').split('\n')) {
    if (line !== '') apply(JSON.parse(line) as Row[])
  }
  return {
    write(line: string) {
      const bytes = Buffer.from(line)
      for (let written = 0; written < bytes.length; ) written += writeSync(descriptor, bytes, written)
      fdatasyncSync(descriptor)
    },
    close: () => closeSync(descriptor),
  }
}
