import { describe, expect, it } from 'vitest'
import { createRecent } from './recent.ts'

describe('createRecent', () => {
  it('keeps what was set last and what is looked at, and never more than it may', () => {
    const recent = createRecent<number>(4)
    for (let value = 1; value <= 20; value += 1) {
      recent.set(`key-${value}`, value)
      expect(recent.get(`key-${value}`)).toBe(value)
      expect(recent.get('key-1')).toBe(1)
    }
    const kept = Array.from({ length: 20 }, (_, index) => `key-${index + 1}`).filter(
      (key) => recent.get(key) !== undefined,
    )
    expect(kept.length).toBeLessThanOrEqual(4)
    expect(kept).toContain('key-20')
  })

  it('answers what was set last under a key', () => {
    const recent = createRecent<number>(2)
    recent.set('one', 1)
    recent.set('two', 2)
    recent.set('one', 3)
    expect(recent.get('one')).toBe(3)
    expect(recent.get('three')).toBeUndefined()
  })
})
