import type { endpoints } from '@tollkeeper/contract'
import { adjustBalance, getBalance, type BalanceResult } from '../operations/customers/balance.ts'
import type { Handlers } from './handler.ts'

export const balanceRoutes = {
  get: async ({ params }, ctx) => present(await getBalance(ctx, params.id)),
  adjust: async ({ params, body }, ctx) => present(await adjustBalance(ctx, params.id, body)),
} satisfies Handlers<typeof endpoints.balances>

const present = (result: BalanceResult) => ({ object: 'credit_balance' as const, ...result })
