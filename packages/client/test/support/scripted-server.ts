import { createServer } from 'node:http'
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface SeenRequest {
  method: string
  url: string
  headers: IncomingMessage['headers']
  body: string
}

/** What the server does with one request. */
export type Step = (response: ServerResponse, request: SeenRequest) => void

export interface ScriptedServer extends AsyncDisposable {
  url: string
  /** Every request that has arrived, in order. */
  seen: SeenRequest[]
}

/** A real HTTP server that misbehaves on order: request n gets step n, and the last step goes on for ever. */
export async function scriptedServer(...steps: Step[]): Promise<ScriptedServer> {
  const seen: SeenRequest[] = []
  const server = createServer((request, response) => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk))
    request.on('end', () => {
      const step = steps[Math.min(seen.length, steps.length - 1)]!
      const arrived = {
        method: request.method ?? '',
        url: request.url ?? '',
        headers: request.headers,
        body: Buffer.concat(chunks).toString('utf8'),
      }
      seen.push(arrived)
      step(response, arrived)
    })
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    seen,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export const json =
  (value: unknown, status = 200, headers: Record<string, string> = {}): Step =>
  (response) => {
    response.writeHead(status, { 'content-type': 'application/json', 'x-request-id': 'req_1', ...headers })
    response.end(JSON.stringify(value))
  }

export const problem = (status: number, code: string, headers: Record<string, string> = {}): Step =>
  json(
    { type: `https://example.test/${code}`, title: `Title of ${code}`, status, detail: 'In words.', code },
    status,
    {
      'content-type': 'application/problem+json',
      ...headers,
    },
  )

/** Closes the socket without a word. */
export const hangUp: Step = (response) => response.destroy()

/** Says how long the answer is, sends half of it, and closes the socket. */
export const cutInHalf =
  (value: unknown): Step =>
  (response) => {
    const text = JSON.stringify(value)
    response.writeHead(200, { 'content-type': 'application/json', 'content-length': text.length })
    response.write(text.slice(0, text.length / 2), () => response.destroy())
  }

/** Takes the request and never answers; `arrived` is told. */
export const silence =
  (arrived: () => void = () => {}): Step =>
  () =>
    arrived()

/** Sends pieces of a stream of events, each flushed by itself, and then closes it, or leaves it open. */
export const eventStreamStep =
  (pieces: string[], after: 'end' | 'hang up' | 'stay open' = 'end'): Step =>
  (response) => {
    response.writeHead(200, { 'content-type': 'text/event-stream' })
    response.flushHeaders()
    const next = (index: number) => {
      const piece = pieces[index]
      if (piece !== undefined) response.write(piece, () => setImmediate(next, index + 1))
      else if (after === 'end') response.end()
      else if (after === 'hang up') response.destroy()
    }
    next(0)
  }

export const eventMessage = (position: number, more: Record<string, unknown> = {}): string =>
  `id: ${position}\nevent: customer.created\ndata: ${JSON.stringify({ object: 'event', position, ...more })}\n\n`
