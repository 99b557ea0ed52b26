/** The users and groups of the image, as passwd(5) and group(5) have them there. */
import * as Effect from "effect/Effect"
import type { Files as FilesPort } from "../../kernel/Files.ts"
import { Files } from "../../kernel/Files.ts"
import * as Suggest from "../../unit/Suggest.ts"
import type { Databases } from "../Identity.ts"
import * as Identity from "../Identity.ts"
import type { Tree } from "./Tree.ts"

export interface Accounts {
  readonly hasUser: (name: string) => boolean
  readonly hasGroup: (name: string) => boolean
  /** Hints at names that are nearly the same. */
  readonly nearUser: (name: string) => string | undefined
  readonly nearGroup: (name: string) => string | undefined
}

const databaseLimit = 16 * 1024 * 1024

const anybody = { uid: 0, gid: 0 }

const names = (database: string): ReadonlyArray<string> =>
  database.split("\n").map((line) => line.slice(0, Math.max(0, line.indexOf(":"))))

const from = (databases: Databases): Accounts => ({
  hasUser: (name) => typeof Identity.resolve(name, undefined, [], databases, anybody) !== "string",
  hasGroup: (name) => typeof Identity.resolve(undefined, name, [], databases, anybody) !== "string",
  nearUser: (name) => Suggest.hint(name, names(databases.passwd)),
  nearGroup: (name) => Suggest.hint(name, names(databases.group))
})

/** A file that is not there is empty; `undefined` if one of them may not be read: then there is nothing to be said. */
export const read = (
  tree: Tree,
  passwd: string,
  group: string
): Effect.Effect<Accounts | undefined, never, FilesPort> => {
  const readOne = (path: string) =>
    Effect.gen(function*() {
      const { kind, path: real } = yield* tree.find(path)
      if (kind === "absent") return ""
      const files = yield* Files
      return yield* files.read(tree.outside(real), databaseLimit)
    })
  return Effect.all({ passwd: readOne(passwd), group: readOne(group) }).pipe(
    Effect.map(from),
    Effect.orElseSucceed(() => undefined)
  )
}
