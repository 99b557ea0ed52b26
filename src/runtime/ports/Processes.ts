/** `Processes` over the native core. */
import * as Effect from "effect/Effect"
import * as Errno from "../../kernel/Errno.ts"
import { KernelError } from "../../kernel/KernelError.ts"
import type { Process, Processes, ProcessObserver, SpawnRequest, SpawnStep } from "../../kernel/Processes.ts"
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

/** What of a request the child does, for the native core. */
interface Encoded {
  readonly numbers: ReadonlyArray<number>
  readonly texts: ReadonlyArray<string>
  /** What stands between the request's own steps. */
  readonly between: ReadonlyArray<SpawnStep>
}

/** The request's own steps, and those between them, which its fields ask for. */
const encode = (
  { confinement, credentials, directory, directoryOptional, preparation, umask }: SpawnRequest
): Encoded => {
  const encoder = new Encoder()
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
  return { numbers: encoder.numbers, texts: encoder.texts, between }
}

/** The same for all requests that ask for nothing of their own: most of them. */
const makeEncoder = () => {
  const plain = new Map<number, Encoded>()
  return (request: SpawnRequest): Encoded => {
    const { confinement, credentials, directory, directoryOptional, preparation, umask } = request
    const isPlain = preparation.length === 0 && confinement.length === 0 && credentials === undefined &&
      directory === "" && !directoryOptional
    if (!isPlain) return encode(request)
    let known = plain.get(umask)
    if (known === undefined) {
      known = encode(request)
      plain.set(umask, known)
    }
    return known
  }
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

/** Somebody whose end is told. */
interface Awaited {
  readonly started: (failure: number, errno: number) => void
  readonly refused: (index: number, errno: number) => void
  readonly exited: (status: ExitStatus, alone: boolean) => void
}

/** A process of ours, and its exit, for any number of askers, before and after it happens. */
class Spawned implements Awaited, Process {
  readonly pid: number
  private readonly request: SpawnRequest
  private readonly between: ReadonlyArray<SpawnStep>
  private readonly observer: ProcessObserver
  private status: ExitStatus | undefined
  private askers: Array<(status: ExitStatus) => void> | undefined

  constructor(pid: number, request: SpawnRequest, between: ReadonlyArray<SpawnStep>, observer: ProcessObserver) {
    this.pid = pid
    this.request = request
    this.between = between
    this.observer = observer
  }

  started(failure: number, errno: number): void {
    if (failure === 0) this.observer.started()
    else this.observer.failed(failureOf(this.request, this.between, failure, errno))
  }

  refused(index: number, errno: number): void {
    const step = stepAt(this.request, this.between, index)
    if (step !== undefined && typeof step !== "string") this.observer.refused(step, errno)
  }

  exited(status: ExitStatus, alone: boolean): void {
    this.observer.exited(status, alone)
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
  const living = new Map<number, Awaited>()
  const encodeSteps = makeEncoder()
  events.onOther(EventKind.Unplaced, (pid, errno) => {
    binding.say(
      Level.Warning,
      "",
      `process ${pid} runs outside its unit's cgroup: it could not be moved into it: ${Errno.describe(errno)}`
    )
  })
  events.onOther(EventKind.Refused, (pid, index, errno) => living.get(pid)?.refused(index, errno))
  events.onOther(EventKind.Started, (pid, failure, errno) => living.get(pid)?.started(failure, errno))
  events.onOther(EventKind.Exited, (pid, how, value) => {
    const process = living.get(pid)
    if (process === undefined) return
    living.delete(pid)
    process.exited(exitStatus(how & ~aloneFlag, value), (how & aloneFlag) !== 0)
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
        const { between, numbers, texts } = encodeSteps(request)
        const pid = binding.spawn(
          request.unit,
          request.file,
          request.argv,
          request.environment,
          streams.numbers,
          request.descriptors,
          request.cgroup,
          request.ignoreSigpipe ? ignoreSigpipe : 0,
          numbers,
          texts,
          request.lines.identifier,
          linesNumber(request.lines)
        )
        if (streams.close.length > 0) { for (const descriptor of streams.close) binding.descriptor_close(descriptor) }
        if (pid < 0) return new KernelError({ operation: `start a process for ${request.file}`, errno: -pid })
        const process = new Spawned(pid, request, between, observer)
        living.set(pid, process)
        return Effect.succeed(process)
      }),
    adopt: (pid, exited) =>
      Effect.sync(() => {
        const group = binding.process_adopt(pid)
        if (group < 0) return undefined
        living.set(pid, { started: () => {}, refused: () => {}, exited })
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
