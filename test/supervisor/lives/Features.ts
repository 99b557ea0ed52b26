/** What a random unit may have beyond being a plain service: lines of its file, commands, and what programs do. */
import type { Program } from "../Script.ts"
import type { Slot } from "./History.ts"

export interface Feature {
  readonly lines?: ReadonlyArray<string>
  /** What the main program does. */
  readonly main?: Program
  /** It does so only in its first run. */
  readonly once?: boolean
  /** One more command of a list, and what it does. */
  readonly command?: { readonly slot: Slot; readonly program: Program; readonly ignored?: boolean }
  /** Makes a unit of another `Type=`: the main program behaves accordingly. */
  readonly type?: "oneshot" | "forking" | "forking-file" | "notify" | "exec" | "idle"
  /** With it the unit still does nothing but run until it is stopped. */
  readonly calm?: boolean
}

const lines = (...lines: ReadonlyArray<string>): Feature => ({ lines })
const main = (main: Program): Feature => ({ main })
const once = (main: Program): Feature => ({ main, once: true })
const command = (slot: Slot, program: Program, ignored = false): Feature => ({ command: { slot, program, ignored } })
const calm = (feature: Feature): Feature => ({ ...feature, calm: true })

const well: Program = { exitsAfter: 5 }
const slowly: Program = { exitsAfter: 150 }
const badly: Program = { exitsAfter: 5, code: 1 }
const hanging: Program = {}
const deaf: Program = { ignores: [15] }

/** The first are the most plain ones: shrinking leads there. */
export const features: ReadonlyArray<Feature> = [
  calm({}),
  calm(command("pre", well)),
  calm(command("pre", slowly)),
  calm(command("stop", well)),
  calm(command("after", well)),
  calm(command("post", well)),
  calm(command("condition", well)),
  calm(main({ startsAfter: 40 })),
  calm(main({ startsAfter: 150 })),
  calm(main({ endsAfter: 100 })),
  calm(main({ codeWhenAsked: 0 })),
  calm(main({ ignores: [15] })),
  calm(main({ leaves: {} })),
  calm({ type: "exec" }),
  { type: "oneshot" },
  { type: "oneshot" },
  { type: "oneshot", lines: ["RemainAfterExit=yes"] },
  { type: "oneshot", lines: ["RemainAfterExit=yes"] },
  { type: "forking" },
  { type: "forking-file" },
  { type: "notify" },
  { type: "notify" },
  { type: "idle" },
  lines("Type=notify"),
  lines("Restart=always"),
  lines("Restart=always"),
  lines("Restart=on-failure"),
  lines("Restart=on-failure"),
  lines("Restart=on-success"),
  lines("Restart=on-abnormal"),
  lines("RestartSec=2s"),
  lines("RestartSec=0"),
  lines("RestartMode=direct"),
  lines("RestartSteps=3", "RestartMaxDelaySec=1s"),
  lines("StartLimitBurst=2"),
  lines("StartLimitIntervalSec=2s"),
  lines("KillMode=mixed"),
  lines("KillMode=process"),
  lines("KillMode=none"),
  lines("SendSIGKILL=no"),
  lines("TimeoutStartSec=100ms"),
  lines("TimeoutStopSec=60ms"),
  lines("TimeoutStopSec=300ms"),
  lines("TimeoutStartFailureMode=abort"),
  lines("TimeoutStartFailureMode=kill"),
  lines("TimeoutStopFailureMode=abort"),
  lines("TimeoutStopFailureMode=kill"),
  lines("RuntimeMaxSec=1s"),
  lines("WatchdogSec=500ms"),
  lines("ExitType=cgroup"),
  lines("RemainAfterExit=yes"),
  lines("SuccessExitStatus=1"),
  lines("RestartPreventExitStatus=1"),
  lines("RestartForceExitStatus=1"),
  lines("StopWhenUnneeded=yes"),
  lines("ConditionPathExists=/absent"),
  lines("ConditionPathExists=/there"),
  lines("AssertPathExists=/absent"),
  lines("FailureAction=exit"),
  lines("SuccessAction=exit"),
  lines("ExitContainerOnFailure=yes"),
  lines("ExitContainerOnFailure=yes"),
  lines("FailureAction=exit-force"),
  command("pre", badly),
  command("pre", badly, true),
  command("pre", hanging),
  command("pre", deaf),
  command("condition", badly),
  command("condition", { exitsAfter: 5, code: 255 }),
  command("post", badly),
  command("post", hanging),
  command("post", slowly),
  command("reload", well),
  command("reload", badly),
  command("reload", hanging),
  command("stop", slowly),
  command("stop", badly),
  command("stop", hanging),
  command("after", badly),
  command("after", hanging),
  command("after", deaf),
  main({ exitsAfter: 120 }),
  main({ exitsAfter: 120, code: 1 }),
  main({ exitsAfter: 800, code: 1 }),
  main({ exitsAfter: 0, code: 1 }),
  main({ exitsAfter: 50, diesOf: 11 }),
  main({ execErrno: 2 }),
  main({ forkErrno: 11 }),
  once({ exitsAfter: 60, code: 1 }),
  once({ execErrno: 2 }),
  once({ exitsAfter: 400 }),
  main({ stopped: true }),
  main({ leaves: { ignores: [15] } }),
  main({ leaves: { exitsAfter: 300 } }),
  main({ leaves: [{ endsAfter: 50 }, {}] }),
  main({ exitsAfter: 100, leaves: {} }),
  main({ ignores: [6, 15] }),
  main({ ignores: [9, 15] })
]
