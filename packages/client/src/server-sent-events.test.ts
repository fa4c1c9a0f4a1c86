import { expect, test } from 'vitest'
import { messageReader } from './server-sent-events.ts'

test.each([
  ['one message', 'id: 1\ndata: a\n\n', [{ id: '1', data: 'a' }]],
  ['carriage returns and line feeds', 'id: 1\r\ndata: a\r\n\r\n', [{ id: '1', data: 'a' }]],
  [
    'carriage returns alone',
    'data: a\rdata: b\r\rdata: c\n\n',
    [
      { id: undefined, data: 'a\nb' },
      { id: undefined, data: 'c' },
    ],
  ],
  ['several lines of data', 'data: a\ndata:\ndata:  b\n\n', [{ id: undefined, data: 'a\n\n b' }]],
  ['comments and unknown fields', ': hello\nretry: 5\nfoo\ndata: a\n\n', [{ id: undefined, data: 'a' }]],
  ['the type', 'event: x\ndata: a\n\ndata: b\n\n', [{ event: 'x', data: 'a' }, { data: 'b' }]],
  ['a position alone', 'id: 7\n\n', [{ id: '7', data: undefined }]],
  ['an unfinished message', 'id: 7\ndata: a\n', []],
])('reads %s, however it is cut', (_, text, expected) => {
  for (let size = 1; size <= text.length; size += 1) {
    const read = messageReader()
    const pieces = text.match(new RegExp(`[\\s\\S]{1,${size}}`, 'g')) ?? []
    expect(pieces.flatMap((piece) => read(piece))).toEqual(expected)
  }
})
