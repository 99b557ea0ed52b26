/** The sockets of sd_notify(3): what services tell their supervisor, and the descriptors that they leave with it. */
import * as Context from "effect/Context"
import type * as Effect from "effect/Effect"
import type { KernelError } from "./KernelError.ts"

/** One datagram. Who sent it is the kernel's word (SCM_CREDENTIALS of unix(7)), not the sender's. */
export interface NotifyMessage {
  /** 0 where the sender has no number in our namespace. */
  readonly pid: number
  readonly uid: number
  readonly gid: number
  /** Assignments, one a line; invalid UTF-8 is replaced. */
  readonly text: string
  /** Now ours: kept, or closed with `closeDescriptors`. */
  readonly descriptors: ReadonlyArray<number>
}

export interface NotifySocket {
  /** For NOTIFY_SOCKET=: an abstract address that the kernel chose, `@...`, or a path. */
  readonly address: string
  /** Nothing is received any more; what waits is gone, descriptors included. */
  readonly close: Effect.Effect<void>
}

export class Notify extends Context.Tag("container-init/kernel/Notify")<Notify, {
  /**
   * Opens a socket that anybody may send to. `received` is called for each message, synchronously, in the order in
   * which they were sent; of the last 64 before a process ended, ahead of the news that it did. What is longer than 4096
   * bytes or carries more than 64 descriptors is dropped whole, as systemd has it, and the log says so once a socket.
   * An abstract address is known in its own network namespace only: others need a `file`, where one can be made.
   */
  readonly open: (
    received: (message: NotifyMessage) => void,
    place: "abstract" | "file"
  ) => Effect.Effect<NotifySocket, KernelError>
  /** To another supervisor's socket, a path or `@abstract`; never waits. */
  readonly send: (address: string, text: string) => Effect.Effect<void, KernelError>
  /** Closes descriptors that came with a message. */
  readonly closeDescriptors: (descriptors: ReadonlyArray<number>) => Effect.Effect<void>
  /**
   * Calls `hungUp` once when the other end of a descriptor is gone, EPOLLHUP or EPOLLERR of epoll_ctl(2). False if it
   * cannot be watched, as a regular file. Closing the descriptor takes it back.
   */
  readonly watchHangUp: (descriptor: number, hungUp: () => void) => Effect.Effect<boolean>
}>() {}
