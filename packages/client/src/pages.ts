/** One page of a list. */
export interface Page<Item> {
  object: 'list'
  data: Item[]
  hasMore: boolean
  /** Give it back as `cursor` for the next page; null on the last. */
  nextCursor: string | null
}

/**
 * A list that is asked for when it is used: `await` it for one page, loop over it for everything.
 *
 * @example
 * const page = await client.customers.list({ limit: 10 })
 * for await (const customer of client.customers.list()) console.log(customer.id)
 */
export interface Pages<Item> extends PromiseLike<Page<Item>>, AsyncIterable<Item> {
  /** Page after page, from where the query starts. */
  pages(): AsyncIterableIterator<Page<Item>>
  /** Everything in one array, at most `max` items: a list has no end that you know of. */
  toArray(options: { max: number }): Promise<Item[]>
}

/** `load` gets the cursor to go on from; undefined for the caller's own first page. */
export function pagesOf<Item>(load: (cursor: string | undefined) => Promise<Page<Item>>): Pages<Item> {
  let first: Promise<Page<Item>> | undefined
  async function* pages(): AsyncGenerator<Page<Item>, void, undefined> {
    let page = await load(undefined)
    yield page
    while (page.hasMore && page.nextCursor !== null) {
      page = await load(page.nextCursor)
      yield page
    }
  }
  async function* items(): AsyncGenerator<Item, void, undefined> {
    for await (const page of pages()) yield* page.data
  }
  return {
    // oxlint-disable-next-line unicorn/no-thenable
    then: (onPage, onError) => (first ??= load(undefined)).then(onPage, onError),
    [Symbol.asyncIterator]: items,
    pages,
    async toArray({ max }) {
      const all: Item[] = []
      if (max <= 0) return all
      for await (const item of items()) {
        all.push(item)
        if (all.length >= max) break
      }
      return all
    },
  }
}
