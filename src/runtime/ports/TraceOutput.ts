/** `TraceOutput` over the native core. */
import * as Errno from "../../kernel/Errno.ts"
import type { TraceOutput } from "../../kernel/TraceOutput.ts"
import type { Binding } from "../Binding.ts"
import { Level } from "../Level.ts"
import { findOwn } from "./OwnCgroup.ts"

/** The engine's clock and timers: the program's own module hands them over, where they are its business. */
export type Clock = Pick<TraceOutput, "after" | "now" | "wall">

const [EPERM, EINVAL, EMLINK, ELOOP] = [1, 22, 31, 40]
const textLimit = 1024 * 1024

/** Errors of trace_open that mean something of their own. */
const reasonOf = (errno: number): string => {
  switch (errno) {
    case ELOOP:
      return "it is a symbolic link, and none is followed; name the file itself"
    case EMLINK:
      return "it has another name as well, and that may be somebody else's file; remove it"
    case EPERM:
      return "it belongs to somebody else; remove it, or name another file"
    case EINVAL:
      return "it is neither a file nor a pipe nor a device"
    default:
      return Errno.describe(errno)
  }
}

export const make = (binding: Binding, clock: Clock): TraceOutput => ({
  ...clock,
  open: (path) => {
    const opened = binding.trace_open(path)
    return opened < 0 ? reasonOf(-opened) : undefined
  },
  write: (line) => binding.trace_write(line) === 1,
  flush: (millis) => {
    binding.trace_flush(Math.max(0, Math.round(millis)))
  },
  close: (millis) => Math.max(0, binding.trace_close(Math.max(0, Math.round(millis)))),
  read: (path) => {
    const text = binding.file_read(path, textLimit)
    return typeof text === "string" ? text : undefined
  },
  processMemory: (which, most) => {
    const text = binding.process_memory(which === "next" ? 0 : which === "all" ? 1 : 2, most)
    return typeof text === "string" ? text : ""
  },
  cgroup: () => {
    const own = findOwn(binding)
    if ("missing" in own) return own
    return { path: own.path, writable: binding.own_uid() === 0 && binding.read_only(own.path) === 0 }
  },
  warn: (text) => {
    binding.say(Level.Warning, "", text)
  }
})
