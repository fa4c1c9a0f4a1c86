// Writes the files that are made from code, or with --check says which of them are out of date.
// Owns: the list of generated files. Does not own: how each is made; that is scripts/generators/<name>.ts,
// which reads the built packages. Invariant: the same code gives the same bytes, so --check can compare.

import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { clientApiFile } from './generators/client.ts'
import { lifecycleFile } from './generators/lifecycle.ts'
import { openApiFile } from './generators/openapi.ts'

const root = dirname(dirname(import.meta.dirname))

interface GeneratedFile {
  /** From the repository's root, with forward slashes. */
  path: string
  content: () => Promise<string>
}

const generated: GeneratedFile[] = [clientApiFile, lifecycleFile, openApiFile]

async function readIfPresent(path: string): Promise<string | undefined> {
  try {
    return await readFile(path, 'utf8')
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined
    throw error
  }
}

async function outOfDate(): Promise<{ path: string; content: string }[]> {
  const changed: { path: string; content: string }[] = []
  for (const file of generated) {
    const content = await file.content()
    if ((await readIfPresent(join(root, file.path))) !== content) changed.push({ path: file.path, content })
  }
  return changed
}

const changed = await outOfDate()
if (process.argv.includes('--check')) {
  for (const { path } of changed)
    console.error(`${path} is out of date: run \`npm run generate\` and commit it.`)
  if (changed.length > 0) process.exitCode = 1
} else {
  for (const { path, content } of changed) {
    await mkdir(dirname(join(root, path)), { recursive: true })
    await writeFile(join(root, path), content)
    console.log(`wrote ${path}`)
  }
  console.log(
    `${generated.length} generated ${generated.length === 1 ? 'file' : 'files'}, ${changed.length} written`,
  )
}
