/**
 * Server-sent events: an async iterable onto the wire.
 *
 * Owns: the format, the heartbeat, back-pressure, the end. Does not own: what is sent.
 * Invariant: nothing is read from the source faster than the reader takes it, and the source is always closed.
 */
import { once } from 'node:events'
import type { Writable } from 'node:stream'
import type { FastifyReply } from 'fastify'
import type { StreamEvent } from './handler.ts'

const HEARTBEAT_MS = 15_000
/** A reader that takes nothing for so long is let go; it may come back and go on where it was. */
const STALLED_MS = 30_000

export async function sendStream(
  reply: FastifyReply,
  source: AsyncIterable<StreamEvent>,
  options: { signal: AbortSignal; describeError: (error: unknown) => unknown; stalledMs?: number },
): Promise<void> {
  const { signal } = options
  reply.hijack()
  const { raw } = reply
  raw.writeHead(200, {
    ...(reply.getHeaders() as Record<string, string>),
    'content-type': 'text/event-stream; charset=utf-8',
    'cache-control': 'no-cache, no-transform',
    'x-accel-buffering': 'no',
  })
  raw.write('retry: 1000\n\n')
  const heartbeat = setInterval(() => raw.write(': still here\n\n'), HEARTBEAT_MS)
  try {
    for await (const event of untilAborted(source, signal)) {
      if (raw.write(textOf(event)) || (await drains(raw, signal, options.stalledMs ?? STALLED_MS))) continue
      raw.destroy()
      break
    }
  } catch (error) {
    if (!signal.aborted) raw.write(textOf({ event: 'error', data: options.describeError(error) }))
  } finally {
    clearInterval(heartbeat)
    raw.end()
  }
}

async function drains(raw: Writable, signal: AbortSignal, stalledMs: number): Promise<boolean> {
  const stalled = AbortSignal.timeout(stalledMs)
  try {
    await once(raw, 'drain', { signal: AbortSignal.any([signal, stalled]) })
    return true
  } catch (error) {
    if (stalled.aborted && !signal.aborted) return false
    throw error
  }
}

function textOf({ id, event, data }: StreamEvent): string {
  const lines = [`data: ${JSON.stringify(data)}`]
  if (event !== undefined) lines.unshift(`event: ${event}`)
  if (id !== undefined) lines.unshift(`id: ${id}`)
  return `${lines.join('\n')}\n\n`
}

/** Ends as soon as the signal says so, also when the source gives nothing for long. */
async function* untilAborted<T>(source: AsyncIterable<T>, signal: AbortSignal): AsyncGenerator<T> {
  const iterator = source[Symbol.asyncIterator]()
  let stop: () => void = () => {}
  const aborted = new Promise<{ done: true; value: undefined }>((resolve) => {
    stop = () => resolve({ done: true, value: undefined })
    signal.addEventListener('abort', stop, { once: true })
    if (signal.aborted) stop()
  })
  try {
    for (;;) {
      const next = await Promise.race([iterator.next(), aborted])
      if (next.done === true) return
      yield next.value
    }
  } finally {
    signal.removeEventListener('abort', stop)
    // not awaited: a source that waits for something of its own hears of the end by the signal
    iterator.return?.().catch(() => {})
  }
}
