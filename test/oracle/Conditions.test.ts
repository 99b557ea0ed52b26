/** Verdicts on conditions, on the real machine through the real ports, and systemd's on the same ones. */
import { chmodSync, mkdirSync, symlinkSync, writeFileSync } from "node:fs"
import { createRequire } from "node:module"
import { assert, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as FastCheck from "effect/FastCheck"
import * as Layer from "effect/Layer"
import { Files } from "../../src/kernel/Files.ts"
import { System } from "../../src/kernel/System.ts"
import type { Binding } from "../../src/runtime/Binding.ts"
import * as FilesPort from "../../src/runtime/ports/Files.ts"
import * as SystemPort from "../../src/runtime/ports/System.ts"
import * as Conditions from "../../src/supervisor/Conditions.ts"
import * as Versions from "../../src/supervisor/conditions/Versions.ts"
import { makeScratch, root } from "../support/Places.ts"
import { parse } from "../unit/Support.ts"
import { ask, describeOracle, sample } from "./Tool.ts"

const binding = createRequire(import.meta.url)(`${root}/dist/container-init.node`) as Binding

const variables = { SET: "to this", EMPTY: "", CREDENTIALS_DIRECTORY: "/etc" }

const ports = Layer.merge(
  Layer.succeed(Files, FilesPort.make(binding)),
  Layer.succeed(System, {
    ...SystemPort.make(binding),
    environment: Effect.succeed(new Map(Object.entries({ PATH: process.env["PATH"] ?? "", ...variables })))
  })
)

/** Our verdict on assignments; `undefined` where one of them is refused as it is read. */
const ours = (assignments: ReadonlyArray<string>) => {
  const { unit } = parse(`[Unit]\n${assignments.join("\n")}\n[Service]\nExecStart=/a\n`, { name: "a.service" })
  const list = unit?.Unit.Conditions ?? []
  return list.length < assignments.length
    ? Effect.succeed(undefined)
    : Effect.map(Conditions.evaluate(list), ({ met }) => met)
}

const theirs = (assignments: ReadonlyArray<string>): boolean => {
  const { err, out, status } = ask("systemd-analyze", ["condition", ...assignments], variables)
  assert.match(out + err, /Conditions (?:succeeded|failed)\./, assignments.join(" "))
  return status === 0
}

/** A tree with everything that tests of paths tell apart. */
const makeTree = (): string => {
  const top = makeScratch()
  for (const folder of ["full", "empty", "hidden", "leftovers"]) mkdirSync(`${top}/${folder}`)
  for (
    const file of [
      "full/a",
      "hidden/.a",
      "leftovers/a.bak",
      "leftovers/b~",
      "leftovers/c.dpkg-new",
      "leftovers/lost+found"
    ]
  ) {
    writeFileSync(`${top}/${file}`, "")
  }
  writeFileSync(`${top}/text`, "text")
  writeFileSync(`${top}/nothing`, "")
  writeFileSync(`${top}/program`, "")
  chmodSync(`${top}/program`, 0o101)
  symlinkSync("full", `${top}/to-full`)
  symlinkSync("text", `${top}/to-text`)
  symlinkSync("gone", `${top}/to-gone`)
  symlinkSync("circle", `${top}/circle`)
  return top
}

const pathTests = [
  ...["PathExists", "PathIsDirectory", "PathIsSymbolicLink", "PathIsMountPoint", "PathIsReadWrite", "PathIsEncrypted"],
  ...["DirectoryNotEmpty", "FileNotEmpty", "FileIsExecutable"]
]

const { release } = Effect.runSync(SystemPort.make(binding).kernel)

/** By the name of the test. */
const parameters: Readonly<Record<string, ReadonlyArray<string>>> = {
  User: ["root", "0", "1", "@system", "daemon", "nobody", "nobody-of-this-name", "65534"],
  Group: ["root", "0", "1", "daemon", "nobody-of-this-name"],
  Environment: ["SET", "SET=to this", "SET=to", "EMPTY", "EMPTY=", "UNSET", "SE"],
  Credential: ["passwd", "not-there"],
  Host: ["*", "?*", "no-host-of-this-name", "0123456789abcdef0123456789abcdef"],
  Virtualization: ["container-other", "kvm", "vm", "private-users", "systemd-nspawn"],
  Architecture: ["native", "x86-64", "arm64", "s390x"],
  Capability: ["CAP_CHOWN", "cap_sys_admin", "CAP_CHECKPOINT_RESTORE", "CAP_BPF", "CAP_MAC_ADMIN"],
  KernelVersion: [
    ...[release, `=${release}`, `!=${release}`, `==${release}`, `<>${release}`, `>${release}`, `>=${release}`],
    ...["*", "[0-9]*", "$=[0-9]*", "!$=[0-9]*", "> 1.0", ">1 <1000", "\">1\" \"< 3\"", "<3~rc1", "=*", ">3 >900"]
  ],
  KernelCommandLine: ["no-word-of-this-kind", "no-word=of-this-kind"],
  Security: ["selinux", "apparmor", "smack", "ima", "tomoyo", "uefi-secureboot", "tpm2", "audit"],
  Firmware: ["uefi", "device-tree", "device-tree-compatible(none)", "smbios-field(board_name=none-of-this-name)"],
  ACPower: ["yes", "no"],
  FirstBoot: ["yes", "no"],
  NeedsUpdate: ["/etc", "/var", "/proc", "/nowhere"],
  Memory: ["1M", ">=1M", "<1M", ">1P", "<=1P", "=1M", "!=1M", "<>1M", "1M 1K"],
  CPUs: ["1", "0", ">0", ">=1", "<1", ">100000", "!=0"],
  CPUFeature: "fpu tsc pni pclmul fma3 osxsave xsave avx2 sha_ni lm abm constant_tsc avx512f SSE2".split(" "),
  ControlGroupController: "v1 v2 cpu cpuset memory pids io blkio devices nothing cpu,memory".split(" ").concat(
    ["cpu memory", "nothing memory"]
  ),
  OSRelease: [
    ...["ID=debian", "ID=other", "ID!=debian", "ID$=deb*", "ID!$=deb*", "VERSION_ID>=12", "VERSION_ID<12"],
    ...[
      "VERSION_ID==12.0",
      "NOT_THERE=a",
      "NOT_THERE!=a",
      "NOT_THERE<1",
      "ID=debian VERSION_ID>1",
      "ID=debian ID=other"
    ]
  ],
  MemoryPressure: ["100%", "100%/10sec", "99.99%/1min", "100% / 5min", "none.slice:0%"],
  CPUPressure: ["100%", "none.slice:0%/1min"],
  IOPressure: ["100%", "none.slice: 0%"]
}

const every: ReadonlyArray<string> = Object.entries(parameters).flatMap(([test, values]) =>
  values.map((value) => `${test}=${value}`)
)

const compare = (lists: ReadonlyArray<ReadonlyArray<string>>) =>
  Effect.gen(function*() {
    const both: Array<readonly [string, boolean | undefined]> = []
    for (const list of lists) both.push([list.join(" "), yield* ours(list)])
    assert.deepStrictEqual(both, lists.map((list) => [list.join(" "), theirs(list)] as const))
    assert.deepStrictEqual([...new Set(both.map(([, met]) => met))].sort(), [false, true])
  }).pipe(Effect.provide(ports))

describeOracle("Conditions against systemd-analyze condition", () => {
  const top = makeTree()
  const paths = [
    ..."full empty hidden leftovers text nothing program to-full to-text to-gone circle gone text/below".split(" ")
      .map((name) => `${top}/${name}`),
    ...["/", "/proc", "/sys", "/dev", "/proc/self", "/proc/version", "/dev/null"]
  ]

  for (const test of pathTests) {
    it.effect(`tells ${test} of every kind of file`, () =>
      compare(paths.flatMap((path) => [[`Condition${test}=${path}`], [`Condition${test}=!${path}`]])))
  }

  it.effect("finds paths by patterns", () => {
    const patterns = [
      "*",
      "f*",
      "*.x",
      "{text,gone}",
      "{gone,away}",
      "{a,t{e,o}}xt",
      "[ft]*",
      "[!a-z]*",
      "to-gone*",
      "*/a"
    ]
    return compare(patterns.map((pattern) => [`ConditionPathExistsGlob=${top}/${pattern}`]))
  })

  for (const [test, values] of Object.entries(parameters)) {
    it.effect(`answers ${test}, plain and negated`, () =>
      compare(values.flatMap((value) => [[`Condition${test}=${value}`], [`Condition${test}=!${value}`]])))
  }

  it.effect("combines conditions of every kind", () => {
    const marked = FastCheck.tuple(
      FastCheck.constantFrom("", "", "|"),
      FastCheck.constantFrom("", "!"),
      FastCheck.constantFrom(...every)
    )
      .map(([trigger, negate, text]) => `Condition${text.replace("=", `=${trigger}${negate}`)}`)
    const lists = FastCheck.sample(FastCheck.array(marked, { minLength: 1, maxLength: 4 }), { numRuns: 300, seed: 252 })
    return compare(lists)
  })

  it("orders versions of every kind", () => {
    const version = FastCheck.string({ unit: FastCheck.constantFrom(..."0019abZ~-^._+"), minLength: 1, maxLength: 6 })
    // The tool takes what begins with a dash for one of its options.
    const texts = sample(version, 600).filter((text) => !text.startsWith("-"))
    const words = new Map([[0, 0], [11, 1], [12, -1]])
    for (let at = 1; at < texts.length; at++) {
      const [a = "", b = ""] = [texts[at - 1], texts[at]]
      const { status } = ask("systemd-analyze", ["compare-versions", a, b])
      assert.strictEqual(Math.sign(Versions.compare(a, b)), words.get(status), `${a} and ${b}`)
    }
  })
})
