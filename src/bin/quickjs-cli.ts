/**
 * The executable's second part: the full command line, loaded when the fast path gives up, and what no boot needs: words
 * for people and other programs, and the look into an image. The two parts share data, but no effects: each has a copy
 * of Effect of its own.
 */
import * as Effect from "effect/Effect"
import type { Decision } from "../cli/Cli.ts"
import * as Cli from "../cli/Cli.ts"
import * as Documents from "../cli/Documents.ts"
import { Files } from "../kernel/Files.ts"
import { System } from "../kernel/System.ts"
import type { Binding } from "../runtime/Binding.ts"
import * as FilesPort from "../runtime/ports/Files.ts"
import * as SystemPort from "../runtime/ports/System.ts"
import * as platform from "../runtime/quickjs/platform.ts"
import * as Image from "../supervisor/Image.ts"
import type { Diagnostic } from "../unit/Diagnostic.ts"
import type { Unit } from "../unit/Unit.ts"
import { version } from "./version.ts"

/** The binding has one layer of all ports, and that is the other part's: these two need none of its events. */
const ports = (binding: Binding) => <A, E>(effect: Effect.Effect<A, E, Files | System>): Effect.Effect<A, E> =>
  effect.pipe(
    Effect.provideService(Files, FilesPort.make(binding)),
    Effect.provideService(System, SystemPort.make(binding))
  )

export const decide = (binding: Binding, words: ReadonlyArray<string>): Promise<Decision> =>
  Effect.runPromise(
    Effect.flatMap(Cli.decide(words, version), Cli.settle).pipe(
      Effect.provide(platform.layer(binding)),
      ports(binding)
    )
  )

/** Looks up in an image what these units ask of it. */
export const checkImage = (
  binding: Binding,
  units: Iterable<Unit>,
  root: string
): Promise<ReadonlyArray<Diagnostic>> =>
  Effect.runPromise(
    ports(binding)(Image.check(units, root))
  )

export const documents: Documents.Documents = Documents
