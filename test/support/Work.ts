/**
 * How much a pure function does, counted instead of timed: characters that the engine's text functions go over, and
 * elements that its list functions go over. The same on every machine and in every run, so that a test may assert on it.
 *
 * Loops of the function's own count through the characters they ask for. A pattern counts with what it has matched, or
 * with the rest of the text where it has found nothing: patterns that try again and again are not seen.
 */

let counted = 0
let allowed = Infinity

/** The function was doing more than it was allowed: it is not let run on. */
export class TooMuch extends Error {}

type Method = (this: unknown, ...args: ReadonlyArray<unknown>) => unknown

/** What one call costs, once its result is known. */
type Cost = (self: string & ReadonlyArray<unknown>, args: ReadonlyArray<unknown>, result: unknown) => number

const one: Cost = () => 1
const length: Cost = (self) => self.length
const resultLength: Cost = (_self, _args, result) => (result as string).length + 1

const searchForward: Cost = (self, args, result) => {
  const from = typeof args[1] === "number" ? args[1] : 0
  return Math.max(1, (result === -1 || result === false ? self.length : Number(result)) - from)
}

const matched: Cost = (_self, args, result) => {
  const text = String(args[0])
  if (result === null || result === false) return 1
  return Array.isArray(result) ? String(result[0]).length + 1 : Math.min(text.length, 64)
}

const costs: ReadonlyArray<readonly [owner: object, names: ReadonlyArray<string>, cost: Cost]> = [
  [String.prototype, ["charCodeAt", "charAt", "codePointAt", "startsWith", "endsWith"], one],
  [String.prototype, ["indexOf"], searchForward],
  [String.prototype, ["includes", "lastIndexOf", "split", "replace", "replaceAll", "toLowerCase", "trim"], length],
  [String.prototype, ["slice", "substring"], resultLength],
  [RegExp.prototype, ["exec", "test"], matched],
  [Array.prototype, ["push", "pop", "shift"], one],
  [Array.prototype, ["some", "every", "filter", "map", "flatMap", "find", "findIndex", "findLast"], length],
  [Array.prototype, ["includes", "indexOf", "forEach", "reduce", "join", "concat", "sort", "reverse"], length],
  [Array.prototype, ["slice", "splice"], resultLength],
  [Map.prototype, ["get", "set", "has", "delete"], one],
  [Set.prototype, ["add", "has", "delete"], one]
]

/**
 * Runs it and counts, up to a limit. Not to be nested, and nothing else may run meanwhile: `run` returns when it is done.
 */
export const count = <A>(run: () => A, limit = Infinity): { readonly value: A; readonly work: number } => {
  const saved: Array<readonly [object, string, Method]> = []
  const undo = () => {
    for (const [owner, name, method] of saved) {
      Object.defineProperty(owner, name, { value: method, configurable: true, writable: true })
    }
  }
  const counting = (method: Method, cost: Cost): Method =>
    function(this: unknown, ...args: ReadonlyArray<unknown>): unknown {
      const result = Reflect.apply(method, this, args)
      counted += 1
      counted += cost(this as string & ReadonlyArray<unknown>, args, result)
      if (counted > allowed) throw new TooMuch(`more than ${allowed} steps`)
      return result
    }
  for (const [owner, names, cost] of costs) {
    for (const name of names) {
      const method = (owner as Record<string, Method>)[name]
      if (method === undefined) throw new Error(`there is no method ${name}`)
      saved.push([owner, name, method])
      Object.defineProperty(owner, name, { value: counting(method, cost), configurable: true, writable: true })
    }
  }
  counted = 0
  allowed = limit
  try {
    const value = run()
    const work = counted
    return { value, work }
  } finally {
    allowed = Infinity
    undo()
  }
}
