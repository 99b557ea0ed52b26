import { assert, describe } from "vitest"
import { executable } from "../../support/Engine.ts"
import type { Wish } from "../../support/Inside.ts"
import { look } from "../../support/Inside.ts"
import type { Place } from "../../support/Kinds.ts"
import { eachKind, kinds, nobody, privileged } from "../../support/Kinds.ts"
import type { BootOptions } from "../../support/Launch.ts"

const directories = [
  { name: "RuntimeDirectory", base: "/run", variable: "RUNTIME_DIRECTORY", code: 233 },
  { name: "StateDirectory", base: "/var/lib", variable: "STATE_DIRECTORY", code: 238 },
  { name: "CacheDirectory", base: "/var/cache", variable: "CACHE_DIRECTORY", code: 239 },
  { name: "LogsDirectory", base: "/var/log", variable: "LOGS_DIRECTORY", code: 240 },
  { name: "ConfigurationDirectory", base: "/etc", variable: "CONFIGURATION_DIRECTORY", code: 241 }
]

/** Where they are to be, everybody may write. A read-only root is no hindrance then: an engine's --tmpfs does the same. */
const writable = (place: Place): BootOptions =>
  place.uid === 0
    ? place.options
    : {
      ...place.options,
      tmpfs: { ...place.options.tmpfs, ...Object.fromEntries(directories.map(({ base }) => [base, "mode=1777"])) }
    }

/** The user of the services: another, where PID 1 can make it that. */
const userOf = (place: Place) =>
  place.uid === 0 ? { line: "User=4242", owner: "4242 4242" } : { line: "", owner: `${place.uid} ${place.gid}` }

for (const { base, code, name, variable } of directories) {
  const configures = name === "ConfigurationDirectory"
  // They differ by their places alone: one of them shows that Node does the same.
  const among = name === "RuntimeDirectory" ? kinds : kinds.map((kind) => ({ ...kind, engines: [executable] }))

  describe(`${name}=`, () => {
    eachKind("is made for the service, and named to it", async (place) => {
      const { line, owner } = userOf(place)
      const { of, quiet } = await look(writable(place), {
        a: { service: `${name}=probe\n${line}`, verbs: `facts stat ${base}/probe try-create ${base}/probe/file` },
        root: { service: `${name}=probe-root`, verbs: `stat ${base}/probe-root` }
      })
      // What configures a service is not the service's own, unless that is root.
      const expected = configures && place.uid === 0 ? "0 0" : owner
      assert.deepStrictEqual(of("a").answers, [
        `stat ${base}/probe: directory 0755 ${expected}`,
        `try-create ${base}/probe/file: ${expected === owner ? "ok" : "EACCES"}`
      ])
      assert.strictEqual(of("a").variable(variable), `${base}/probe`)
      assert.deepStrictEqual(of("root").answers, [`stat ${base}/probe-root: directory 0755 ${place.uid} ${place.gid}`])
      quiet("a", "root")
    }, among)

    eachKind(`has the mode of ${name}Mode=, whatever UMask= says`, async (place) => {
      const { line } = userOf(place)
      const { of, quiet } = await look(writable(place), {
        a: {
          service: `${name}=probe\n${name}Mode=2750\nUMask=0777\n${line}`,
          verbs: `stat ${base}/probe`
        }
      })
      assert.match(of("a").answers.join(), /: directory 2750 /)
      quiet("a")
    }, among)

    eachKind("may be several, and nested ones, of which the last part is the service's own", async (place) => {
      const { line, owner } = userOf(place)
      const { of, quiet } = await look(writable(place), {
        a: {
          service: `${name}=probe other/deep/last\n${name}=third\n${name}Mode=0700\n${line}`,
          verbs: `facts stat ${base}/other stat ${base}/other/deep stat ${base}/other/deep/last stat ${base}/third`
        },
        reset: { service: `${name}=gone\n${name}=`, verbs: `facts stat ${base}/gone` }
      })
      const own = configures && place.uid === 0 ? "0 0" : owner
      const outer = `${place.uid} ${place.gid}`
      assert.deepStrictEqual(of("a").answers, [
        `stat ${base}/other: directory 0755 ${outer}`,
        `stat ${base}/other/deep: directory 0755 ${outer}`,
        `stat ${base}/other/deep/last: directory 0700 ${own}`,
        `stat ${base}/third: directory 0700 ${own}`
      ])
      assert.strictEqual(
        of("a").variable(variable),
        [`${base}/probe`, `${base}/other/deep/last`, `${base}/third`].join(":")
      )
      assert.deepStrictEqual(of("reset").answers, [`stat ${base}/gone: ENOENT`])
      assert.isUndefined(of("reset").variable(variable))
      quiet("a", "reset")
    }, among)

    eachKind("that cannot be made fails the start, and is named", async (place) => {
      const block: Wish = { verbs: `try-create ${base}/probe` }
      const options = place.uid === 0 ? place.options : { ...place.options }
      const made = { service: `${name}=made`, verbs: "say made" }
      // A file is in its way; or it is where everything is read-only.
      const { failed } = await look(options, {
        made: place.uid === 0 ? made : "",
        block: { ...block, unit: "After=made.service" },
        a: { service: `${name}=probe`, unit: "After=block.service" }
      })
      const why = place.uid === 0 ? "(EEXIST|ENOTDIR)" : "EROFS"
      failed("a", new RegExp(`a\\.service: .*${name}=probe.*${why}`))
      failed("a", new RegExp(`a\\.service: exited with code ${code}/`))
    }, among)
  })
}

describe("RuntimeDirectory= and the others", () => {
  const links = directories.filter(({ name }) => name !== "ConfigurationDirectory")

  eachKind("have a link beside them, as NAME:LINK", async (place) => {
    const { line } = userOf(place)
    const { of, quiet } = await look(writable(place), {
      ...Object.fromEntries(links.map(({ base, name }) => [name, {
        service: `${name}=probe:probe-link\n${line}`,
        verbs: `stat ${base}/probe-link stat ${base}/probe-link/`
      }]))
    })
    for (const { base, name } of links) {
      const [link = "", directory = ""] = of(name).answers
      assert.match(link, new RegExp(`^stat ${base}/probe-link: link 0777 .* -> (${base}/)?probe$`))
      assert.include(directory, ": directory 0755 ")
    }
    quiet(...links.map(({ name }) => name))
  })

  eachKind(
    "outlive the service, but RuntimeDirectory= does only where RuntimeDirectoryPreserve= says so",
    async (place) => {
      const run = (name: string, lines = "") => ({
        service: `RuntimeDirectory=${name}\n${lines}`,
        verbs: `stat /run/${name}`
      })
      const lasting = directories.filter(({ name }) => name !== "RuntimeDirectory")
      const { of } = await look(writable(place), {
        gone: run("gone"),
        nested: run("outer/inner"),
        kept: run("kept", "RuntimeDirectoryPreserve=yes"),
        restart: run("restart", "RuntimeDirectoryPreserve=restart"),
        ...Object.fromEntries(lasting.map(({ name }) => [name, `${name}=lasting`])),
        after: {
          unit: `After=gone.service nested.service kept.service restart.service ${
            lasting.map(({ name }) => `${name}.service`).join(" ")
          }`,
          verbs: ["gone", "outer/inner", "kept", "restart"].map((name) => `stat /run/${name}`).concat(
            lasting.map(({ base }) => `stat ${base}/lasting`)
          ).join(" ")
        }
      })
      const there = of("after").answers.map((line) => line.replace(/: directory .*/, ": there"))
      assert.deepStrictEqual(there, [
        "stat /run/gone: ENOENT",
        "stat /run/outer/inner: ENOENT",
        "stat /run/kept: there",
        // The service is down, and does not start again.
        "stat /run/restart: ENOENT",
        ...lasting.map(({ base }) => `stat ${base}/lasting: there`)
      ])
    }
  )

  eachKind(
    "are there again for the next run, and with RuntimeDirectoryPreserve=restart as they were",
    async (place) => {
      const again = (name: string, preserve: string) => ({
        service: `RuntimeDirectory=${name}\nRuntimeDirectoryPreserve=${preserve}\nType=exec\nRestart=on-failure\n` +
          "RestartSec=10ms\nStartLimitBurst=2",
        verbs: `try-create /run/${name}/file exit 1`
      })
      const { container } = await look(writable(place), { no: again("no", "no"), restart: again("restart", "restart") })
      const second = (name: string) => container.waitForLine(new RegExp(`^\\[${name}\\] try-create`), 2)
      assert.strictEqual(await second("no"), "[no] try-create /run/no/file: ok")
      assert.strictEqual(await second("restart"), "[restart] try-create /run/restart/file: EEXIST")
    }
  )

  eachKind("may hold the working directory", async (place) => {
    const { of, quiet } = await look(writable(place), { a: "StateDirectory=probe\nWorkingDirectory=/var/lib/probe" })
    assert.strictEqual(of("a").value("directory"), "/var/lib/probe")
    quiet("a")
  })

  eachKind("become the service's own with all that is in them, when its user has changed", async (place) => {
    const { of } = await look(writable(place), {
      first: { service: "StateDirectory=probe\nUser=4141", verbs: "try-create /var/lib/probe/file" },
      then: {
        unit: "After=first.service",
        service: "StateDirectory=probe\nUser=4242",
        verbs: "stat /var/lib/probe stat /var/lib/probe/file"
      }
    })
    assert.deepStrictEqual(of("then").answers, [
      "stat /var/lib/probe: directory 0755 4242 4242",
      "stat /var/lib/probe/file: file 0644 4242 4242"
    ])
  }, kinds.filter((kind) => kind !== nobody))

  /** In place of a directory that root makes for it anew at each start, the service puts a link to one of root's. */
  const swap = (directory: string) =>
    `ExecStartPre=/bin/sh -c 'mv ${directory} ${directory}.old; ln -s /mnt/theirs ${directory}'`

  eachKind("lead nowhere by links that the service has put there", async (place) => {
    const { failed, of } = await look({ ...place.options, files: { "theirs/file": "", "theirs/below/file": "" } }, {
      state: { service: `StateDirectory=a a/b\nUser=4242\n${swap("/var/lib/a/b")}` },
      above: { service: `CacheDirectory=c c/d/e\nUser=4242\n${swap("/var/cache/c/d")}` },
      run: {
        service: "RuntimeDirectory=r r/below\nUser=4242\n" +
          "ExecStart=/bin/sh -c 'mv /run/r /var/tmp 2>/dev/null; rmdir /run/r/below; ln -s /mnt/theirs /run/r/below'"
      },
      after: {
        unit: "After=state.service above.service run.service",
        verbs: "stat /mnt/theirs stat /mnt/theirs/file stat /mnt/theirs/below/file list /mnt/theirs stat /run/r"
      }
    })
    failed(
      "state",
      /StateDirectory=a\/b: a symbolic link on the way to it is not followed, for it is not root's \(ENOLINK\)/
    )
    failed("above", /CacheDirectory=c\/d\/e: .*ENOLINK/)
    assert.deepStrictEqual(of("after").answers, [
      ...["stat /mnt/theirs: directory 0755 0 0", "stat /mnt/theirs/file: file 0644 0 0"],
      ...["stat /mnt/theirs/below/file: file 0644 0 0", "list /mnt/theirs: below file", "stat /run/r: ENOENT"]
    ])
  }, [privileged])

  eachKind("lie in the RootDirectory=, whatever links that has; / is none", async (place) => {
    const { of, quiet } = await look({
      ...place.options,
      files: { "jail/data/lib/.keep": "", "jail/var": { link: "/data" }, "jail/run": { link: "../../../data" } }
    }, {
      a: {
        service: "RootDirectory=/mnt/jail\nStateDirectory=a\nRuntimeDirectory=r\nBindPaths=/mnt",
        verbs: "list /data"
      },
      b: { service: "RootDirectory=//\nPrivateTmp=yes", verbs: "list /tmp" },
      after: { unit: "After=a.service", verbs: "list /mnt/jail/data list /mnt/jail/data/lib stat /data" }
    })
    assert.deepStrictEqual(of("a").answers, ["list /data: lib r"])
    assert.deepStrictEqual(of("after").answers, [
      ...["list /mnt/jail/data: lib", "list /mnt/jail/data/lib: .keep a", "stat /data: ENOENT"]
    ])
    quiet("a", "b")
  }, [privileged])
})
