/** What the state table of a service asks of its actor. */
import type * as Data from "effect/Data"

export type Command = Data.TaggedEnum<{
  Spawn: { readonly command: number }
  /** Signals what is left of the unit, and from then on waits for it to be empty. */
  SweepGroup: { readonly sweep: number; readonly signal: number }
  /** Notes when those that a command has left behind are gone, without asking them to go. */
  WatchGroup: {}
  ArmTimer: { readonly timer: number; readonly millis: number }
  /** The start has succeeded or failed: whoever is ordered after the unit goes on. */
  Settle: { readonly up: boolean }
  /** The stop that was asked for is complete. */
  ReportStopped: { readonly forced: boolean }
  Say: { readonly level: "info" | "warning"; readonly text: string }
}>

/** Literals, as the events are. */
export const Command = {
  Spawn: ({ command }: { readonly command: number }): Command => ({ _tag: "Spawn", command }),
  SweepGroup: ({ signal, sweep }: { readonly sweep: number; readonly signal: number }): Command => ({
    _tag: "SweepGroup",
    sweep,
    signal
  }),
  WatchGroup: (): Command => ({ _tag: "WatchGroup" }),
  ArmTimer: ({ millis, timer }: { readonly timer: number; readonly millis: number }): Command => ({
    _tag: "ArmTimer",
    timer,
    millis
  }),
  Settle: ({ up }: { readonly up: boolean }): Command => ({ _tag: "Settle", up }),
  ReportStopped: ({ forced }: { readonly forced: boolean }): Command => ({ _tag: "ReportStopped", forced }),
  Say: ({ level, text }: { readonly level: "info" | "warning"; readonly text: string }): Command => ({
    _tag: "Say",
    level,
    text
  })
}
