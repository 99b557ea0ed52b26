/** `analyze`: reads the trace and prints what was asked of it. */
import * as Effect from "effect/Effect"
import * as Errno from "../../kernel/Errno.ts"
import { Files } from "../../kernel/Files.ts"
import { System } from "../../kernel/System.ts"
import * as Settings from "../../trace/Settings.ts"
import { ExitCode } from "../ExitCode.ts"
import type { Wish } from "./Analyze.ts"
import * as Analyze from "./Analyze.ts"

const [ENOENT, EACCES, EINVAL, EFBIG] = [2, 13, 22, 27]
/** A boot of a thousand units takes two MiB. */
const sizeLimit = 256 * 1024 * 1024

const why = (errno: number, named: boolean): string => {
  switch (errno) {
    case ENOENT:
      return named
        ? "there is no such file"
        : "there is no such file; a run writes it with CONTAINER_INIT_TRACE=1 in its environment"
    case EACCES:
      return "it may only be read by whom container-init runs as"
    case EINVAL:
      return "it is no regular file"
    case EFBIG:
      return "it is larger than 256 MiB"
    default:
      return Errno.describe(errno)
  }
}

export const run = ({ file: named, view }: Wish): Effect.Effect<number, never, Files | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const files = yield* Files
    // In the container itself its environment says where the trace is.
    const file = named ?? Settings.make(yield* system.environment).file
    const fail = (text: string) => Effect.as(system.printError(`container-init: ${text}\n`), ExitCode.Usage)
    const read = yield* Effect.either(files.read(file, sizeLimit))
    if (read._tag === "Left") return yield* fail(`cannot read ${file}: ${why(read.left.errno, named !== undefined)}`)
    const answer = Analyze.answer(view, file, read.right)
    if (typeof answer === "string") return yield* fail(answer)
    for (const note of answer.notes) yield* system.printError(`container-init: note: ${note}\n`)
    yield* system.print(answer.text)
    return ExitCode.Clean
  })
