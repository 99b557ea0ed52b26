/** The PID file of a forking service, systemd.service(5) `PIDFile=`: its text, not yet whether the process is there. */
import { quote } from "../unit/Diagnostic.ts"

/** The largest that Linux gives, proc(5) `pid_max`. */
const largest = 4_194_304

/** The process id in the first line; a string says why there is none to be believed. `own` is our own. */
export const parse = (text: string, own: number): number | string => {
  const end = text.indexOf("\n")
  const line = (end < 0 ? text : text.slice(0, end)).trim()
  if (line === "") return "its first line is empty"
  if (!/^[0-9]+$/.test(line)) return `${quote(line)} is no process id`
  const pid = Number(line)
  if (pid === 0 || pid > largest) return `${quote(line)} cannot be a process id`
  if (pid === 1) return "it names process 1, which is no service"
  return pid === own ? `it names process ${pid}, which is container-init` : pid
}
