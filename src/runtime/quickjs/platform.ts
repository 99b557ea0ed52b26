/**
 * What @effect/cli wants from its surroundings, in the executable: a terminal of fixed width to print on, POSIX paths,
 * and no file system, for none of our options names a file that the parser would look at.
 */
import * as PlatformError from "@effect/platform/Error"
import * as FileSystem from "@effect/platform/FileSystem"
import * as Path from "@effect/platform/Path"
import * as Terminal from "@effect/platform/Terminal"
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Binding } from "../Binding.ts"

const columns = 100

const unsupported = (method: string) =>
  new PlatformError.SystemError({
    reason: "InvalidData",
    module: "Terminal",
    method,
    description: "container-init asks no questions"
  })

const terminal = (binding: Binding): Terminal.Terminal =>
  Terminal.Terminal.of({
    columns: Effect.succeed(columns),
    rows: Effect.succeed(25),
    isTTY: Effect.succeed(false),
    readInput: Effect.die(unsupported("readInput")),
    readLine: Effect.die(unsupported("readLine")),
    display: (text) =>
      Effect.sync(() => {
        binding.print(1, text)
      })
  })

/** The services of @effect/platform that @effect/cli needs. */
export const layer = (
  binding: Binding
): Layer.Layer<FileSystem.FileSystem | Path.Path | Terminal.Terminal> =>
  Layer.mergeAll(
    FileSystem.layerNoop({}),
    Path.layer,
    Layer.sync(Terminal.Terminal, () => terminal(binding))
  )
