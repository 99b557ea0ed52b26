/** What has been seen of one life, in the order in which it happened: the process table, calls, log lines and wishes. */
import type { ExitStatus } from "../../../src/kernel/Processes.ts"

/** The list of commands that a process was spawned for; `left`: it was left behind by one of those. */
export type Slot = "condition" | "pre" | "main" | "post" | "reload" | "stop" | "after" | "left"

export type Happened =
  | { readonly _tag: "Born"; readonly unit: string; readonly pid: number; readonly slot: Slot; readonly index: number }
  /** It is the program that was asked for. */
  | { readonly _tag: "Execed"; readonly pid: number }
  | { readonly _tag: "Ended"; readonly pid: number; readonly status: ExitStatus }
  /** By the supervisor. */
  | { readonly _tag: "Signalled"; readonly pid: number; readonly signal: number }
  /** Of a signal of somebody else's. */
  | { readonly _tag: "KilledFromOutside"; readonly pid: number }
  | { readonly _tag: "Said"; readonly pid: number; readonly text: string }
  /** What the scripted kernel notes of calls. */
  | { readonly _tag: "Call"; readonly text: string }
  | { readonly _tag: "Log"; readonly level: string; readonly unit: string; readonly text: string }
  | { readonly _tag: "Asked"; readonly kind: string; readonly unit: string }
  | { readonly _tag: "SignalToUs"; readonly signal: number }
  /** Time passed until nothing could be going on any more. */
  | { readonly _tag: "Settled" }
  /** The supervisor has answered; what follows is cleaning up. */
  | { readonly _tag: "Answered"; readonly code: number }

export type Entry = Happened & { readonly at: number }

export class History {
  readonly entries: Array<Entry> = []
  private readonly now: () => number

  constructor(now: () => number) {
    this.now = now
  }

  add(happened: Happened): void {
    this.entries.push({ at: this.now(), ...happened })
  }
}

const shown = (entry: Entry): string => {
  switch (entry._tag) {
    case "Born":
      return `${entry.unit}: ${entry.slot} ${entry.index} is pid ${entry.pid}`
    case "Ended":
      return `pid ${entry.pid} ended: ${
        entry.status._tag === "Exited" ? `code ${entry.status.code}` : `signal ${entry.status.signal}`
      }`
    case "Log":
      return `    ${entry.level} ${entry.unit === "" ? "" : `${entry.unit}: `}${entry.text}`
    case "Call":
      return `    ${entry.text}`
    default: {
      const { _tag, at: _, ...rest } = entry
      return `${_tag} ${Object.values(rest).join(" ")}`
    }
  }
}

/** For people. */
export const story = (entries: ReadonlyArray<Entry>): string =>
  entries.map((entry) => `${String(entry.at).padStart(8)}  ${shown(entry)}`).join("\n")
