/** What PostgreSQL reads out of arrays that are sent as it keeps them. */
import { randomUUID } from 'node:crypto'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { binaryArray } from '../../src/store/database/binary-array.ts'
import { createTestDatabase, type TestDatabase } from '../support/database.ts'

let database: TestDatabase
beforeAll(async () => {
  database = await createTestDatabase()
})
afterAll(() => database?.close())

async function readBack(type: string, image: Buffer): Promise<string[]> {
  const text = `select element::text as element from unnest($1::${type}[]) with ordinality as a (element, place) order by place`
  const { rows } = await database.db.query<{ element: string }>({ text, values: [image] })
  return rows.map(({ element }) => element)
}

describe('binaryArray', () => {
  it('holds every number that its type and JavaScript both know exactly', async () => {
    const small = [0, 1, -1, 32_767, -32_768]
    const middle = [...small, 2 ** 31 - 1, -(2 ** 31)]
    const large = [...middle, 2 ** 31, 2 ** 32 - 1, 2 ** 32, -(2 ** 32), 1e15 + 7]
    const all = [...large, Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER]
    expect(await readBack('smallint', binaryArray.int2(small))).toEqual(small.map(String))
    expect(await readBack('int', binaryArray.int4(middle))).toEqual(middle.map(String))
    expect(await readBack('bigint', binaryArray.int8(all))).toEqual(all.map(String))
  })

  it('holds booleans, uuids with and without hyphens, and nothing', async () => {
    const uuids = [randomUUID(), 'FFFFFFFF-0000-7fff-8000-0123456789ab', randomUUID()]
    const bare = uuids.map((uuid) => uuid.replaceAll('-', ''))
    expect(await readBack('boolean', binaryArray.bool([true, false]))).toEqual(['true', 'false'])
    expect(await readBack('uuid', binaryArray.uuid(uuids))).toEqual(uuids.map((uuid) => uuid.toLowerCase()))
    expect(binaryArray.uuid(bare)).toEqual(binaryArray.uuid(uuids))
    expect(await readBack('bigint', binaryArray.int8([]))).toEqual([])
  })

  it('refuses what it would have to cut', () => {
    for (const value of [0.5, Number.NaN, Number.POSITIVE_INFINITY, 2 ** 53])
      expect(() => binaryArray.int8([value])).toThrow(RangeError)
    for (const value of [0.5, Number.NaN, 2 ** 31])
      expect(() => binaryArray.int4([value])).toThrow(RangeError)
    for (const value of [0.5, Number.NaN, 2 ** 15])
      expect(() => binaryArray.int2([value])).toThrow(RangeError)
    const uuid = randomUUID()
    for (const text of ['', uuid.slice(1), `${uuid}0`, `g${uuid.slice(1)}`, `é${uuid.slice(1)}`])
      expect(() => binaryArray.uuid([text]), text).toThrow(RangeError)
  })
})
