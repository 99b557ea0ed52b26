/** What a container of a test is to be like, and how the launcher is told so. */
import type { Engine } from "./Engine.ts"

/** A text, where a symbolic link points to, or the text of a file that can be executed. */
export type Content = string | { readonly link: string } | { readonly program: string }

export interface BootOptions {
  readonly engine: Engine
  /** The drop-in directory. */
  readonly dropIn?: Readonly<Record<string, Content>>
  /** Other files below /mnt. */
  readonly files?: Readonly<Record<string, Content>>
  /** Named pipes below /mnt. */
  readonly pipes?: ReadonlyArray<string>
  /** Arguments of container-init behind the two directories. */
  readonly args?: ReadonlyArray<string>
  /** All arguments, if not those. */
  readonly argv?: ReadonlyArray<string>
  /** The environment of PID 1. */
  readonly env?: Readonly<Record<string, string>>
  /** What is at /sys/fs/cgroup; nothing unless said otherwise. */
  readonly cgroup?: "rw" | "ro" | "none"
  /** A root directory that holds the executable and /mnt, and nothing else at all. */
  readonly bareRoot?: boolean
  /** A root directory that is a copy of the machine's, kept in memory, with /dev, /run and /tmp as an engine makes them. */
  readonly overlay?: boolean
  /** A network of its own, with the loopback up. */
  readonly network?: boolean
  /** A directory below /mnt that is also to be seen at another place. */
  readonly bind?: { readonly from: string; readonly to: string }
  /** File systems in memory, by their place, each with its options of mount(8). */
  readonly tmpfs?: Readonly<Record<string, string>>
  /** How many descriptors PID 1 may have. */
  readonly descriptorLimit?: number
  /** One pipe for stdout and stderr. */
  readonly onePipe?: boolean
  /** Nobody reads its stdout until `readOn`. */
  readonly stalled?: boolean
  /** Inherits descriptors of all kinds, and ignored and blocked signals. */
  readonly leak?: boolean
  /** What else its parent leaves to it, by the names of fixtures/programs/inherited.h. */
  readonly inherited?: Readonly<Record<string, string>>
  /** Its stdin, stdout and stderr are a terminal, which is at /mnt/terminal, too; all it shows is on stdout. */
  readonly terminal?: boolean
  /** Not as PID 1, but as a child of it. */
  readonly asChild?: boolean
  /** As this user, not as root; in the group of the same number, if not in another. */
  readonly user?: number
  readonly group?: number
  /** The capabilities that it can have at most; all that the machine has unless said otherwise. */
  readonly capabilities?: bigint
  /** Nothing can be written to but /mnt, /proc and what `tmpfs` names. */
  readonly readOnly?: boolean
}

interface Places {
  /** What is /mnt inside. */
  readonly shared: string
  /** The root directory, or where the copy of the machine's is made. */
  readonly root: string
  readonly cgroup: string | undefined
}

/** The flags of fixtures/programs/launcher.c. */
export const launcherFlags = (options: BootOptions, places: Places): ReadonlyArray<string> => [
  ...["-b", places.shared],
  ...(options.overlay === true ? ["-v", places.root] : []),
  ...(options.bareRoot === true ? ["-r", places.root] : ["-p", "-m", options.cgroup ?? "none"]),
  ...(places.cgroup === undefined ? [] : ["-c", places.cgroup]),
  ...(options.network === true ? ["-n"] : []),
  ...(options.bind === undefined ? [] : ["-B", `${options.bind.to}=/mnt/${options.bind.from}`]),
  ...Object.entries(options.tmpfs ?? {}).flatMap(([place, how]) => ["-t", `${place}=${how}`]),
  ...(options.descriptorLimit === undefined ? [] : ["-f", String(options.descriptorLimit)]),
  ...(options.onePipe === true ? ["-o"] : []),
  ...(options.leak === true ? ["-l"] : []),
  ...(options.asChild === true ? ["-i"] : []),
  ...(options.terminal === true ? ["-y"] : []),
  ...Object.entries(options.inherited ?? {}).flatMap(([name, value]) => ["-L", `${name}=${value}`]),
  ...(options.user === undefined ? [] : ["-u", String(options.user)]),
  ...(options.group === undefined ? [] : ["-g", String(options.group)]),
  ...(options.capabilities === undefined ? [] : ["-k", options.capabilities.toString(16)]),
  ...(options.readOnly === true ? ["-R"] : [])
]
