import fc from 'fast-check'
import { parseInstant } from '../../src/domain/time/instant.ts'

/** For tests: the instant of a text that is known to be right. */
export function at(text: string): number {
  const instant = parseInstant(text)
  if (instant === null) throw new Error(`not an instant: ${text}`)
  return instant
}

/** Zones that between them have every oddity: no summer time, half hours, skipped days, midnight that is not there. */
export const ZONES = [
  'UTC',
  'Africa/Abidjan',
  'Europe/Paris',
  'America/New_York',
  'America/Sao_Paulo',
  'America/St_Johns',
  'America/Havana',
  'Asia/Kathmandu',
  'Australia/Lord_Howe',
  'Pacific/Apia',
]

export const anyZone = fc.constantFrom(...ZONES)

// Near the changes of the clocks, where the mistakes are, as often as anywhere.
const CHANGES = [
  '2011-12-30T10:00:00Z',
  '2018-11-04T03:00:00Z',
  '2018-02-18T02:00:00Z',
  '2010-11-07T02:31:00Z',
  '2024-03-31T01:00:00Z',
  '2024-10-27T01:00:00Z',
  '2024-03-10T07:00:00Z',
  '2024-11-03T06:00:00Z',
  '2024-04-06T15:00:00Z',
  '2024-10-05T15:30:00Z',
  '2024-02-29T12:00:00Z',
  '2024-12-31T23:30:00Z',
].map(at)

const THREE_DAYS = 3 * 86_400_000

export const anyInstant = fc.oneof(
  fc.integer({ min: at('1990-01-01T00:00:00Z'), max: at('2060-01-01T00:00:00Z') }),
  fc
    .tuple(fc.constantFrom(...CHANGES), fc.integer({ min: -THREE_DAYS, max: THREE_DAYS }))
    .map(([change, distance]) => change + distance),
)
