// A process of its own that holds leases: node holder-process.mjs <url> <key> <options as JSON>
// It runs the client that is built, as an application does. Told {take: n} it takes n units one by one until it is refused, and answers how many it had; {close: true} ends it.
import { createClient, createLeaseHolder } from '@tollkeeper/client'

const [url, key, options] = process.argv.slice(2)
const holder = createLeaseHolder(createClient({ url, key, maxRetries: 0 }), JSON.parse(options))

process.on('message', async ({ id, take, close }) => {
  let admitted = 0
  for (let unit = 0; unit < (take ?? 0); unit += 1) {
    if (!(await holder.take())) break
    admitted += 1
  }
  if (close) await holder.close()
  process.send({ id, admitted, available: holder.available })
  if (close) process.disconnect()
})
process.send({ id: 0 })
