// A process of its own with an embedded database: node embedded-process.mjs <data directory>.
// Tells its parent { pid } of the server, then { acknowledged } after each committed row, until it is killed;
// or { code, remedy } of the problem that kept it from starting.
import { startEmbedded } from '../../dist/store/database/embedded.js'
import { openPool } from '../../dist/store/database/pool.js'

const tell = (message) => new Promise((resolve) => process.send(message, resolve))

try {
  const embedded = await startEmbedded({ dataDirectory: process.argv[2] })
  const db = openPool({ ...embedded.connection, max: 1 })
  await tell({ pid: embedded.pid() })
  for (;;) {
    const { rows } = await db.query('insert into acknowledged default values returning id')
    await tell({ acknowledged: rows[0].id })
  }
} catch (error) {
  await tell({ code: error.code, message: error.message, remedy: error.remedy })
  process.exit(1)
}
