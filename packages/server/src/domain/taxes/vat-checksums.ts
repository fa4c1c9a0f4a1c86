/**
 * The check digits of VAT ids, one rule for each prefix, on what follows the prefix.
 *
 * A table: the rules are the countries' own, so they share the arithmetic (weighted sums, Luhn, ISO 7064) and nothing else.
 */

type Rule = (body: string) => boolean

const digitsOf = (text: string) => Array.from(text, Number)

/** Each digit times its weight; digits past the last weight don't count. */
const weighted = (text: string, weights: readonly number[]) =>
  weights.reduce((sum, weight, index) => sum + weight * Number(text[index]), 0)

/** `count` weights that fall by one down to `last`. */
const falling = (count: number, last = 2) =>
  Array.from({ length: count }, (_, index) => last + count - 1 - index)
const rising = (count: number, first = 1) => Array.from({ length: count }, (_, index) => first + index)

const last = (text: string) => Number(text.at(-1))
const crossSum = (value: number) => Math.floor(value / 10) + (value % 10)

/** The last digit makes the sum of all a multiple of ten, where every second one from the right counts double. */
function passesLuhn(text: string): boolean {
  const sum = digitsOf(text)
    .toReversed()
    .reduce((total, digit, index) => total + (index % 2 === 0 ? digit : crossSum(digit * 2)), 0)
  return sum % 10 === 0
}

/** ISO 7064, MOD 11,10. */
function passesMod1110(text: string): boolean {
  const rest = digitsOf(text.slice(0, -1)).reduce((carry, digit) => {
    const sum = (carry + digit) % 10 || 10
    return (sum * 2) % 11
  }, 10)
  return (rest + last(text)) % 10 === 1
}

/** ISO 7064, MOD 97-10: letters count as two digits, A is 10. */
function passesMod97(text: string): boolean {
  const digits = Array.from(text, (sign) => Number.parseInt(sign, 36).toString()).join('')
  return Array.from(digits).reduce((rest, digit) => (rest * 10 + Number(digit)) % 97, 0) === 1
}

const austria: Rule = (body) => {
  const digits = digitsOf(body.slice(1))
  const sum = digits
    .slice(0, 7)
    .reduce((total, digit, index) => total + (index % 2 ? crossSum(digit * 2) : digit), 4)
  return (10 - (sum % 10)) % 10 === digits[7]
}

function bulgaria(body: string): boolean {
  if (body.length === 9) {
    const first = weighted(body, rising(8)) % 11
    const check = first === 10 ? (weighted(body, rising(8, 3)) % 11) % 10 : first
    return check === last(body)
  }
  // Ten digits are a citizen, a foreigner or anybody else; nothing in them says which.
  const citizen = (weighted(body, [2, 4, 8, 5, 10, 9, 7, 3, 6]) % 11) % 10
  const foreigner = weighted(body, [21, 19, 17, 13, 11, 9, 7, 3, 1]) % 10
  const other = (11 - (weighted(body, [4, 3, 2, 7, 6, 5, 4, 3, 2]) % 11)) % 11
  return [citizen, foreigner, other].includes(last(body))
}

function cyprus(body: string): boolean {
  const odd = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21]
  const sum = digitsOf(body.slice(0, 8)).reduce(
    (total, digit, index) => total + (index % 2 ? digit : (odd[digit] ?? 0)),
    0,
  )
  return !body.startsWith('12') && body[8] === String.fromCharCode(65 + (sum % 26))
}

function czechia(body: string): boolean {
  if (body.length === 8) {
    const check = 11 - (weighted(body, falling(7)) % 11)
    return !body.startsWith('9') && check % 10 === last(body)
  }
  if (body.length === 10) {
    const rest = Number(body.slice(0, 9)) % 11
    return hasBirthDate(body) && rest % 10 === last(body)
  }
  if (!body.startsWith('6')) return hasBirthDate(body) && Number(body.slice(0, 2)) <= 53
  // Nine digits after a 6: nine less the distance to the next multiple of eleven, as one digit.
  const distance = 11 - (weighted(body.slice(1), falling(7)) % 11)
  return (19 - distance) % 10 === last(body)
}

/** Women have 50 added to the month; 20 more where the numbers of a day ran out. */
function hasBirthDate(body: string): boolean {
  const month = Number(body.slice(2, 4)) % 50
  const day = Number(body.slice(4, 6))
  return month % 20 >= 1 && month % 20 <= 12 && day >= 1 && day <= 31
}

const personLetters = 'TRWAGMYFPDXBNJZSQVHLCKE'

function spain(body: string): boolean {
  const [first = '', check = ''] = [body[0], body[8]]
  const middle = body.slice(1, 8)
  if (/\d/.test(first)) return personLetters[Number(body.slice(0, 8)) % 23] === check
  if ('XYZ'.includes(first)) return personLetters[Number(`${'XYZ'.indexOf(first)}${middle}`) % 23] === check
  if ('KLM'.includes(first)) return personLetters[Number(middle) % 23] === check
  const sum = digitsOf(middle).reduce(
    (total, digit, index) => total + (index % 2 ? digit : crossSum(digit * 2)),
    0,
  )
  const control = (10 - (sum % 10)) % 10
  const letter = 'JABCDEFGHI'[control] === check
  const digit = String(control) === check
  if ('NPQRSW'.includes(first)) return letter
  return 'ABEH'.includes(first) ? digit : letter || digit
}

function france(body: string): boolean {
  const siren = body.slice(2)
  // Monaco's companies have no SIREN, so what stands in its place has no check digit.
  if (!siren.startsWith('000') && !passesLuhn(siren)) return false
  if (/^\d\d/.test(body)) return Number(body.slice(0, 2)) === (12 + 3 * (Number(siren) % 97)) % 97
  const signs = '0123456789ABCDEFGHJKLMNPQRSTUVWXYZ'
  const [first, second] = [signs.indexOf(body[0] ?? ''), signs.indexOf(body[1] ?? '')]
  const key = first < 10 ? first * 24 + second - 10 : first * 34 + second - 100
  return (Number(siren) + 1 + Math.floor(key / 11)) % 11 === key % 11
}

function ireland(body: string): boolean {
  const letters = 'WABCDEFGHIJKLMNOPQRSTUV'
  // The older form has a sign in the second place and its first digit counts last.
  const digits = /^\d{7}/.test(body) ? body.slice(0, 7) : `0${body.slice(2, 7)}${body[0]}`
  const second = Math.max(letters.indexOf(body[8] ?? 'W'), 0)
  return letters[(weighted(digits, falling(7)) + 9 * second) % 23] === body[7]
}

function italy(body: string): boolean {
  const office = Number(body.slice(7, 10))
  const isOffice = (office >= 1 && office <= 100) || [120, 121, 888, 999].includes(office)
  return isOffice && passesLuhn(body)
}

function lithuania(body: string): boolean {
  if (body.at(-2) !== '1') return false
  const places = rising(body.length - 1, 0)
  const sum = (shift: number) =>
    weighted(
      body,
      places.map((place) => 1 + ((place + shift) % 9)),
    ) % 11
  const first = sum(0)
  return (first === 10 ? sum(2) % 10 : first) === last(body)
}

function latvia(body: string): boolean {
  if (Number(body[0]) > 3) return weighted(body, [9, 1, 4, 8, 3, 10, 2, 5, 7, 6, 1]) % 11 === 3
  return ((1 + weighted(body, [10, 5, 8, 4, 2, 1, 6, 3, 7, 9])) % 11) % 10 === last(body)
}

function netherlands(body: string): boolean {
  const sum = weighted(body, falling(8)) - Number(body[8])
  return sum % 11 === 0 || passesMod97(`NL${body}`)
}

function unitedKingdom(body: string): boolean {
  // Departments of government and health authorities have a number without check digits.
  if (body.startsWith('GD')) return Number(body.slice(2)) < 500
  if (body.startsWith('HA')) return Number(body.slice(2)) >= 500
  const rest = (weighted(body, falling(7)) + Number(body.slice(7, 9))) % 97
  return rest === 0 || (Number(body.slice(0, 3)) >= 100 && (rest === 42 || rest === 55))
}

/** Eleven less the rest of eleven, where eleven itself is written 0 and ten can't be. */
const elevenLess = (weights: readonly number[]): Rule => {
  return (body) => (11 - (weighted(body, weights) % 11)) % 11 === Number(body[weights.length])
}
const tenLess = (weights: readonly number[]): Rule => {
  return (body) => (10 - (weighted(body, weights) % 10)) % 10 === last(body)
}
const restOf = (modulus: number, weights: readonly number[]): Rule => {
  return (body) => weighted(body, weights) % modulus === 0
}

const rules: Record<string, [form: RegExp, rule: Rule]> = {
  AT: [/^U\d{8}$/, austria],
  BE: [/^[01]\d{9}$/, (body) => 97 - (Number(body.slice(0, 8)) % 97) === Number(body.slice(8))],
  BG: [/^\d{9,10}$/, bulgaria],
  CH: [/^E\d{9}(MWST|TVA|IVA|TPV)?$/, (body) => elevenLess([5, 4, 3, 2, 7, 6, 5, 4])(body.slice(1))],
  CY: [/^\d{8}[A-Z]$/, cyprus],
  CZ: [/^\d{8,10}$/, czechia],
  DE: [/^[1-9]\d{8}$/, passesMod1110],
  DK: [/^[1-9]\d{7}$/, restOf(11, [2, 7, 6, 5, 4, 3, 2, 1])],
  EE: [/^\d{9}$/, tenLess([3, 7, 1, 3, 7, 1, 3, 7])],
  EL: [/^\d{9}$/, (body) => (weighted(body, [256, 128, 64, 32, 16, 8, 4, 2]) % 11) % 10 === last(body)],
  ES: [/^(\d{8}[A-Z]|[XYZKLM]\d{7}[A-Z]|[A-HJNP-SUVW]\d{7}[\dA-J])$/, spain],
  FI: [/^\d{8}$/, restOf(11, [7, 9, 10, 5, 8, 4, 2, 1])],
  FR: [/^[\dA-HJ-NP-Z]{2}\d{9}$/, france],
  GB: [/^(\d{9}|\d{12}|GD\d{3}|HA\d{3})$/, unitedKingdom],
  HR: [/^\d{11}$/, passesMod1110],
  HU: [/^\d{8}$/, tenLess([9, 7, 3, 1, 9, 7, 3])],
  IE: [/^(\d{7}[A-W][A-IW]?|\d[A-Z+*]\d{5}[A-W])$/, ireland],
  IT: [/^\d{11}$/, italy],
  LT: [/^(\d{9}|\d{12})$/, lithuania],
  LU: [/^\d{8}$/, (body) => Number(body.slice(0, 6)) % 89 === Number(body.slice(6))],
  LV: [/^\d{11}$/, latvia],
  MT: [/^[1-9]\d{7}$/, restOf(37, [3, 4, 6, 7, 8, 9, 10, 1])],
  NL: [/^\d{9}B\d{2}$/, netherlands],
  NO: [/^[89]\d{8}(MVA)?$/, elevenLess([3, 2, 7, 6, 5, 4, 3, 2])],
  PL: [/^\d{10}$/, (body) => weighted(body, [6, 5, 7, 2, 3, 4, 5, 6, 7]) % 11 === last(body)],
  PT: [/^[1-9]\d{8}$/, (body) => ((11 - (weighted(body, falling(8)) % 11)) % 11) % 10 === last(body)],
  RO: [
    /^[1-9]\d{1,9}$/,
    (body) => ((weighted(body.padStart(10, '0'), [7, 5, 3, 2, 1, 7, 5, 3, 2]) * 10) % 11) % 10 === last(body),
  ],
  SE: [/^\d{10}(0[1-9]|[1-8]\d|9[0-4])$/, (body) => passesLuhn(body.slice(0, 10))],
  SI: [/^[1-9]\d{7}$/, (body) => ((11 - (weighted(body, falling(7)) % 11)) % 10) % 10 === last(body)],
  SK: [/^[1-9]\d[2-47-9]\d{7}$/, (body) => Number(body) % 11 === 0],
}

export const checksums: ReadonlyMap<string, Rule> = new Map(
  Object.entries({ ...rules, XI: rules.GB as [RegExp, Rule] }).map(([prefix, [form, rule]]) => [
    prefix,
    (body: string) => form.test(body) && rule(body),
  ]),
)
