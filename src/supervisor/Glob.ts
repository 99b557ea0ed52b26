/** Paths with `*`, `?` and `[...]`, glob(7), as `EnvironmentFile=` may have them. A leading dot is matched by a dot only. */
import * as Effect from "effect/Effect"
import { Files } from "../kernel/Files.ts"
import * as Pattern from "./Pattern.ts"

const special = /[*?[]/

export const isPattern = (path: string): boolean => special.test(path)

const matches = (name: string, pattern: string): boolean =>
  (!name.startsWith(".") || pattern.startsWith(".")) && Pattern.matches(pattern, name)

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
      const next: Array<string> = []
      for (const parent of found) {
        const names = yield* Effect.orElseSucceed(files.list(parent === "" ? "/" : parent), () => [])
        for (const name of names) if (matches(name, part)) next.push(`${parent}/${name}`)
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
