/** `StateOutput` over the native core. */
import * as Errno from "../../kernel/Errno.ts"
import type { StateOutput } from "../../kernel/StateOutput.ts"
import type { Binding } from "../Binding.ts"
import { Level } from "../Level.ts"
import type { Clock } from "./TraceOutput.ts"

/** A new file, and no link that lies there. */
const createExclusively = 1 + 8

export const make = (binding: Binding, { after, wall }: Clock): StateOutput => ({
  after,
  wall,
  replace: (path, text) => {
    // Beside it, for rename(2) does not go from one file system to another; whatever an earlier life has left makes way.
    const draft = `${path}.new`
    binding.file_remove(draft)
    const written = binding.file_write(draft, text, 0o644, createExclusively)
    const done = written < 0 ? written : binding.file_rename(draft, path)
    if (done >= 0) return undefined
    binding.file_remove(draft)
    return Errno.describe(-done)
  },
  reaperIsLate: () => binding.reap_pending() === 1,
  warn: (text) => {
    binding.say(Level.Warning, "", text)
  }
})
