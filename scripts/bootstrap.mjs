// The first thing that runs: `npm start`, `npm test` and the others come here.
// Owns: the Node version check, installing, building, and handing over to the real command.
// Does not own: what any command does. It has no dependency, because nothing may be installed yet.
// Invariant: installing and building happen under one lock, so any number of these may start at once;
// the command then runs in this very process, so signals, stdio and the exit code need no forwarding.

import { spawn } from 'node:child_process'
import { createHash, randomUUID } from 'node:crypto'
import * as fs from 'node:fs'
import { homedir, hostname, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'

const root = dirname(dirname(fileURLToPath(import.meta.url)))
const at = (...parts) => join(root, ...parts)
const say = (sentence) => process.stderr.write(`${sentence}\n`)

const compiler = at('node_modules', 'typescript', 'bin', 'tsc')
const vitest = 'node_modules/vitest/vitest.mjs'
const report = (name) => [
  '--reporter=default',
  '--reporter=json',
  `--outputFile.json=test-results/${name}.json`,
]

// `tolerant` commands go on after a build with type errors, because reporting them is their work.
const commands = {
  start: { entry: 'packages/server/dist/cli/main.js', leading: ['dev'] },
  test: { entry: vitest, leading: ['run'], testReport: 'tests' },
  prove: {
    entry: vitest,
    leading: ['run'],
    testReport: 'proof',
    environment: { TOLLKEEPER_PROOF: 'full', TOLLKEEPER_SIMULATION_SEEDS: '3' },
  },
  simulate: {
    entry: vitest,
    leading: ['run', 'packages/server/test/simulation/simulation.test.ts'],
    testReport: 'simulation',
    environment: { TOLLKEEPER_SIMULATION_SEEDS: '1' },
    numbers: {
      '--seeds': 'TOLLKEEPER_SIMULATION_SEEDS',
      '--seed': 'TOLLKEEPER_SIMULATION_SEED',
      '--customers': 'TOLLKEEPER_SIMULATION_CUSTOMERS',
      '--months': 'TOLLKEEPER_SIMULATION_MONTHS',
    },
  },
  check: { entry: 'scripts/dist/check.js', projects: ['scripts'], tolerant: true },
  // without the client, which may not compile before its types are written anew
  generate: { entry: 'scripts/dist/generate.js', projects: ['scripts'], packages: false },
  bench: { entry: 'bench/dist/run.js', projects: ['bench'] },
  example: { entry: 'examples/dist/run.js', projects: ['examples'] },
  build: { projects: ['scripts', 'bench', 'examples'] },
}

// ---- Node ------------------------------------------------------------------------------------

function nodeIsTooOld() {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number)
  return major < 20 || (major === 20 && minor < 19)
}

// ---- The lock: a directory that appears and disappears by rename, so never half made ---------------

const lockHome = at('.install.lock')
const held = join(lockHome, 'held')
const heartbeatMs = 5_000
const heartbeatLostMs = 60_000

/** What Linux knows of a process: a pid alone is soon somebody else's, above all inside containers. */
function processState(pid) {
  try {
    const stat = fs.readFileSync(`/proc/${pid}/stat`, 'utf8')
    const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ')
    return { zombie: fields[0] === 'Z', startedAtTicks: fields[19] }
  } catch {
    return undefined
  }
}

const describeProcess = (pid) => ({ pid, startedAtTicks: processState(pid)?.startedAtTicks })

function isAlive({ pid, startedAtTicks }) {
  try {
    process.kill(pid, 0)
  } catch (error) {
    if (error.code === 'ESRCH') return false
  }
  const state = startedAtTicks === undefined ? undefined : processState(pid)
  return state === undefined || (!state.zombie && state.startedAtTicks === startedAtTicks)
}

/** Returns who holds the lock, and whether they are gone; undefined when nobody holds it any more. */
function readHolder() {
  try {
    const text = fs.readFileSync(join(held, 'owner.json'), 'utf8')
    const owner = parseOwner(text)
    const silentMs = Date.now() - fs.statSync(held).mtimeMs
    if (!owner) return { gone: true, token: 'unreadable' }
    const gone = owner.host === hostname() ? !owner.processes.some(isAlive) : silentMs > heartbeatLostMs
    return { gone, token: owner.token, pid: owner.processes[0].pid }
  } catch (error) {
    if (error.code === 'ENOENT') return undefined
    throw error
  }
}

function parseOwner(text) {
  try {
    const owner = JSON.parse(text)
    return Array.isArray(owner.processes) && owner.processes.length > 0 ? owner : undefined
  } catch {
    return undefined // cut off by a power failure: whoever wrote it is gone
  }
}

function tryRename(from, to) {
  try {
    fs.renameSync(from, to)
    return true
  } catch (error) {
    if (['EEXIST', 'ENOTEMPTY', 'EPERM', 'ENOENT'].includes(error.code)) return false
    throw error
  }
}

function sweepOldEntries() {
  for (const name of fs.readdirSync(lockHome)) {
    const path = join(lockHome, name)
    try {
      const isOld = Date.now() - fs.statSync(path).mtimeMs > 60 * heartbeatLostMs
      if (name !== 'held' && isOld) fs.rmSync(path, { recursive: true, force: true })
    } catch (error) {
      if (error.code !== 'ENOENT') throw error
    }
  }
}

/**
 * Takes the lock, waiting while a living process has it. A dead holder's lock is moved to a grave named after
 * that holder; the grave stays an hour, so a second process that saw the same corpse can't bury the next holder.
 */
async function acquireLock() {
  fs.mkdirSync(lockHome, { recursive: true })
  const owner = { token: randomUUID(), host: hostname(), processes: [describeProcess(process.pid)] }
  const candidate = join(lockHome, `candidate-${owner.token}`)
  fs.mkdirSync(candidate)
  fs.writeFileSync(join(candidate, 'owner.json'), JSON.stringify(owner))
  let announced = false
  while (!tryRename(candidate, held)) {
    const holder = readHolder()
    if (holder?.gone) tryRename(held, join(lockHome, `stale-${holder.token}`))
    else if (holder && !announced) {
      announced = true
      say(`Waiting for process ${holder.pid}, which is installing or building here.`)
    }
    if (stopSignal) fs.rmSync(candidate, { recursive: true, force: true })
    leaveIfStopped()
    await new Promise((resolve) => setTimeout(resolve, 100))
  }
  sweepOldEntries()
  return lockOf(owner)
}

function lockOf(owner) {
  const heartbeat = setInterval(() => fs.utimesSync(held, new Date(), new Date()), heartbeatMs)
  return {
    // A worker outlives us when only we are killed, so the lock is held until the worker is gone too.
    addWorker(pid) {
      owner.processes.push(describeProcess(pid))
      const draft = join(held, 'owner.draft.json')
      fs.writeFileSync(draft, JSON.stringify(owner))
      fs.renameSync(draft, join(held, 'owner.json'))
    },
    release() {
      clearInterval(heartbeat)
      const done = join(lockHome, `done-${owner.token}`)
      if (tryRename(held, done)) fs.rmSync(done, { recursive: true, force: true })
    },
  }
}

// ---- Workers: npm and the compiler ------------------------------------------------------------

let worker
let stopSignal

function runWorker(lock, args, environment = {}) {
  return new Promise((resolve, reject) => {
    const [command, ...rest] = args
    // Our own words and the workers' go to stderr: stdout belongs to the command that follows.
    worker = spawn(command, rest, {
      cwd: root,
      stdio: ['ignore', 2, 2],
      env: { ...process.env, ...environment },
    })
    if (worker.pid) lock.addWorker(worker.pid)
    worker.once('error', reject)
    worker.once('exit', (code) => {
      worker = undefined
      resolve(code ?? 1)
    })
  })
}

function onStop(signal) {
  stopSignal ??= signal
  worker?.kill(signal)
}

function leaveIfStopped() {
  if (stopSignal) process.exit(stopSignal === 'SIGINT' ? 130 : 143)
}

// ---- Installing -------------------------------------------------------------------------------

const installOptions = ['--include=dev', '--include=optional', '--no-audit', '--no-fund', '--loglevel=error']
const lockHashFile = at('node_modules', '.tollkeeper-lock-hash')
const linkedCommand = at('node_modules', '.bin', 'tollkeeper')

function lockHash() {
  const lockfile = fs.readFileSync(at('package-lock.json'))
  return createHash('sha256').update(`${process.platform} ${process.arch}\n`).update(lockfile).digest('hex')
}

const readText = (path) => (fs.existsSync(path) ? fs.readFileSync(path, 'utf8') : undefined)

function isInstalled() {
  if (!fs.existsSync(linkedCommand)) return false // installed before there was a command to link
  if (readText(lockHashFile)?.trim() === lockHash()) return true
  return npmInstalledTheSame() && rememberInstall()
}

function rememberInstall() {
  try {
    fs.writeFileSync(lockHashFile, `${lockHash()}\n`)
  } catch (error) {
    if (!isReadOnly(error)) throw error
  }
  return true
}

/** After a plain `npm install` npm's own record shows that nothing is missing: no second install then. */
function npmInstalledTheSame() {
  const installedText = readText(at('node_modules', '.package-lock.json'))
  if (!installedText) return false
  const installed = JSON.parse(installedText).packages
  const wanted = Object.entries(JSON.parse(readText(at('package-lock.json'))).packages)
  return wanted.every(([path, entry]) => {
    if (!path.includes('node_modules/') || entry.link || !isForThisMachine(entry)) return true
    return installed[path]?.version === entry.version && fs.existsSync(at(path, 'package.json'))
  })
}

function isForThisMachine({ optional, devOptional, os, cpu, libc }) {
  if (!optional && !devOptional) return true
  const isMatch = (list, value) => !list || list.includes(value)
  if (!os || !isMatch(os, process.platform) || !isMatch(cpu, process.arch)) return false
  return isMatch(libc, process.report.getReport().header.glibcVersionRuntime ? 'glibc' : 'musl')
}

/** npm as a script for our own Node, so that neither PATH nor a shell matters; else whatever PATH has. */
function npmCommand() {
  const nodeDirectory = dirname(process.execPath)
  const candidates = [
    process.env.npm_execpath ?? '',
    join(nodeDirectory, '..', 'lib', 'node_modules', 'npm', 'bin', 'npm-cli.js'),
    join(nodeDirectory, 'node_modules', 'npm', 'bin', 'npm-cli.js'),
  ]
  const script = candidates.find((path) => path.endsWith('npm-cli.js') && fs.existsSync(path))
  return script ? [process.execPath, script] : ['npm']
}

/** npm insists on a cache; a user without a home gets one in the temporary directory. */
function npmEnvironment() {
  const quiet = { npm_config_update_notifier: 'false' }
  if (process.env.npm_config_cache) return quiet
  try {
    const cache = join(homedir(), '.npm')
    fs.mkdirSync(cache, { recursive: true })
    fs.accessSync(cache, fs.constants.W_OK)
    return quiet
  } catch {
    return { ...quiet, npm_config_cache: join(tmpdir(), `tollkeeper-npm-cache-${process.getuid?.() ?? ''}`) }
  }
}

async function install(lock) {
  say('Installing dependencies from the npm registry; this is done once and again when they change.')
  fs.rmSync(lockHashFile, { force: true })
  const environment = npmEnvironment()
  const npm = (...words) => runWorker(lock, [...npmCommand(), ...words, ...installOptions], environment)
  let code = await npm('ci')
  if (code !== 0 && !stopSignal) {
    say('`npm ci` failed; trying `npm install`, which also accepts a lockfile made on another platform.')
    code = await npm('install', '--no-save')
  }
  if (stopSignal) return
  if (code !== 0) {
    throw new Stop(
      'The installation failed; npm says why above. Check that the npm registry can be reached, then run the same command again.',
    )
  }
  rememberInstall()
}

// ---- Building ---------------------------------------------------------------------------------

function projectsOf(command) {
  const all = [...(command.packages === false ? [] : ['.']), ...(command.projects ?? [])]
  return all.filter((project) => fs.existsSync(at(project, 'tsconfig.json')))
}

/** The compiler trusts its own notes, so after `rm -rf dist` it must be told to start again. */
function outputsAreMissing(command) {
  const packages = fs.readdirSync(at('packages')).map((name) => at('packages', name))
  const missing = (folder, source) =>
    fs.existsSync(join(folder, source)) && !fs.existsSync(join(folder, 'dist'))
  if (packages.some((folder) => missing(folder, 'src'))) return true
  if (projectsOf(command).some((project) => project !== '.' && !fs.existsSync(at(project, 'dist'))))
    return true
  return command.entry !== undefined && command.entry !== vitest && !fs.existsSync(at(command.entry))
}

async function build(lock, command) {
  const fresh = outputsAreMissing(command)
  if (fresh) say('Building.')
  const args = [process.execPath, compiler, '-b', ...projectsOf(command), ...(fresh ? ['--force'] : [])]
  const code = await runWorker(lock, args)
  if (stopSignal || code === 0) return
  if (!command.tolerant) throw new Stop('The build failed; the compiler says why above.')
}

// ---- The way through --------------------------------------------------------------------------

/** Something the reader can act on: printed without a stack. */
class Stop extends Error {}

const isReadOnly = (error) => ['EACCES', 'EROFS', 'EPERM'].includes(error.code)

async function prepare(command) {
  let lock
  try {
    lock = await acquireLock()
  } catch (error) {
    if (!isReadOnly(error)) throw error
    if (isInstalled() && !outputsAreMissing(command)) return // an image built by somebody else: run what is there
    throw new Stop(
      `This user can't write to ${root}, and it isn't installed and built yet. Run as its owner first.`,
    )
  }
  try {
    if (!stopSignal && !isInstalled()) await install(lock)
    if (!stopSignal) await build(lock, command)
  } finally {
    lock.release()
  }
}

/** The tests read their numbers from the environment: `--seeds 20` doesn't reach vitest. */
function withoutNumbers({ numbers = {} }, args) {
  return args.filter((name, index) => {
    if (numbers[args[index - 1]] !== undefined) return false
    if (numbers[name] === undefined) return true
    const value = args[index + 1] ?? ''
    if (!/^\d+$/.test(value)) throw new Stop(`Give ${name} a number, such as ${name} 20.`)
    process.env[numbers[name]] = value
    return false
  })
}

async function handOver(command, args) {
  const entry = at(command.entry)
  if (!fs.existsSync(entry))
    throw new Stop(`${command.entry} isn't there after the build, so this command can't run.`)
  const leading = [...(command.leading ?? [])]
  if (command.testReport) {
    fs.rmSync(at('test-results', `${command.testReport}.json`), { force: true })
    process.env.NODE_ENV = 'test'
    process.env.TOLLKEEPER_TEST_NO_BUILD = '1' // it was built a moment ago
    if (!args.some((arg) => arg.startsWith('--reporter'))) leading.push(...report(command.testReport))
  }
  Object.assign(process.env, command.environment)
  const rest = withoutNumbers(command, args)
  process.chdir(root)
  process.argv = [process.execPath, entry, ...leading, ...rest]
  await import(pathToFileURL(entry).href)
}

/** npm's shell passes no signal on: when it is gone, whoever stopped npm meant this process too. */
function stopWithNpm() {
  if (!process.env.npm_lifecycle_event || process.platform === 'win32') return
  const shell = process.ppid
  const watch = setInterval(() => {
    if (process.ppid === shell) return
    clearInterval(watch)
    process.kill(process.pid, 'SIGTERM')
  }, 200)
  watch.unref()
}

async function main() {
  const [name = '', ...args] = process.argv.slice(2)
  const command = Object.hasOwn(commands, name) ? commands[name] : undefined
  if (!command)
    throw new Stop(`Usage: node scripts/bootstrap.mjs <${Object.keys(commands).join(' | ')}> [arguments]`)
  process.on('SIGINT', onStop)
  process.on('SIGTERM', onStop)
  stopWithNpm()
  await prepare(command)
  process.off('SIGINT', onStop)
  process.off('SIGTERM', onStop)
  leaveIfStopped()
  if (command.entry) await handOver(command, args)
}

if (nodeIsTooOld()) {
  say(
    `Tollkeeper needs Node 20.19 or newer and this is ${process.versions.node}. Install a newer one from https://nodejs.org and try again.`,
  )
  process.exit(1)
}
main().catch((error) => {
  say(error instanceof Stop ? error.message : (error?.stack ?? String(error)))
  process.exitCode = 1
})
