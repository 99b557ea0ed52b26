import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import type { Step } from "../../../src/kernel/Step.ts"
import type { Ability } from "../../../src/supervisor/isolation/Ability.ts"
import * as Isolation from "../../../src/supervisor/isolation/Isolation.ts"
import * as KernelTest from "../KernelTest.ts"
import { service } from "../Units.ts"

const everything: Ability = { missing: new Map(), procMasks: [], landlock: 6 }
const eperm = "EPERM"
const nothing: Ability = {
  missing: new Map((["network", "ipc", "hostname", "mount", "proc"] as const).map((kind) => [kind, eperm])),
  procMasks: [],
  landlock: 6
}

const make = (lines: string, ability: Ability, more: Partial<Isolation.Request> = {}) =>
  Effect.gen(function*() {
    const files = { "/etc/passwd": "", "/usr/bin/true": "", "/home/me/x": "", "/data/homes/x": "" }
    const kernel = yield* KernelTest.make({ files })
    const request = {
      section: service(lines).Service,
      ability,
      invocationId: "id",
      root: "",
      noNewPrivileges: false,
      strict: false
    }
    return yield* Effect.provide(Isolation.make({ ...request, ...more }), kernel.layer)
  })

const tags = (steps: ReadonlyArray<Step>): ReadonlyArray<string> => steps.map(({ action }) => action._tag)
const told = ({ unapplied }: Isolation.Isolation): ReadonlyArray<string> =>
  unapplied.map(({ directive, reason }) => `${directive}: ${reason}`)

describe("isolation", () => {
  it.scoped("is in namespaces where they are to be had", () =>
    Effect.gen(function*() {
      const made = yield* make(
        "PrivateNetwork=yes\nPrivateIPC=yes\nProtectHostname=private:web\nPrivateMounts=yes",
        everything
      )
      assert.deepStrictEqual(made.preparation.map(({ action, exitCode }) => `${action._tag} ${exitCode}`), [
        "Namespaces 225",
        "Loopback 225",
        "Namespaces 226",
        "Namespaces 226",
        "Hostname 226",
        "Namespaces 226",
        "MountsSlave 226"
      ])
      assert.deepStrictEqual(made.confinement, [])
      assert.deepStrictEqual(told(made), [])
    }))

  it.scoped("tells that there are no mounts of its own, also where nothing else is asked of them", () =>
    Effect.gen(function*() {
      const made = yield* make("PrivateMounts=yes", nothing)
      assert.deepStrictEqual(made.preparation, [])
      assert.deepStrictEqual(told(made), ["PrivateMounts=yes: no mount namespaces here: EPERM"])
      assert.deepStrictEqual(told(yield* make("PrivateMounts=no", nothing)), [])
    }))

  it.scoped("asks for no namespace of mounts where no rule makes a difference", () =>
    Effect.gen(function*() {
      for (const lines of ["ProtectSystem=no", "PrivateMounts=no", "ProtectHome=no", "PrivateNetwork=no"]) {
        const made = yield* make(lines, everything)
        assert.deepStrictEqual([made.preparation, told(made)], [[], []], lines)
      }
    }))

  it.scoped("tells what there is no namespace for, with the reason", () =>
    Effect.gen(function*() {
      const made = yield* make("PrivateNetwork=yes\nPrivateIPC=yes\nPrivateTmp=yes\nProtectHostname=yes", nothing)
      assert.deepStrictEqual(made.preparation, [])
      assert.deepStrictEqual(told(made), [
        "PrivateNetwork=yes: no network namespaces here: EPERM",
        "PrivateIPC=yes: no ipc namespaces here: EPERM",
        "ProtectHostname=yes: no hostname namespaces here: EPERM",
        "PrivateTmp=yes: no mount namespaces here: EPERM"
      ])
    }))

  it.scoped("is in Landlock where there are no mounts and nobody gains privileges", () =>
    Effect.gen(function*() {
      const lines = "ProtectSystem=yes\nPrivateDevices=yes"
      const made = yield* make(lines, nothing, { noNewPrivileges: true })
      assert.deepStrictEqual([tags(made.confinement)[0], tags(made.confinement).at(-1)], [
        "LandlockBegin",
        "LandlockEnforce"
      ])
      assert.deepStrictEqual(told(made), ["PrivateDevices=yes: no mount namespaces here: EPERM"])
      const gaining = yield* make(lines, nothing)
      assert.deepStrictEqual(gaining.confinement, [])
      assert.deepStrictEqual(told(gaining), [
        "ProtectSystem=yes: no mount namespaces here: EPERM, and Landlock needs NoNewPrivileges=yes",
        "PrivateDevices=yes: no mount namespaces here: EPERM"
      ])
      const old = yield* make(lines, { ...nothing, landlock: 2 }, { noNewPrivileges: true })
      assert.deepStrictEqual(old.confinement, [])
      assert.include(told(old)[0] ?? "", "nor Landlock of Linux 6.2")
    }))

  it.scoped("needs no /proc of its own for all else", () =>
    Effect.gen(function*() {
      const made = yield* make("ProtectProc=invisible\nProtectHome=yes", {
        ...everything,
        missing: new Map([["proc", eperm]])
      })
      assert.include(tags(made.preparation), "TreeHide")
      assert.notInclude(tags(made.preparation), "TreeNew")
      assert.deepStrictEqual(told(made), ["ProtectProc=invisible: no /proc of its own here: EPERM"])
    }))

  it.scoped("follows symbolic links, within the root that the process is to have", () =>
    Effect.gen(function*() {
      const files = {
        "/usr/bin/su": "",
        "/bin": { link: "usr/bin" },
        "/opt/x": { link: "../usr/./gone" },
        "/srv/root/run": "",
        "/srv/root/var/run": { link: "/run" }
      }
      const kernel = yield* KernelTest.make({ files })
      const hidden = (lines: string, root: string) =>
        Effect.map(
          Isolation.make({
            section: service(lines).Service,
            ability: everything,
            invocationId: "",
            root,
            noNewPrivileges: false,
            strict: false
          }),
          ({ preparation }) => preparation.flatMap(({ action }) => action._tag === "TreeHide" ? [action.path] : [])
        ).pipe(Effect.provide(kernel.layer))
      assert.deepStrictEqual(yield* hidden("InaccessiblePaths=/bin/su /opt/x/y", ""), ["/usr/bin/su", "/usr/gone/y"])
      assert.deepStrictEqual(yield* hidden("InaccessiblePaths=/var/run/x", "/srv/root"), ["/srv/root/run/x"])
    }))

  it.scoped("fails with --strict-isolation where something is refused on the way", () =>
    Effect.gen(function*() {
      const lines = "PrivateTmp=yes\nPrivateNetwork=yes\nProtectHostname=private:x"
      const leniencies = (strict: boolean) =>
        Effect.map(make(lines, everything, { strict }), ({ preparation }) =>
          preparation.filter(({ leniency }) =>
            leniency === "forgive"
          ).map(({ action }) => action._tag))
      assert.deepStrictEqual(yield* leniencies(true), [])
      assert.deepStrictEqual(yield* leniencies(false), [
        "Loopback",
        "Hostname",
        ...["MakeDirectory", "MakeDirectory"]
      ])
    }))
})
