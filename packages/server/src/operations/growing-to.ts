/**
 * For a cache of at most so many entries that takes room as they come: told a `max` alone, it takes the room for all of them
 * at once, which is the larger part of starting an engine.
 *
 * @example new LRUCache<string, number>(growingTo(100_000))
 */
export const growingTo = (entries: number) => ({ maxSize: entries, sizeCalculation: () => 1 })
