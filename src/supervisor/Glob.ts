/** Paths with `*`, `?` and `[...]`, glob(7), as `EnvironmentFile=` may have them. A leading dot is matched by a dot only. */
import * as Effect from "effect/Effect"
import { Files } from "../kernel/Files.ts"

const special = /[*?[]/

export const isPattern = (path: string): boolean => special.test(path)

/** One component of a path as a regular expression; a bracket that is not closed stands for itself. */
export const toExpression = (pattern: string): RegExp => {
  let source = ""
  for (let at = 0; at < pattern.length; at++) {
    const character = pattern.charAt(at)
    const close = character === "[" ? pattern.indexOf("]", at + 2) : -1
    if (close > 0) {
      const set = pattern.slice(at + 1, close).replace(/[\\\]^]/g, "\\$&")
      source += set.startsWith("!") ? `[^${set.slice(1)}]` : `[${set}]`
      at = close
    } else {
      source += character === "*" ? ".*" : character === "?" ? "." : character.replace(/[.*+?^${}()|[\]\\]/g, "\\$&")
    }
  }
  return new RegExp(`^${source}$`, "s")
}

const matches = (name: string, pattern: string, expression: RegExp): boolean =>
  (!name.startsWith(".") || pattern.startsWith(".")) && expression.test(name)

/** The paths that match, sorted. A directory that cannot be read has none. */
export const expand = (path: string): Effect.Effect<ReadonlyArray<string>, never, Files> =>
  Effect.gen(function*() {
    const files = yield* Files
    let found: ReadonlyArray<string> = [""]
    for (const part of path.split("/").slice(1)) {
      if (!isPattern(part)) {
        found = found.map((parent) => `${parent}/${part}`)
        continue
      }
      const expression = toExpression(part)
      const next: Array<string> = []
      for (const parent of found) {
        const names = yield* Effect.orElseSucceed(files.list(parent === "" ? "/" : parent), () => [])
        for (const name of names) if (matches(name, part, expression)) next.push(`${parent}/${name}`)
      }
      found = next
    }
    // Components after the last pattern may lead nowhere.
    const there: Array<string> = []
    for (const one of found) {
      const kind = yield* Effect.orElseSucceed(files.kind(one), () => "absent" as const)
      if (kind !== "absent") there.push(one)
    }
    return there
  })
