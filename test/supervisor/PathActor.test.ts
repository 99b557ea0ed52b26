import { assert, describe, it } from "@effect/vitest"
import * as Effect from "effect/Effect"
import { Change } from "../../src/kernel/FileWatches.ts"
import { isOverlooked, stations } from "../../src/supervisor/path/Watched.ts"
import { hasEnded } from "./KernelTest.ts"
import * as Triggers from "./Triggers.ts"
import { down, shutdownBegan, startRequested, stopRequested, tooOften, up } from "./Triggers.ts"

const files = { "/run/other": "", "/etc/host": "" }

describe("PathExists=", () => {
  it.scoped("starts the unit at once if the path is there, and again after each end of the unit", () =>
    Effect.gen(function*() {
      const { change, kernel, news, tell, variables } = yield* Triggers.path("PathExists=/run/go", {
        files: { ...files, "/run/go": "" }
      })
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      assert.deepStrictEqual(variables(), { TRIGGER_UNIT: "job.path", TRIGGER_PATH: "/run/go" })
      assert.deepStrictEqual(kernel.log, ["INFO job.path: triggered by /run/go, starting job.service"])
      assert.deepStrictEqual(kernel.watched(), [])
      yield* tell(up, down)
      assert.deepStrictEqual(news(), ["start job.service"])
      yield* change("/run", Change.Delete, { "/run/go": undefined })
      yield* tell(up, down)
      assert.deepStrictEqual(news(), [])
      assert.deepStrictEqual(kernel.watched(), ["/", "/run"])
    }))

  it.scoped("waits for the path where nothing of it is there, part by part", () =>
    Effect.gen(function*() {
      const { change, kernel, news } = yield* Triggers.path("PathExists=/srv/in/go", { files })
      assert.deepStrictEqual(news(), ["inactive -> active"])
      assert.deepStrictEqual(kernel.watched(), ["/"])
      yield* change("/", Change.Create, { "/srv": { kind: "directory" } })
      assert.deepStrictEqual(kernel.watched(), ["/", "/srv"])
      yield* change("/srv", Change.Create, { "/srv/in": { kind: "directory" } })
      assert.deepStrictEqual(kernel.watched(), ["/", "/srv", "/srv/in"])
      // Only the last of them is watched for what comes into it.
      yield* change("/", Change.Create)
      yield* change("/srv", Change.Create)
      assert.deepStrictEqual(news(), [])
      yield* change("/srv/in", Change.MovedTo, { "/srv/in/go": "" })
      assert.deepStrictEqual(news(), ["start job.service"])
      assert.deepStrictEqual(kernel.watched(), [])
    }))

  it.scoped("goes back to waiting for a directory that is gone", () =>
    Effect.gen(function*() {
      const { change, kernel, news } = yield* Triggers.path("PathExists=/run/go", { files })
      assert.deepStrictEqual(kernel.watched(), ["/", "/run"])
      yield* change("/run", Change.DeleteSelf | Change.Ignored, { "/run/other": undefined })
      assert.deepStrictEqual(kernel.watched(), ["/"])
      yield* change("/", Change.Create, { "/run/go": "" })
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
    }))

  it.scoped("sees what a link leads to, and watches the link as well", () =>
    Effect.gen(function*() {
      const tree = { ...files, "/run/in": { link: "/srv" }, "/srv": { kind: "directory" } } as const
      const { change, kernel, news } = yield* Triggers.path("PathExists=/run/in/go", { files: tree })
      assert.deepStrictEqual(kernel.watched(), ["/", "/run", "/run/in", "/run/in"])
      yield* change("/run/in", Change.Create, { "/srv/go": "" })
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
    }))
})

describe("PathExistsGlob=", () => {
  it.scoped("starts the unit while something matches, and names it", () =>
    Effect.gen(function*() {
      const { change, kernel, news, tell, variables } = yield* Triggers.path("PathExistsGlob=/run/*.job", { files })
      assert.deepStrictEqual(kernel.watched(), ["/", "/run"])
      yield* change("/run", Change.Create, { "/run/b.txt": "" })
      assert.deepStrictEqual(news(), ["inactive -> active"])
      yield* change("/run", Change.Create, { "/run/a.job": "" })
      assert.deepStrictEqual(news(), ["start job.service"])
      assert.strictEqual(variables()["TRIGGER_PATH"], "/run/a.job")
      yield* change("/run", Change.Delete, { "/run/a.job": undefined })
      yield* tell(up, down)
      assert.deepStrictEqual(news(), [])
    }))
})

describe("DirectoryNotEmpty=", () => {
  it.scoped("starts the unit while something is in the directory, hidden files and leftovers aside", () =>
    Effect.gen(function*() {
      const tree = { ...files, "/spool": { kind: "directory" }, "/spool/.hidden": "", "/spool/a~": "" } as const
      const { change, kernel, news, tell } = yield* Triggers.path("DirectoryNotEmpty=/spool", { files: tree })
      assert.deepStrictEqual(news(), ["inactive -> active"])
      assert.deepStrictEqual(kernel.watched(), ["/", "/spool"])
      yield* change("/spool", Change.Create, { "/spool/.tmp": "" })
      assert.deepStrictEqual(news(), [])
      yield* change("/spool", Change.MovedTo, { "/spool/one": "" })
      assert.deepStrictEqual(news(), ["start job.service"])
      yield* tell(up, down)
      assert.deepStrictEqual(news(), ["start job.service"])
      yield* change("/spool", Change.Delete, { "/spool/one": undefined })
      yield* tell(up, down)
      assert.deepStrictEqual(news(), [])
    }))
})

describe("PathChanged= and PathModified=", () => {
  it.scoped("do not start the unit for what is there", () =>
    Effect.gen(function*() {
      for (const key of ["PathChanged", "PathModified"]) {
        const { kernel, news, tell } = yield* Triggers.path(`${key}=/etc/host`, { files })
        assert.deepStrictEqual(news(), ["inactive -> active"])
        assert.deepStrictEqual(kernel.watched(), ["/", "/etc", "/etc/host"])
        yield* tell(up, down)
        assert.deepStrictEqual(news(), [])
        assert.deepStrictEqual(kernel.watched(), ["/", "/etc", "/etc/host"])
      }
    }))

  it.scoped("start it when a file that was written is closed, the second at each write as well", () =>
    Effect.gen(function*() {
      const changed = yield* Triggers.path("PathChanged=/etc/host", { files })
      yield* changed.change("/etc/host", Change.Modify)
      assert.deepStrictEqual(changed.news(), ["inactive -> active"])
      yield* changed.change("/etc/host", Change.CloseWrite)
      assert.deepStrictEqual(changed.news(), ["start job.service"])
      const modified = yield* Triggers.path("PathModified=/etc/host", { files })
      yield* modified.change("/etc/host", Change.Modify)
      assert.deepStrictEqual(modified.news(), ["inactive -> active", "start job.service"])
    }))

  it.scoped("start it when the file comes, and when it goes", () =>
    Effect.gen(function*() {
      const { change, news, tell, variables } = yield* Triggers.path("PathChanged=/run/a", { files })
      yield* change("/run", Change.Create, { "/run/a": "" })
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      assert.strictEqual(variables()["TRIGGER_PATH"], "/run/a")
      yield* tell(up, down)
      yield* change("/run/a", Change.DeleteSelf | Change.Ignored, { "/run/a": undefined })
      assert.deepStrictEqual(news(), ["start job.service"])
    }))

  it.scoped("start it once for many changes, and not for those while it runs", () =>
    Effect.gen(function*() {
      const { change, kernel, news, tell } = yield* Triggers.path("PathChanged=/etc/host", { files })
      kernel.change("/etc/host", Change.CloseWrite)
      kernel.change("/etc/host", Change.CloseWrite)
      yield* change("/etc/host", Change.CloseWrite)
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      yield* tell(up)
      yield* change("/etc/host", Change.DeleteSelf, { "/etc/host": undefined })
      yield* tell(down)
      assert.deepStrictEqual(news(), [])
    }))

  it.scoped("do not lose a change that comes along with another path's", () =>
    Effect.gen(function*() {
      const { change, kernel, news } = yield* Triggers.path("PathExists=/run/go\nPathChanged=/etc/host", { files })
      kernel.change("/run", Change.Create)
      yield* change("/etc/host", Change.CloseWrite)
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
    }))
})

describe("MakeDirectory=", () => {
  it.scoped("makes what is to be watched, but nothing that has to exist", () =>
    Effect.gen(function*() {
      const lines = "PathExists=/run/go\nDirectoryNotEmpty=/srv/spool\nMakeDirectory=yes"
      const { kernel } = yield* Triggers.path(lines, { files })
      assert.deepStrictEqual(kernel.files["/srv/spool"], { kind: "directory" })
      assert.isUndefined(kernel.files["/run/go"])
      assert.include(kernel.watched(), "/srv/spool")
    }))

  it.scoped("says why a directory could not be made, and watches all the same", () =>
    Effect.gen(function*() {
      const { kernel, news } = yield* Triggers.path("PathChanged=/etc/host\nMakeDirectory=yes", { files })
      assert.deepStrictEqual(kernel.log, [
        "WARN job.path: cannot make the directory /etc/host: exists already (EEXIST)"
      ])
      assert.deepStrictEqual(news(), ["inactive -> active"])
    }))
})

describe("a path unit", () => {
  it.scoped("is running while the unit is, whoever had started it", () =>
    Effect.gen(function*() {
      const { change, kernel, news, tell } = yield* Triggers.path("PathChanged=/etc/host", { files })
      yield* tell(up)
      assert.deepStrictEqual(kernel.watched(), [])
      yield* change("/etc/host", Change.CloseWrite)
      yield* tell(down)
      assert.deepStrictEqual(news(), ["inactive -> active"])
      assert.deepStrictEqual(kernel.watched(), ["/", "/etc", "/etc/host"])
    }))

  it.scoped("starts nothing that runs already when it is started", () =>
    Effect.gen(function*() {
      const tree = { ...files, "/run/go": "" }
      const { news, tell } = yield* Triggers.path("PathExists=/run/go", { files: tree })
      yield* tell(stopRequested, up)
      news()
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["inactive -> active"])
      yield* tell(down)
      assert.deepStrictEqual(news(), ["start job.service"])
    }))

  it.scoped("fails when it triggers too often", () =>
    Effect.gen(function*() {
      const lines = "PathExists=/etc/host\nTriggerLimitBurst=3\nTriggerLimitIntervalSec=1min"
      const { kernel, news, tell } = yield* Triggers.path(lines, { files })
      for (let round = 0; round < 5; round++) yield* tell(up, down)
      assert.deepStrictEqual(news(), [
        "inactive -> active",
        "start job.service",
        "start job.service",
        "start job.service",
        "active -> failed (trigger-limit-hit)"
      ])
      assert.include(kernel.log, "WARN job.path: failed (trigger-limit-hit): 3 times triggered within 1min")
      assert.deepStrictEqual(kernel.watched(), [])
    }))

  it.scoped("may trigger 200 times in two seconds if it does not say otherwise", () =>
    Effect.gen(function*() {
      const { news, tell } = yield* Triggers.path("PathExists=/etc/host", { files })
      for (let round = 0; round < 210; round++) yield* tell(up, down)
      const all = news()
      assert.strictEqual(all.filter((one) => one === "start job.service").length, 200)
      assert.strictEqual(all.at(-1), "active -> failed (trigger-limit-hit)")
    }))

  it.scoped("fails with its unit when that was started too often", () =>
    Effect.gen(function*() {
      const { news, tell } = yield* Triggers.path("PathExists=/etc/host", { files })
      yield* tell(tooOften)
      assert.deepStrictEqual(news().slice(1), ["start job.service", "active -> failed (unit-start-limit-hit)"])
    }))

  it.scoped("fails where nothing can be watched, and can be started again", () =>
    Effect.gen(function*() {
      const { kernel, news, tell } = yield* Triggers.path("PathExists=/run/go", { files, unwatchable: 28 })
      assert.deepStrictEqual(news(), ["inactive -> failed (resources)"])
      assert.deepStrictEqual(kernel.log, [
        "WARN job.path: failed (resources): cannot watch /: no space left (ENOSPC)"
      ])
      kernel.files["/run/go"] = ""
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["failed -> active", "start job.service"])
    }))

  it.scoped("fails if it is started too often", () =>
    Effect.gen(function*() {
      const { news, tell } = yield* Triggers.path("PathExists=/run/go\nStartLimitBurst=1", { files })
      yield* tell(stopRequested)
      news()
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), ["inactive -> failed (start-limit-hit)"])
    }))

  it.scoped("watches nothing once it is stopped", () =>
    Effect.gen(function*() {
      const { change, fiber, kernel, news, tell } = yield* Triggers.path("PathChanged=/etc/host", { files })
      yield* tell(stopRequested)
      assert.deepStrictEqual(kernel.watched(), [])
      yield* change("/etc/host", Change.CloseWrite)
      yield* tell(up, down)
      assert.deepStrictEqual(news(), ["inactive -> active", "active -> inactive"])
      assert.isFalse(yield* hasEnded(fiber))
    }))

  it.scoped("starts nothing once the shutdown has begun, and is gone after its stop", () =>
    Effect.gen(function*() {
      const { change, fiber, kernel, news, tell } = yield* Triggers.path("PathChanged=/etc/host", { files })
      kernel.change("/etc/host", Change.CloseWrite)
      yield* tell(shutdownBegan)
      // What was on its way was first.
      assert.deepStrictEqual(news(), ["inactive -> active", "start job.service"])
      yield* tell(up, down)
      yield* change("/etc/host", Change.CloseWrite)
      yield* tell(startRequested)
      assert.deepStrictEqual(news(), [])
      yield* tell(stopRequested)
      assert.deepStrictEqual(news(), ["active -> inactive"])
      assert.isTrue(yield* hasEnded(fiber))
    }))
})

describe("what is watched", () => {
  it("are all parts of a path", () => {
    assert.deepStrictEqual(stations("/"), ["/"])
    assert.deepStrictEqual(stations("/a"), ["/", "/a"])
    assert.deepStrictEqual(stations("/a/b/c"), ["/", "/a", "/a/b", "/a/b/c"])
  })

  it("is nothing that editors and package managers leave behind", () => {
    for (const name of [".a", "a~", "a.bak", "a.dpkg-new", "lost+found"]) assert.isTrue(isOverlooked(name), name)
    for (const name of ["a", "a.b", "bak", "new.txt", "a.swap"]) assert.isFalse(isOverlooked(name), name)
  })
})
