/** The ledger's invariants over a whole world: each grant is its movements, each balance its holds and burns. */
import type { GrantMovement } from '../../src/domain/usage/model.ts'
import type { World } from './usage-world.ts'

/** What must hold after every step; answers what doesn't. */
export function faults(world: World): string[] {
  const found: string[] = []
  for (const grant of world.grants) {
    const name = `${grant.source} ${grant.id}`
    const { amount, burnt, held, expired } = grant
    if (Math.min(amount, burnt, held, expired, amount - burnt - held - expired) < 0)
      found.push(`${name}: negative`)
    const sum = (...kinds: GrantMovement['kind'][]) =>
      world.movements
        .filter((movement) => movement.grant.id === grant.id && kinds.includes(movement.kind))
        .reduce((total, movement) => total + movement.amount, 0)
    if (sum('granted', 'changed') !== amount) found.push(`${name}: amount ${amount} is not its movements`)
    if (sum('burnt') - sum('returned') !== burnt) found.push(`${name}: burnt ${burnt} is not its movements`)
    if (sum('held') - sum('released') !== held) found.push(`${name}: held ${held} is not its movements`)
    if (sum('expired') !== expired) found.push(`${name}: expired ${expired} is not its movements`)
    if (grant.closedAt !== null && burnt + expired !== amount)
      found.push(`${name}: closed with something left`)
  }
  for (const balance of world.balances) {
    const { used, reserved, leased, overage, folded, limit, capacity } = balance
    if (Math.min(used, reserved, leased, overage, folded) < 0) found.push('balance: negative')
    if (!limit.unlimited && used - overage - folded < 0) found.push('balance: folded more than was used')
    const held = world.holds
      .filter(({ status }) => status === 'open')
      .filter((hold) => hold.member === balance.member || balance.member === 0)
    const inWindow = held.filter((hold) =>
      balance.member === 0
        ? hold.takes !== 'member' && hold.windowStart === balance.windowStart
        : (hold.takes === 'both' ? hold.memberWindowStart : hold.windowStart) === balance.windowStart,
    )
    const total = inWindow.reduce((sum, hold) => sum + hold.amount, 0)
    if (total !== reserved + leased) found.push(`balance: ${reserved + leased} held, not ${total}`)
    const burnt = world.movements
      .filter(
        ({ grant, kind }) => grant.member === balance.member && (kind === 'burnt' || kind === 'returned'),
      )
      .filter(({ windowStart }) => windowStart === balance.windowStart)
      .reduce((sum, { kind, amount }) => sum + (kind === 'burnt' ? amount : -amount), 0)
    if (burnt !== folded) found.push(`balance: ${folded} folded, but ${burnt} burnt in the window`)
    if (!Number.isSafeInteger(capacity)) found.push(`balance: capacity ${capacity}`)
  }
  return found
}
