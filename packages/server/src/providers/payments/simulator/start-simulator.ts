/**
 * The simulator: a payment service of our own, for development and tests, that behaves as badly as real ones do.
 *
 * Owns: HTTP, and starting and stopping. Does not own: what is asked (`routes.ts`, `control.ts`), the rows (`world.ts`).
 * Invariant: an answer leaves after its effect is on disk; every bearer is an account of its own and sees no other.
 */
import { createServer } from 'node:http'
import type { IncomingMessage, Server, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import { systemClock } from '../../../clock.ts'
import type { Clock } from '../../../clock.ts'
import { startLoop } from '../../../loop.ts'
import { answerRequest } from './answer-request.ts'
import { controlRoutes } from './control.ts'
import { deliver } from './deliveries.ts'
import type { DeliveryRound } from './deliveries.ts'
import { settleDue } from './due.ts'
import { openJournal } from './journal.ts'
import { showPage, submitPage } from './pay-page.ts'
import { routes, WireRefusal } from './routes.ts'
import { createWorld } from './world.ts'
import type { Tables, World } from './world.ts'

const LARGEST_BODY = 65_536
const EVERY_MS = 500

export interface SimulatorOptions {
  /** The file that it remembers by; null: nothing outlives the process. */
  journal: string | null
  /** 0 takes a free one: that of the last time, so that links stay good. */
  port: number
  host?: string
  clock?: Clock
  onError?: (error: unknown) => void
}

export interface Simulator {
  url: string
  stop(): Promise<void>
}

export async function startSimulator(options: SimulatorOptions): Promise<Simulator> {
  const { host = '127.0.0.1', clock = systemClock, onError = () => {} } = options
  const journal = openJournal(options.journal)
  const world = createWorld(journal, clock)
  let lastRound: Promise<unknown> = Promise.resolve()
  // one round after another: two at once would carry everything twice
  const deliverAll = (force: boolean): Promise<DeliveryRound> => {
    const round = lastRound.then(() => deliver(world, force))
    lastRound = round.catch(() => {})
    return round
  }
  const all = [...routes, ...controlRoutes(() => deliverAll(true))]
  const server = createServer((request, response) => {
    receive(request)
      .then((body) => serve(world, all, request, body, response))
      .then(() => loop.wake())
      .catch((error: unknown) => {
        if (error instanceof WireRefusal) return refuse(response, error)
        onError(error)
        refuse(response, new WireRefusal(500, 'simulator_broken', String(error)))
      })
  })
  const settings = journal.get('settings', 'world') as Tables['settings'] | undefined
  const port = await listen(server, host, options.port === 0 ? [settings?.port ?? 0, 0] : [options.port])
  journal.write([['settings', 'world', { ...settings, port }]])
  world.url = `http://${host}:${port}`
  const work = async () => {
    settleDue(world)
    await deliverAll(false)
  }
  const loop = startLoop({ everyMs: EVERY_MS, work, onError })
  return {
    url: world.url,
    async stop() {
      server.close()
      server.closeAllConnections()
      await loop.stop()
      await lastRound
      journal.close()
    },
  }
}

async function listen(server: Server, host: string, ports: number[]): Promise<number> {
  const [port, ...others] = ports as [number, ...number[]]
  try {
    await new Promise<void>((resolve, reject) => {
      server.once('error', reject)
      server.listen(port, host, () => {
        server.off('error', reject)
        resolve()
      })
    })
  } catch (error) {
    if (others.length === 0) throw error
    return listen(server, host, others)
  }
  return (server.address() as AddressInfo).port
}

async function receive(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  let size = 0
  for await (const chunk of request as AsyncIterable<Buffer>) {
    size += chunk.length
    if (size > LARGEST_BODY) throw new WireRefusal(413, 'body_too_large', 'At most 64 kB.')
    chunks.push(chunk)
  }
  return Buffer.concat(chunks).toString('utf8')
}

async function serve(
  world: World,
  all: typeof routes,
  request: IncomingMessage,
  body: string,
  response: ServerResponse,
): Promise<void> {
  settleDue(world)
  const url = new URL(request.url ?? '/', world.url)
  const page = /^\/pay\/([a-z0-9_]+)$/.exec(url.pathname)?.[1]
  if (page !== undefined) return servePage(world, page, request.method === 'POST' ? body : null, response)
  const answer = await answerRequest(world, all, {
    method: request.method ?? 'GET',
    url,
    bearer: /^Bearer ([\w-]{1,200})$/.exec(request.headers.authorization ?? '')?.[1],
    body,
  })
  settleDue(world)
  if (answer === 'never') return
  if (answer === 'broken') {
    response.destroy()
    return
  }
  send(response, answer.status, 'application/json', JSON.stringify(answer.body))
}

function servePage(world: World, page: string, form: string | null, response: ServerResponse): void {
  const goOn = form === null ? null : submitPage(world, page, new URLSearchParams(form))
  if (goOn !== null) response.writeHead(303, { location: goOn }).end()
  else send(response, 200, 'text/html; charset=utf-8', showPage(world, page))
}

function refuse(response: ServerResponse, { status, code, message }: WireRefusal): void {
  if (!response.headersSent)
    send(response, status, 'application/json', JSON.stringify({ error: { code, message } }))
}

function send(response: ServerResponse, status: number, type: string, text: string): void {
  response.writeHead(status, { 'content-type': type }).end(text)
}
