/** The one error of the kernel ports: a system call that failed, with its errno and a reason to switch on. */
import * as Data from "effect/Data"
import * as Errno from "./Errno.ts"

export type { Reason } from "./Errno.ts"

export class KernelError extends Data.TaggedError("KernelError")<{
  /** What was attempted, as a verb phrase: `read /etc/passwd`. */
  readonly operation: string
  readonly errno: number
}> {
  get reason(): Errno.Reason {
    return Errno.reasonOf(this.errno)
  }

  override get message(): string {
    return `cannot ${this.operation}: ${Errno.describe(this.errno)}`
  }
}
