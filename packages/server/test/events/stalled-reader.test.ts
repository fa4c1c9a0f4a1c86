import { Writable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import { expect, it } from 'vitest'
import { sendStream } from '../../src/api/stream.ts'

/** A connection whose other side never reads. */
function stalledReply(): { raw: Writable; reply: FastifyReply } {
  const raw = new Writable({ highWaterMark: 100, write: () => {} })
  Object.assign(raw, { writeHead: () => raw })
  return { raw, reply: { hijack: () => {}, getHeaders: () => ({}), raw } as unknown as FastifyReply }
}

it('lets go of a reader that takes nothing, and reads no further for it', async () => {
  let taken = 0
  let closed = false
  async function* endless() {
    try {
      for (;;) {
        taken += 1
        yield { data: 'x'.repeat(60) }
      }
    } finally {
      closed = true
    }
  }
  const { raw, reply } = stalledReply()
  const signal = new AbortController().signal
  await sendStream(reply, endless(), { signal, describeError: String, stalledMs: 10 })
  expect(raw.destroyed).toBe(true)
  expect(closed).toBe(true)
  expect(taken).toBeLessThan(5)
})
