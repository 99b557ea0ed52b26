/**
 * The native object that both engines bind, generated from src/native/core/ci_ops.def by scripts/build-binding.mjs:
 * flat functions over numbers, strings and lists. A negative number is a negated errno.
 *
 * @internal
 */
export interface Binding {
  /**
   * Names the one function that takes events: four numbers each, their kind (`EventKind`) and three operands.
   */
  readonly listen: (handler: (events: ReadonlyArray<number>) => void) => void
  /**
   * Ends this process once what was said is written out.
   */
  readonly exit: (code: number) => void
  /**
   * Ends the events. What was spawned lives on; nothing else of this object may be called any more.
   */
  readonly close: () => void
  /**
   * Forks a child that becomes `file` and answers its pid at once; a `started` event tells how exec went. stdio
   * holds three numbers: a descriptor, -1 for the null device, -2 for lines on our own stdout or stderr prefixed
   * with `[name] `. uid, gid and umask below 0 leave things as they are; an empty directory stays in `/`. flags: 1
   * a missing directory is no failure, 2 ignore SIGPIPE, 4 set the supplementary groups even if there are none.
   */
  readonly spawn: (
    name: string,
    file: string,
    argv: ReadonlyArray<string>,
    environment: ReadonlyArray<string>,
    directory: string,
    uid: number,
    gid: number,
    groups: ReadonlyArray<number>,
    umask: number,
    stdio: ReadonlyArray<number>,
    descriptors: ReadonlyArray<number>,
    cgroup: string,
    flags: number
  ) => number
  /**
   * Signals one child that is not yet reaped; -ESRCH for any other number, so that a reused pid is never hit.
   */
  readonly process_signal: (pid: number, signal: number) => number
  /**
   * Signals every process of a cgroup (empty: none) and of the process group of `leader` (0: none), each once.
   * Answers how many were there.
   */
  readonly group_signal: (cgroup: string, leader: number, signal: number) => number
  /**
   * Answers a watch; an `empty` event comes once neither the cgroup nor the process group holds a process. Answers
   * 0 when that is so already.
   */
  readonly group_watch: (cgroup: string, leader: number) => number
  /**
   * Forgets a watch of group_watch.
   */
  readonly group_unwatch: (watch: number) => number
  /**
   * Waits for every child from now on, known or not, instead of our own only. With subreaper 1 this process also
   * becomes the parent of its orphaned descendants. For PID 1 and for programs that do nothing else.
   */
  readonly reap_all: (subreaper: number) => number
  /**
   * How many processes nobody here had started were reaped so far.
   */
  readonly orphans_reaped: () => number
  /**
   * SIGTERM to every process we answer for (all of the namespace for PID 1, else our descendants), at most `grace`
   * milliseconds, then SIGKILL until none is left; waits for that. For the moment when the supervisor itself is no
   * more. Answers 1 if SIGKILL was needed, else 0.
   */
  readonly terminate_everything: (grace: number) => number
  /**
   * Writes out what services and we have said so far, waiting at most `timeout` milliseconds for readers that
   * stall.
   */
  readonly drain: (timeout: number) => number
  /**
   * From now on these signals arrive as `signal` events instead of acting.
   */
  readonly signals_take: (signals: ReadonlyArray<number>) => number
  /**
   * Binds and listens: kind 1 stream, 2 datagram, 5 sequential packets; address numeric IPv4 or IPv6, `/path` or
   * `@abstract`. flags: 1 IPv6 only. Answers the descriptor.
   */
  readonly listener_open: (kind: number, address: string, port: number, backlog: number, flags: number) => number
  /**
   * One `readable` event as soon as the descriptor has something.
   */
  readonly descriptor_watch: (descriptor: number) => number
  /**
   * Takes descriptor_watch back.
   */
  readonly descriptor_unwatch: (descriptor: number) => number
  /**
   * Closes a descriptor that listener_open gave.
   */
  readonly descriptor_close: (descriptor: number) => number
  /**
   * The port an inet listener was bound to.
   */
  readonly listener_port: (descriptor: number) => number
  /**
   * Queues text for stderr and writes as much as goes without blocking; past 256 KiB of backlog it drops whole
   * texts and later says how many.
   */
  readonly log: (text: string) => number
  /**
   * Writes text to stdout or stderr in full, waiting for a slow reader.
   */
  readonly print: (descriptor: number, text: string) => number
  /**
   * A regular file's text, -EFBIG beyond `limit` bytes, -EINVAL for anything but a regular file. Never waits.
   */
  readonly file_read: (path: string, limit: number) => string | number
  /**
   * The same for any bytes: two hexadecimal digits each.
   */
  readonly file_read_hex: (path: string, limit: number) => string | number
  /**
   * Writes a file. flags: 1 create, 2 truncate, 4 append, 8 fail if it exists.
   */
  readonly file_write: (path: string, text: string, mode: number, flags: number) => number
  /**
   * 0 absent, 1 regular, 2 directory, 3 symbolic link, 4 socket, 5 FIFO, 6 character device, 7 block device; with
   * follow 1 what a link leads to.
   */
  readonly file_kind: (path: string, follow: number) => number
  /**
   * Size in bytes.
   */
  readonly file_size: (path: string) => number
  /**
   * unlink(2).
   */
  readonly file_remove: (path: string) => number
  /**
   * rename(2).
   */
  readonly file_rename: (from: string, to: string) => number
  /**
   * What the kernel runs a program with: of a script what stands behind `#!`, of an ELF file its interpreter,
   * empty where it has none or may not be read. -EACCES for a file that nobody may execute, -ENOEXEC for any other
   * content, -EINVAL for anything but a regular file.
   */
  readonly program_interpreter: (path: string) => string | number
  /**
   * What a symbolic link says.
   */
  readonly link_read: (path: string) => string | number
  /**
   * The names in a directory, sorted by byte, each ended by a NUL character, without `.` and `..`. With marks 1,
   * `/` follows the name of a directory and `/@` that of a symbolic link.
   */
  readonly directory_read: (path: string, marks: number) => string | number
  /**
   * mkdir(2).
   */
  readonly directory_make: (path: string, mode: number) => number
  /**
   * rmdir(2).
   */
  readonly directory_remove: (path: string) => number
  /**
   * Our pid: 1 in a container.
   */
  readonly own_pid: () => number
  /**
   * Our effective uid.
   */
  readonly own_uid: () => number
  /**
   * Our effective gid.
   */
  readonly own_gid: () => number
  /**
   * The host name of our namespace.
   */
  readonly hostname: () => string | number
  /**
   * Our environment: `NAME=value` entries, each ended by a NUL character.
   */
  readonly environment: () => string | number
  /**
   * 1 if something is mounted at the path, links followed, or if it is the root; else 0.
   */
  readonly mount_point: (path: string) => number
  /**
   * 1 if the path is on a file system that is mounted read-only, or otherwise cannot be written to whoever asks;
   * else 0.
   */
  readonly read_only: (path: string) => number
  /**
   * uname(2): the kernel's release and the machine's type, each ended by a NUL character.
   */
  readonly kernel_name: () => string | number
}

/** `enum ci_event_kind` of ci.h. */
export const EventKind = {
  Started: 1,
  Exited: 2,
  Signal: 3,
  Readable: 4,
  Empty: 5,
  Unplaced: 6
} as const

/** How many numbers an event is. */
export const eventWidth = 4
