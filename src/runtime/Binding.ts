/**
 * @generated from src/native/core/ci_ops.def by scripts/build-binding.mjs: the native object that both engines bind,
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
   * Forks a child that becomes `file` and answers its pid at once; a `started` event tells how exec went. Without
   * a file it exits with 0 once its steps are done. stdio holds three numbers: a descriptor, -1 for the null
   * device, -2 for lines on our own stdout or stderr prefixed with `[name] `, which is the identifier or, where
   * that is empty, the unit's name without its suffix, -3 for such lines on stderr whichever stream it is. lines:
   * the level of a line that says none, plus 16 times the highest level that is let through, plus 256 where `<3>`
   * at the beginning of a line is its level. flags: 2 ignore SIGPIPE. steps: what it does to itself before that,
   * see ci_steps.def; each is its number plus 256 times what to do about a failure (1 go on and tell `refused`
   * where it is not permitted or not known to the kernel, 2 go on silently where a file is not there), plus 65536
   * times the exit code of a failure; then how many operands follow, and the operands.
   */
  readonly spawn: (
    unit: string,
    file: string,
    argv: ReadonlyArray<string>,
    environment: ReadonlyArray<string>,
    stdio: ReadonlyArray<number>,
    descriptors: ReadonlyArray<number>,
    cgroup: string,
    flags: number,
    steps: ReadonlyArray<number>,
    texts: ReadonlyArray<string>,
    identifier: string,
    lines: number
  ) => number
  /**
   * Signals one process that was spawned or adopted and is not yet reaped; -ESRCH for any other number, so that a
   * reused pid is never hit.
   */
  readonly process_signal: (pid: number, signal: number) => number
  /**
   * Tells the end of a process that was not spawned here as an `exited` event: with its status if it is our child,
   * else as exit code 0. Answers its process group, 0 if that is our own. -ESRCH if there is none, -EEXIST if it
   * is known already.
   */
  readonly process_adopt: (pid: number) => number
  /**
   * Sends signals, one after the other, to every process of a cgroup (empty: none) and those below it, and of the
   * process groups that `leaders` lead, negative where the leader itself is reaped, each once. SIGKILL is left to
   * cgroup.kill where there is one. Answers how many processes the first signal found.
   */
  readonly group_signal: (cgroup: string, leaders: ReadonlyArray<number>, signals: ReadonlyArray<number>) => number
  /**
   * Answers a watch; an `empty` event comes once neither the cgroup nor the process groups hold a process. Answers
   * 0 when that is so already.
   */
  readonly group_watch: (cgroup: string, leaders: ReadonlyArray<number>) => number
  /**
   * Forgets a watch of group_watch.
   */
  readonly group_unwatch: (watch: number) => number
  /**
   * Pids, with a space between them, of the live processes of a cgroup and those below it whose parent we are and
   * that were neither spawned nor adopted; without a cgroup all such processes, if every child is waited for.
   */
  readonly group_orphans: (cgroup: string) => string | number
  /**
   * 1 if the process is in the cgroup or below it, without a cgroup if it descends from us; else 0.
   */
  readonly group_has: (cgroup: string, pid: number) => number
  /**
   * Removes a cgroup and those below it. -EBUSY while there are processes.
   */
  readonly group_remove: (cgroup: string) => number
  /**
   * Waits for every child from now on, known or not, instead of our own only. With subreaper 1 this process also
   * becomes the parent of its orphaned descendants. For PID 1 and for programs that do nothing else.
   */
  readonly reap_all: (subreaper: number) => number
  /**
   * 1 while some process has ended that is ours to wait for, and was not yet; else 0.
   */
  readonly reap_pending: () => number
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
   * Binds and listens: kind 1 stream, 2 datagram, 5 sequential packets, 3 netlink, 0 a FIFO, 16 a file or device,
   * 17 the same for writing, too, 18 a message queue; address numeric IPv4 or IPv6 (with `%interface`), `*` for
   * all of both, `/path`, `@abstract`, `vsock:CID` or `netlink:GROUPS`. protocol: 0 unless it is another than
   * usual. A file gets the mode and, unless they are -1, the owner, and is of no use to anybody before; a socket
   * or a link that is there already makes way, a FIFO is used as it is, -EEXIST for anything else. options: pairs
   * of a number and a value: 1 IPv6 only, 2 reuse port, 3 free bind, 4 transparent, 5 keep-alive, 6 its time, 7
   * interval and 8 probes, 9 no delay, 10 priority, 11 defer accept, 12 receive and 13 send buffer, 14 type of
   * service, 15 time to live, 16 mark, 17 broadcast, 18 pass credentials, 19 security and 20 packet info, 21 pipe
   * size, 24 time stamps, 25 in nanoseconds, 26 pass pidfds, 27 and descriptors, 28 messages of a queue and 29
   * their size; texts: 22 interface, 23 congestion control, pairs as well. Answers the descriptor; behind it
   * follow those options that were refused, each with its errno.
   */
  readonly listener_open: (
    kind: number,
    address: string,
    port: number,
    protocol: number,
    backlog: number,
    options: ReadonlyArray<number>,
    texts: ReadonlyArray<string>,
    mode: number,
    uid: number,
    gid: number
  ) => string | number
  /**
   * Throws away what waits at a listener: connections are closed, datagrams and what is in a pipe are dropped.
   * Never waits. Answers how many there were; there may be more after 1024.
   */
  readonly listener_flush: (descriptor: number) => number
  /**
   * mq_unlink(3).
   */
  readonly queue_remove: (name: string) => number
  /**
   * What listens at a descriptor that was open when we started: its kind, as of listener_open, and where.
   * -ENOTSOCK for what nobody can come to. It is closed on exec from now on.
   */
  readonly inherited_describe: (descriptor: number) => string | number
  /**
   * 1 if it listens where listener_open would with these; `*` is every address of either family. Else 0.
   */
  readonly inherited_matches: (descriptor: number, kind: number, address: string, port: number) => number
  /**
   * A duplicate, and the options set: answers as listener_open does. Mode and owner of a file stay.
   */
  readonly inherited_adopt: (
    descriptor: number,
    options: ReadonlyArray<number>,
    texts: ReadonlyArray<string>
  ) => string | number
  /**
   * One `readable` event as soon as the descriptor has something; with hangup 1 only once its other end is gone
   * (EPOLLHUP or EPOLLERR). -EPERM for what cannot be watched, as a regular file.
   */
  readonly descriptor_watch: (descriptor: number, hangup: number) => number
  /**
   * Takes descriptor_watch back.
   */
  readonly descriptor_unwatch: (descriptor: number) => number
  /**
   * Closes a descriptor that another operation gave, and forgets its watch.
   */
  readonly descriptor_close: (descriptor: number) => number
  /**
   * The port an inet listener was bound to.
   */
  readonly listener_port: (descriptor: number) => number
  /**
   * Takes one connection, which blocks, and gives it the options as listener_open has them. Whoever has gone again
   * is passed over; -EAGAIN if nobody is there. The listener does not block from then on. Answers the connection's
   * descriptor and `inet` or `inet6`, own address and port, the peer's address (`%interface` behind it where it
   * needs one) and port; or `unix`, the peer's pid (0 in another namespace) and uid, and its name, if it has one.
   */
  readonly socket_accept: (descriptor: number, options: ReadonlyArray<number>) => string | number
  /**
   * Is to carry bytes between the clients of listeners, which somebody else has bound and keeps, and a target:
   * numeric IPv4 or IPv6, `/path` or `@abstract`. options: four numbers, the milliseconds that a client may wait
   * for the target and those without any client until the relay is idle, each -1 for ever; the most clients at
   * once, 0 any number; the version of the PROXY protocol that the target is told the client's address in, 0 none.
   * Answers a relay that does not accept yet. -EINVAL for what does not listen, -ESOCKTNOSUPPORT for anything but
   * streams.
   */
  readonly relay_open: (
    listeners: ReadonlyArray<number>,
    address: string,
    port: number,
    options: ReadonlyArray<number>
  ) => number
  /**
   * With on 1 the relay accepts clients from now on; with 0 it accepts no more, which leaves them to the backlog.
   * Those that wait for the target are refused if it was not reached since the relay accepts; else they wait for
   * the next time, as all do with on 2, and the answer is how many do. What is being carried goes on. `relay`
   * events: 1 it is idle and has stopped accepting, 2 a client was refused because the target could not be reached
   * in time, 3 a client could not be accepted and it tries again by itself, 4 it has the most clients and accepts
   * once one ends.
   */
  readonly relay_accept: (relay: number, on: number) => number
  /**
   * How many clients the relay has, waiting for the target or connected to it.
   */
  readonly relay_count: (relay: number) => number
  /**
   * For how many milliseconds a relay with an idle time has had no client; 0 while it has one.
   */
  readonly relay_idle: (relay: number) => number
  /**
   * Forgets the relay. Its clients are cut off; only what a target has said before it ended itself still goes out,
   * for at most two seconds.
   */
  readonly relay_close: (relay: number) => number
  /**
   * A datagram socket that takes notifications, at a path where everybody may write to it, or without one under an
   * abstract address that the kernel chooses. Answers the descriptor, to be watched with descriptor_watch.
   */
  readonly notify_open: (path: string) => number
  /**
   * The abstract address of such a socket, `@...`.
   */
  readonly notify_address: (descriptor: number) => string | number
  /**
   * One message: a line `pid uid gid lost` with the numbers of the descriptors that came with it behind, then the
   * text. `lost` is 1 if the text was longer than 4096 bytes, 2 if there were more than 64 descriptors or no room
   * for them: then nothing of the message is handed on. pid 0 is somebody outside our namespace. -EAGAIN when
   * there is none.
   */
  readonly notify_receive: (descriptor: number) => string | number
  /**
   * Sends one datagram to `/path` or `@abstract`. Never waits.
   */
  readonly notify_send: (address: string, text: string) => number
  /**
   * Watches for `file` events, inotify_add_watch(2): answers a number for what is at the path, the same one for
   * the same file. What was asked for earlier is added to.
   */
  readonly file_watch: (path: string, mask: number) => number
  /**
   * Takes file_watch back.
   */
  readonly file_unwatch: (watch: number) => number
  /**
   * From now on a `clock` event comes when the wall clock is set.
   */
  readonly clock_watch: () => number
  /**
   * Queues a line of our own for stderr, about a unit if one is named, and writes as much as goes without
   * blocking; past 256 KiB of backlog it drops whole lines and later says how many. Levels are those of syslog(3).
   */
  readonly say: (level: number, unit: string, text: string) => number
  /**
   * With json 1 each line of a service and each of `say` is one JSON object from now on, else text.
   */
  readonly log_format: (json: number) => number
  /**
   * The writing end of a pipe to a regular file, for the stdio of the next spawn, and not to be closed: all who
   * write to the path share it. mode: 0 writes from the start, 1 appends, 2 empties the file first. A file that is
   * not there is made with these permissions. -EINVAL for anything but a regular file.
   */
  readonly output_file: (path: string, mode: number, permissions: number) => number
  /**
   * Opens the files of output_file again where something else, or nothing, is at their paths now. Answers how
   * many.
   */
  readonly output_reopen: () => number
  /**
   * 1 if the terminal is the controlling one of this process; else 0.
   */
  readonly terminal_is_own: (path: string) => number
  /**
   * With hangup 1 vhangup(2) for all who have the terminal, with modes 1 its usual modes. Never waits for it.
   */
  readonly terminal_reset: (path: string, hangup: number, modes: number) => number
  /**
   * A descriptor to read these bytes from, each piece in base64; the caller closes it. -EINVAL for what is no
   * base64.
   */
  readonly input_data: (pieces: ReadonlyArray<string>) => number
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
   * Seven numbers, with a space between them: kind as of file_kind, permission bits, size, uid, gid, last change
   * of the content in milliseconds since 1970, device.
   */
  readonly file_status: (path: string, follow: number) => string | number
  /**
   * MAJOR:MINOR of a block device, of anything else of the device that it is on. Major 0 is no device: a file
   * system in memory, or one over several.
   */
  readonly file_device: (path: string) => string | number
  /**
   * chown(2), links followed.
   */
  readonly file_own: (path: string, uid: number, gid: number) => number
  /**
   * Makes an empty file if there is none, and sets when it was last changed and used, in milliseconds since 1970.
   */
  readonly file_touch: (path: string, millis: number) => number
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
   * symlink(2).
   */
  readonly link_make: (target: string, path: string) => number
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
   * mkdir(2), whatever our own umask.
   */
  readonly directory_make: (path: string, mode: number) => number
  /**
   * rmdir(2).
   */
  readonly directory_remove: (path: string) => number
  /**
   * Opens what trace_write adds to: a new file that only we may read, or a file, pipe or device that is there and
   * is ours or root's. -ELOOP for a link, -EMLINK for a file with other names, -EPERM for somebody else's, -EINVAL
   * for anything else.
   */
  readonly trace_open: (path: string) => number
  /**
   * Queues a line, which is written before this program sleeps, or once a stalled reader takes it: 1. 0 where 4096
   * lines wait already: this one is dropped. Never waits. A file that takes nothing is told of in a line of our
   * own, once.
   */
  readonly trace_write: (line: string) => number
  /**
   * Waits at most so many milliseconds for what is queued to be written. Answers how many lines are not.
   */
  readonly trace_flush: (timeout: number) => number
  /**
   * The same, and closes.
   */
  readonly trace_close: (timeout: number) => number
  /**
   * A line `KIB NAME` for each of the next processes that /proc tells of, at most `most`, from the first one with
   * `first` 1: resident memory and short name; with 2, from the first, and without our own children. Empty lines
   * mean nothing, no text is the end.
   */
  readonly process_memory: (first: number, most: number) => string | number
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
   * Our capabilities in hexadecimal, inheritable, permitted, bounding and ambient; 1 if we can gain none by exec,
   * else 0; and our supplementary groups; with a space between them.
   */
  readonly own_privileges: () => string | number
  /**
   * The host name of our namespace.
   */
  readonly hostname: () => string | number
  /**
   * Our environment: `NAME=value` entries, each ended by a NUL character.
   */
  readonly environment: () => string | number
  /**
   * The version of the kernel's landlock(7); a negative errno where there is none.
   */
  readonly landlock_version: () => number
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
  /**
   * The architectures whose system calls are known, with a space between them, as systemd names them, the one we
   * are compiled for first: `x86-64 x86`.
   */
  readonly system_call_architectures: () => string | number
  /**
   * The numbers that system calls have on an architecture, with a space between them; -1 for a name that it has
   * not. -EINVAL for an architecture that is not known.
   */
  readonly system_calls: (architecture: string, names: ReadonlyArray<string>) => string | number
}

/** `enum ci_event_kind` of ci.h. */
export const EventKind = {
  Started: 1,
  Exited: 2,
  Signal: 3,
  Readable: 4,
  Empty: 5,
  Unplaced: 6,
  File: 7,
  Clock: 8,
  Refused: 9,
  Relay: 10
} as const

/** How many numbers an event is. */
export const eventWidth = 4
