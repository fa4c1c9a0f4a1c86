// A process of its own: node witness.mjs <journal>. Asks what its parent tells it to ask, and lets an answer count
// only when it is on the disk: first the line in the journal, then fdatasync, then the message to the parent.
import { fdatasync, openSync, writeSync } from 'node:fs'
import { promisify } from 'node:util'

const sync = promisify(fdatasync)
const journal = openSync(process.argv[2], 'a')
const PATIENCE_MS = 40_000

const waiting = []
let isWriting = false

process.on('message', async ({ call, url, secretKey }) => {
  const reply = await ask(call, url, secretKey)
  if (reply.unknown !== undefined) return tell(reply)
  waiting.push({ call, ...reply })
  if (!isWriting) await writeDown()
})
process.on('disconnect', () => process.exit(0))

async function ask(call, url, secretKey) {
  const { number, method, path, body, key } = call
  const headers = { authorization: `Bearer ${secretKey}` }
  if (key !== null) headers['idempotency-key'] = key
  if (body !== undefined) headers['content-type'] = 'application/json'
  const signal = AbortSignal.timeout(PATIENCE_MS)
  try {
    const response = await fetch(url + path, { method, headers, body: JSON.stringify(body), signal })
    const text = await response.text()
    const { status } = response
    const mayRetry = response.headers.has('retry-after')
    if (status >= 500 || (status >= 400 && mayRetry)) return { number, unknown: text, status, mayRetry }
    return { number, status, text, replayed: response.headers.get('idempotent-replayed') === 'true' }
  } catch (error) {
    if (signal.aborted)
      return { number, unknown: `no answer within ${PATIENCE_MS} ms`, status: 0, mayRetry: false }
    return { number, unknown: String(error.cause ?? error), status: 0, mayRetry: true }
  }
}

/** Whatever gathers during one sync shares the next. */
async function writeDown() {
  isWriting = true
  while (waiting.length > 0) {
    const batch = waiting.splice(0)
    writeSync(journal, batch.map((line) => `${JSON.stringify(line)}\n`).join(''))
    await sync(journal)
    for (const { number, status, text, replayed } of batch) tell({ number, status, text, replayed })
  }
  isWriting = false
}

const tell = (message) => process.connected && process.send(message)
