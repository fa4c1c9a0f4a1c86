import { describe, expect, test } from 'vitest'
import { checksums } from './vat-checksums.ts'
import { EUROPEAN_UNION, readVatId } from './vat-id.ts'

/** Ids that companies and offices print, and the examples that the offices themselves explain their rule with. */
const valid: Record<string, string[]> = {
  AT: ['ATU13585627', 'ATU00000024'],
  BE: ['BE0428759497', 'BE0776091951'],
  BG: ['BG175074752', 'BG7523169263', 'BG7111042925'],
  CH: ['CHE-107.787.577 IVA', 'CHE-107.787.577'],
  CY: ['CY10259033P'],
  CZ: ['CZ25123891', 'CZ7103192745', 'CZ640903926', 'CZ460601988'],
  DE: ['DE136695976', 'DE111111125'],
  DK: ['DK13585628'],
  EE: ['EE100594102', 'EE100931558'],
  EL: ['EL094259216', 'GR094259216', 'EL023456780'],
  ES: ['ESA13585625', 'ESB58378431', 'ES54362315K', 'ESX2482300W', 'ESM1234567L', 'ESJ99216582'],
  FI: ['FI20774740'],
  FR: ['FR40303265045', 'FR 23 334 175 221', 'FRK7399859412', 'FR4Z123456782', 'FR53000004605'],
  GB: ['GB980780684', 'GB802311782', 'GB 434 0314 94', 'GBGD001', 'GBHA500'],
  HR: ['HR33392005961'],
  HU: ['HU12892312', 'HU10672101'],
  IE: ['IE6433435F', 'IE6433435OA', 'IE8D79739I', 'IE8Z49289F'],
  IT: ['IT00743110157', 'IT12345670785'],
  LT: ['LT119511515', 'LT100001919017', 'LT100004801610'],
  LU: ['LU15027442', 'LU26375245'],
  LV: ['LV40003521600', 'LV16117519997'],
  MT: ['MT11679112'],
  NL: ['NL004495445B01', 'NL123456789B13'],
  NO: ['NO 995 525 828 MVA', 'NO995525828'],
  PL: ['PL8567346215', 'PL5260001246'],
  PT: ['PT501964843', 'PT502011378'],
  RO: ['RO18547290', 'RO24736200'],
  SE: ['SE123456789701', 'SE556188840401'],
  SI: ['SI15012557', 'SI50223054'],
  SK: ['SK2022749619', 'SK2021853504'],
}

const invalid = [
  'ATU13585626',
  'AT13585627',
  'BE0431150351',
  'BE9428759497',
  'BG175074751',
  'CHE107787578',
  'CY10259033Z',
  'CZ25123890',
  'CZ7103192746',
  'DE136695978',
  'DE036695976',
  'DK13585627',
  'EE100594103',
  'EL123456781',
  'ESA13585626',
  'ES54362315Z',
  'ESX2482300A',
  'ESB5837843A',
  'FI20774741',
  'FR84323140391',
  'FRIO303265045',
  'GB802311781',
  'GBGD500',
  'GBHA499',
  'HR33392005962',
  'HU12892313',
  'IE6433435E',
  'IE6433435OB',
  'IT00743110158',
  'IT00743119995',
  'LT100001919018',
  'LT119511525',
  'LU15027443',
  'LV40003521601',
  'MT11679113',
  'NL123456789B90',
  'NO995525829',
  'PL8567346216',
  'PT501964842',
  'RO18547291',
  'SE123456789101',
  'SE556188840400',
  'SI15012556',
  'SK2022749618',
  'SK2012749619',
  '',
  'FR',
  'US123456789',
  '40303265045',
  'FR4030326504',
  'FR403032650450',
  'FR40 303 265 O45',
]

describe('VAT ids', () => {
  test.each(Object.entries(valid))('%s: well-known ids', (prefix, ids) => {
    for (const id of ids) {
      const read = readVatId(id)
      expect(read, id).not.toBeNull()
      expect(read?.country).toBe(prefix === 'EL' ? 'GR' : prefix)
    }
  })

  test.each(invalid)('refuses "%s"', (id) => {
    expect(readVatId(id)).toBeNull()
  })

  test('every state of the Union has a rule and an example', () => {
    for (const country of EUROPEAN_UNION) {
      const prefix = country === 'GR' ? 'EL' : country
      expect(checksums.has(prefix), country).toBe(true)
      expect(valid[prefix], country).toBeDefined()
    }
    expect(EUROPEAN_UNION).toHaveLength(27)
  })

  test('another last digit is another id', () => {
    for (const [prefix, ids] of Object.entries(valid)) {
      const id = ids[0]?.replace(/[\s.-]/g, '') ?? ''
      const place = id.search(/\d(?=\D*$)/)
      const others = [1, 2, 3, 4, 5, 6, 7, 8, 9].map(
        (step) => id.slice(0, place) + ((Number(id[place]) + step) % 10) + id.slice(place + 1),
      )
      const passing = others.filter((other) => readVatId(other) !== null)
      // Theirs end with the number of a branch.
      if (!['NL', 'SE'].includes(prefix)) expect(passing, prefix).toEqual([])
    }
  })

  test('reads however it is written', () => {
    expect(readVatId('fr 40 303.265-045')).toEqual({ country: 'FR', id: 'FR40303265045' })
    expect(readVatId('XI980780684')).toEqual({ country: 'GB', id: 'XI980780684' })
    expect(readVatId('gr094259216')).toEqual({ country: 'GR', id: 'EL094259216' })
  })
})
