/**
 * I-3: what was acknowledged survives `kill -9` of the server, of the database, and of both, at any moment.
 * A few kills in every run; TOLLKEEPER_PROOF=more (60) or full (200) tries many more, full with a seed that nobody has
 * tried; TOLLKEEPER_PROOF_SEED=n tries that one again, TOLLKEEPER_KILLS=n kills
 * so often.
 */
import { once } from 'node:events'
import { createServer } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { faults, lastCall } from './durability/faults.ts'
import { checkPlanted, type Proof, startProof } from './durability/proof.ts'
import { replay } from './durability/replay.ts'
import { victims } from './durability/target.ts'
import { isSample, proofSeeds } from './support/random.ts'

const { TOLLKEEPER_PROOF: extent = 'sample', TOLLKEEPER_KILLS: asked } = process.env
const sample = isSample ? 2 : 4
const kills = asked === undefined ? ({ sample, more: 60, full: 200 }[extent] ?? sample) : Number(asked)
const [seed] = proofSeeds({ sample: 1, more: 1, full: 1 }) as [number]
const rounds = [...victims, 'server, and both at its next start'] as const

// Windows has no SIGKILL of a process alone, and its PostgreSQL is not the child of the server
describe.skipIf(process.platform === 'win32')('a witness who writes down each answer', () => {
  let proof: Proof
  beforeAll(async () => {
    proof = await startProof(seed)
  })
  afterAll(() => proof?.stop())

  it('I-3 finds every acknowledged answer after each kill -9, once', { timeout: 3_600_000 }, async () => {
    console.log(`durability: seed ${seed}`)
    for (let round = seed; proof.target.kills < kills; round += 1) {
      const victim = rounds[round % rounds.length] as (typeof rounds)[number]
      await proof.round(victim).catch((error: Error) => {
        throw new Error(`kill ${proof.target.kills} (${victim}): ${error.message}\n${proof.target.logs()}`)
      })
      expect(await proof.check(), `kill ${proof.target.kills} (${victim})`).toEqual([])
    }
    expect(await proof.target.end()).toBe(0)
    await proof.target.start()
    expect(await proof.check({ every: true }), 'after a clean end and start').toEqual([])
    const { target, load, replays, account } = proof
    expect(target.kills).toBeGreaterThanOrEqual(kills)
    expect(load.counts.cutOff, 'the server was killed under load').toBeGreaterThan(0)
    expect(load.counts.unavailable, 'the database was killed under load').toBeGreaterThan(0)
    console.log(
      `durability: ${target.kills} kills, ${load.counts.acknowledged} acknowledged answers (${account.effects.length} effects, ` +
        `${account.refused.length} refusals), ${load.counts.cutOff} calls cut off, ` +
        `${load.counts.unavailable} told to come back, ${replays} replays compared, seed ${seed}`,
    )
  })

  it('and finds what is planted: a lost effect, a doubled one, an answer that was never made', {
    timeout: 180_000,
  }, async () => {
    await proof.work(600)
    expect(await proof.check()).toEqual([])
    const { account } = proof
    const db = await proof.target.openDatabase()
    try {
      for (const fault of faults)
        expect(await checkPlanted(db, account, fault), fault.name).toContainEqual(
          expect.stringMatching(fault.finding),
        )
      const told = lastCall(account, 'consume')
      const call = { ...told.call, number: -1, key: 'never used' }
      const invented = { ...account, effects: [...account.effects, { ...told, call }] }
      const nothing = {
        name: 'an answer that was never made',
        finding: /^lost: call -1 .*no key/,
        statements: () => [],
      }
      expect(await checkPlanted(db, invented, nothing)).toContainEqual(expect.stringMatching(nothing.finding))
    } finally {
      await db.close()
    }
  })

  it('and finds a replay that says something else, or has an effect', { timeout: 180_000 }, async () => {
    await proof.work(50)
    expect(await proof.check()).toEqual([])
    const told = lastCall(proof.account, 'consume')
    const other = { ...told, body: { ...told.body, used: told.body.used + 1 } }
    const { findings } = await replay(proof.target, [other], [])
    expect(findings).toEqual([expect.stringMatching(/used is \d+, but was \d+/)])
    const liar = createServer((_request, response) =>
      response.end(JSON.stringify({ ...told.body, replayed: false })),
    )
    await once(liar.listen(0, '127.0.0.1'), 'listening')
    const url = `http://127.0.0.1:${(liar.address() as AddressInfo).port}`
    const applied = await replay({ url, secretKey: '' }, [told], [])
    liar.closeAllConnections()
    await new Promise((resolve) => liar.close(resolve))
    expect(applied.findings).toEqual([expect.stringMatching(/^twice: .*applied again/)])
  })
})
