/** `Processes` over the native core. */
import * as Effect from "effect/Effect"
import * as Errno from "../../kernel/Errno.ts"
import { KernelError } from "../../kernel/KernelError.ts"
import type { Process, Processes, SpawnRequest, SpawnStep, Stdio } from "../../kernel/Processes.ts"
import { ExitStatus, SpawnError } from "../../kernel/Processes.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import type { Events } from "../Events.ts"

/** `enum ci_step` of ci.h; 0 is success. */
const steps: ReadonlyArray<SpawnStep> = [
  "session",
  "standard streams",
  "descriptors",
  "supplementary groups",
  "group",
  "user",
  "working directory",
  "exec"
]

const flag = { directoryOptional: 1, ignoreSigpipe: 2, setGroups: 4 }

const stdioNumber = (stdio: Stdio): number => stdio === "null" ? -1 : stdio === "prefixed" ? -2 : stdio.descriptor

/** Set in the second operand of an exit when the process left nobody in its group. */
const aloneFlag = 4

const exitStatus = (how: number, value: number): ExitStatus =>
  how === 0 ? ExitStatus.Exited({ code: value }) : ExitStatus.Signaled({ signal: value, coreDumped: how === 2 })

const fork = (binding: Binding, request: SpawnRequest): number => {
  const { credentials } = request
  return binding.spawn(
    request.label,
    request.file,
    request.argv,
    request.environment,
    request.directory,
    credentials === undefined ? -1 : credentials.uid,
    credentials === undefined ? -1 : credentials.gid,
    credentials === undefined ? [] : credentials.groups,
    -1,
    request.stdio.map(stdioNumber),
    request.descriptors,
    request.cgroup,
    (request.directoryOptional ? flag.directoryOptional : 0) |
      (request.ignoreSigpipe ? flag.ignoreSigpipe : 0) |
      (credentials === undefined ? 0 : flag.setGroups)
  )
}

/** The exit of one process, for any number of askers, before and after it happens. */
const makeExit = () => {
  let status: ExitStatus | undefined
  const askers: Array<(status: ExitStatus) => void> = []
  return {
    complete: (value: ExitStatus) => {
      status = value
      for (const tell of askers.splice(0)) tell(value)
    },
    await: Effect.async<ExitStatus>((resume) => {
      if (status !== undefined) return resume(Effect.succeed(status))
      askers.push((value) => resume(Effect.succeed(value)))
    })
  }
}

export const make = (binding: Binding, events: Events): typeof Processes.Service => {
  events.onOther(EventKind.Unplaced, (pid, errno) => {
    binding.log(
      `container-init: warning: process ${pid} runs outside its unit's cgroup: it could not be moved into it: ` +
        `${Errno.describe(errno)}\n`
    )
  })
  return {
    spawn: (request, observer) =>
      // One synchronous step: the pid is forked and its events have a taker before anything else can run.
      Effect.suspend(() => {
        const pid = fork(binding, request)
        if (pid < 0) return new KernelError({ operation: `start a process for ${request.file}`, errno: -pid })
        const exit = makeExit()
        events.on(EventKind.Started, pid, (_, step, errno) => {
          events.off(EventKind.Started, pid)
          const failed = steps[step - 1]
          if (failed === undefined) observer.started()
          else {observer.failed(
              new SpawnError({ file: request.file, directory: request.directory, step: failed, errno })
            )}
        })
        events.on(EventKind.Exited, pid, (_, how, value) => {
          events.off(EventKind.Exited, pid)
          const status = exitStatus(how & ~aloneFlag, value)
          observer.exited(status, (how & aloneFlag) !== 0)
          exit.complete(status)
        })
        const process: Process = { pid, exit: exit.await }
        return Effect.succeed(process)
      }),
    adopt: (pid, exited) =>
      Effect.sync(() => {
        const group = binding.process_adopt(pid)
        if (group < 0) return undefined
        events.on(EventKind.Exited, pid, (_, how, value) => {
          events.off(EventKind.Exited, pid)
          exited(exitStatus(how & ~aloneFlag, value), (how & aloneFlag) !== 0)
        })
        return { group }
      }),
    signal: (pid, signal) => Effect.sync(() => void binding.process_signal(pid, signal)),
    orphansReaped: Effect.sync(() => binding.orphans_reaped()),
    terminateRest: (graceMillis) => Effect.sync(() => binding.terminate_everything(graceMillis) > 0)
  }
}
