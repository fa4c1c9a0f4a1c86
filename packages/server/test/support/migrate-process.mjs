// A process of its own that migrates: node migrate-process.mjs <url> <folder> <now>. Tells its parent what it applied.
import { migrate } from '../../dist/store/database/migrate.js'
import { openPool } from '../../dist/store/database/pool.js'

const [connectionString, folder, now] = process.argv.slice(2)
const db = openPool({ connectionString })
const outcome = await migrate(db, { now: Number(now), folder })
await db.close()
process.send(outcome, () => process.disconnect())
