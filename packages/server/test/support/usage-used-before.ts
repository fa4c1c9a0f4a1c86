import { RESET } from '../../src/domain/usage/plan-grant.ts'
import type { Grant } from '../../src/domain/usage/model.ts'
import type { UsedBefore } from '../../src/domain/usage/refresh-context.ts'
import { questionsOfUseBefore, type UsedBeforeQuestion } from '../../src/domain/usage/used-before.ts'
import type { World } from './usage-world.ts'

/** What the store answers from its rows. */
export function usedBeforeIn(world: World): Map<string, UsedBefore> {
  const questions = questionsOfUseBefore(world)
  const answer = ({ member, since: start }: UsedBeforeQuestion): UsedBefore => {
    const resets = world.movements.filter(({ cause, grant }) => cause === RESET && grant.member === member)
    const since = Math.max(start, ...resets.map((movement) => movement.at))
    const closed = world.grants.filter(
      (grant) => grant.member === member && grant.source === 'plan' && grant.closedAt !== null,
    )
    const taken = (list: Grant[]) => list.reduce((sum, { burnt, held }) => sum + burnt + held, 0)
    return {
      since,
      inside: taken(closed.filter(({ startsAt }) => startsAt >= since)),
      straddling: taken(closed.filter(({ startsAt, expiresAt }) => startsAt < since && expiresAt > since)),
      usesSince: world.uses
        .filter((use) => use.member === member && use.at >= since && use.windowStart < since)
        .reduce((sum, { amount, returned }) => sum + amount - returned, 0),
    }
  }
  return new Map(questions.map((each) => [`${each.feature}/${each.member}`, answer(each)]))
}
