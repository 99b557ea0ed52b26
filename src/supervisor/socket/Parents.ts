/** The directories above the files of a socket, `DirectoryMode=` of systemd.socket(5). */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { SocketSection } from "../../unit/Unit.ts"

const usualMode = 0o755

/** Where they cannot be made, what comes next says so, too, and of the path that matters. */
export const make = (path: string, { DirectoryMode = usualMode }: SocketSection): Effect.Effect<void, never, Files> => {
  const parent = path.slice(0, path.lastIndexOf("/"))
  return parent === "" ? Effect.void : Effect.flatMap(
    Files,
    (files) => Effect.ignore(files.makeDirectory(parent, DirectoryMode))
  )
}
