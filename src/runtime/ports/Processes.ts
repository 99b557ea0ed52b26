/** `Processes` over the native core. */
import * as Effect from "effect/Effect"
import * as Errno from "../../kernel/Errno.ts"
import { KernelError } from "../../kernel/KernelError.ts"
import type { Process, Processes, SpawnRequest, SpawnStep } from "../../kernel/Processes.ts"
import { ExitStatus, SpawnError } from "../../kernel/Processes.ts"
import type { Binding } from "../Binding.ts"
import { EventKind } from "../Binding.ts"
import type { Events } from "../Events.ts"
import { Level } from "../Level.ts"
import { StepCode } from "../StepCode.ts"
import { Encoder } from "./Steps.ts"
import * as Streams from "./Streams.ts"

/** `enum ci_failure` of ci.h; 0 is success. */
const failures: ReadonlyArray<SpawnStep> = ["session", "standard streams", "descriptors", "exec"]
const firstStep = 16

const ignoreSigpipe = 2

/** systemd.exec(5), "Process Exit Codes". */
const exitCode = { chdir: 200, group: 216, user: 217 }

const linesNumber = ({ level, levelMax, takesLevel }: SpawnRequest["lines"]): number =>
  level + levelMax * 16 + (takesLevel ? 256 : 0)

/** Set in the second operand of an exit when the process left nobody in its group. */
const aloneFlag = 4

const exitStatus = (how: number, value: number): ExitStatus =>
  how === 0 ? ExitStatus.Exited({ code: value }) : ExitStatus.Signaled({ signal: value, coreDumped: how === 2 })

/** The request's own steps, and those between them, which its fields ask for. */
const encode = ({ confinement, credentials, directory, directoryOptional, preparation, umask }: SpawnRequest) => {
  const encoder = new Encoder()
  /** What stands between the request's own steps. */
  const between: Array<SpawnStep> = []
  const add = (what: SpawnStep, code: number, operands: ReadonlyArray<number | string>, exit: number) => {
    between.push(what)
    encoder.add(code, operands, exit, "fail")
  }
  for (const step of preparation) encoder.addStep(step)
  if (credentials !== undefined) {
    const { gid, groups, uid } = credentials
    add("supplementary groups", StepCode.groups, groups, exitCode.group)
    if (gid !== undefined) add("group", StepCode.group, [gid], exitCode.group)
    if (uid !== undefined) add("user", StepCode.user, [uid], exitCode.user)
  }
  add("directive", StepCode.umask, [umask], 1)
  const directoryOperands = [directory === "" ? "/" : directory, directoryOptional ? 1 : 0]
  add("working directory", StepCode.directory, directoryOperands, exitCode.chdir)
  for (const step of confinement) encoder.addStep(step)
  return { encoder, between }
}

/** The step with this number, among all of a request. */
const stepAt = ({ confinement, preparation }: SpawnRequest, between: ReadonlyArray<SpawnStep>, index: number) =>
  preparation[index] ?? between[index - preparation.length] ?? confinement[index - preparation.length - between.length]

const failureOf = (
  request: SpawnRequest,
  between: ReadonlyArray<SpawnStep>,
  failure: number,
  errno: number
): SpawnError => {
  const { directory, file } = request
  const fixed = failures[failure - 1]
  if (fixed !== undefined) return new SpawnError({ file, directory, step: fixed, errno })
  const step = stepAt(request, between, failure - firstStep)
  return typeof step === "string"
    ? new SpawnError({ file, directory, step, errno })
    : new SpawnError({ file, directory, step: "directive", directive: step?.directive ?? "", errno })
}

/** A process of ours, and its exit, for any number of askers, before and after it happens. */
class Spawned implements Process {
  readonly pid: number
  private status: ExitStatus | undefined
  private askers: Array<(status: ExitStatus) => void> | undefined

  constructor(pid: number) {
    this.pid = pid
  }

  complete(status: ExitStatus): void {
    this.status = status
    if (this.askers !== undefined) { for (const tell of this.askers.splice(0)) tell(status) }
  }

  get exit(): Effect.Effect<ExitStatus> {
    return Effect.async((resume) => {
      const { status } = this
      if (status !== undefined) return resume(Effect.succeed(status))
      this.askers ??= []
      this.askers.push((value) => resume(Effect.succeed(value)))
    })
  }
}

export const make = (binding: Binding, events: Events): typeof Processes.Service => {
  events.onOther(EventKind.Unplaced, (pid, errno) => {
    binding.say(
      Level.Warning,
      "",
      `process ${pid} runs outside its unit's cgroup: it could not be moved into it: ${Errno.describe(errno)}`
    )
  })
  return {
    spawn: (wanted, observer) =>
      // One synchronous step: the pid is forked and its events have a taker before anything else can run.
      Effect.suspend(() => {
        const streams = Streams.open(binding, wanted)
        if (streams.errno !== 0) {
          return new KernelError({ operation: `make the standard input of ${wanted.file}`, errno: streams.errno })
        }
        const request = streams.steps.length === 0
          ? wanted
          : { ...wanted, preparation: streams.steps.concat(wanted.preparation) }
        const { between, encoder } = encode(request)
        const pid = binding.spawn(
          request.unit,
          request.file,
          request.argv,
          request.environment,
          streams.numbers,
          request.descriptors,
          request.cgroup,
          request.ignoreSigpipe ? ignoreSigpipe : 0,
          encoder.numbers,
          encoder.texts,
          request.lines.identifier,
          linesNumber(request.lines)
        )
        for (const descriptor of streams.close) binding.descriptor_close(descriptor)
        if (pid < 0) return new KernelError({ operation: `start a process for ${request.file}`, errno: -pid })
        const process = new Spawned(pid)
        if (request.preparation.length > 0 || request.confinement.length > 0) {
          events.on(EventKind.Refused, pid, (_, index, errno) => {
            const step = stepAt(request, between, index)
            if (step !== undefined && typeof step !== "string") observer.refused(step, errno)
          })
        }
        events.on(EventKind.Started, pid, (_, failure, errno) => {
          events.off(EventKind.Started, pid)
          events.off(EventKind.Refused, pid)
          if (failure === 0) observer.started()
          else observer.failed(failureOf(request, between, failure, errno))
        })
        events.on(EventKind.Exited, pid, (_, how, value) => {
          events.off(EventKind.Exited, pid)
          const status = exitStatus(how & ~aloneFlag, value)
          observer.exited(status, (how & aloneFlag) !== 0)
          process.complete(status)
        })
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
    reopenFiles: Effect.sync(() => binding.output_reopen()),
    resetTerminal: ({ hangup, modes, terminal }) =>
      Effect.sync(() => void binding.terminal_reset(terminal, hangup ? 1 : 0, modes ? 1 : 0)),
    signal: (pid, signal) => Effect.sync(() => void binding.process_signal(pid, signal)),
    orphansReaped: Effect.sync(() => binding.orphans_reaped()),
    terminateRest: (graceMillis) => Effect.sync(() => binding.terminate_everything(graceMillis) > 0)
  }
}
