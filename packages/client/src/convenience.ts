import type { Api } from './api.gen.ts'

export type Convenience = {}
export const convenience = (_api: Api): Convenience => ({})
