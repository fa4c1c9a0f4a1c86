import { eachFile, isGenerated, isTest } from './rule.ts'
import type { Rule } from './rule.ts'
import type { Node } from './source-file.ts'

/** Files that may read the machine's time, each with its reason. */
const wallClockReaders: Record<string, string> = {
  'packages/server/src/clock.ts': 'it is the clock',
  'packages/client/src/lease-holder.ts':
    'a stopwatch may stand still while a machine sleeps, and a lease must not outlive that',
  'packages/client/src/seat-count.ts':
    'it runs in a site of somebody else, which checks signatures by a clock of its own',
}

const nameOf = (node: unknown): unknown => (node as { name?: unknown } | undefined)?.name
const argumentCount = (node: Node): number => (node.arguments as unknown[]).length

function readsWallClock(node: Node): boolean {
  if (node.type === 'MemberExpression') {
    const isDateNow = nameOf(node.object) === 'Date' && nameOf(node.property) === 'now'
    return isDateNow || (nameOf(node.object) === 'Temporal' && nameOf(node.property) === 'Now')
  }
  if (node.type === 'NewExpression') return nameOf(node.callee) === 'Date' && argumentCount(node) === 0
  return node.type === 'CallExpression' && nameOf(node.callee) === 'Date'
}

const oneClock: Rule = {
  title: 'only the clock reads the time',
  remedy:
    'Take `now` as an argument (domain) or call `clock.now()` of the context. A file whose point is the wall clock goes ' +
    'into wallClockReaders with its reason.',
  examine: eachFile((file) => {
    if (!/^(packages|examples)\//.test(file.path) || wallClockReaders[file.path]) return []
    return file.nodes.filter(readsWallClock).map((node) => ({
      line: file.lineAt(node.start),
      message: `reads the machine's time: ${file.text.slice(node.start, node.end).split('\n')[0]}`,
    }))
  }),
  bad: [
    [{ path: 'packages/server/src/jobs/sweep.ts', text: 'const at = Date.now()' }],
    [{ path: 'packages/server/src/jobs/sweep.ts', text: 'const read = Date.now' }],
    [{ path: 'packages/client/src/client.ts', text: 'const at = new Date()' }],
    [{ path: 'packages/server/src/api/server.ts', text: 'const at = Date()' }],
    [{ path: 'packages/server/src/domain/time/day.ts', text: 'const at = Temporal.Now.instant()' }],
  ],
  good: [
    [{ path: 'packages/server/src/clock.ts', text: 'const at = Date.now()' }],
    [
      {
        path: 'packages/server/src/api/server.ts',
        text: '// not Date.now()\nconst at = new Date(clock.now())',
      },
    ],
  ],
}

/** Monotone time measures how long something took; it decides nothing, so few files have a use for it. */
const stopwatchHolders: Record<string, string> = {
  'packages/server/src/metrics.ts': 'durations for /metrics',
  'packages/server/src/store/catalog-cache.ts': 'how old an answer is, also while the clock stands still',
  'packages/server/src/operations/keys/authenticator.ts':
    'how old what is remembered of a key is, also while the clock stands still',
  'packages/server/src/operations/environment/origins.ts': 'the same of allowed origins',
  'packages/client/src/runtime.ts': "how long a request has taken, on a machine that isn't the server's",
}

const oneStopwatch: Rule = {
  title: 'only measurements read performance.now',
  remedy: 'Measure in metrics.ts and call that; anything that is due belongs to the clock.',
  examine: eachFile((file) => {
    if (!/^packages\/[^/]+\/src\//.test(file.path) || isTest(file.path) || stopwatchHolders[file.path])
      return []
    return file.nodes
      .filter((node) => node.type === 'MemberExpression' && nameOf(node.object) === 'performance')
      .filter((node) => nameOf(node.property) === 'now')
      .map((node) => ({ line: file.lineAt(node.start), message: 'reads performance.now' }))
  }),
  bad: [[{ path: 'packages/server/src/jobs/sweep.ts', text: 'const since = performance.now()' }]],
  good: [[{ path: 'packages/server/src/metrics.ts', text: 'const since = performance.now()' }]],
}

const sqlClock =
  /\b(now\s*\(\s*\)|current_timestamp|current_date|current_time|localtimestamp|localtime|(clock|statement|transaction)_timestamp\s*\()/i
const timeDefault = /\b(timestamp(tz)?|date|time)\b\s*(\(\d\))?[^,]*\bdefault\b(?!\s+'-?infinity')/i

const inStore = (path: string) => path.startsWith('packages/server/src/')

const noSqlClock: Rule = {
  title: "SQL reads no clock, and no column's time has a default",
  remedy: 'Pass the time as a parameter. The only default a time may have is infinity, which means never.',
  examine: eachFile((file) => {
    if (!inStore(file.path) || isTest(file.path)) return []
    return file.strings.flatMap(({ text, line }) => {
      const found = sqlClock.exec(text) ?? (/\bdefault\b/i.test(text) ? timeDefault.exec(text) : null)
      return found ? [{ line, message: `asks the database for the time: ${found[0].trim()}` }] : []
    })
  }),
  bad: [
    [
      {
        path: 'packages/server/src/store/keys.ts',
        text: 'const q = sql`select * from api_key where expires_at > now()`',
      },
    ],
    [
      {
        path: 'packages/server/src/store/keys.ts',
        text: "const q = 'update api_key set used_at = CURRENT_TIMESTAMP'",
      },
    ],
    [{ path: 'packages/server/src/store/migrations/0002_x.sql', text: 'select clock_timestamp();' }],
    [
      {
        path: 'packages/server/src/store/migrations/0002_x.sql',
        text: "at timestamptz(3) not null default '2020-01-01',",
      },
    ],
  ],
  good: [
    [
      {
        path: 'packages/server/src/store/migrations/0002_x.sql',
        text: "-- never now()\nto_at timestamptz(3) not null default 'infinity',\ncount integer default 0",
      },
    ],
  ],
}

const sqlStatement = /\b(select\s[\s\S]+?\sfrom\s|insert\s+into\s|update\s+\S+\s+set\s|delete\s+from\s)/i
/** Rooms of prose: their sentences are for people. */
const roomsWithoutSql = /^packages\/server\/src\/(?!store\/|language\/)/

const sqlInStore: Rule = {
  title: 'SQL stands in store/ only',
  remedy: 'Write a function in store/<noun>.ts that loads, claims or saves, and call it from an operation.',
  examine: eachFile((file) => {
    if (!roomsWithoutSql.test(file.path) || isTest(file.path) || isGenerated(file.path)) return []
    return file.strings
      .filter(({ text }) => sqlStatement.test(text))
      .map(({ text, line }) => ({ line, message: `looks like SQL: ${text.trim().split('\n')[0]}` }))
  }),
  bad: [
    [
      {
        path: 'packages/server/src/api/health.ts',
        text: "await db.query('select id from customer where id = $1')",
      },
    ],
    [
      {
        path: 'packages/server/src/operations/a/b.ts',
        text: 'await tx.query(sql`insert into customer values (${id})`)',
      },
    ],
    [{ path: 'packages/server/src/jobs/sweep.ts', text: "const q = 'UPDATE grants\\nSET used = 1'" }],
    [{ path: 'packages/server/src/cli/doctor.ts', text: "const q = 'delete from outbox'" }],
  ],
  good: [
    [{ path: 'packages/server/src/store/usage.ts', text: "const q = 'delete from outbox'" }],
    [{ path: 'packages/server/src/api/health.ts', text: "const title = 'Update a customer'" }],
  ],
}

export const timeAndSqlRules: Rule[] = [oneClock, oneStopwatch, noSqlClock, sqlInStore]
