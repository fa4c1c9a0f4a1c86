import { describe, expect, test } from 'vitest'
import { createClientOn } from '../src/client.ts'
import type { EventStreamOptions } from '../src/event-stream.ts'
import { testRuntime } from './support/runtime.ts'
import {
  eventMessage,
  eventStreamStep,
  hangUp,
  json,
  problem,
  scriptedServer,
} from './support/scripted-server.ts'
import type { ScriptedServer, Step } from './support/scripted-server.ts'

const textOf = (positions: number[]) => positions.map((position) => eventMessage(position)).join('')

/** Reads until position `last` has come. */
async function readTo(last: number, server: ScriptedServer, after?: number, options?: EventStreamOptions) {
  const runtime = testRuntime()
  const client = createClientOn(runtime, { url: server.url, key: 'sk_test_1' })
  const stream = client.events.stream(after === undefined ? {} : { after }, options)
  const positions: number[] = []
  for await (const event of stream) {
    positions.push(event.position)
    if (event.position >= last) break
  }
  return { positions, stream, runtime }
}

const urlsOf = (server: ScriptedServer) => server.seen.map(({ url }) => url)

describe('the stream of events', () => {
  test('goes on after the last position when the connection is cut, and yields nothing twice', async () => {
    await using server = await scriptedServer(
      eventStreamStep([textOf([4, 5])], 'hang up'),
      eventStreamStep([textOf([5, 6])], 'end'),
      eventStreamStep([': still here\n\n', textOf([7])], 'stay open'),
    )
    const { positions, stream } = await readTo(7, server, 3)
    expect(positions).toEqual([4, 5, 6, 7])
    expect(stream.position).toBe(7)
    expect(urlsOf(server)).toEqual([
      '/v1/events/stream?after=3',
      '/v1/events/stream?after=5',
      '/v1/events/stream?after=6',
    ])
    expect(server.seen[0]!.headers.accept).toBe('text/event-stream')
  })

  test('a message cut anywhere, between bytes of one letter too, is read whole', async () => {
    const bytes = Buffer.from(`\uFEFF${eventMessage(1, { name: 'Café 🎟' })}`.replaceAll('\n', '\r\n'))
    const one: Step = (response) => {
      response.writeHead(200, { 'content-type': 'text/event-stream' })
      const next = (index: number): void => {
        if (index < bytes.length)
          response.write(bytes.subarray(index, index + 1), () => setImmediate(next, index + 1))
      }
      next(0)
    }
    await using server = await scriptedServer(one)
    expect((await readTo(1, server, 0)).positions).toEqual([1])
  })

  test('from now on begins at a known place: a cut before the first event loses nothing', async () => {
    await using server = await scriptedServer(
      json({ object: 'list', data: [{ position: 41 }], hasMore: true, nextCursor: 'c' }),
      eventStreamStep([': hello\n\n'], 'hang up'),
      eventStreamStep([textOf([42])], 'stay open'),
    )
    expect((await readTo(42, server)).positions).toEqual([42])
    expect(urlsOf(server)).toEqual([
      '/v1/events?limit=1',
      '/v1/events/stream?after=41',
      '/v1/events/stream?after=41',
    ])
  })

  test('an error that comes within the stream is an error, not an event', async () => {
    const message = (status: number, code: string) =>
      `event: error\ndata: ${JSON.stringify({ code, status })}\n\n`
    await using server = await scriptedServer(
      eventStreamStep([textOf([1]), message(503, 'shutting_down')]),
      eventStreamStep([textOf([2]), message(403, 'key_not_permitted')]),
    )
    const client = createClientOn(testRuntime(), { url: server.url, key: 'sk_test_1' })
    const positions: number[] = []
    const reading = (async () => {
      for await (const { position } of client.events.stream({ after: 0 })) positions.push(position)
    })()
    await expect(reading).rejects.toMatchObject({ code: 'key_not_permitted', status: 403 })
    expect(positions).toEqual([1, 2])
  })

  test('waits longer from failure to failure, and tells of each', async () => {
    await using server = await scriptedServer(
      eventStreamStep([textOf([1])]),
      problem(503, 'overloaded', { 'retry-after': '1' }),
      hangUp,
      eventStreamStep([textOf([2])], 'stay open'),
    )
    const told: [string | undefined, number][] = []
    const { positions, runtime } = await readTo(2, server, 0, {
      onReconnect: ({ error, delayMs }) => told.push([error?.code, delayMs]),
    })
    expect(positions).toEqual([1, 2])
    expect(told).toEqual([
      [undefined, 200],
      ['overloaded', 1400],
      ['network_error', 800],
    ])
    expect(runtime.waits).toEqual([200, 1400, 800])
  })

  test('a silent connection is given up and made again', async () => {
    const runtime = testRuntime()
    await using server = await scriptedServer(
      (response) => {
        response.writeHead(200, { 'content-type': 'text/event-stream' })
        response.write(': hello\n\n', () => response.socket?.once('close', () => {}))
      },
      eventStreamStep([textOf([9])], 'stay open'),
    )
    const client = createClientOn(runtime, { url: server.url, key: 'sk_test_1' })
    const stream = client.events.stream(
      { after: 8 },
      { onReconnect: ({ error }) => expect(error?.code).toBe('timeout') },
    )
    const iterator = stream[Symbol.asyncIterator]()
    const first = iterator.next()
    // The client expects either the headers or the next words: whichever it is, nothing more comes.
    while (server.seen.length === 0) await new Promise(setImmediate)
    runtime.expire()
    expect(await first).toMatchObject({ done: false, value: { position: 9 } })
    stream.close()
    expect(await iterator.next()).toMatchObject({ done: true })
  })

  test('ends quietly when it is closed or its signal is aborted', async () => {
    await using server = await scriptedServer(eventStreamStep([textOf([1])], 'stay open'))
    const client = createClientOn(testRuntime(), { url: server.url, key: 'sk_test_1' })
    const controller = new AbortController()
    const positions: number[] = []
    for await (const event of client.events.stream({ after: 0 }, { signal: controller.signal })) {
      positions.push(event.position)
      controller.abort()
    }
    expect(positions).toEqual([1])
  })

  test('what cannot get better is thrown at once', async () => {
    await using server = await scriptedServer(problem(401, 'key_invalid'))
    await expect(readTo(1, server)).rejects.toMatchObject({ code: 'key_invalid' })
    expect(server.seen.length).toBe(1)
  })

  test('an address where nobody ever answered is given up after the usual retries', async () => {
    await using server = await scriptedServer(hangUp)
    await expect(readTo(1, server)).rejects.toMatchObject({ code: 'network_error' })
    expect(server.seen.length).toBe(4)
  })

  test('leaving the loop lets go of the connection', async () => {
    let closed: () => void = () => {}
    const isClosed = new Promise<void>((resolve) => (closed = resolve))
    await using server = await scriptedServer((response, request) => {
      response.on('close', closed)
      eventStreamStep([textOf([1])], 'stay open')(response, request)
    })
    await readTo(1, server, 0)
    await isClosed
  })
})
