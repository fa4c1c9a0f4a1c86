import { describe, expect, test } from 'vitest'
import { type GrantTerms, instant, newGrant, newWorld } from '../../../test/support/usage-world.ts'
import { availableOf, compareBurnOrder, isInForce, rolledOver, splitOverGrants } from './burn.ts'

const world = newWorld()
const grants = (list: GrantTerms[]) => list.map((terms) => newGrant(world, { createdAt: 0, ...terms }))
const day = (text: string) => instant(`2024-${text}`)

describe('CM-6 the order in which grants burn', () => {
  test.each<[string, GrantTerms[], number, [string, number][], number]>([
    [
      'the smaller priority first',
      [
        { id: 'a', amount: 10, priority: 2 },
        { id: 'b', amount: 10, priority: 1 },
      ],
      15,
      [
        ['b', 10],
        ['a', 5],
      ],
      0,
    ],
    [
      'then the earlier expiry',
      [
        { id: 'a', amount: 10, expiresAt: day('03-01') },
        { id: 'b', amount: 10, expiresAt: day('02-01') },
      ],
      15,
      [
        ['b', 10],
        ['a', 5],
      ],
      0,
    ],
    [
      'one that never expires comes last',
      [
        { id: 'a', amount: 10 },
        { id: 'b', amount: 10, expiresAt: day('02-01') },
      ],
      15,
      [
        ['b', 10],
        ['a', 5],
      ],
      0,
    ],
    [
      'of two that never expire the older',
      [
        { id: 'a', amount: 10, createdAt: 2 },
        { id: 'b', amount: 10, createdAt: 1 },
      ],
      15,
      [
        ['b', 10],
        ['a', 5],
      ],
      0,
    ],
    [
      'then by id',
      [
        { id: 'b', amount: 10 },
        { id: 'a', amount: 10 },
      ],
      15,
      [
        ['a', 10],
        ['b', 5],
      ],
      0,
    ],
    [
      'priority before expiry',
      [
        { id: 'a', amount: 10, priority: 1 },
        { id: 'b', amount: 10, priority: 2, expiresAt: day('02-01') },
      ],
      5,
      [['a', 5]],
      0,
    ],
    ['what no grant covers is told', [{ id: 'a', amount: 10 }], 15, [['a', 10]], 5],
    ['no grant at all', [], 15, [], 15],
    ['nothing to burn', [{ id: 'a', amount: 10 }], 0, [], 0],
    [
      'an empty grant is passed over',
      [
        { id: 'a', amount: 0 },
        { id: 'b', amount: 10 },
      ],
      5,
      [['b', 5]],
      0,
    ],
  ])('%s', (_, terms, amount, burns, uncovered) => {
    const split = splitOverGrants(grants(terms), amount)
    expect(split.burns.map((burn) => [burn.grant.id, burn.amount])).toEqual(burns)
    expect(split.uncovered).toBe(uncovered)
  })

  test('what is held or has expired is not available', () => {
    const [grant] = grants([{ amount: 100 }])
    expect(availableOf({ ...grant!, burnt: 20, held: 30, expired: 10 })).toBe(40)
  })

  test('the order is total', () => {
    const [left, right] = grants([
      { id: 'a', amount: 1 },
      { id: 'b', amount: 1 },
    ])
    expect([
      compareBurnOrder(left!, right!),
      compareBurnOrder(right!, left!),
      compareBurnOrder(left!, left!),
    ]).toEqual([-1, 1, 0])
  })

  test.each([
    ['before its start', -1, false],
    ['at its start', 0, true],
    ['just before its end', 9, true],
    ['at its end', 10, false],
  ])('%s a grant holds: %s → %s', (_, at, holds) => {
    const [grant] = grants([{ amount: 1, startsAt: 0, expiresAt: 10 }])
    expect(isInForce(grant!, at)).toBe(holds)
    expect(isInForce({ ...grant!, closedAt: 0 }, at)).toBe(false)
  })
})

describe('CM-4 what goes on after a window', () => {
  test.each([
    ['all of it', 90, null, 100, 90],
    ['at most the cap', 90, 50, 100, 50],
    ['less than the cap', 30, 50, 100, 30],
    ['a share, rounded down', 99, null, 50, 49],
    ['the smaller of share and cap', 99, 40, 50, 40],
    ['no share', 99, null, 0, 0],
    ['a cap of nothing', 99, 0, 100, 0],
    ['nothing left', 0, 50, 100, 0],
    ['a third of two', 2, null, 33, 0],
    ['near 2^53', Number.MAX_SAFE_INTEGER, null, 99, 8_917_127_262_193_581],
  ])('%s', (_, left, cap, sharePercent, expected) => {
    expect(rolledOver(left, { cap, sharePercent })).toBe(expected)
  })
})
