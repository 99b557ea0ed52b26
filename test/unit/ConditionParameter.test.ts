import { assert, describe, it } from "@effect/vitest"
import { render } from "../../src/unit/Diagnostic.ts"
import type { Test } from "../../src/unit/directives/Test.ts"
import { read } from "../../src/unit/grammar/ConditionParameter.ts"
import { codes, parse } from "./Support.ts"

const cases: ReadonlyArray<
  readonly [test: Test, right: ReadonlyArray<string>, unknown: ReadonlyArray<string>, invalid: ReadonlyArray<string>]
> = [
  ["Architecture", ["x86-64", "arm64", "native", "riscv64"], ["x86_64", "amd64", "z80"], []],
  [
    "Firmware",
    ["uefi", "device-tree", "device-tree-compatible(a,b)", "smbios-field(board_name = \"Custom Board\")"],
    ["efi", "device-tree-compatible()", "smbios-field(board_name)"],
    []
  ],
  [
    "Virtualization",
    ["yes", "0", "vm", "container", "docker", "podman", "private-users", "systemd-nspawn", "wsl"],
    ["dokcer", "none", "virtualbox"],
    []
  ],
  ["Host", ["web-*", "6e1c5e6ab4a44eb5b1dd4d3c8a2b7d0e"], [], [""]],
  ["KernelCommandLine", ["quiet", "a=b"], [], [""]],
  ["KernelVersion", [">=5.15", "5.*", ">=2.0 <=60", ">= 2.0", "\" >= 2.0\" \"!= 1.4\""], [], ["", ">=", "5 >=", "\"5"]],
  ["Version", [">=5", "kernel >=5", "systemd \">=30\"", "glibc >= 2"], [], ["", "systemd <"]],
  ["KernelModuleLoaded", ["br_netfilter", "br-netfilter"], [], ["", "a/b", ".."]],
  ["Credential", ["sysusers.extra"], [], ["", "a/b", "a:b"]],
  ["Environment", ["CONTAINER", "CONTAINER=podman", "A="], [], ["", "=a", "1A=b", "A B"]],
  ["Security", ["selinux", "tpm2", "cvm"], ["SELinux", "tpm"], []],
  ["Capability", ["CAP_SYS_ADMIN", "cap_bpf", "21"], ["SYS_ADMIN", "CAP_SYS_ADMN", "99"], []],
  ["ACPower", ["true", "no"], [], ["", "battery"]],
  ["NeedsUpdate", ["/etc", "/var"], [], ["", "etc"]],
  ["FirstBoot", ["yes", "0"], [], ["", "maybe"]],
  ["PathExists", ["/a", "/a/"], [], ["", "a", "/a/../b"]],
  ["PathExistsGlob", ["/a/*.conf"], [], ["*.conf"]],
  ["FileIsExecutable", ["/bin/a"], [], ["a"]],
  ["User", ["root", "0", "@system"], [], ["", "a:b"]],
  ["Group", ["root", "0"], [], ["", "a:b"]],
  ["ControlGroupController", ["v2", "cpu memory pids"], ["cpus", "cpu disk"], []],
  ["Memory", ["4G", ">=1.5G", "< 512M", "!=1024"], [], ["", "lots", ">=", "$=4G"]],
  ["CPUs", ["2", ">=2", "<> 1"], [], ["", "two", "2.5", "$=2"]],
  ["CPUFeature", ["avx2", "AVX2"], ["avx3"], []],
  ["OSRelease", ["ID=debian", "VERSION_ID>=12", "\"ID=a b\" NAME$=D*"], [], ["", "ID", "ID= x", "12=a"]],
  ["MachineTag", ["canary*"], [], [""]],
  ["Fraction", ["10%", "tag 12.5%"], [], ["", "10", "110%", "a b 10%"]],
  ["MemoryPressure", ["10%", "10%/1min", "a.slice:10%/5min", "12.5% / 10sec"], [], ["", "10", "10%/2min", "101%"]]
]

const shortest: Readonly<Record<string, string>> = { "/a/": "/a" }

const kind = (test: Test, text: string) => {
  const outcome = read(test, text)
  return typeof outcome === "string" ? "right" : outcome.kind
}

const hint = (test: Test, text: string) => {
  const outcome = read(test, text)
  return typeof outcome === "string" ? undefined : outcome.hint
}

describe("the parameter of a condition", () => {
  for (const [test, right, unknown, invalid] of cases) {
    for (const text of right) {
      it(`is right as ${test}=${text}`, () => assert.strictEqual(read(test, text), shortest[text] ?? text))
    }
    for (const text of unknown) {
      it(`is unknown as ${test}=${text}`, () => assert.strictEqual(kind(test, text), "unknown"))
    }
    for (const text of invalid) {
      it(`is invalid as ${test}=${text}`, () => assert.strictEqual(kind(test, text), "invalid"))
    }
  }

  it("is suggested where it is unknown", () => {
    assert.strictEqual(hint("Virtualization", "dokcer"), "did you mean \"docker\"?")
    assert.strictEqual(hint("Capability", "SYS_ADMIN"), "did you mean \"CAP_SYS_ADMIN\"?")
    assert.strictEqual(hint("Capability", "CAP_NET_ADMN"), "did you mean \"CAP_NET_ADMIN\"?")
    assert.strictEqual(hint("Architecture", "x86_64"), "here it is called \"x86-64\"")
    assert.strictEqual(hint("Architecture", "constructor"), undefined)
  })

  it("is a path in its shortest form", () => {
    assert.strictEqual(read("PathExists", "/a//b/"), "/a/b")
    assert.strictEqual(read("Host", "/a//b/"), "/a//b/")
  })
})

const conditions = (lines: string, name = "web.service") => {
  const { diagnostics, unit } = parse(`[Unit]\n${lines}\n[Service]\nExecStart=/a\n`, { name })
  return {
    said: codes(diagnostics.filter(({ code }) => code !== "CI0203")),
    rendered: diagnostics.filter(({ code }) => code !== "CI0203").map(render),
    list: unit?.Unit.Conditions?.map(({ negate, parameter, test, trigger }) =>
      `${trigger ? "|" : ""}${negate ? "!" : ""}${test}=${parameter}`
    )
  }
}

describe("conditions", () => {
  it("keep a test of something unknown, which may exist elsewhere", () => {
    const { list, said } = conditions("ConditionVirtualization=!newvm\nConditionPathExists=/a")
    assert.deepStrictEqual(said, ["warning CI0301 2"])
    assert.deepStrictEqual(list, ["!Virtualization=newvm", "PathExists=/a"])
  })

  it("leave out a test that cannot be made", () => {
    const { list, rendered } = conditions("ConditionPathExists=!etc/a\nConditionPathExists=|!/a//b")
    assert.deepStrictEqual(rendered, [
      "container-init: error: web.service:2: [Unit] ConditionPathExists: \"etc/a\" is no absolute path; paths begin with \"/\""
    ])
    assert.deepStrictEqual(list, ["|!PathExists=/a/b"])
  })

  it("say that a parameter is missing", () => {
    assert.include(conditions("ConditionACPower=!").rendered[0] ?? "", "a parameter is missing: a boolean")
  })

  it("judge what a template says of its instance only in an instance", () => {
    assert.deepStrictEqual(conditions("ConditionVirtualization=%i\nConditionPathExists=%i", "a@.service").said, [])
    assert.deepStrictEqual(conditions("ConditionVirtualization=%i", "a@b.service").said, ["warning CI0301 2"])
  })
})
