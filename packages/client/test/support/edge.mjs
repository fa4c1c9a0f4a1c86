// Runs the built client where nothing exists but what the web has: no `process`, no `Buffer`, no `require`.
// Needs `node --experimental-vm-modules`. Arguments: the folder of the build, the address of a server, a position.
// Prints what the client got, as JSON.
import { readFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { createContext, SourceTextModule } from 'node:vm'

const [folder, url] = process.argv.slice(2)
const web = {
  fetch,
  AbortController,
  crypto,
  TextDecoder,
  URL,
  URLSearchParams,
  performance,
  setTimeout,
  clearTimeout,
}
const context = createContext({ ...web })
const modules = new Map()

function load(path) {
  if (!modules.has(path)) {
    modules.set(path, new SourceTextModule(readFileSync(path, 'utf8'), { context, identifier: path }))
  }
  return modules.get(path)
}

const program = new SourceTextModule(
  `
  import { createClient, isCode } from './index.js'
  const client = createClient({ url, key: 'pk_test_1' })
  export const answer = await client.consume({ customer: 'acme', feature: 'tickets' })
  export const positions = []
  for await (const event of client.events.stream({ after: 0 })) {
    positions.push(event.position)
    if (event.position === 2) break
  }
  export const code = await client.customers.get('nobody').catch((error) => isCode(error, 'customer_not_found') && error.code)
  `,
  { context: Object.assign(context, { url }), identifier: join(folder, 'program.js') },
)
await program.link((specifier, from) => {
  if (!specifier.startsWith('./')) throw new Error(`${from.identifier} imports ${specifier}`)
  return load(join(dirname(from.identifier), specifier))
})
await program.evaluate()
const { answer, positions, code } = program.namespace
console.log(JSON.stringify({ answer, positions, code, globals: Object.keys(context).sort() }))
