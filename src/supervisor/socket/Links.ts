/** `Symlinks=` of systemd.socket(5): other names for the file of a socket. One that cannot be made is no failure. */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { Socket } from "../../unit/Unit.ts"
import * as UnitLine from "../UnitLine.ts"
import * as Parents from "./Parents.ts"

/** A link that is there leads here from now on; anything else makes way where `RemoveOnStop=` would remove it, too. */
export const make = ({ Socket: section, name }: Socket, node: string): Effect.Effect<void, never, Files> =>
  Effect.flatMap(Files, (files) => {
    const replace = Effect.fnUntraced(function*(path: string) {
      const kind = yield* files.kind(path)
      if (kind === "link" && (yield* files.readLink(path)) === node) return
      if (kind === "link" || kind !== "absent" && section.RemoveOnStop === true) yield* files.remove(path)
      yield* files.makeLink(node, path)
    })
    return Effect.forEach(
      section.Symlinks ?? [],
      (path) =>
        Effect.zipRight(Parents.make(path, section), replace(path)).pipe(
          Effect.catchAll(({ message }) => UnitLine.warning(name, `Symlinks=${path} is left out: ${message}`))
        ),
      { discard: true }
    )
  })
