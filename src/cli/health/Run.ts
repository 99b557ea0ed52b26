/** `health`: reads the state file and says whether all is well. */
import * as Clock from "effect/Clock"
import * as Effect from "effect/Effect"
import * as Document from "../../health/Document.ts"
import type { Wishes } from "../../health/Verdict.ts"
import * as Verdict from "../../health/Verdict.ts"
import { Files } from "../../kernel/Files.ts"
import { System } from "../../kernel/System.ts"
import { ExitCode } from "../ExitCode.ts"

const sizeLimit = 16 * 1024 * 1024

export interface Question extends Wishes {
  readonly stateFile: string
}

export const run = (question: Question): Effect.Effect<number, never, Files | System> =>
  Effect.gen(function*() {
    const system = yield* System
    const files = yield* Files
    const say = ({ healthy, text }: Verdict.Verdict) =>
      Effect.as(
        system.print(`${healthy ? "healthy" : "unhealthy"}: ${text}\n`),
        healthy ? ExitCode.Clean : ExitCode.Unhealthy
      )
    const read = yield* Effect.either(files.read(question.stateFile, sizeLimit))
    if (read._tag === "Left") {
      return yield* say({ healthy: false, text: `there is no state to be had: ${read.left.message}` })
    }
    const document = Document.parse(read.right)
    if (document === undefined) {
      return yield* say({ healthy: false, text: `${question.stateFile} is no state file of container-init` })
    }
    return yield* say(Verdict.judge(document, question, yield* Clock.currentTimeMillis))
  })
