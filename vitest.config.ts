import { defaultServerConditions } from 'vite'
import { defineConfig } from 'vitest/config'

// workspace packages resolve to their source, so a test never runs a stale build by accident
const conditions = ['tollkeeper-source', ...defaultServerConditions]
const exclude = ['**/node_modules/**', '**/dist/**', '**/.tollkeeper/**']
const resolve = { conditions }
const ssr = { resolve: { conditions } }

// `npm test` adds the JSON report in test-results/
export default defineConfig({
  resolve,
  ssr,
  test: {
    testTimeout: 120_000,
    hookTimeout: 120_000,
    pool: 'forks',
    maxWorkers: 2,
    projects: [
      {
        extends: true,
        test: {
          name: 'unit',
          include: [
            'packages/*/src/**/*.test.ts',
            'packages/server/test/{time,vectors}/**/*.test.ts',
            'packages/server/test/house.test.ts',
          ],
          exclude,
        },
      },
      {
        extends: true,
        test: {
          name: 'database',
          include: [
            'packages/server/test/**/*.test.ts',
            'packages/client/test/**/*.test.ts',
            'examples/**/*.test.ts',
            'scripts/**/*.test.ts',
          ],
          exclude: [
            ...exclude,
            'packages/server/test/{time,vectors}/**',
            'packages/server/test/house.test.ts',
          ],
          globalSetup: ['packages/server/test/support/global-setup.ts'],
        },
      },
    ],
  },
})
