import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Image from "../../src/supervisor/Image.ts"
import { parseUnit } from "../../src/unit/Parse.ts"
import type { Unit } from "../../src/unit/Unit.ts"
import { parse } from "../unit/Support.ts"
import type { Tree } from "./FilesTest.ts"
import * as KernelTest from "./KernelTest.ts"

const program = { runs: "" }

const base: Tree = {
  "/image/usr/bin/web": program,
  "/image/usr/bin/python3": { runs: "/lib64/ld-linux-x86-64.so.2" },
  "/image/usr/bin/env": program,
  "/image/usr/sbin/nginx": program,
  "/image/bin": { link: "usr/bin" },
  "/image/lib64/ld-linux-x86-64.so.2": program,
  "/image/etc/passwd": "root:x:0:0::/root:/bin/sh\nweb:x:100:100::/srv:/bin/false\n",
  "/image/etc/group": "root:x:0:\nweb:x:100:\naudio:x:29:web\n",
  "/image/etc/default/web": "A=1\n",
  "/image/srv/data/x": "",
  "/opt/own": program,
  "/etc/passwd": "host:x:1:1::/:/bin/sh\n"
}

interface Wish {
  readonly files?: Tree
  readonly environment?: Readonly<Record<string, string>>
  readonly unit?: string
  readonly root?: string
  readonly others?: Readonly<Record<string, string>>
}

const check = (lines: string, wish: Wish = {}) =>
  Effect.gen(function*() {
    const files = { ...base, ...wish.files }
    const kernel = yield* KernelTest.make({ files, environment: wish.environment ?? {} })
    const texts: Record<string, string> = {
      "web.service": `[Unit]\n${wish.unit ?? ""}\n[Service]\n${lines}\n`,
      ...wish.others
    }
    const units = Object.entries(texts).flatMap(([name, text]): ReadonlyArray<Unit> => {
      const { unit } = parse(text, { name })
      return unit === undefined ? [] : [unit]
    })
    return yield* Effect.provide(Image.check(units, wish.root ?? "/image"), kernel.layer)
  })

const short = (lines: string, wish: Wish = {}) =>
  Effect.map(
    check(lines, wish),
    (found) => found.map(({ at, code, directive, severity }) => `${severity} ${code} ${directive ?? "-"} ${at.line}`)
  )

const words = (lines: string, wish: Wish = {}) =>
  Effect.map(
    check(lines, wish),
    (found) => found.map(({ hint, message }) => hint === undefined ? message : `${message}; ${hint}`)
  )

const table = (
  cases: ReadonlyArray<readonly [what: string, lines: string, wanted: string | undefined, wish?: Wish]>
) => {
  for (const [what, lines, wanted, wish] of cases) {
    it.scoped(what, () =>
      Effect.gen(function*() {
        assert.deepStrictEqual(yield* short(lines, wish), wanted === undefined ? [] : [wanted])
      }))
  }
}

describe("programs of the image", () => {
  table([
    ["are found by their path", "ExecStart=/usr/bin/web", undefined],
    ["are found behind links", "ExecStart=/bin/web", undefined],
    ["are found by their name", "ExecStart=nginx", undefined],
    ["are missed by their path", "ExecStart=/usr/bin/gone", "warning CI0602 ExecStart 4"],
    ["are missed by their name", "ExecStart=gone", "warning CI0602 ExecStart 4"],
    ["are not those outside the image", "ExecStart=/opt/own", "warning CI0602 ExecStart 4"],
    ["may be missing where failure is ignored", "ExecStart=-/usr/bin/gone", "note CI0602 ExecStart 4"],
    ["may yet be written below /run", "ExecStart=/run/generated", "note CI0602 ExecStart 4"],
    ["are no folders", "ExecStart=/usr/bin", "warning CI0603 ExecStart 4"],
    ["have to be executable", "ExecStart=/usr/bin/script", "warning CI0603 ExecStart 4", {
      files: { "/image/usr/bin/script": "#!/bin/sh\n" }
    }],
    ["begin as programs do", "ExecStart=/usr/bin/text", "warning CI0603 ExecStart 4", {
      files: { "/image/usr/bin/text": "echo\n" }
    }],
    ["are not judged where we may not look", "ExecStart=/usr/bin/secret", undefined, {
      files: { "/image/usr/bin/secret": { errno: 5 } }
    }],
    ["are looked for in every command", "ExecStart=/bin/web\nExecReload=/gone", "warning CI0602 ExecReload 5"],
    ["are looked for where ExecSearchPath= says", "ExecSearchPath=/opt:/srv/data\nExecStart=tool", undefined, {
      files: { "/image/srv/data/tool": program }
    }],
    ["are not looked for where the path is open yet", "ExecStart=/usr/bin/web-%z", undefined],
    ["are not looked for below bind mounts", "BindPaths=/opt\nExecStart=/opt/own", undefined],
    ["lie below RootDirectory=", "RootDirectory=/srv\nExecStart=/web", undefined, {
      files: { "/image/srv/web": program }
    }],
    ["do not lie beside RootDirectory=", "RootDirectory=/srv\nExecStart=/bin/web", "warning CI0602 ExecStart 5"],
    [
      "lie outside RootDirectory= but for the start",
      "RootDirectory=/srv\nRootDirectoryStartOnly=yes\nExecStartPre=/bin/web\nExecStart=/bin/web",
      "warning CI0602 ExecStart 7"
    ],
    ["need a root that is there", "RootDirectory=/jail\nExecStart=/bin/web", "warning CI0608 RootDirectory 0"]
  ])

  it.scoped("are told with the place where a program of that name is", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* words("ExecStart=/usr/local/bin/nginx"), [
        "there is no program /usr/local/bin/nginx; did you mean \"/usr/sbin/nginx\"?"
      ])
    }))

  it.scoped("are told with a name that is nearly the same", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* words("ExecStart=/usr/bin/pyhton3"), [
        "there is no program /usr/bin/pyhton3; did you mean \"/usr/bin/python3\"?"
      ])
      assert.match((yield* words("ExecStart=pyhton3"))[0] ?? "", /did you mean "python3"\?$/)
    }))

  it.scoped("are told with the directory that is not there either", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* words("ExecStart=/opt/app/bin/run"), [
        "there is no program /opt/app/bin/run; there is no directory /opt/app/bin"
      ])
    }))
})

describe("what programs of the image are run with", () => {
  const script = (line: string): Wish => ({ files: { "/image/usr/bin/tool": { runs: line } } })
  const command = "ExecStart=/usr/bin/tool"
  table([
    ["is there", command, undefined, script("/usr/bin/python3 -u")],
    ["is missed", command, "warning CI0604 ExecStart 4", script("/usr/bin/perl")],
    ["is found by env", command, undefined, script("/usr/bin/env python3")],
    ["is found by env -S", command, undefined, script("/usr/bin/env -S python3 -u")],
    ["is missed behind env", command, "warning CI0604 ExecStart 4", script("/usr/bin/env node")],
    ["is not guessed where env has options", command, undefined, script("/usr/bin/env -u X node")],
    ["is never relative", command, "warning CI0604 ExecStart 4", script("python3")],
    ["is a dynamic linker that is there", "ExecStart=/usr/bin/python3", undefined],
    ["does not go in circles", command, undefined, script("/usr/bin/tool")]
  ])

  it.scoped("is named with the program", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* words(command, script("/usr/bin/perl")), [
        "/usr/bin/tool is run by /usr/bin/perl, but there is no program /usr/bin/perl"
      ])
      assert.deepStrictEqual(yield* words(command, script("/lib/ld-musl-x86_64.so.1")), [
        "/usr/bin/tool was built for another system: its dynamic linker /lib/ld-musl-x86_64.so.1 is not there; " +
        "install that C library, or a program that is linked statically"
      ])
    }))

  it.scoped("is looked for through all interpreters", () =>
    Effect.gen(function*() {
      const files = {
        "/image/usr/bin/tool": { runs: "/usr/bin/perl" },
        "/image/usr/bin/perl": { runs: "/lib/ld-x.so" }
      }
      assert.deepStrictEqual(yield* short(command, { files }), ["warning CI0604 ExecStart 4"])
    }))
})

describe("users and groups of the image", () => {
  const run = "ExecStart=/bin/web"
  table([
    ["are found", `${run}\nUser=web\nGroup=audio`, undefined],
    ["need not be there by number", `${run}\nUser=4711\nGroup=4711`, undefined],
    ["are missed: a user", `${run}\nUser=wbe`, "warning CI0605 User 0"],
    ["are missed: a group", `${run}\nGroup=video`, "warning CI0606 Group 0"],
    ["are missed: a further group", `${run}\nSupplementaryGroups=audio video`, "warning CI0606 SupplementaryGroups 0"],
    ["are those of the image, not our own", `${run}\nUser=host`, "warning CI0605 User 0"],
    ["are made up by DynamicUser=", `${run}\nDynamicUser=yes\nUser=other\nGroup=other`, undefined],
    ["are root and nobody at least", `${run}\nUser=nobody\nGroup=root`, undefined, {
      root: "/image/srv/data",
      files: { "/image/srv/data/bin/web": program }
    }],
    ["are not judged where we may not look", `${run}\nUser=other`, undefined, {
      files: { "/image/etc/passwd": { errno: 13 } }
    }],
    ["are in the file that the environment names", `${run}\nUser=other`, undefined, {
      files: { "/image/data/passwd": "other:x:1:1::/:\n" },
      environment: { CONTAINER_INIT_PASSWD_FILE: "/data/passwd" }
    }],
    ["are in the usual file until that one exists", `${run}\nUser=web`, undefined, {
      environment: { CONTAINER_INIT_PASSWD_FILE: "/data/passwd" }
    }]
  ])

  it.scoped("are told with a name that is nearly the same", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* words(`${run}\nUser=wbe\nGroup=audoi`), [
        "the image has no user \"wbe\"; did you mean \"web\"?",
        "the image has no group \"audoi\"; did you mean \"audio\"?"
      ])
    }))
})

describe("directories and files of the image", () => {
  const run = "ExecStart=/bin/web"
  table([
    ["are found: a working directory", `${run}\nWorkingDirectory=/srv/data`, undefined],
    ["are missed: a working directory", `${run}\nWorkingDirectory=/srv/gone`, "warning CI0607 WorkingDirectory 0"],
    ["may be missing with -", `${run}\nWorkingDirectory=-/srv/gone`, undefined],
    ["are not looked for at home", `${run}\nWorkingDirectory=~`, undefined],
    ["are no files", `${run}\nWorkingDirectory=/etc/passwd`, "warning CI0607 WorkingDirectory 0"],
    ["may yet be made below /run", `${run}\nWorkingDirectory=/run/web`, "note CI0607 WorkingDirectory 0"],
    ["are made for the service", `${run}\nStateDirectory=web\nWorkingDirectory=/var/lib/web/x`, undefined],
    ["are made for another service", `${run}\nWorkingDirectory=/var/lib/db`, undefined, {
      others: { "db.service": `[Service]\n${run}\nStateDirectory=a db\n` }
    }],
    ["are found: an environment file", `${run}\nEnvironmentFile=/etc/default/web`, undefined],
    ["are missed: an environment file", `${run}\nEnvironmentFile=/etc/gone`, "warning CI0609 EnvironmentFile 5"],
    ["may be missing with -: an environment file", `${run}\nEnvironmentFile=-/etc/gone`, undefined],
    ["may yet be written below /run", `${run}\nEnvironmentFile=/run/web.env`, "note CI0609 EnvironmentFile 5"],
    ["are no directories", `${run}\nEnvironmentFile=-/etc/default`, "warning CI0609 EnvironmentFile 5"],
    ["are not matched with patterns", `${run}\nEnvironmentFile=/etc/web.d/*`, undefined],
    [
      "have to be right: an environment file",
      `${run}\nEnvironmentFile=/etc/default/bad`,
      "warning CI0610 EnvironmentFile 5",
      {
        files: { "/image/etc/default/bad": "A=\"open\n" }
      }
    ]
  ])
})

describe("a socket of the image", () => {
  it.scoped("has its commands, its user and the owner of its file looked up", () =>
    Effect.gen(function*() {
      const lines = ["ExecStartPre=/usr/bin/gone", "User=wbe", "SocketUser=wbe", "SocketGroup=video"]
      const others = { "a.socket": `[Socket]\nListenStream=/run/a\n${lines.join("\n")}\n` }
      assert.deepStrictEqual(yield* short("ExecStart=/bin/web", { others }), [
        "warning CI0602 ExecStartPre 3",
        "warning CI0605 User 0",
        "warning CI0605 SocketUser 0",
        "warning CI0606 SocketGroup 0"
      ])
    }))
})

describe("a service that a condition keeps from starting in this image", () => {
  const lines = "ExecStart=/usr/bin/gone"
  table([
    ["has nothing worse than notes", lines, "note CI0602 ExecStart 4", { unit: "ConditionPathExists=/usr/bin/gone" }],
    ["is told from one that starts", lines, "warning CI0602 ExecStart 4", { unit: "ConditionPathExists=/usr/bin/web" }],
    ["is told by what the path has to be", lines, "note CI0602 ExecStart 4", {
      unit: "ConditionPathIsDirectory=/usr/bin/web"
    }],
    ["is not told by negated conditions", lines, "warning CI0602 ExecStart 4", {
      unit: "ConditionPathExists=!/etc/no"
    }],
    ["is not told by one of several", lines, "warning CI0602 ExecStart 4", { unit: "ConditionPathExists=|/etc/no" }],
    ["is not told by what is made later", lines, "warning CI0602 ExecStart 4", { unit: "ConditionPathExists=/run/no" }]
  ])
})

describe("an image", () => {
  it.scoped("is told once of what instances of a template have in common", () =>
    Effect.gen(function*() {
      const text = "[Service]\nExecStart=/usr/bin/gone\n"
      const kernel = yield* KernelTest.make({ files: base })
      const units = ["a@1.service", "a@2.service"].flatMap((name) =>
        parseUnit({ name, file: "/units/a@.service", text }, { lookup: () => undefined }).unit ?? []
      )
      const said = yield* Effect.provide(Image.check(units, "/image"), kernel.layer)
      assert.strictEqual(units.length, 2)
      assert.strictEqual(said.length, 1)
    }))

  it.scoped("has to be there", () =>
    Effect.gen(function*() {
      const [said] = yield* check("ExecStart=/bin/web", { root: "/nowhere" })
      assert.deepStrictEqual([said?.severity, said?.code, said?.at.file], ["error", "CI0601", "/nowhere"])
    }))

  it.scoped("can be the system we run in", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* short("ExecStart=/opt/own\nUser=host", { root: "/" }), [])
    }))
})
