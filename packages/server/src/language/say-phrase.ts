type Phrases = Readonly<Record<string, string>>

interface Pattern {
  matches: RegExp
  said: string
}

const patterns = new WeakMap<Phrases, Pattern[]>()

/**
 * What a person reads instead of the message of a check, as it stands in the phrases or with values in it (`%1`). A message
 * that has no phrase stays as it is.
 *
 * @example sayPhrase({ 'Use %1': 'Utilisez %1' }, 'Use 3') // 'Utilisez 3'
 */
export function sayPhrase(phrases: Phrases, message: string): string {
  const said = find(phrases, message)
  if (said !== undefined || !message.endsWith('.')) return said ?? message
  const sentence = find(phrases, message.slice(0, -1))
  return sentence === undefined ? message : `${sentence}.`
}

function find(phrases: Phrases, message: string): string | undefined {
  if (Object.hasOwn(phrases, message)) return phrases[message]
  for (const { matches, said } of patternsOf(phrases)) {
    const values = matches.exec(message)?.slice(1)
    if (values === undefined) continue
    return said.replaceAll(/%(\d)/g, (_, place) => sayPhrase(phrases, values[Number(place) - 1] ?? ''))
  }
  return undefined
}

function patternsOf(phrases: Phrases): Pattern[] {
  const known = patterns.get(phrases)
  if (known !== undefined) return known
  const made = Object.entries(phrases)
    .filter(([phrase]) => phrase.includes('%1'))
    .map(([phrase, said]) => ({ matches: patternOf(phrase), said }))
  patterns.set(phrases, made)
  return made
}

function patternOf(phrase: string): RegExp {
  const parts = phrase.split(/%\d/).map((part) => part.replaceAll(/[$()*+.?[\\\]^{|}]/g, String.raw`\$&`))
  return new RegExp(`^${parts.join('(.*?)')}$`, 's')
}
