/** `System` of the scripted kernel. */
import * as Effect from "effect/Effect"
import type { System, SystemCallTable } from "../../../src/kernel/System.ts"
import type { Script } from "../Script.ts"

export interface SystemTest {
  readonly port: typeof System.Service
  readonly printed: { stdout: string; stderr: string }
  /** Somebody sets the wall clock. */
  readonly setClock: () => void
}

/** Calls of a 64-bit PC, as many as tests need. */
const numbers: Readonly<Record<string, number>> = {
  read: 0,
  write: 1,
  mprotect: 10,
  socket: 41,
  execve: 59,
  exit: 60,
  personality: 135,
  exit_group: 231
}

const systemCalls: SystemCallTable = {
  architectures: ["x86-64"],
  numbers: (_, names) => names.map((name) => numbers[name] ?? -1)
}

export const make = (script: Script): SystemTest => {
  const printed = { stdout: "", stderr: "" }
  const clocks = new Set<() => void>()
  return {
    printed,
    setClock: () => {
      for (const handler of [...clocks]) handler()
    },
    port: {
      pid: Effect.succeed(1),
      identity: Effect.succeed(script.identity ?? { uid: 0, gid: 0 }),
      hostname: Effect.succeed("box"),
      kernel: Effect.succeed({ release: "6.1.0-18-amd64", machine: "x86_64" }),
      privileges: Effect.succeed(script.privileges),
      landlock: Effect.succeed(script.landlock ?? 6),
      systemCalls: Effect.succeed(systemCalls),
      environment: Effect.succeed(new Map(Object.entries(script.environment ?? {}))),
      onClockSet: (handler) =>
        Effect.sync(() => {
          const own = () => handler()
          clocks.add(own)
          return { cancel: () => void clocks.delete(own) }
        }),
      print: (text) => Effect.sync(() => void (printed.stdout += text)),
      printError: (text) => Effect.sync(() => void (printed.stderr += text))
    }
  }
}
