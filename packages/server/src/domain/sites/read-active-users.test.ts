import { describe, expect, test } from 'vitest'
import { readActiveUsers } from './read-active-users.ts'

describe('a site’s answer', () => {
  test.each([
    ['{"activeUsers":7}', 7],
    ['{"activeUsers": 0}', 0],
    [' {"activeUsers": 1000000, "name": "more is no harm"} ', 1_000_000],
  ])('%s is understood', (text, count) => expect(readActiveUsers(text)).toBe(count))

  test.each([
    '',
    'ok',
    '7',
    'null',
    '[]',
    '[{"activeUsers":7}]',
    '{}',
    '{"activeusers":7}',
    '{"activeUsers":"7"}',
    '{"activeUsers":null}',
    '{"activeUsers":7.5}',
    '{"activeUsers":-1}',
    '{"activeUsers":-0}',
    '{"activeUsers":1000001}',
    '{"activeUsers":1e400}',
    '{"activeUsers":true}',
    '<html>{"activeUsers":7}</html>',
  ])('%s is nonsense', (text) => expect(readActiveUsers(text)).toBeNull())
})
