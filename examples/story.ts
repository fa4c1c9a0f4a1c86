/**
 * How a scenario tells what it does, and how it insists that what it tells is so.
 *
 * Owns: the lines in the terminal. Invariant: `expect` says a sentence only if it is true, else the scenario ends.
 */
import { inspect, isDeepStrictEqual } from 'node:util'

export interface Story {
  chapter(title: string): void
  say(line: string): void
  /**
   * Says the sentence when both are deeply equal.
   *
   * @throws ExpectationFailed otherwise
   */
  expect(sentence: string, actual: unknown, expected: unknown): void
}

/** Something that the scenario promises did not come about. */
export class ExpectationFailed extends Error {
  constructor(sentence: string, actual: unknown, expected: unknown) {
    super(`This is not so: ${sentence}\n  expected ${inspect(expected)}\n  but got  ${inspect(actual)}`)
    this.name = 'ExpectationFailed'
  }
}

/**
 * A story that is told line by line.
 *
 * @example const story = tellTo((line) => process.stdout.write(`${line}\n`))
 */
export function tellTo(tell: (line: string) => void): Story {
  return {
    chapter: (title) => tell(`\n${title}`),
    say: (line) => tell(`  ${line}`),
    expect(sentence, actual, expected) {
      if (!isDeepStrictEqual(actual, expected)) throw new ExpectationFailed(sentence, actual, expected)
      tell(`  ✓ ${sentence}`)
    },
  }
}

/** 1234567 → `1,234,567`. */
export const grouped = (amount: number): string => amount.toLocaleString('en')

/** Rows in columns: the first to the left, the others to the right. */
export function table(rows: (string | number)[][]): string[] {
  const texts = rows.map((row) => row.map((cell) => (typeof cell === 'number' ? grouped(cell) : cell)))
  const widths = texts[0]?.map((_, column) => Math.max(...texts.map((row) => row[column]?.length ?? 0))) ?? []
  const place = (text: string, column: number) =>
    column === 0 ? text.padEnd(widths[column] ?? 0) : text.padStart(widths[column] ?? 0)
  return texts.map((row) => row.map(place).join('  '))
}
