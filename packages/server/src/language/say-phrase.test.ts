import { readdirSync, readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { languages } from './index.ts'
import { sayPhrase } from './say-phrase.ts'

const french = (message: string) => sayPhrase(languages.fr.phrases, message)

describe('a phrase', () => {
  test.each([
    ['Use at least 1 day', 'Utilisez au moins 1 jour'],
    ['Use at least 1 day.', 'Utilisez au moins 1 jour.'],
    ['There is no add-on "x". None is declared.', 'Il n’y a pas de complément « x ». Aucun n’est déclaré.'],
    [
      'There is no plan "a.b". Declared are free, pro.',
      'Il n’y a pas d’offre « a.b ». Sont déclarés : free, pro.',
    ],
    [
      '"calls" is counted (kind meter). Leave it out, or use 0.',
      '« calls » se compte (kind meter). Omettez-le, ou utilisez 0.',
    ],
    ['Nobody has said this.', 'Nobody has said this.'],
    ['constructor', 'constructor'],
  ])('%s', (message, said) => {
    expect(french(message)).toBe(said)
  })

  test('is said once in a language that has none of its own', () => {
    expect(sayPhrase(languages.en.phrases, 'Use at least 1 day.')).toBe('Use at least 1 day.')
  })
})

const rules = new URL('../domain/catalog/', import.meta.url)
const told = readdirSync(rules)
  .filter((file) => file.startsWith('validat') && !file.includes('.test.'))
  .flatMap((file) => messagesIn(readFileSync(new URL(file, rules), 'utf8')))

/** Texts that end a call of `add`, with a value where each expression stands. */
function messagesIn(source: string): string[] {
  const calls = source.matchAll(/\badd\(\s*(?:`[^`]*`|'[^']*'|[\w.]+),\s*(`[^`]*`|'[^']*'),?\s*\)/g)
  return [...calls].map(([, text = '']) =>
    text.slice(1, -1).replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, 'value'),
  )
}

test('QE-19 every rule of the catalog is told in French', () => {
  expect(told.length).toBeGreaterThan(50)
  expect(told.filter((message) => french(message) === message)).toEqual([])
})

const source = new URL('../', import.meta.url)
const rooms = ['api', 'domain', 'operations']
const written = rooms
  .flatMap((room) =>
    readdirSync(new URL(room, source), { recursive: true, encoding: 'utf8' }).map(
      (file) => `${room}/${file}`,
    ),
  )
  .filter((file) => file.endsWith('.ts') && !file.includes('.test.') && !file.includes('domain/catalog/'))
  .flatMap((file) => sentencesIn(readFileSync(new URL(file, source), 'utf8')))

/** What stands beside `message`, or is told to `invalid(…)`, with a value where each expression stands. */
function sentencesIn(text: string): string[] {
  const found = text.matchAll(
    /(?:\bmessage(?::| =)|\binvalid\((?:'[^']*'|\w+),)\s*(`[^`]*`|'(?:[^'\\]|\\.)*')/g,
  )
  return [...found].flatMap(([, sentence = '']) => {
    const said = sentence.slice(1, -1).replaceAll(/\$\{(?:[^{}]|\{[^}]*\})*\}/g, '100')
    // a sentence, rather than the name of something
    return /^[A-Z].* .*\.$/.test(said) ? [said] : []
  })
}

test('QE-19 every sentence about a field is told in French', () => {
  expect(written.length).toBeGreaterThan(20)
  expect(written.filter((sentence) => french(sentence) === sentence)).toEqual([])
})
