/**
 * Who may name a process where no cgroup says which unit it is of: nobody names one that he could not signal himself,
 * kill(2), or an unprivileged service could have us end the processes of others for it.
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"

const sizeLimit = 65536
const field = "\nUid:\t"

/** The real and the saved user id, of /proc/PID/status; proc(5). */
const mayBeSignalledBy = (status: string, uid: number): boolean => {
  const at = status.indexOf(field)
  if (at < 0) return false
  const [real, , saved] = status.slice(at + field.length, status.indexOf("\n", at + 1)).split("\t").map(Number)
  return real === uid || saved === uid
}

/** Whether processes of this user may signal that process; false, too, if there is none. */
export const maySignal = (uid: number, pid: number): Effect.Effect<boolean, never, Files> =>
  uid === 0 ?
    Effect.succeed(true) :
    Effect.flatMap(Files, (files) =>
      Effect.match(files.read(`/proc/${pid}/status`, sizeLimit), {
        onSuccess: (status) => mayBeSignalledBy(status, uid),
        onFailure: () => false
      }))
