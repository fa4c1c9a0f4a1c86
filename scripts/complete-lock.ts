// `node scripts/dist/complete-lock.js`: writes into package-lock.json the platform packages that npm left out.
// npm drops an optional package from the lockfile when the registry at hand doesn't have it, and `npm ci` then
// refuses that lockfile on every machine. Owns: those missing entries. Does not own: any entry npm wrote.
// Invariant: an entry says only what its name and its parent's exact version say; npm adds the rest later.

import { readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'

interface LockEntry {
  version?: string
  cpu?: string[]
  dev?: boolean
  libc?: string[]
  optional?: boolean
  os?: string[]
  optionalDependencies?: Record<string, string>
}

const lockfile = join(dirname(dirname(import.meta.dirname)), 'package-lock.json')
const systems = [
  'aix',
  'android',
  'darwin',
  'freebsd',
  'linux',
  'netbsd',
  'openbsd',
  'openharmony',
  'sunos',
  'win32',
]
const processors = ['arm64', 'arm', 'ia32', 'loong64', 'mips64el', 'ppc64', 'riscv64', 's390x', 'x64']
const libraries: Record<string, string> = {
  gnu: 'glibc',
  gnueabihf: 'glibc',
  musl: 'musl',
  musleabihf: 'musl',
}

/** `@oxlint/binding-linux-x64-gnu` runs on linux, x64, glibc; undefined when the name doesn't say. */
function platformOf(name: string): Pick<LockEntry, 'os' | 'cpu' | 'libc'> | undefined {
  const words = name.slice(name.indexOf('/') + 1).split('-')
  const os = words.find((word) => systems.includes(word))
  const cpu = words.find((word) => processors.includes(word))
  if (!os || !cpu) return undefined
  const library = words.map((word) => libraries[word]).find((value) => value !== undefined)
  return { os: [os], cpu: [cpu], ...(os === 'linux' && library ? { libc: [library] } : {}) }
}

function isPresent(packages: Record<string, LockEntry>, from: string, name: string): boolean {
  for (let folder = from; ; folder = folder.slice(0, Math.max(0, folder.lastIndexOf('/node_modules/')))) {
    if (packages[`${folder}${folder ? '/' : ''}node_modules/${name}`]) return true
    if (!folder) return false
    if (!folder.includes('/node_modules/')) return packages[`node_modules/${name}`] !== undefined
  }
}

const lock = JSON.parse(readFileSync(lockfile, 'utf8')) as { packages: Record<string, LockEntry> }
const added: Record<string, LockEntry> = {}
for (const [path, parent] of Object.entries(lock.packages)) {
  for (const [name, version] of Object.entries(parent.optionalDependencies ?? {})) {
    if (isPresent(lock.packages, path, name) || !/^\d+\.\d+\.\d+/.test(version)) continue
    const platform = platformOf(name)
    if (!platform)
      throw new Error(
        `${name} is missing in package-lock.json and its name tells no platform: add it by hand.`,
      )
    added[`node_modules/${name}`] = {
      version,
      ...(parent.dev ? { dev: true } : {}),
      optional: true,
      ...platform,
    }
  }
}

const byPath = Object.entries({ ...lock.packages, ...added }).sort(([a], [b]) => a.localeCompare(b, 'en'))
if (Object.keys(added).length > 0) {
  writeFileSync(lockfile, `${JSON.stringify({ ...lock, packages: Object.fromEntries(byPath) }, null, 2)}\n`)
}
console.log(`${Object.keys(added).length} platform packages added to package-lock.json`)
