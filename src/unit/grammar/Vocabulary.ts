/**
 * Names of the kernel that directives list: capabilities, address families and the like. Each table is one string with
 * blanks, which is split when somebody asks.
 *
 * @since 0.1.0
 */

/** The words of a table. */
export const split = (table: string): ReadonlyArray<string> => table.split(" ")

/** capabilities(7) by their numbers, without `CAP_`. */
export const capabilities =
  "CHOWN DAC_OVERRIDE DAC_READ_SEARCH FOWNER FSETID KILL SETGID SETUID SETPCAP LINUX_IMMUTABLE NET_BIND_SERVICE " +
  "NET_BROADCAST NET_ADMIN NET_RAW IPC_LOCK IPC_OWNER SYS_MODULE SYS_RAWIO SYS_CHROOT SYS_PTRACE SYS_PACCT SYS_ADMIN " +
  "SYS_BOOT SYS_NICE SYS_RESOURCE SYS_TIME SYS_TTY_CONFIG MKNOD LEASE AUDIT_WRITE AUDIT_CONTROL SETFCAP MAC_OVERRIDE " +
  "MAC_ADMIN SYSLOG WAKE_ALARM BLOCK_SUSPEND AUDIT_READ PERFMON BPF CHECKPOINT_RESTORE"

/** address_families(7), without `AF_`. */
export const addressFamilies =
  "LOCAL UNIX FILE INET AX25 IPX APPLETALK NETROM BRIDGE ATMPVC X25 INET6 ROSE DECnet NETBEUI SECURITY KEY NETLINK " +
  "ROUTE PACKET ASH ECONET ATMSVC RDS SNA IRDA PPPOX WANPIPE LLC IB MPLS CAN TIPC BLUETOOTH IUCV RXRPC ISDN PHONET " +
  "IEEE802154 CAIF ALG NFC VSOCK KCM QIPCRTR SMC XDP MCTP"

/** namespaces(7), as systemd calls them. */
export const namespaces = "cgroup ipc net mnt pid user uts time"

/** Controllers of cgroups, systemd.resource-control(5) `Delegate=`. */
export const controllers = "cpu cpuset io memory pids cpuacct blkio devices bpf-firewall bpf-devices bpf-foreign " +
  "bpf-socket-bind bpf-restrict-network-interfaces bpf-bind-network-interface"

/** `SecureBits=` of systemd.exec(5). */
export const secureBits = "keep-caps keep-caps-locked no-setuid-fixup no-setuid-fixup-locked noroot noroot-locked"

/** `SystemCallArchitectures=` of systemd.exec(5). */
export const architectures =
  "native x86 x86-64 x32 arm arm64 loongarch64 mips mips64 mips64-n32 mips-le mips64-le mips64-le-n32 parisc parisc64 " +
  "ppc ppc64 ppc64-le riscv64 s390 s390x arc arc-be sh sh-be m68k"

/** Groups of system calls, systemd.exec(5) `SystemCallFilter=`. */
export const systemCallGroups =
  "@default @aio @basic-io @chown @clock @cpu-emulation @debug @file-system @io-event @ipc @keyring @memlock @module " +
  "@mount @network-io @obsolete @pkey @privileged @process @raw-io @reboot @resources @sandbox @setuid @signal @swap " +
  "@sync @system-service @timer @known"

/** The canonical name of a capability: `CAP_NET_ADMIN`, whatever the case; also by its number. */
export const capability = (text: string): string | undefined => {
  const names = split(capabilities)
  if (/^[0-9]{1,2}$/.test(text)) {
    const number = Number(text)
    const name = names[number]
    return name !== undefined ? `CAP_${name}` : number <= 63 ? String(number) : undefined
  }
  const name = text.toUpperCase()
  return name.startsWith("CAP_") && names.includes(name.slice(4)) ? name : undefined
}

/** The canonical name of an address family: `AF_UNIX`; its other names are `AF_LOCAL` and `AF_FILE`. */
export const addressFamily = (text: string): string | undefined => {
  if (!/^af_/i.test(text)) return undefined
  const wanted = text.slice(3).toLowerCase()
  const name = split(addressFamilies).find((one) => one.toLowerCase() === wanted)
  if (name === undefined) return undefined
  return name === "LOCAL" || name === "FILE" ? "AF_UNIX" : name === "ROUTE" ? "AF_NETLINK" : `AF_${name}`
}
