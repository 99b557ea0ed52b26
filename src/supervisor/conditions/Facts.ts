/** What tests are made of: an answer, and the files of /proc and /sys that give it. */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { KernelError } from "../../kernel/KernelError.ts"
import type { System } from "../../kernel/System.ts"

/** Yes, no, or why it cannot be told: then a condition is not met, negated or not. */
export type Answer = boolean | string

/** One kind of test, given the parameter of a condition. A file that cannot be looked at is told as a failure. */
export type Ask = (parameter: string) => Effect.Effect<Answer, KernelError, Files | System>

export type Fact<A> = Effect.Effect<A, KernelError, Files | System>

/** Most files of /proc are a page; /proc/cpuinfo of a large machine is many. */
const limit = 4 * 1024 * 1024

const isMissing = ({ errno }: KernelError): boolean => errno === 2 || errno === 20

/** A file's text, or `undefined` where there is none. */
export const textOf = (path: string): Effect.Effect<string | undefined, KernelError, Files> =>
  Effect.flatMap(Files, (files) =>
    Effect.catchAll(
      files.read(path, limit),
      (error): Effect.Effect<undefined, KernelError> => isMissing(error) ? Effect.succeed(undefined) : error
    ))

/** The first line of a file, without blanks around it. */
export const lineOf = (path: string): Effect.Effect<string | undefined, KernelError, Files> =>
  Effect.map(textOf(path), (text) => text?.split("\n", 1)[0]?.trim())

/** The first line of a file; `undefined` also where it cannot be read. */
export const lineIfAny = (path: string): Effect.Effect<string | undefined, never, Files> =>
  Effect.orElseSucceed(lineOf(path), () => undefined)

/** What stands behind `name:` in a file of such lines, /proc/self/status for one. */
export const fieldOf = (text: string, name: string): string | undefined => {
  const line = text.split("\n").find((one) =>
    one.startsWith(name) && one.slice(name.length).trimStart().startsWith(":")
  )
  return line?.slice(line.indexOf(":") + 1).trim()
}

/** access(2) with F_OK: what a link leads to has to be there. */
export const isThere = (path: string): Effect.Effect<boolean, never, Files> =>
  Effect.flatMap(Files, (files) => Effect.map(files.status(path, true), (status) => status !== undefined))
