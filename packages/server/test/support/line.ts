/**
 * A line to the database that can be cut and mended: a small relay in front of it.
 */
import { connect, createServer } from 'node:net'
import type { AddressInfo, Socket } from 'node:net'
import type { EmbeddedConnection } from '../../src/store/database/embedded.ts'

export type Line = {
  /** For DATABASE_URL: the database, through the relay. */
  readonly url: string
  /** Every connection breaks, and new ones break at once. */
  cut(): void
  mend(): void
  close(): Promise<void>
}

export async function cuttableLine({
  host,
  port,
  user,
  database,
  password,
}: EmbeddedConnection): Promise<Line> {
  const sockets = new Set<Socket>()
  let whole = true
  const relay = createServer((near) => {
    if (!whole) return near.destroy()
    const far = host.startsWith('/') ? connect(`${host}/.s.PGSQL.${port}`) : connect(port, host)
    for (const [one, other] of [
      [near, far],
      [far, near],
    ] as const) {
      sockets.add(one)
      one.on('error', () => other.destroy())
      one.on('close', () => {
        sockets.delete(one)
        other.destroy()
      })
      one.pipe(other)
    }
    return near
  })
  await new Promise<void>((resolve) => relay.listen(0, '127.0.0.1', resolve))
  const address = relay.address() as AddressInfo
  const breakAll = () => {
    for (const socket of sockets) socket.destroy()
  }
  const account = password === undefined ? user : `${user}:${password}`
  return {
    url: `postgresql://${account}@127.0.0.1:${address.port}/${database}`,
    cut() {
      whole = false
      breakAll()
    },
    mend() {
      whole = true
    },
    close() {
      breakAll()
      return new Promise((resolve) => relay.close(() => resolve()))
    },
  }
}
