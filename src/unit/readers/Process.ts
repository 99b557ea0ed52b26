/**
 * The readers of the grammars of systemd.exec(5), systemd.kill(5) and systemd.resource-control(5).
 *
 * @since 0.1.0
 */
import type { Reader } from "../Reader.ts"
import type { ExecValues } from "../values/Exec.ts"
import { cgroupReaders } from "./Cgroup.ts"
import { kernelReaders } from "./Kernel.ts"
import { limitReaders, schedulingReaders } from "./Limits.ts"
import { placeReaders } from "./Places.ts"
import { stdioReaders } from "./Stdio.ts"

export const execReaders: { readonly [G in keyof ExecValues]: Reader<ExecValues[G]> } = {
  ...limitReaders,
  ...schedulingReaders,
  ...kernelReaders,
  ...placeReaders,
  ...stdioReaders,
  ...cgroupReaders
}
