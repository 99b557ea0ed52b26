/**
 * `ListenNetlink=`, systemd.socket(5): the name of a family, and perhaps a multicast group behind it.
 *
 * @since 0.1.0
 */
import type { NetlinkAddress } from "../values/Activation.ts"
import * as Integer from "./Integer.ts"

/** The families by their numbers; `-` where a number has no name. */
const names =
  "route firewall - - inet-diag nflog xfrm selinux iscsi audit fib-lookup connector netfilter ip6-fw dnrtmsg " +
  "kobject-uevent generic - scsitransport ecryptfs rdma"

/** The names of the families, for suggestions. */
export const families = (): ReadonlyArray<string> => names.split(" ").filter((name) => name !== "-")

/** The family's number and the group, 0 for none; `undefined` if it is no such address. */
export const parse = (text: string): NetlinkAddress | undefined => {
  const [name = "", digits, ...rest] = text.split(/[ \t]+/)
  if (rest.length > 0 || name === "") return undefined
  const known = name === "-" ? -1 : names.split(" ").indexOf(name)
  const family = known >= 0 ? known : Integer.within(name, 0, 0x7fffffff)
  const group = digits === undefined ? 0 : Integer.parse(digits)
  return family === undefined || group === undefined ? undefined : { family, group }
}

/** The address as `parse` reads it. */
export const format = ({ family, group }: NetlinkAddress): string => {
  const name = names.split(" ")[family]
  const shown = name === undefined || name === "-" ? String(family) : name
  return group === 0 ? shown : `${shown} ${group}`
}
