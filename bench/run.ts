/**
 * `npm run bench`: takes the figures and prints them as one table. `npm run bench -- P-1 P-7` takes some.
 *
 * Owns: what the command line says. Does not own: how a figure is taken (`harness.ts`) or what is measured.
 */
import { parseArgs } from 'node:util'
import { benchmarks } from './benchmarks.ts'
import { keepResult, tableOf, takeFigure } from './harness.ts'
import type { Benchmark, Result } from './harness.ts'
import { openRoom } from './room.ts'

const usage = `npm run bench [-- [ids] [options]]
  --quick          short measurements: whether it runs, not what it reaches
  --pairs <n>      5, the least a figure may be taken from
  --seconds <n>    length of each side of a pair, 5
  --list           what there is
  --explain        PostgreSQL logs plans of one statement in a hundred: to look into, not for figures`

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    quick: { type: 'boolean', default: false },
    pairs: { type: 'string' },
    seconds: { type: 'string' },
    list: { type: 'boolean', default: false },
    explain: { type: 'boolean', default: false },
    help: { type: 'boolean', default: false },
  },
})

function chosen(): readonly Benchmark[] {
  const unknown = positionals.filter((id) => !benchmarks.some((benchmark) => benchmark.id === id))
  if (unknown.length > 0) {
    const known = benchmarks.map(({ id }) => id).join(' ')
    throw new Error(`There is no ${unknown.join(', ')}. There are: ${known}`)
  }
  if (positionals.length === 0) return benchmarks
  return benchmarks.filter(({ id }) => positionals.includes(id))
}

async function run(): Promise<void> {
  const { quick } = values
  const room = await openRoom({
    quick,
    pairs: Number(values.pairs ?? 5),
    milliseconds: 1000 * Number(values.seconds ?? (quick ? 1 : 5)),
    explain: values.explain,
  })
  const rows: { benchmark: Benchmark; result: Result }[] = []
  try {
    for (const benchmark of chosen()) {
      room.say(`${benchmark.id} ${benchmark.ours}\n  against ${benchmark.limit}`)
      const result = await takeFigure(benchmark, room)
      if (result.remark !== undefined) room.say(`  ${result.remark}`)
      keepResult(benchmark.id, result)
      rows.push({ benchmark, result })
    }
  } finally {
    await room.close()
  }
  process.stdout.write(`${tableOf(rows)}\n`)
}

if (values.help) process.stdout.write(`${usage}\n`)
else if (values.list) {
  for (const { id, ours, limit } of benchmarks)
    process.stdout.write(`${id.padEnd(5)} ${ours}\n      against ${limit}\n`)
} else await run()
