// docs/concepts/subscription.md: the drawing of the lifecycle, made from the table that the engine moves by.
// Owns: what stands between the two marks. Does not own: the rest of the page.

import { readFile } from 'node:fs/promises'
import { dirname, join } from 'node:path'
import { pathToFileURL } from 'node:url'

const root = dirname(dirname(dirname(import.meta.dirname)))
const page = 'docs/concepts/subscription.md'
const table = 'packages/server/dist/domain/subscriptions/transitions.js'
const begin = '<!-- lifecycle: written by `npm run generate` -->'
const end = '<!-- /lifecycle -->'

type Transitions = Record<string, Record<string, string>>

function drawing(transitions: Transitions): string {
  const lines = ['```mermaid', 'stateDiagram-v2', '  [*] --> scheduled: startAt in the future']
  lines.push(
    '  [*] --> trialing: with a trial',
    '  [*] --> active',
    '  [*] --> incomplete: activation manual',
  )
  for (const [status, steps] of Object.entries(transitions)) {
    for (const [event, next] of Object.entries(steps)) {
      lines.push(`  ${status} --> ${next}: ${event.replaceAll('_', ' ')}`)
    }
    if (Object.keys(steps).length === 0) lines.push(`  ${status} --> [*]`)
  }
  return [...lines, '```'].join('\n')
}

export const lifecycleFile = {
  path: page,
  content: async (): Promise<string> => {
    const text = await readFile(join(root, page), 'utf8')
    const { transitions } = (await import(pathToFileURL(join(root, table)).href)) as {
      transitions: Transitions
    }
    const [before, rest] = text.split(begin)
    const after = rest?.split(end)[1]
    if (before === undefined || after === undefined)
      throw new Error(`${page} has lost the marks of its drawing`)
    return `${before}${begin}\n\n${drawing(transitions)}\n\n${end}${after}`
  },
}
