/**
 * A file of real requests, and what happens when: which member asks, when the answer is there, who crashes.
 *
 * Owns: reading `TIMESTAMP,ContextTokens,GeneratedTokens` and the order of things. Does not own: what is admitted.
 * Invariant: the same file gives the same moments, so everything that follows can be worked out twice and compared.
 */
import { readFile } from 'node:fs/promises'

export interface Request {
  row: number
  member: string
  /** Epoch milliseconds, of a whole second. */
  at: number
  /** Known before the call: what is sent, and room for an answer. */
  estimate: number
  /** Known after it. */
  truth: number
  /** The process dies before it can settle. */
  crashes: boolean
}

/** What happens at one second: the answers that are there come before the questions. */
export interface Moment {
  /** Epoch milliseconds. */
  at: number
  answered: Request[]
  asking: Request[]
}

/** Ada asks most, so her own limit is what stops her; the others share what she leaves. */
const turns = ['ada', 'ben', 'ada', 'chloe', 'dan', 'ada', 'ben', 'chloe']
export const members = [...new Set(turns)]

/** Nobody knows how long an answer will be; this much is set aside for it. */
const ANSWER_ESTIMATE = 300
/** One request in so many is never settled. */
const CRASH_EVERY = 97

/** @throws Error that names the line which isn't of the shape `TIMESTAMP,ContextTokens,GeneratedTokens` */
export async function readTrace(path: string | URL): Promise<Request[]> {
  const [header = '', ...lines] = (await readFile(path, 'utf8')).trim().split(/\r?\n/)
  if (header.trim() !== 'TIMESTAMP,ContextTokens,GeneratedTokens')
    throw new Error(`The first line of ${String(path)} must be TIMESTAMP,ContextTokens,GeneratedTokens`)
  const requests = lines.map((line, row) => requestOf(line, row))
  if (requests.length < 2) throw new Error(`${String(path)} needs at least two rows`)
  return requests.toSorted((one, other) => one.at - other.at || one.row - other.row)
}

function requestOf(line: string, row: number): Request {
  const [timestamp = '', context = '', generated = '', ...rest] = line.split(',')
  const at = Date.parse(`${timestamp.trim().replace(' ', 'T').slice(0, 23)}Z`)
  const isWhole = [context, generated].every((text) => /^\d+$/.test(text.trim()))
  if (Number.isNaN(at) || !isWhole || rest.length > 0) throw new Error(`Line ${row + 2}: ${line}`)
  return {
    row,
    member: turns[row % turns.length] as string,
    at: wholeSecond(at),
    estimate: Number(context) + ANSWER_ESTIMATE,
    truth: Number(context) + Number(generated),
    crashes: row % CRASH_EVERY === CRASH_EVERY - 1,
  }
}

const wholeSecond = (at: number): number => Math.floor(at / 1000) * 1000

/** A fifth of a second to begin with, then 25 ms a token, and 25 s at most. */
const answeredAt = ({ at, truth, estimate }: Request): number =>
  wholeSecond(at + 200 + 25 * Math.min(1000, truth - estimate + ANSWER_ESTIMATE))

/** Everything that happens, in order; within a moment in the order of the file. */
export function momentsOf(requests: Request[]): Moment[] {
  const moments = new Map<number, Moment>()
  const at = (time: number): Moment => {
    const moment = moments.get(time) ?? { at: time, answered: [], asking: [] }
    moments.set(time, moment)
    return moment
  }
  for (const request of requests) {
    // within its own second an answer would come before its question: the next moment has it
    at(request.at).asking.push(request)
    if (!request.crashes) at(Math.max(answeredAt(request), request.at + 1000)).answered.push(request)
  }
  return [...moments.values()].toSorted((one, other) => one.at - other.at)
}

/**
 * The start of a subscription that renews in the middle of the trace, on the day of the month a month or two before.
 */
export function anchorFor(turnAt: number): number {
  for (const monthsBefore of [1, 2]) {
    const anchor = new Date(turnAt)
    const day = anchor.getUTCDate()
    anchor.setUTCMonth(anchor.getUTCMonth() - monthsBefore)
    if (anchor.getUTCDate() === day) return anchor.getTime()
  }
  throw new Error('of two months in a row, one has the day')
}
