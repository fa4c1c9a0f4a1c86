/**
 * What this process sends to PostgreSQL, seen and changed on its way: how a rule that is written in SQL is taken out.
 *
 * Owns: the one hook in the driver. Does not own: which rule, nor what is then wrong.
 * Invariant: outside of `withStatements` every statement goes out as it was written.
 */
import pg from 'pg'

export interface SentStatement {
  text: string
  name?: string | undefined
  values?: unknown[] | undefined
}

type Answer = Promise<pg.QueryResult>

export interface StatementChange {
  /** The text to send instead. */
  rewrite?: (text: string, name: string) => string
  /** Answers in the place of the driver, which `forward` asks. */
  around?: (statement: SentStatement, forward: () => Answer, client: object) => Answer
}

let current: StatementChange | null = null
let deadlocks = 0

/** How often a statement of this process was ended as a deadlock's victim, retried or not. */
export const deadlocksSeen = (): number => deadlocks

export async function withStatements<Result>(
  change: StatementChange,
  work: () => Promise<Result>,
): Promise<Result> {
  current = change
  try {
    return await work()
  } finally {
    current = null
  }
}

/** For statements that a change sends itself. */
export const original = pg.Client.prototype.query as (this: object, ...rest: unknown[]) => Answer

pg.Client.prototype.query = function query(this: pg.Client, config: unknown, ...rest: unknown[]) {
  const given = typeof config === 'string' ? { text: config } : (config as SentStatement)
  if (rest.length > 0 || typeof given?.text !== 'string') return original.call(this, config, ...rest)
  const changed = current?.rewrite?.(given.text, given.name ?? '') ?? given.text
  // the driver keeps the text of a name for good
  const name =
    changed === given.text || given.name === undefined ? given.name : `${given.name}-${hashOf(changed)}`
  const statement =
    typeof config === 'string' && changed === given.text ? config : { ...given, text: changed, name }
  const forward = () => original.call(this, statement)
  const answer =
    current?.around === undefined ? forward() : current.around({ ...given, text: changed }, forward, this)
  return answer.catch((error: { code?: string }) => {
    if (error.code === '40P01') deadlocks += 1
    throw error
  })
} as typeof pg.Client.prototype.query

const hashOf = (text: string): string =>
  [...text].reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) >>> 0, 7).toString(36)
