import { expect, test } from 'vitest'
import { fixedClock, monotoneClock, systemClock } from './clock.ts'

test('a monotone clock stands still while the machine is set back', () => {
  const readings = [100, 105, 90, 104, 106]
  const clock = monotoneClock(() => readings.shift() ?? 0)
  expect([1, 2, 3, 4, 5].map(() => clock.now())).toEqual([100, 105, 105, 105, 106])
})

test('the system clock tells whole milliseconds and never goes back', () => {
  let last = 0
  for (let count = 0; count < 1_000; count += 1) {
    const now = systemClock.now()
    expect(Number.isInteger(now)).toBe(true)
    expect(now).toBeGreaterThanOrEqual(last)
    last = now
  }
})

test('a fixed clock moves only when told to', () => {
  const clock = fixedClock(1_000)
  expect([clock.now(), clock.now()]).toEqual([1_000, 1_000])
  clock.advance(500)
  expect(clock.now()).toBe(1_500)
  clock.set(200)
  expect(clock.now()).toBe(200)
})
