/**
 * A process of its own that asks servers over HTTP, as fast as they answer. Written on sockets and not on node:http,
 * so that it takes as little as it can of the cores that the servers need.
 *
 * Owns: keep-alive connections, requests made beforehand but for customer and key, reading answers. Does not own: who
 * starts it (`http-load.ts`).
 * Invariant: an answer that isn't what was asked for ends the measurement with an error; nothing is counted twice.
 */
import { randomUUID } from 'node:crypto'
import { connect } from 'node:net'
import type { Socket } from 'node:net'
import type { Load, LoadReport } from './http-load.ts'
import { percentile } from './harness.ts'
import { randomBelow } from './loops.ts'
import { customerKey, feature } from './seed.ts'

interface Answer {
  head: string
  body: string
}

/** One connection: asks, waits for the whole answer, asks again. */
function connection(origin: string, secretKey: string) {
  const { hostname, port } = new URL(origin)
  const socket: Socket = connect({ host: hostname, port: Number(port), noDelay: true })
  let received: Buffer[] = []
  let awaited: { resolve(answer: Answer): void; reject(error: Error): void } | undefined
  const end = (error: Error) => awaited?.reject(error)
  socket.on('data', (chunk: Buffer) => {
    received.push(chunk)
    const answer = completeAnswer(received.length === 1 ? chunk : Buffer.concat(received))
    if (answer === undefined) return
    received = []
    awaited?.resolve(answer)
  })
  socket.on('error', end)
  socket.on('close', () => end(new Error('The server closed the connection.')))
  const lines = `Host: ${hostname}:${port}\r\nAuthorization: Bearer ${secretKey}\r\nContent-Type: application/json\r\n`
  return {
    ask(path: string, body: string): Promise<Answer> {
      return new Promise((resolve, reject) => {
        awaited = { resolve, reject }
        const length = Buffer.byteLength(body)
        socket.write(`POST ${path} HTTP/1.1\r\n${lines}Content-Length: ${length}\r\n\r\n${body}`)
      })
    },
    close: () => void socket.destroy(),
  }
}

function completeAnswer(bytes: Buffer): Answer | undefined {
  const headEnd = bytes.indexOf('\r\n\r\n')
  if (headEnd < 0) return undefined
  const head = bytes.toString('latin1', 0, headEnd)
  const length = /\r\ncontent-length: (\d+)/i.exec(head)?.[1]
  if (length === undefined) throw new Error(`An answer without a length: ${head}`)
  const bodyStart = headEnd + 4
  if (bytes.length < bodyStart + Number(length)) return undefined
  return { head, body: bytes.toString('utf8', bodyStart) }
}

interface Kind {
  path: string
  body(customer: () => string): string
  /** In each answer's body. */
  expected: string
  /** Uses that one request reports. */
  uses: number
}

const take = (customer: string) => `{"customer":"${customer}","feature":"${feature}","amount":1`
const takeWithKey = (customer: string) => `${take(customer)},"idempotencyKey":"${randomUUID()}"}`

const EVENTS = 1_000
const kinds: Record<Load['kind'], Kind> = {
  consume: { path: '/v1/consume', body: (any) => takeWithKey(any()), expected: '"allowed":true', uses: 1 },
  check: { path: '/v1/check', body: (any) => `${take(any())}}`, expected: '"allowed":true', uses: 1 },
  events: {
    path: '/v1/events',
    body: (any) => `{"events":[${Array.from({ length: EVENTS }, () => takeWithKey(any())).join(',')}]}`,
    expected: `"accepted":${EVENTS}`,
    uses: EVENTS,
  },
}

/** Whom one server is asked for, and until when. */
interface Course {
  isOver(): boolean
  customer(): string
}

function randomly({ customers, hotShare, milliseconds }: Load): Course {
  const end = performance.now() + milliseconds
  const hot = customerKey(customers)
  return {
    isOver: () => performance.now() >= end,
    customer: () => (Math.random() < hotShare ? hot : customerKey(randomBelow(customers) + 1)),
  }
}

function eachOnce({ customers }: Load): Course {
  let met = 0
  return { isOver: () => met >= customers, customer: () => customerKey((met += 1)) }
}

async function run(load: Load): Promise<LoadReport> {
  const kind = kinds[load.kind]
  const begin = performance.now()
  const courses = load.servers.map(() => (load.everyone === true ? eachOnce(load) : randomly(load)))
  const connections = Array.from({ length: load.connections }, (_, number) => {
    const server = number % load.servers.length
    const course = courses[server] as Course
    return { ...connection(load.servers[server] as string, load.secretKey), ...course }
  })
  const times: number[] = []
  await Promise.all(
    connections.map(async ({ ask, isOver, customer }) => {
      while (!isOver()) {
        const body = kind.body(customer)
        const askedAt = performance.now()
        const answer = await ask(kind.path, body)
        times.push(performance.now() - askedAt)
        if (!answer.head.startsWith('HTTP/1.1 200') || !answer.body.includes(kind.expected)) {
          throw new Error(`${kind.path} answered ${answer.head}\n${answer.body.slice(0, 500)}`)
        }
      }
    }),
  ).finally(() => connections.forEach(({ close }) => close()))
  const seconds = (performance.now() - begin) / 1000
  return { usesPerSecond: (times.length * kind.uses) / seconds, p99: percentile(times, 0.99) }
}

process.on('message', (load: Load) => {
  run(load).then(
    (report) => process.send?.({ report }),
    (error: Error) => process.send?.({ failure: error.stack ?? error.message }),
  )
})
