/**
 * What was met lately, in bounded memory: two maps, of which the elder is let go when the younger is full.
 * A look writes nothing, where a list in the order of use is rewritten at each.
 */
export interface Recent<Value> {
  get(key: string): Value | undefined
  set(key: string, value: Value): void
}

/** @param most kept at once; what is looked at again before half as many others came stays */
export function createRecent<Value>(most: number): Recent<Value> {
  let younger = new Map<string, Value>()
  let elder = new Map<string, Value>()
  const set = (key: string, value: Value): void => {
    if (younger.size >= most / 2) {
      elder = younger
      younger = new Map()
    }
    younger.set(key, value)
  }
  return {
    get(key) {
      const known = younger.get(key)
      if (known !== undefined) return known
      const old = elder.get(key)
      if (old !== undefined) {
        elder.delete(key)
        set(key, old)
      }
      return old
    },
    set,
  }
}
