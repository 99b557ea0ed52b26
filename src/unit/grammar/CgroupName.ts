/**
 * Names of cgroups below that of a unit, systemd.resource-control(5) `DelegateSubgroup=`: what is no file of the kernel's
 * there, nor begins as names that systemd keeps for itself.
 *
 * @since 0.1.0
 */
const files =
  /^(?:[._]|(?:cgroup|cpu|cpuacct|cpuset|io|blkio|memory|devices|pids|bpf-[a-z-]+)\.)|[/\u0000-\u001f\u007f]/

const filesOfV1 = ["notify_on_release", "release_agent", "tasks"]

const longest = 255

/** The name; `undefined` if it cannot be one. */
export const parse = (text: string): string | undefined =>
  text === "" || text.length > longest || files.test(text) || filesOfV1.includes(text) ? undefined : text

/** What to write instead of something that is none. */
export const hint = (text: string): string =>
  text.includes("/") ? "write a name without slashes" : "write a name that is no file of a cgroup, as \"main\""
