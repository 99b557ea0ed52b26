/** Something the unit asks for is not to be had; the unit does not start without it. */
import * as Data from "effect/Data"

export class ExecContextError extends Data.TaggedError("ExecContextError")<{
  readonly reason: string
  /** What the run comes to: systemd's child fails with a code of its own over an identity, its manager over the rest. */
  readonly result: "exit-code" | "resources"
}> {
  override get message(): string {
    return this.reason
  }
}

/** What systemd's child would fail over. */
export const refuseProcess = (reason: string) => new ExecContextError({ reason, result: "exit-code" })
/** What systemd's manager would fail over. */
export const refuse = (reason: string) => new ExecContextError({ reason, result: "resources" })
