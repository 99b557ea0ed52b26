/** Values of systemd.exec(5), systemd.kill(5) and systemd.resource-control(5), good and bad, for comparisons. */
const rows: Readonly<Record<string, string>> = {
  AllowedCPUs: "0-3 | numa",
  AmbientCapabilities: "CAP_CHECKPOINT_RESTORE | ~CAP_CHOWN",
  BindPaths: "/a | /a:/b | /a:/b:rbind | /a:/b:norbind | /a:/b:rbind:x | /a:/b:foo | /a:/b:norbind,idmap | " +
    "/a::rbind | -/a:/b | +/a:/b | -+/a:-/b | a:/b | /a:b | /a\\:c:/b | /a /b:/c | \"/a b:/c d\" | " +
    "\"/a b\":\"/c d\" | /a: | :/a | /a:/b: | /a:/b:rbind /c",
  BlockIOWeight: "10 | 9 | 1000 | 1001",
  CPUAffinity:
    "0 | 0-3 | 0,2 | 0, 2 4-5 | 3-0 | numa | numa 3 | -1 | a | 8191 | 8192 | 100000 | 0- | 0x3 | \"0\" '1' | " +
    "010 | 0-3:2 | , | 0xFFFFFFFF",
  CPUQuota: "20% | 200% | 20.5% | 20.55% | 20 | 0% | -5% | infinity | 100000000% |  20 %",
  CPUQuotaPeriodSec: "0 | 5 | infinity",
  CPUSchedulingPolicy: "other | batch | idle | fifo | rr | 0 | 6 | deadline | ext | 99 | iso",
  CPUSchedulingPriority: "0 | 1 | 99 | 100",
  CPUWeight: "0 | 1 | 10000 | 10001 | idle | 0x10 | infinity",
  CapabilityBoundingSet: "CAP_NET_ADMIN CAP_CHOWN | ~CAP_NET_ADMIN | cap_net_admin | net_admin | 12 | CAP_FOO | " +
    "CAP_NET_ADMIN,CAP_CHOWN | ~ | 63 | 64 | 0x1",
  ConfigurationDirectory: "foo:bar | private",
  CoredumpFilter:
    "default | all | private-anonymous shared-anonymous private-file-backed elf-headers private-huge dax | " +
    "0x33 | 33 | default private-huge | foo",
  Delegate: "yes | cpu memory | cpu,memory | foo | cpu foo",
  DeviceAllow: "/dev/null | /dev/null rw | /dev/null rwx | /dev/null rrr | char-pts rw | block-* r | char- | /null | " +
    "/dev/../a | /run/systemd/inaccessible/chr | foo | \"/dev/a b\" r | /dev/a r w | /dev | /dev/",
  DevicePolicy: "auto | closed | strict",
  DisableControllers: "cpu io | foo",
  ExecSearchPath: "/a:/b | /a | a:/b | /a: | /a /b | /a/../b",
  ExtensionDirectories: "/a -/b",
  IODeviceLatencyTargetSec: "/dev/sda 25ms | /dev/sda | /dev/sda x | /dev/sda infinity",
  IODeviceWeight: "/dev/sda 100 | /dev/sda 0 | /dev/sda 10001 | /dev/sda",
  IOReadBandwidthMax: "/dev/sda 5M | / 5M | /dev/sda 0 | /dev/sda infinity | /dev/sda | dev/sda 5M | /dev/sda 5M 6 | " +
    "/dev/sda 10% | \"/dev/s da\" 5M | /dev/sda 18446744073709551615",
  IOReadIOPSMax: "/dev/sda 1K | /dev/sda 1.5K",
  IOSchedulingClass: "0 | none | realtime | best-effort | idle | 3 | 4 | 8 | rt | 9",
  IOSchedulingPriority: "0 | 7 | 8",
  IOWeight: "idle | 1 | 0 | 10001",
  IPAddressAllow:
    "any | localhost | link-local | multicast | 10.0.0.0/8 ::1 fe80::/64 | 10.0.0.1/33 | 10.0.0 | foo | " +
    "::1/129 | 10.0.0.1/8 | ::ffff:1.2.3.4/96 | [::1] | 10.0.0.0/08 | 010.0.0.1 | 10.0.0.0/ | " +
    "1.2.3.4,5.6.7.8",
  IPAddressDeny: "any",
  KeyringMode: "inherit | private | shared",
  KillMode: "control-group | process | mixed | none | foo",
  LimitCORE: "0 | unlimited",
  LimitCPU: "5 | 5min | 100ms | infinity | 1:2min | 1d:2 | 1min 30s | 5:infinity | -5",
  LimitFSIZE: "5KB | 5 K | 1K5 | 1.5G | 1.G | .5G | 1G 5M | 1G5M | 5M1G | 5B | 5k | 5Ki | 0 | -1 | +5 | 0x10 | 010 | " +
    "16E | 15E | 18446744073709551615 | 18446744073709551614 | 18446744073709551616 | 1:2 | 2:1 | " +
    "2:infinity | infinity:2 | infinity | 1G: | :1G | : | 1 : 2 | 1:2:3 | 10% | 1K | 1K B | 1 5",
  LimitLOCKS: "1:3",
  LimitNICE: "+5 | -5 | -20 | +19 | +20 | -21 | 40 | 41 | 0 | 1 | +5:-5 | -5:+5 | infinity | 19 | -0 | +0 | +5:20",
  LimitNOFILE: "1024:524288 | 1K | 0x10 | 010 | -1 | +1 | unlimited | \"1024\" | 18446744073709551615 | " +
    "18446744073709551614 | 65535:65535",
  LimitRTPRIO: "5",
  LimitRTTIME: "5 | 5ms | 1s:2s | 1:2 | 500 | 99999999999999999999",
  LoadCredential: "a:/b | a | a:b | a:b/c | a: | :/b | a/b:/c | a:/b:/c | a:/b/../c | \"a:/b c\" | a:@x",
  LogExtraFields: "A=b \"C=d e\" | a=b | _A=b | A | 1A=b | A= | =b",
  LogLevelMax: "debug | none",
  LogRateLimitBurst: "0x10 | +10 | -10 | 5K",
  LogsDirectory: "private/x",
  ManagedOOMMemoryPressureLimit: "50% | 10.5% | 200% | 0%",
  ManagedOOMPreference: "none | avoid | omit",
  ManagedOOMSwap: "auto | kill | foo",
  MemoryHigh: "0 | 0%",
  MemoryLow: "0 | 0%",
  MemoryMax: "1G | 0 | 10% | 0% | 10.5% | 10.55% | 10.555% | 101% | 100% | 5‰ | infinity | 1.5G | -1 | 16E | 50 %",
  MemoryMin: "0",
  MemorySwapMax: "0",
  MountFlags: "shared | slave | private | rshared | shared,slave",
  NUMAMask: "all | 0-3 | x",
  NUMAPolicy: "default | preferred | bind | interleave | local | 0 | 4 | foo",
  Nice: "-20 | 19 | 20 | +5 | 5.5 | 0x5 |  5 | 010",
  OOMScoreAdjust: "-1000 | 1001",
  PassEnvironment: "A B | A=b | 1A | A-B | \"A\" 'B'",
  Personality: "x86 | x86-64 | arm64 | ppc-le | foo | s390x | x86_64",
  ProcSubset: "all | pid",
  ProtectHome: "read-only | tmpfs | ro",
  ProtectProc: "noaccess | invisible | ptraceable | default | yes",
  ProtectSystem: "yes | full | strict | FULL | On",
  ReadWritePaths: "/a -/b +/c -+/d | +-/e | a | /a/../b | \"/a b\" | /a\\x20b | \"/a",
  RestrictAddressFamilies: "AF_UNIX AF_INET | ~AF_INET | none | none AF_INET | ~none | af_inet | INET | AF_FOO | 2 | " +
    "AF_LOCAL AF_ROUTE | ~ | " +
    "AF_VSOCK AF_XDP AF_MCTP AF_SMC AF_QIPCRTR AF_ALG AF_FILE AF_NETLINK AF_MAX AF_UNSPEC",
  RestrictNamespaces: "yes | no | cgroup ipc net mnt pid user uts | time | ~user | ~ | foo | net,ipc",
  RestrictNetworkInterfaces: "eth0 eth1 | ~eth0 | eth0/ | verylonginterfacename | 12 | a:b | ~",
  RuntimeDirectory:
    "foo foo/bar | /foo | ../foo | foo/../bar | foo:bar | foo:bar baz:qux:ro | foo:bar:ro | foo::ro | " +
    "foo: | :foo | foo:/bar | private | private/foo | foo\\:bar | \"foo bar\" | . | foo/ | foo//bar | " +
    "foo:bar foo:baz",
  RuntimeDirectoryPreserve: "no | restart | yes | 1",
  SecureBits: "keep-caps noroot | keep-caps,noroot | foo | keep-caps foo",
  SetCredential: "a:b | a:b\\nc | a | :b | a: | a/b:c | a:b\\qc | \"a:b\" | a b:c | a.b_c-d@e:1:2",
  SetCredentialEncrypted: "a:aGVsbG8= | a:!!",
  SocketBindAllow: "ipv4:tcp:1000-2000 | ipv6 | ipv4:80 | tcp:80 | 80 | any | ipv4:any | udp | tcp:ipv4 | 0 | 0-5 | " +
    "2000-1000 | 80-80 | 80 90 | ipv5:80 | ipv4:tcp:80:90 | ipv4:tcp: | ipv4: | ipv4:tcp:any",
  StandardInput:
    "null | tty | tty-force | tty-fail | data | socket | fd | fd:name | fd: | fd:a:b | file:/a | file:a | " +
    "file: | append:/a | inherit | journal | NULL | file:/a/../b | file:/a b",
  StandardInputData: "aGVsbG8= | aGVs bG8= | aGVsbG8 | !! | aGVsbG8=aGVsbG8= | aGVsbG8== | aGVsb_8= | ====",
  StandardInputText: "a\\nb | a\\qb | a\\\\b\\x41\\u00e9\\U0001f600\\101\\s\\t | a\\ | a\\x4 | a\\0",
  StandardOutput:
    "inherit | null | tty | journal | kmsg | journal+console | kmsg+console | syslog | syslog+console | " +
    "file:/a | append:/a | truncate:/a | truncate:a | socket | fd | fd:foo | tty-force | data | console | " +
    "file:/a%n | /a",
  StateDirectory: "private | foo:private",
  StateDirectoryMode: "0750",
  SyslogFacility:
    "daemon | 3 | local7 | 24 | 128 | kern | auth | authpriv | security | cron | mark | 0 | 127 | uucp | " +
    "ntp | ftp | console",
  SyslogIdentifier: "foo bar | %N",
  SyslogLevel: "info | warn | warning | error | err | panic | 7 | 8 | INFO",
  SystemCallArchitectures:
    "native | x86 x86-64 x32 arm arm64 mips64-le-n32 ppc64-le riscv64 s390x parisc | foo | loongarch64 | " +
    "~native",
  SystemCallErrorNumber: "EPERM | eperm | 1 | 0 | kill | EFOO | 4096 | 4095",
  SystemCallFilter: "read write | ~@clock @mount | @clock:EPERM read:13 foo:kill | read:EFOO | read:kill | read:0 | " +
    "read:4096 | read:4095 | @unknown | unknowncall | ~ | read: | :EPERM | ~read:EPERM @clock:13 foo:kill | " +
    "~@clock:0 write:4095 | ~read | write | ~write:EPERM",
  SystemCallLog: "read ~write",
  TTYColumns: "-1",
  TTYPath: "tty1 | /dev/tty1 | /foo",
  TTYRows: "0 | 65535 | 65536 | 4294967295",
  TasksMax: "0 | 5 | 5K | 50% | 0% | infinity | 18446744073709551615 | max",
  TemporaryFileSystem:
    "/a | /a:ro | /a:ro,size=5M /b | a:ro | /a: | \"/a b:ro\" | -/a | /a:ro:x | /a\\:b:ro | /a:bogus | " +
    "/a:\"size=5M,mode=0755\"",
  TimerSlackNSec: "5 | 5ns | 5us | 5nsec | infinity | 1.5ms",
  UMask: "0o022 | +022 |  022 | 07777 | 10000 | 0 | 00022 | 888 | -1",
  UnsetEnvironment: "A B=c | \"B=c d\" | 1A | 1A=b",
  UtmpMode: "init | login | user"
}

export const processTexts: ReadonlyArray<readonly [key: string, values: ReadonlyArray<string>]> = Object.entries(rows)
  .map(([key, values]) => [key, values.split(" | ")])
