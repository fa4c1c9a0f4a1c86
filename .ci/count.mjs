// Adds up test-results/*.json and prints the closing line of .ci/run.
// Invariant: a run that proved nothing, or that ended badly for a reason no report names, is a failed one.

import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'

const folder = join(dirname(dirname(fileURLToPath(import.meta.url))), 'test-results')
const names = existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith('.json')) : []

// A report cut off by a time limit is a failure, not a reason to end without the closing line.
function readReport(name) {
  try {
    return JSON.parse(readFileSync(join(folder, name), 'utf8'))
  } catch {
    return { success: false, numPassedTests: 0, numFailedTests: 0 }
  }
}

let passed = 0
let failed = 0
let testsRun = 0
for (const name of names) {
  const report = readReport(name)
  // A file that can't even be loaded has no failed test in it: count the file.
  const brokenFiles = (report.testResults ?? []).filter(
    (file) => file.status === 'failed' && !file.assertionResults.some((test) => test.status === 'failed'),
  ).length
  const failedHere = report.numFailedTests + brokenFiles
  passed += report.numPassedTests
  failed += report.success === false && failedHere === 0 ? 1 : failedHere
  if (name !== 'check.json') testsRun += report.numPassedTests + report.numFailedTests
}

const endedWell = process.env.TEST_CODE === '0' && process.env.CHECK_CODE === '0'
if (testsRun === 0) console.log('No test ran.')
if ((testsRun === 0 || !endedWell) && failed === 0) failed = 1
console.log(`${passed} passed, ${failed} failed`)
process.exitCode = failed > 0 ? 1 : 0
