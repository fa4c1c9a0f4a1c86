import type pg from 'pg'
import type { Socket } from 'node:net'

/** What the driver gives a query that speaks the protocol itself. */
type ProtocolConnection = {
  stream: Socket
  query(text: string): void
  sendCopyFromChunk(chunk: Buffer): void
  endCopyFrom(): void
  sendCopyFail(reason: string): void
}
type ProtocolClient = pg.Client & { connection: ProtocolConnection }

const enoughBytes = 64 * 1024
const tooManyBytes = 4 * 1024 * 1024

/** Runs a `COPY … TO STDOUT`: one item for a good many rows. `onRow` is called for each row. */
export async function* copyOut(client: pg.Client, text: string, onRow: () => void): AsyncGenerator<Buffer> {
  const { stream } = (client as ProtocolClient).connection
  let chunks: Buffer[] = []
  let bytes = 0
  let state: 'flowing' | 'done' | { failed: Error } = 'flowing'
  let wake = () => {}
  const end = (outcome: 'done' | { failed: Error }) => {
    if (state === 'flowing') state = outcome
    wake()
  }
  client.query({
    submit: (connection: ProtocolConnection) => connection.query(text),
    handleRowDescription() {},
    handleCopyData({ chunk }: { chunk: Buffer }) {
      // the driver will write over the memory of this chunk
      chunks.push(Buffer.from(chunk))
      bytes += chunk.length
      onRow()
      if (bytes >= tooManyBytes) stream.pause()
      if (bytes >= enoughBytes) wake()
    },
    handleCommandComplete() {},
    handleReadyForQuery: () => end('done'),
    handleError: (error: Error) => end({ failed: error }),
  } as unknown as pg.Submittable)
  try {
    for (;;) {
      if (state === 'flowing' && bytes < enoughBytes) await new Promise<void>((resolve) => (wake = resolve))
      const taken = Buffer.concat(chunks)
      chunks = []
      bytes = 0
      stream.resume()
      if (typeof state === 'object') throw (state as { failed: Error }).failed
      if (taken.length > 0) yield taken
      if ((state as string) === 'done' && bytes === 0) return
    }
  } finally {
    stream.resume()
  }
}

/** Runs a `COPY … FROM STDIN` with these bytes; returns the number of rows the server counted. */
export async function copyIn(
  client: pg.Client,
  text: string,
  source: AsyncIterable<Buffer>,
): Promise<number> {
  const { stream } = (client as ProtocolClient).connection
  let rows = 0
  let failure: Error | undefined
  let begin = () => {}
  const begun = new Promise<void>((resolve) => (begin = resolve))
  const finished = new Promise<void>((resolve, reject) => {
    client.query({
      submit: (connection: ProtocolConnection) => connection.query(text),
      handleCopyInResponse: () => begin(),
      handleCommandComplete({ text: tag }: { text: string }) {
        rows = Number(/^COPY (\d+)/.exec(tag)?.[1] ?? 0)
      },
      handleReadyForQuery: () => resolve(),
      handleError(error: Error) {
        failure = error
        reject(error)
        begin()
      },
    } as unknown as pg.Submittable)
  })
  finished.catch(() => {})
  await begun
  await feed(client as ProtocolClient, source, stream, () => failure !== undefined, finished)
  await finished
  return rows
}

async function feed(
  { connection }: ProtocolClient,
  source: AsyncIterable<Buffer>,
  stream: Socket,
  hasFailed: () => boolean,
  finished: Promise<void>,
): Promise<void> {
  try {
    for await (const chunk of source) {
      if (hasFailed()) return
      connection.sendCopyFromChunk(chunk)
      if (stream.writableLength < tooManyBytes) continue
      const drained = new Promise<void>((resolve) => stream.once('drain', resolve))
      await Promise.race([drained, finished])
    }
    if (!hasFailed()) connection.endCopyFrom()
  } catch (error) {
    if (!hasFailed()) connection.sendCopyFail('the source of the rows failed')
    // the server answers with the failure of COPY; what the caller must see is why
    await finished.catch(() => {})
    throw error
  }
}
