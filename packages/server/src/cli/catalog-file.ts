import { readFile } from 'node:fs/promises'
import { extname, resolve } from 'node:path'
import { SettingProblem } from './settings.ts'

const modules = ['.ts', '.mts', '.js', '.mjs']

/**
 * Reads a catalog from a `.json` file, or from the default export (or the export `catalog`) of a `.ts` or `.js` one.
 * Whether it is a good catalog is for others to say.
 */
export async function readCatalogFile(path: string): Promise<unknown> {
  const absolute = resolve(path)
  const extension = extname(absolute)
  if (extension !== '.json' && !modules.includes(extension)) {
    throw new SettingProblem(`${path} is no catalog: give a .ts, .js or .json file.`)
  }
  const text = await readText(absolute, path)
  return plain(extension === '.json' ? parseJson(text, path) : await importCatalog(absolute, path), path)
}

async function readText(absolute: string, path: string): Promise<string> {
  try {
    return await readFile(absolute, 'utf8')
  } catch (error) {
    throw new SettingProblem(`${path} can't be read: ${(error as Error).message}`)
  }
}

function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text)
  } catch (error) {
    throw new SettingProblem(`${path} is no JSON: ${(error as Error).message}`)
  }
}

async function importCatalog(absolute: string, path: string): Promise<unknown> {
  const { createJiti } = await import('jiti')
  const jiti = createJiti(import.meta.url, { fsCache: false, interopDefault: false })
  let exported: { default?: unknown; catalog?: unknown; features?: unknown }
  try {
    exported = await jiti.import(absolute)
  } catch (error) {
    throw new SettingProblem(`${path} can't be run: ${(error as Error).message}`)
  }
  // `module.exports = { features … }` is the catalog itself
  const catalog = exported.default ?? exported.catalog ?? (exported.features && exported)
  if (catalog !== undefined) return catalog
  throw new SettingProblem(`${path} exports no catalog. Write: export default defineCatalog({ … })`)
}

/** As it goes over the wire: what JSON can't hold is a mistake in the file, told here and not by the server. */
function plain(value: unknown, path: string): unknown {
  try {
    return JSON.parse(JSON.stringify(value)) as unknown
  } catch (error) {
    throw new SettingProblem(`${path} holds something that JSON can't: ${(error as Error).message}`)
  }
}
