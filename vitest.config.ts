import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

// workspace packages resolve to their source, so a test never runs a stale build by accident
const conditions = ['tollkeeper-source', ...defaultServerConditions]
const exclude = ['**/node_modules/**', '**/dist/**', '**/.tollkeeper/**']
const resolve = { conditions }
const ssr = { resolve: { conditions } }

const pure = [
  'packages/*/src/**/*.test.ts',
  'packages/server/test/{time,vectors}/**/*.test.ts',
  'packages/server/test/house.test.ts',
]
const withDatabase = [
  'packages/server/test/**/*.test.ts',
  'packages/client/test/**/*.test.ts',
  'examples/**/*.test.ts',
  'scripts/**/*.test.ts',
]
/** These change modules or the process they run in. */
const alone = ['packages/server/test/proof/traps.test.ts', 'packages/server/test/database/*.test.ts']
const globalSetup = ['packages/server/test/support/global-setup.ts']

/** What takes longest, first: at the end one of two workers would be left waiting for it. */
const longest = [
  'proof/durability.test',
  'proof/isolation.test',
  'simulation/simulation.test',
  'proof/isolation-bad-input.test',
  'simulation/planted.test',
  'proof/taking.test',
  'proof/exactness.test',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const place = ({ moduleId, project }: TestSpecification) => {
      if (project.name === 'alone') return -1
      const found = longest.findIndex((name) => moduleId.includes(name))
      return found >= 0 ? found : longest.length + (project.name === 'unit' ? 1 : 0)
    }
    return (await super.sort(files)).sort((one, other) => place(one) - place(other))
  }
}

// `npm test` adds the JSON report in test-results/
export default defineConfig({
  resolve,
  ssr,
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    // most of what tests make is short-lived: with room for it, much less time goes into collecting it
    execArgv: ['--max-semi-space-size=64'],
    sequence: { sequencer: LongestFirst },
    projects: [
      // files share a process, so that it loads and warms up what they all import once
      { extends: true, test: { name: 'unit', isolate: false, include: pure, exclude } },
      {
        extends: true,
        test: {
          name: 'database',
          isolate: false,
          include: withDatabase,
          exclude: [...exclude, ...pure, ...alone],
          globalSetup,
        },
      },
      {
        extends: true,
        test: { name: 'alone', include: alone, exclude, globalSetup },
      },
    ],
  },
})
