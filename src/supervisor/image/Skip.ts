/** Whether a unit is not even started in this image: conditions that ask for something to be in the file system. */
import * as Effect from "effect/Effect"
import type { Files } from "../../kernel/Files.ts"
import type { Condition, Unit } from "../../unit/Unit.ts"
import * as Made from "./Made.ts"
import type { Tree } from "./Tree.ts"

/** What the path of a test has to be. */
const lookups: Partial<Readonly<Record<Condition["test"], "directory" | "file" | "any">>> = {
  PathExists: "any",
  PathIsDirectory: "directory",
  DirectoryNotEmpty: "directory",
  FileNotEmpty: "file",
  FileIsExecutable: "file"
}

/** Only what is certain: a path that is made when the container runs, or one of several conditions, says nothing. */
export const isSkipped = (tree: Tree, unit: Unit): Effect.Effect<boolean, never, Files> =>
  Effect.gen(function*() {
    for (const { negate, parameter, test, trigger } of unit.Unit.Conditions ?? []) {
      const wanted = lookups[test]
      if (negate || trigger || wanted === undefined || !parameter.startsWith("/")) continue
      if (Made.isMounted(parameter) || Made.isFilled(parameter)) continue
      const { kind } = yield* tree.find(parameter)
      if (kind === "absent" || (wanted !== "any" && kind !== "unknown" && kind !== wanted)) return true
    }
    return false
  })
