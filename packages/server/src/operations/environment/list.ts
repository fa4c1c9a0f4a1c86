import type { Context, Environment } from '../../context.ts'
import { loadEnvironments } from '../../store/installation.ts'

export async function listEnvironments(context: Context): Promise<Environment[]> {
  const environments = await loadEnvironments(context.db)
  return environments.map(({ id, name, mode }) => ({ id, name, mode }))
}
