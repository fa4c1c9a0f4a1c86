import { Big } from 'big.js'
import { noShares, plus, type Shares } from './disputed-balance.ts'

/** A line that a document charges. */
export interface ChargedLine {
  id: string
  grossMinor: number
  /** What part of it nobody has credited by hand. */
  left: Big
}

/**
 * What part of each line of a document is disputed, where so much of all of it is. What was credited by hand was none of that,
 * as far as something else is left to have been it: then more is disputed of the other lines.
 */
export function disputedParts(whole: Shares, lines: readonly ChargedLine[]): ReadonlyMap<string, Shares> {
  const parts = new Map(lines.map(({ id, left }) => [id, within(whole, left)]))
  const partOf = ({ id }: ChargedLine) => parts.get(id) ?? noShares()
  const roomOf = (line: ChargedLine) => line.left.minus(partOf(line).open).minus(partOf(line).lost)
  const minorOf = (part: (line: ChargedLine) => Big) =>
    lines.reduce((sum, line) => sum.plus(part(line).times(line.grossMinor)), new Big(0))
  for (const kind of ['lost', 'open'] as const) {
    const missing = minorOf((line) => whole[kind].minus(partOf(line)[kind]))
    const room = minorOf(roomOf)
    if (missing.lte(0) || room.lte(0)) continue
    const share = missing.gt(room) ? new Big(1) : missing.div(room)
    for (const line of lines) {
      parts.set(line.id, plus(partOf(line), { ...noShares(), [kind]: roomOf(line).times(share) }))
    }
  }
  return parts
}

function within({ open, lost }: Shares, left: Big): Shares {
  const ofLost = lost.gt(left) ? left : lost
  const rest = left.minus(ofLost)
  return { lost: ofLost, open: open.gt(rest) ? rest : open }
}
