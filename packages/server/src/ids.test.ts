import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { isId, newId, uuidV7 } from './ids.ts'

const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/
const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

// The module remembers the latest time it saw, so every test goes on from where it is.
function timeOf(uuid: string): number {
  return Number.parseInt(uuid.replaceAll('-', '').slice(0, 12), 16)
}

function currentTime(): number {
  return timeOf(uuidV7(0))
}

describe('uuidV7', () => {
  test('has the form, the version and the time', () => {
    const now = currentTime() + 1_700_000_000_000
    const uuid = uuidV7(now)
    expect(uuid).toMatch(UUID_V7)
    expect(timeOf(uuid)).toBe(now)
  })

  test('is in order and never the same, also in one millisecond and when time goes back', () => {
    const now = currentTime()
    fc.assert(
      fc.property(fc.array(fc.integer({ min: -1_000, max: 1_000 }), { maxLength: 50 }), (steps) => {
        const made = steps.map((step) => uuidV7(Math.max(0, now + step)))
        expect(made.every((uuid) => UUID_V7.test(uuid))).toBe(true)
        expect([...made].sort()).toEqual(made)
        expect(new Set(made).size).toBe(made.length)
      }),
    )
  })

  test('half a million in one millisecond are in order; when the room is used up, the time goes on', () => {
    const now = currentTime() + 1
    let last = uuidV7(now)
    let rising = true
    for (let count = 0; count < 500_000; count += 1) {
      const next = uuidV7(now)
      rising &&= next > last
      last = next
    }
    expect(rising).toBe(true)
    expect(timeOf(last) - now).toBeLessThanOrEqual(3)
  })

  test.each([-1, 0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 48])('refuses the time %d', (now) => {
    expect(() => uuidV7(now)).toThrow(RangeError)
  })
})

describe('newId', () => {
  test('says what it names and in which mode', () => {
    const now = currentTime()
    expect(newId('sub', false, now)).toMatch(/^sub_test_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
    expect(newId('credit_note', true, now)).toMatch(/^credit_note_live_[0-7][0-9a-hjkmnp-tv-z]{25}$/)
  })

  test('carries the same 128 bits as a uuid: time, version, variant', () => {
    const now = currentTime() + 5
    const body = newId('sub', false, now).slice('sub_test_'.length)
    const value = [...body].reduce((sum, letter) => sum * 32n + BigInt(ALPHABET.indexOf(letter)), 0n)
    expect(value >> 80n).toBe(BigInt(now))
    expect((value >> 76n) & 15n).toBe(7n)
    expect((value >> 62n) & 3n).toBe(2n)
    expect(value >> 128n).toBe(0n)
  })

  test('is in order with those before', () => {
    const now = currentTime()
    const made = Array.from({ length: 5_000 }, (_, index) => newId('evt', true, now + (index % 7)))
    expect([...made].sort()).toEqual(made)
    expect(new Set(made).size).toBe(made.length)
  })

  test.each(['', 'Sub', 'sub_', '_sub', 'a b', '1a', 'a__b'])('refuses the prefix "%s"', (prefix) => {
    expect(() => newId(prefix, false, 0)).toThrow(RangeError)
  })
})

describe('isId', () => {
  const body = '01hv3k8q2zj5w9x7c4m6n8p0rt'

  test('know an id', () => {
    expect(isId('sub', `sub_test_${body}`)).toBe(true)
    expect(isId('credit_note', `credit_note_live_${body}`)).toBe(true)
  })

  test.each([
    '',
    'sub',
    `sub_${body}`,
    `sub_demo_${body}`,
    `sub_test_${body}0`,
    `sub_test_${body.slice(1)}`,
    `sub_test_${body.toUpperCase()}`,
    `sub_test_${body}\n`,
    `sub_test_8${body.slice(1)}`,
    `sub_test_${body.slice(0, -1)}u`,
    `_test_${body}`,
  ])('"%s" is none', (text) => {
    expect(isId('sub', text)).toBe(false)
  })

  test('another prefix is not this one', () => {
    expect(isId('sub', `inv_test_${body}`)).toBe(false)
    expect(isId('sub', `sub_item_test_${body}`)).toBe(false)
    expect(isId('sub_item', `sub_item_test_${body}`)).toBe(true)
  })
})
