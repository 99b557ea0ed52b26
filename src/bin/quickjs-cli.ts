/**
 * The executable's second part: the full command line, loaded when the fast path gives up, and the words that no boot
 * needs.
 */
import * as Effect from "effect/Effect"
import type { Decision } from "../cli/Cli.ts"
import * as Cli from "../cli/Cli.ts"
import * as Documents from "../cli/Documents.ts"
import type { Binding } from "../runtime/Binding.ts"
import * as platform from "../runtime/quickjs/platform.ts"
import { version } from "./version.ts"

export const decide = (binding: Binding, words: ReadonlyArray<string>): Promise<Decision> =>
  Effect.runPromise(Effect.provide(Cli.decide(words, version), platform.layer(binding)))

export const documents: Documents.Documents = Documents
