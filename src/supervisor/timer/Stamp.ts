/** When a timer with `Persistent=` elapsed last: the time of a file, so that the next container with it goes on from there. */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import type { UnitName } from "../../unit/Unit.ts"

/** For a volume to be mounted at, if timers are to know more than one life of the container. */
const directory = "/var/lib/container-init/timers"

const pathOf = (unit: UnitName): string => `${directory}/stamp-${unit}`

/** Wall milliseconds; `undefined` if it has never elapsed. */
export const read = (unit: UnitName): Effect.Effect<number | undefined, never, Files> =>
  Effect.flatMap(Files, (files) => files.modified(pathOf(unit)))

export const write = (unit: UnitName, at: number): Effect.Effect<void, KernelError, Files> =>
  Effect.flatMap(
    Files,
    (files) => Effect.zipRight(files.makeDirectory(directory, 0o755), files.touch(pathOf(unit), at))
  )
