import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import * as Credentials from "../../../src/supervisor/exec/Credentials.ts"
import * as KernelTest from "../KernelTest.ts"
import { service } from "../Units.ts"

const owner = { uid: 1500, gid: 1600 }

const tree = {
  "/given/token": "",
  "/given/app.one": "",
  "/etc/credstore/token": "",
  "/etc/credstore/other": "",
  "/usr/lib/credstore/app.two": "",
  "/secrets/a": "",
  "/secrets/deep/b": "",
  "/link": { link: "/secrets" }
}

const text = (bytes: Uint8Array): string => String.fromCharCode(...bytes)

/** `token from /given/token`, `key: value`. */
const credentials = (lines: string, variables: Readonly<Record<string, string>> = {}) =>
  Effect.gen(function*() {
    const kernel = yield* KernelTest.make({ files: tree })
    const unit = service(lines)
    const steps = yield* Effect.provide(
      Credentials.steps(unit.name, unit.Service, new Map(Object.entries(variables)), owner, true),
      kernel.layer
    )
    const [base, own, ...rest] = steps
    assert.deepStrictEqual([base, own].map((step) => step?.action._tag === "MakeDirectory" ? step.action.path : ""), [
      "/run/credentials",
      "/run/credentials/web.service"
    ])
    return rest.map(({ action }) => {
      assert(action._tag === "CopyFile" || action._tag === "MakeFile")
      assert.strictEqual(action.mode, 0o400)
      assert.deepStrictEqual(action.owner, owner)
      const name = action.path.slice("/run/credentials/web.service/".length)
      return action._tag === "CopyFile" ? `${name} from ${action.from}` : `${name}: ${text(action.bytes)}`
    })
  })

describe("credentials", () => {
  it("are wanted by those that ask for one", () => {
    for (const lines of ["SetCredential=a:b", "LoadCredential=a:/b", "ImportCredential=a*"]) {
      assert.isTrue(Credentials.areWanted(service(lines).Service), lines)
    }
    assert.isFalse(Credentials.areWanted(service("").Service))
  })

  it.scoped("are given in the unit, with all bytes that C escapes can say", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* credentials("SetCredential=a:value\nSetCredential=b:x\\ny\\x00\\xff"),
        [
          "a: value",
          "b: x\ny\0\xff"
        ]
      )
    }))

  it.scoped("are read from a path, of a directory each file, also through a link", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(
        yield* credentials("LoadCredential=one:/secrets/a\nLoadCredential=all:/secrets\nLoadCredential=l:/link"),
        [
          ...["one from /secrets/a", "all_a from /secrets/a", "all_deep_b from /secrets/deep/b"],
          ...["l_a from /link/a", "l_deep_b from /link/deep/b"]
        ]
      )
    }))

  it.scoped("without a path are those of PID 1, then of the stores of the image; none is no failure", () =>
    Effect.gen(function*() {
      const lines = "LoadCredential=token\nLoadCredential=mine:other\nLoadCredential=nowhere"
      assert.deepStrictEqual(yield* credentials(lines, { CREDENTIALS_DIRECTORY: "/given" }), [
        "token from /given/token",
        "mine from /etc/credstore/other"
      ])
      assert.deepStrictEqual(yield* credentials("LoadCredential=token"), ["token from /etc/credstore/token"])
    }))

  it.scoped("are imported by a pattern of their names, from all stores, renamed if that is wished", () =>
    Effect.gen(function*() {
      const variables = { CREDENTIALS_DIRECTORY: "/given" }
      assert.deepStrictEqual(yield* credentials("ImportCredential=app.*", variables), [
        "app.one from /given/app.one",
        "app.two from /usr/lib/credstore/app.two"
      ])
      assert.deepStrictEqual(yield* credentials("ImportCredential=app.*:my.", variables), [
        "my.one from /given/app.one",
        "my.two from /usr/lib/credstore/app.two"
      ])
    }))

  it.scoped("that are set count where nothing is to be loaded under their name", () =>
    Effect.gen(function*() {
      assert.deepStrictEqual(yield* credentials("LoadCredential=a:/gone\nSetCredential=a:instead"), ["a: instead"])
      assert.deepStrictEqual(yield* credentials("LoadCredential=a:/secrets/a\nSetCredential=a:instead"), [
        "a from /secrets/a"
      ])
      // A path that nobody has given anything instead of has to be there: the copy fails.
      assert.deepStrictEqual(yield* credentials("LoadCredential=a:/gone"), ["a from /gone"])
    }))
})
