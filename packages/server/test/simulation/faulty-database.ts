/**
 * A pool whose connections can be cut between any two writes, as a process that dies would.
 *
 * Owns: counting what is written, and the cut. Does not own: what happens to whoever was cut off.
 * Invariant: an order is carried out once; the statements before the cut have reached the database, those after have not.
 */
import type { PoolClient } from 'pg'
import { send } from '../../src/store/database/pool.ts'
import type { Database } from '../../src/store/database/pool.ts'

export interface Cut {
  /** 1: before the next write. A commit counts as one. */
  inWrites: number
  /** Of a commit: it happens, and nobody hears of it. Else nothing of the transaction happens. */
  after: boolean
}

export interface FaultyDatabase {
  db: Database
  /** null calls off what has not been carried out. */
  order(cut: Cut | null): void
  readonly cuts: number
}

const isCommit = (text: string) => text === 'commit'
const isWrite = (text: string) =>
  isCommit(text) || /\b(insert into|update|delete from) /.test(text.replace(/for (no key )?update/g, ''))

export function openFaultyDatabase(
  db: Database,
  rewrite: (text: string) => string = (text) => text,
): FaultyDatabase {
  const state: { cut: Cut | null; cuts: number } = { cut: null, cuts: 0 }
  const strikes = (text: string): Cut | null => {
    if (state.cut === null || !isWrite(text)) return null
    state.cut = { ...state.cut, inWrites: state.cut.inWrites - 1 }
    if (state.cut.inWrites > 0 || (state.cut.after && !isCommit(text))) return null
    const { cut } = state
    state.cut = null
    state.cuts += 1
    return cut
  }
  const faulty = (pool: Database): Database => {
    const withClient: Database['withClient'] = (use) =>
      pool.withClient((client) => use(cuttable(client, strikes, rewrite)))
    return {
      ...pool,
      withClient,
      query: (statement) => withClient((client) => send(client, statement)),
      another: (max) => faulty(pool.another(max)),
    }
  }
  return {
    db: faulty(db),
    order(cut) {
      state.cut = cut
    },
    get cuts() {
      return state.cuts
    },
  }
}

function cuttable(
  client: PoolClient,
  strikes: (text: string) => Cut | null,
  rewrite: (text: string) => string,
): PoolClient {
  const query = async (config: string | { text: string }) => {
    const text = typeof config === 'string' ? config : config.text
    const changed = rewrite(text)
    // another text needs another name: statements are prepared under theirs
    const sent = changed === text ? config : { ...(config as object), text: changed, name: undefined }
    const cut = strikes(text)
    if (cut === null) return client.query(sent as string)
    if (cut.after) await client.query(sent as string)
    // what was sent before has been done by then
    client.query('select pg_terminate_backend(pg_backend_pid())').catch(() => {})
    throw Object.assign(new Error('Connection terminated'), { code: 'ECONNRESET' })
  }
  return new Proxy(client, {
    get: (target, name) => (name === 'query' ? query : (Reflect.get(target, name, target) as unknown)),
  })
}
