/** From parsed options to an exit code: what both entries run. */
import * as Effect from "effect/Effect"
import type { KernelError } from "../kernel/KernelError.ts"
import { System } from "../kernel/System.ts"
import type { Documents } from "./Documents.ts"
import { ExitCode } from "./ExitCode.ts"
import type { Options } from "./Options.ts"
import type { ImageCheck } from "./Paths.ts"
import * as Run from "./Run.ts"
import * as Validate from "./Validate.ts"

type Services = Effect.Effect.Context<ReturnType<typeof Run.run>>

export interface Surroundings {
  readonly version: string
  /** Ends the process. */
  readonly end: (exitCode: number) => Effect.Effect<void>
  /** To be done once all has started. */
  readonly booted: Effect.Effect<void>
  /** Loads what makes documents for other programs. */
  readonly documents: Effect.Effect<Documents>
  /** Loads what looks into an image, and does so. */
  readonly image: ImageCheck
  /** Loads what writes a boot trace, and begins with it. */
  readonly trace: Run.Surroundings["trace"]
  /** The same of what writes a state file. */
  readonly stateFile: Run.Surroundings["stateFile"]
}

export const program = (
  options: Options,
  { booted, documents, end, image, stateFile, trace, version }: Surroundings
): Effect.Effect<number, KernelError, Services> => {
  switch (options.action) {
    case "version":
      return Effect.flatMap(System, (system) => Effect.as(system.print(`container-init ${version}\n`), 0))
    case "validate":
      return Validate.run(options, { documents, image, version })
    case "run": {
      const flag = options.format !== "text" ? "--format" : options.root !== undefined ? "--root" : undefined
      return flag === undefined
        ? Run.run(options, { booted, end, trace, stateFile })
        : Effect.as(Effect.logError(`${flag} is for validate: a run has no use for it`), ExitCode.Usage)
    }
  }
}
