import { styleText } from 'node:util'
import type { endpoints } from '@tollkeeper/contract'
import type { z } from 'zod'

export type CatalogDiff = z.output<typeof endpoints.catalog.put.response>
type Change = CatalogDiff['changes'][number]
type Affected = CatalogDiff['affected'][number]

type Style = 'green' | 'yellow' | 'red' | 'bold' | 'dim'
export type Paint = (style: Style, text: string) => string

/** Colours where somebody looks at them. */
export function painter(stream: { isTTY?: boolean }, environment: NodeJS.ProcessEnv = process.env): Paint {
  const isPlain = stream.isTTY !== true || (environment.NO_COLOR ?? '') !== ''
  return isPlain ? (_style, text) => text : (style, text) => styleText(style, text)
}

const marks: Record<Change['action'], { mark: string; style: Style }> = {
  added: { mark: '+', style: 'green' },
  restored: { mark: '+', style: 'green' },
  changed: { mark: '~', style: 'yellow' },
  archived: { mark: '-', style: 'red' },
  deleted: { mark: '-', style: 'red' },
}

const nouns: Record<Change['noun'], string> = {
  feature: 'feature',
  plan: 'plan',
  add_on: 'add-on',
  bundle: 'bundle',
  fallback_plan: 'fallback plan',
  operator: 'operator',
  coupon: 'coupon',
  tax_rate: 'tax rate',
}

/** What a catalog changes and who is affected, as lines. */
export function reportDiff({ changes, affected, changed }: CatalogDiff, paint: Paint): string[] {
  if (!changed) return ['Nothing to change: this catalog is in force.']
  const lines = changes.flatMap((change) => reportChange(change, paint))
  if (affected.length > 0)
    lines.push('', paint('bold', 'Who is affected'), ...affected.map((each) => reportAffected(each, paint)))
  return lines
}

function reportChange(change: Change, paint: Paint): string[] {
  const { mark, style } = marks[change.action]
  const title = isSetting(change) ? nouns[change.noun] : `${nouns[change.noun]} ${paint('bold', change.id)}`
  return [
    `${paint(style, mark)} ${title} ${paint('dim', tellAction(change))}`,
    ...change.fields
      // an empty part of a whole that comes or goes says nothing
      .filter(({ before, after }) => shown(before) !== shown(after))
      .map(
        ({ path, before, after }) =>
          `    ${path}: ${paint('red', shown(before))} → ${paint('green', shown(after))}`,
      ),
  ]
}

const isSetting = ({ noun }: Change) => noun === 'fallback_plan' || noun === 'operator'

function tellAction({ noun, action, previousVersion, version }: Change): string {
  if (action === 'changed' && version !== null) return `version ${previousVersion} → ${version}`
  if (action === 'archived') return 'archived: no longer sold'
  if (action === 'deleted')
    return noun === 'coupon' || noun === 'tax_rate' ? 'deleted' : 'deleted: never used'
  return action
}

const shown = (value: string | number | boolean | null): string =>
  value === null || value === '' ? '(none)' : String(value)

function reportAffected({ noun, id, version, effect, customers, sample }: Affected, paint: Paint): string {
  const count = `${customers} ${customers === 1 ? 'customer' : 'customers'}`
  const names = `${sample.join(', ')}${customers > sample.length ? ', …' : ''}`
  if (effect === 'loses')
    return paint(
      'red',
      `  ${count} without a subscription ${customers === 1 ? 'loses' : 'lose'} the ${nouns[noun]} ${id}, and with it all access: ${names}`,
    )
  if (effect === 'moves')
    return `  ${count} without a subscription ${customers === 1 ? 'gets' : 'get'} the ${nouns[noun]} ${id} as it then is: ${names}`
  return `  ${count} on ${nouns[noun]} ${id} version ${version} ${customers === 1 ? 'stays' : 'stay'} on it until moved: ${names}`
}
