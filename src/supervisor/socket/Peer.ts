/**
 * What is made of who is connected to what: the name of an instance, what its processes are told, and whom connections
 * are counted for; systemd.socket(5), systemd.exec(5). Pure.
 */
import type { Ends } from "../../kernel/FdHandoff.ts"
import type { Entries } from "../RunContext.ts"

/** Without `%interface`, which says where an address is, and is no part of it. */
const bare = (address: string): string => {
  const percent = address.indexOf("%")
  return percent < 0 ? address : address.slice(0, percent)
}

/** What goes between `@` and `.service`, systemd's `instance_from_socket`: `7-127.0.0.1:80-127.0.0.1:51000`. */
export const instanceName = (number: number, ends: Ends): string => {
  if (ends.family === "unix") return ends.pid === 0 ? `${number}-unknown` : `${number}-${ends.pid}-${ends.uid}`
  const { address, peer, peerPort, port } = ends
  return `${number}-${bare(address)}:${port}-${bare(peer)}:${peerPort}`
}

const none: Entries = []

/** `REMOTE_ADDR` and `REMOTE_PORT`; of a local peer its name, if it has one. */
export const variables = (ends: Ends): Entries => {
  if (ends.family === "unix") return ends.name === "" ? none : [["REMOTE_ADDR", ends.name]]
  return [["REMOTE_ADDR", ends.peer], ["REMOTE_PORT", String(ends.peerPort)]]
}

/** What `MaxConnectionsPerSource=` counts by: the address, or the user of a local peer. */
export const sourceOf = (ends: Ends): string => ends.family === "unix" ? `uid ${ends.uid}` : ends.peer
