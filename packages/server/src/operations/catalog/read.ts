import { type CatalogDefinition, type CatalogProblem, parseCatalog } from '@tollkeeper/contract'
import { validateCatalog } from '../../domain/catalog/validate.ts'
import { Refusal } from '../../refusal.ts'

/** Everything that is wrong with a catalog by itself, by path; nothing is asked of the database. */
export function findCatalogProblems(input: unknown): {
  catalog: CatalogDefinition
  problems: CatalogProblem[]
} {
  const { catalog, problems, leftOut } = parseCatalog(input)
  // a section of the wrong shape makes everything that names it look undeclared
  const broken = problems.some(({ path }) => !path.includes('.') && path !== 'fallbackPlan')
  return { catalog, problems: broken ? problems : [...problems, ...validateCatalog(catalog, leftOut)] }
}

/** @throws Refusal `catalog_invalid` with every problem */
export function readCatalog(input: unknown): CatalogDefinition {
  const { catalog, problems } = findCatalogProblems(input)
  if (problems.length > 0) throw invalidCatalog(problems)
  return catalog
}

const MOST_PROBLEMS = 500

export function invalidCatalog(problems: CatalogProblem[]): Refusal {
  const errors = problems
    .slice(0, MOST_PROBLEMS)
    .map(({ path, message }) => ({ param: path, message: `${message}.` }))
  return new Refusal('catalog_invalid', { param: errors[0]?.param, errors })
}
