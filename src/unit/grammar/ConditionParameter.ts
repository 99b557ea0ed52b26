/**
 * What each test of `Condition...=` and `Assert...=` is asked about, systemd.unit(5) "CONDITIONS AND ASSERTS".
 *
 * @since 0.1.0
 */
import type { Test } from "../directives/Test.ts"
import * as Suggest from "../Suggest.ts"
import * as AbsolutePath from "./AbsolutePath.ts"
import * as BooleanWord from "./Boolean.ts"
import * as Comparison from "./Comparison.ts"
import * as Credential from "./Credential.ts"
import * as Environment from "./Environment.ts"
import * as Integer from "./Integer.ts"
import * as Percent from "./Percent.ts"
import * as Size from "./Size.ts"
import * as UserName from "./UserName.ts"
import * as Vocabulary from "./Vocabulary.ts"
import * as Words from "./Words.ts"

/** Something about a parameter. */
export interface Objection {
  /** `invalid`: the test cannot be made. `unknown`: it can, but there is no such thing as far as is known here. */
  readonly kind: "invalid" | "unknown"
  /** What it is not: `"x" is no boolean`. */
  readonly wanted: string
  readonly hint: string | undefined
}

type Check = (text: string) => Objection | undefined

const invalid = (wanted: string, hint: string | undefined = undefined): Objection => ({
  kind: "invalid",
  wanted,
  hint
})

/** Names of which there may be more in the world than in the list. */
const oneOf = (wanted: string, names: string, otherwise: Check = () => undefined): Check => (text) => {
  const known = names.split(" ")
  if (known.includes(text)) return undefined
  return otherwise(text) ?? { kind: "unknown", wanted, hint: Suggest.hint(text, known) }
}

const boolean: Check = (text) =>
  BooleanWord.parse(text) === undefined ? invalid("boolean", "write \"yes\" or \"no\"") : undefined

const notAbsolute = (text: string): Objection =>
  invalid(
    "absolute path",
    text.startsWith("/") ? "paths do not climb: write them without \"..\"" : "paths begin with \"/\""
  )

const path: Check = (text) => AbsolutePath.parse(text) === undefined ? notAbsolute(text) : undefined

const text: Check = (value) => value === "" ? invalid("word") : undefined

const architectures =
  "native x86 x86-64 arm arm-be arm64 arm64-be ppc ppc-le ppc64 ppc64-le riscv32 riscv64 s390 s390x " +
  "loongarch64 mips mips-le mips64 mips64-le alpha arc arc-be cris ia64 m68k nios2 parisc parisc64 sh sh64 sparc " +
  "sparc64 tilegx"

const otherArchitectures: Readonly<Record<string, string>> = {
  x86_64: "x86-64",
  amd64: "x86-64",
  i386: "x86",
  i686: "x86",
  aarch64: "arm64",
  armhf: "arm",
  ppc64le: "ppc64-le"
}

const architecture: Check = oneOf("architecture", architectures, (value) => {
  const name = Object.hasOwn(otherArchitectures, value) ? otherArchitectures[value] : undefined
  return name === undefined
    ? undefined
    : { kind: "unknown", wanted: "architecture", hint: `here it is called "${name}"` }
})

const virtualizations =
  "vm container private-users qemu kvm amazon zvm vmware microsoft oracle powervm xen bochs uml " +
  "parallels bhyve qnx acrn apple sre google vm-other openvz lxc lxc-libvirt systemd-nspawn docker podman rkt wsl " +
  "proot pouch container-other"

const virtualization: Check = (value) =>
  BooleanWord.parse(value) === undefined ? oneOf("kind of virtualization", virtualizations)(value) : undefined

const technologies = "selinux apparmor tomoyo ima smack audit uefi-secureboot tpm2 cvm measured-uki measured-os"

const capability: Check = (value) => {
  if (Vocabulary.capability(value) !== undefined) return undefined
  const nearest = Suggest.suggest(value.replace(/^cap_/i, ""), Vocabulary.split(Vocabulary.capabilities))
  const name = Vocabulary.capability(`CAP_${value}`) ?? (nearest === undefined ? undefined : `CAP_${nearest}`)
  return { kind: "unknown", wanted: "capability", hint: name === undefined ? undefined : `did you mean "${name}"?` }
}

/** Features of x86 that `ConditionCPUFeature=` knows. */
export const features =
  "fpu vme de pse tsc msr pae mce cx8 apic sep mtrr pge mca cmov pat pse36 clflush mmx fxsr sse sse2 ht " +
  "pni pclmul monitor ssse3 fma3 cx16 sse4_1 sse4_2 movbe popcnt aes xsave osxsave avx f16c rdrand bmi1 avx2 bmi2 " +
  "rdseed adx sha_ni syscall rdtscp lm lahf_lm abm constant_tsc"

const controller: Check = (value) =>
  value.split(/[ \t]+/).map(oneOf("cgroup controller", `v1 v2 ${Vocabulary.controllers}`)).find((one) =>
    one !== undefined
  )

const firmware: Check = (value) =>
  /^(?:device-tree-compatible\([^)]+\)|smbios-field\([^)]*[<>=][^)]*\))$/.test(value)
    ? undefined
    : oneOf("kind of firmware", "uefi device-tree")(value)

const environment: Check = (value) => {
  const equals = value.indexOf("=")
  if (Environment.isName(equals < 0 ? value : value.slice(0, equals))) return undefined
  return invalid("variable", "names are made of A-Z a-z 0-9 and _")
}

const user: Check = (value) =>
  value === "@system" || UserName.parse(value) !== undefined ? undefined : invalid("name or number of a user")

const group: Check = (value) => UserName.parse(value) === undefined ? invalid("name or number of a group") : undefined

/** A number behind a comparison. A pattern compares with no number. */
const amount = (parse: (text: string) => number | undefined, wanted: string, example: string): Check => (value) => {
  const { operand, operator } = Comparison.parse(value)
  const glob = operator === "$=" || operator === "!$="
  return glob || parse(operand) === undefined ? invalid(wanted, `it looks like "${example}"`) : undefined
}

const versions: Check = (value) =>
  Comparison.listOf(value) === undefined
    ? invalid("comparison with a version", "it looks like \">=5.15\"")
    : undefined

const anyVersion: Check = (value) => versions(value.replace(/^(?:kernel|systemd|glibc)[ \t]+/, ""))

const release: Check = (value) => {
  const { faults, words } = Words.parse(value, "strip")
  const right = words.length > 0 &&
    words.every((word) => /^[A-Za-z_]\w*(?:!?\$=|<=|>=|<>|==|!=|=|<|>)\S/.test(word.text))
  return faults.length > 0 || !right
    ? invalid("comparison with a field", "it looks like \"VERSION_ID>=12\"")
    : undefined
}

const percent = (value: string): boolean => (Percent.parse(value) ?? 101) <= 100

const pressure: Check = (value) => {
  const [, share = ""] =
    /^(?:[^:]+\.slice[ \t]*:)?[ \t]*([^/]*?)[ \t]*(?:\/[ \t]*(?:10sec|1min|5min)[ \t]*)?$/.exec(value) ?? []
  return percent(share) ? undefined : invalid("bound of pressure", "it looks like \"10%\" or \"10%/1min\"")
}

/** A percentage, perhaps with a word ahead of it that makes another choice of machines. */
const fraction: Check = (value) =>
  percent(value.replace(/^\S+[ \t]+/, "")) ? undefined : invalid("percentage", "it looks like \"10%\"")

const fileName: Check = (value) =>
  value === "" || value === "." || value === ".." || value.includes("/") || value.length > 255
    ? invalid("name")
    : undefined

const credential: Check = (value) => Credential.isName(value) ? undefined : invalid("name")

const checks: { readonly [T in Test]: Check } = {
  Architecture: architecture,
  Firmware: firmware,
  Virtualization: virtualization,
  Host: text,
  KernelCommandLine: text,
  KernelVersion: versions,
  Version: anyVersion,
  KernelModuleLoaded: fileName,
  Credential: credential,
  Environment: environment,
  Security: oneOf("security technology", technologies),
  Capability: capability,
  ACPower: boolean,
  NeedsUpdate: path,
  FirstBoot: boolean,
  PathExists: path,
  PathExistsGlob: path,
  PathIsDirectory: path,
  PathIsSymbolicLink: path,
  PathIsMountPoint: path,
  PathIsReadWrite: path,
  PathIsEncrypted: path,
  PathIsSocket: path,
  DirectoryNotEmpty: path,
  FileNotEmpty: path,
  FileIsExecutable: path,
  User: user,
  Group: group,
  ControlGroupController: controller,
  Memory: amount((value) => Size.parse(value), "amount of memory", ">=1G"),
  CPUs: amount(Integer.parse, "number of processors", ">=2"),
  CPUFeature: (value) => oneOf("feature of a processor", features)(value.toLowerCase()),
  OSRelease: release,
  MachineTag: text,
  Fraction: fraction,
  MemoryPressure: pressure,
  CPUPressure: pressure,
  IOPressure: pressure
}

/**
 * The parameter as the test takes it, paths in their shortest form, or what is wrong with it. Specifiers and variables
 * are in, prefixes are off.
 */
export const read = (test: Test, parameter: string): string | Objection => {
  const check = checks[test]
  if (check === path) return AbsolutePath.parse(parameter) ?? notAbsolute(parameter)
  return check(parameter) ?? parameter
}
