/**
 * The tests of `Condition...=` and `Assert...=`, systemd.unit(5), by the part of the names that they share.
 *
 * @since 0.1.0
 */

/** What each test looks for, in words that follow "unless the test holds". */
export const tests = {
  Architecture: "the processor's architecture",
  Firmware: "a field of the firmware or a device tree; a container is never uefi",
  Virtualization: "the kind of container; it is never a vm",
  Host: "the host name or machine id",
  KernelCommandLine: "a word of PID 1's command line, which stands for the kernel's",
  KernelVersion: "the kernel's version",
  Version: "the version of the kernel, or of the systemd that is followed here, 252",
  KernelModuleLoaded: "a loaded kernel module",
  Credential: "a credential",
  Environment: "a variable of PID 1's environment",
  Security: "a security technology that can be seen from inside",
  Capability: "a capability PID 1 may use",
  ACPower: "power from the mains",
  NeedsUpdate: "a directory that waits for an update",
  FirstBoot: "the first boot of the machine, which is never that of a container",
  PathExists: "a path that is there",
  PathExistsGlob: "a pattern some path matches",
  PathIsDirectory: "a directory",
  PathIsSymbolicLink: "a symbolic link",
  PathIsMountPoint: "a mount point",
  PathIsReadWrite: "a writable file system",
  PathIsEncrypted: "an encrypted file system",
  PathIsSocket: "a socket in the file system",
  DirectoryNotEmpty: "a directory with something in it",
  FileNotEmpty: "a file with something in it",
  FileIsExecutable: "an executable file",
  User: "the user PID 1 runs as",
  Group: "a group PID 1 runs in",
  ControlGroupController: "a cgroup controller",
  Memory: "the amount of memory, or of what cgroups leave of it",
  CPUs: "the number of processors PID 1 may run on",
  CPUFeature: "a feature of the processor",
  OSRelease: "a field of os-release",
  MachineTag: "a tag of the machine",
  Fraction: "the share of all machines that this one is in; never told here",
  MemoryPressure: "pressure on memory",
  CPUPressure: "pressure on processors",
  IOPressure: "pressure on storage"
} as const

export type Test = keyof typeof tests

/** The part of a directive's name behind `Condition` or `Assert`, if it is a test. */
export const testOf = (key: string): Test | undefined => {
  const name = key.startsWith("Condition") ? key.slice(9) : key.startsWith("Assert") ? key.slice(6) : ""
  return isTest(name) ? name : undefined
}

const isTest = (name: string): name is Test => Object.hasOwn(tests, name)
