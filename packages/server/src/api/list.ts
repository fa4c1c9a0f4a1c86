/** One page of a list. Without a cursor it is the last one, or the only one. */
export const presentList = <Item>(data: Item[], nextCursor: string | null = null) => ({
  object: 'list' as const,
  data,
  hasMore: nextCursor !== null,
  nextCursor,
})
