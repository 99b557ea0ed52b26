/** Steps as the native core takes them: numbers in one list, texts in another. */
import type { Action, Owner, Step } from "../../kernel/Step.ts"
import { StepCode } from "../StepCode.ts"

const leniencies = { "fail": 0, "forgive": 256, "optional": 512, "forgive or optional": 768 } as const
const exitUnit = 65536

const lower = (value: number): number => value === Infinity ? -1 : value % 4294967296 | 0
const upper = (value: number): number => value === Infinity ? -1 : Math.floor(value / 4294967296) | 0

/** A set of small numbers as bits, 32 in each number. */
const bits = (members: ReadonlyArray<number>, least: number): ReadonlyArray<number> => {
  const words: Array<number> = new Array<number>(least).fill(0)
  for (const member of members) {
    while (words.length <= member >> 5) words.push(0)
    words[member >> 5] = (words[member >> 5] ?? 0) | 1 << (member & 31)
  }
  return words
}

const packed = (bytes: Uint8Array): ReadonlyArray<number> => {
  const words: Array<number> = []
  for (let at = 0; at < bytes.length; at += 4) {
    words.push(
      (bytes[at] ?? 0) | (bytes[at + 1] ?? 0) << 8 | (bytes[at + 2] ?? 0) << 16 | (bytes[at + 3] ?? 0) << 24
    )
  }
  return words
}

/** The lists of one spawn, in the making. */
export class Encoder {
  readonly numbers: Array<number> = []
  readonly texts: Array<string> = []

  /** Adds one step; operands are numbers, or texts. */
  add(code: number, operands: ReadonlyArray<number | string>, exitCode: number, leniency: Step["leniency"]): void {
    this.numbers.push(code + leniencies[leniency] + exitCode * exitUnit, operands.length)
    for (const operand of operands) {
      this.numbers.push(typeof operand === "number" ? operand : this.texts.push(operand) - 1)
    }
  }

  addStep({ action, exitCode, leniency }: Step): void {
    this.add(codeOf(action), operandsOf(action), exitCode, leniency)
  }
}

const codes: { readonly [Tag in Action["_tag"]]: number } = {
  StreamOpen: StepCode.stream_open,
  StreamCopy: StepCode.stream_copy,
  Blocking: StepCode.blocking,
  Terminal: StepCode.terminal,
  TerminalReset: StepCode.terminal_reset,
  Limit: StepCode.limit,
  Nice: StepCode.nice,
  Scheduler: StepCode.scheduler,
  Affinity: StepCode.affinity,
  IoPriority: StepCode.io_priority,
  TimerSlack: StepCode.timer_slack,
  WriteFile: StepCode.write_file,
  FilesIn: StepCode.files_in,
  MakeDirectory: StepCode.make_directory,
  MakeLink: StepCode.make_link,
  MakeFile: StepCode.make_file,
  CopyFile: StepCode.copy_file,
  RemoveTree: StepCode.remove_tree,
  Namespaces: StepCode.namespaces,
  MountsSlave: StepCode.mounts_slave,
  TreeTake: StepCode.tree_take,
  TreeNew: StepCode.tree_new,
  TreeAttributes: StepCode.tree_attributes,
  TreePut: StepCode.tree_put,
  TreePoint: StepCode.tree_point,
  TreeHide: StepCode.tree_hide,
  MountAttributes: StepCode.mount_attributes,
  Root: StepCode.root,
  Hostname: StepCode.hostname,
  Loopback: StepCode.loopback,
  Bounding: StepCode.bounding,
  KeepCapabilities: StepCode.keep_capabilities,
  Capabilities: StepCode.capabilities,
  SecureBits: StepCode.secure_bits,
  NoNewPrivileges: StepCode.no_new_privileges,
  Filter: StepCode.filter,
  LandlockBegin: StepCode.landlock_begin,
  LandlockAllow: StepCode.landlock_allow,
  LandlockEnforce: StepCode.landlock_enforce
}

const codeOf = ({ _tag }: Action): number => codes[_tag]

const owned = ({ gid, uid }: Owner): readonly [number, number] => [uid, gid]

const operandsOf = (action: Action): ReadonlyArray<number | string> => {
  switch (action._tag) {
    case "StreamOpen":
      return [action.stream, action.path, action.flags, action.permissions]
    case "StreamCopy":
      return [action.from, action.stream]
    case "Blocking":
      return [action.count, action.nonBlocking ? 1 : 0]
    case "Terminal":
      return [action.stream, action.path, action.how]
    case "TerminalReset":
      return [action.path, action.hangup ? 1 : 0, action.modes ? 1 : 0]
    case "Limit": {
      const { hard, resource, soft } = action
      return [resource, lower(soft), upper(soft), lower(hard), upper(hard)]
    }
    case "Nice":
      return [action.value]
    case "Scheduler":
      return [action.policy, action.priority, action.resetOnFork ? 1 : 0]
    case "Affinity":
      return bits(action.processors, 1)
    case "IoPriority":
      return [action.class, action.level]
    case "TimerSlack":
      return [lower(action.nanoseconds), upper(action.nanoseconds)]
    case "WriteFile":
      return [action.path, action.content]
    case "FilesIn":
    case "RemoveTree":
      return [action.path]
    case "MakeDirectory":
      return [
        action.path,
        action.mode,
        ...owned(action.owner),
        (action.ownerBelow ? 1 : 0) | (action.leaveExisting ? 2 : 0)
      ]
    case "MakeLink":
      return [action.target, action.path]
    case "MakeFile":
      return [action.path, action.mode, ...owned(action.owner), action.bytes.length, ...packed(action.bytes)]
    case "CopyFile":
      return [action.from, action.path, action.mode, ...owned(action.owner), action.limit]
    case "Namespaces":
      return [action.flags]
    case "TreeTake":
      return [action.slot, action.path, action.recursive ? 1 : 0]
    case "TreeNew":
      return [action.slot, action.type, action.options, action.attributes]
    case "TreeAttributes":
      return [action.slot, action.set, action.clear]
    case "TreePut":
      return [action.slot, action.path, action.make ? 1 : 0]
    case "MountAttributes":
      return [action.path, action.set, action.clear, action.recursive ? 1 : 0]
    case "TreePoint":
      return [action.slot, action.path]
    case "TreeHide":
      return [action.path]
    case "Root":
      return [action.path, action.pivot ? 1 : 0]
    case "Hostname":
      return [action.name]
    case "Bounding":
      return bits(action.kept, 2)
    case "Capabilities":
      return bits(action.ambient, 2)
    case "SecureBits":
      return [action.bits]
    case "Filter":
      return action.instructions
    case "LandlockBegin":
      return [lower(action.handled), upper(action.handled)]
    case "LandlockAllow":
      return [action.path, lower(action.access), upper(action.access)]
    case "MountsSlave":
    case "Loopback":
    case "KeepCapabilities":
    case "NoNewPrivileges":
    case "LandlockEnforce":
      return []
  }
}
