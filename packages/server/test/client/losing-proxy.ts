import { createServer, request } from 'node:http'
import type { AddressInfo } from 'node:net'

export interface LosingProxy extends AsyncDisposable {
  url: string
  /** How many answers were lost. */
  lost: () => number
}

/**
 * Stands before a real server and loses answers: the request arrives and has its effect, and then the line is cut.
 * `loses` is asked for each request, by its number (from 0), method and path.
 */
export async function losingProxy(
  target: string,
  loses: (request: { number: number; method: string; path: string }) => boolean,
): Promise<LosingProxy> {
  let number = 0
  let lost = 0
  const server = createServer((incoming, outgoing) => {
    const { method = '', url: path = '' } = incoming
    const isLost = loses({ number: number++, method, path })
    const forward = request(`${target}${path}`, { method, headers: incoming.headers }, (answer) => {
      if (isLost) {
        lost += 1
        answer.resume()
        answer.on('end', () => outgoing.destroy())
        return
      }
      outgoing.writeHead(answer.statusCode ?? 502, answer.headers)
      answer.pipe(outgoing)
      answer.on('error', () => outgoing.destroy())
    })
    forward.on('error', () => outgoing.destroy())
    outgoing.on('close', () => forward.destroy())
    incoming.pipe(forward)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`,
    lost: () => lost,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}
