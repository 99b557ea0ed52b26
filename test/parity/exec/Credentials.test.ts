import { assert, describe } from "vitest"
import { look } from "../../support/Inside.ts"
import type { Place } from "../../support/Kinds.ts"
import { eachKind } from "../../support/Kinds.ts"
import type { BootOptions } from "../../support/Launch.ts"

/** They are below /run, which has to be writable. */
const options = (place: Place): BootOptions => ({
  ...place.options,
  files: { "secrets/token": "from a file\n", "secrets/other": "another\n" },
  ...(place.uid === 0 ? {} : { tmpfs: { ...place.options.tmpfs, "/run": "mode=1777" } })
})

const own = (name = "") => `\${CREDENTIALS_DIRECTORY}/${name}`

describe("credentials", () => {
  eachKind("of SetCredential= are files that nobody but the service can read", async (place) => {
    const user = place.uid === 0
      ? { line: "User=4242", owner: "4242 4242" }
      : { line: "", owner: `${place.uid} ${place.gid}` }
    const { of, quiet } = await look(options(place), {
      a: {
        service: `SetCredential=token:text: with\\x41 \\nlines\nSetCredential=other:more\n${user.line}`,
        verbs: `facts list ${own()} stat ${own()} stat ${own("token")} cat ${own("token")} cat ${own("other")} ` +
          `try-write ${own("token")} try-create ${own("more")}`
      },
      none: ""
    })
    const directory = of("a").variable("CREDENTIALS_DIRECTORY") ?? ""
    assert.strictEqual(directory, "/run/credentials/a.service")
    const [list, folder, file, ...others] = of("a").answers
    assert.strictEqual(list, `list ${directory}/: other token`)
    // Who makes it without being root has to be able to write to it.
    assert.match(folder ?? "", place.uid === 0 ? /: directory 0500 / : /: directory 0[57]00 /)
    assert.match(file ?? "", new RegExp(`: file 0400 ${user.owner.split(" ")[0]} `))
    assert.deepStrictEqual(others.slice(0, 2), [
      `cat ${directory}/token: text: withA \\nlines`,
      `cat ${directory}/other: more`
    ])
    if (place.uid === 0) {
      assert.deepStrictEqual(others.slice(2).map((line) => line.slice(line.lastIndexOf(" ") + 1)), ["EACCES", "EACCES"])
    }
    assert.isUndefined(of("none").variable("CREDENTIALS_DIRECTORY"))
    quiet("a", "none")
  })

  eachKind("of LoadCredential= are read at the start, from a file or a directory", async (place) => {
    const { of, quiet } = await look(options(place), {
      file: { service: "LoadCredential=key:/mnt/secrets/token", verbs: `list ${own()} cat ${own("key")}` },
      folder: { service: "LoadCredential=set:/mnt/secrets", verbs: `list ${own()} cat ${own("set_token")}` },
      both: {
        service: "LoadCredential=key:/mnt/secrets/token\nSetCredential=key:the default",
        verbs: `cat ${own("key")}`
      },
      fallback: {
        service: "LoadCredential=key:/mnt/secrets/gone\nSetCredential=key:the default",
        verbs: `cat ${own("key")}`
      },
      // Of the system: it has none, and that is no fault.
      system: { service: "LoadCredential=key", verbs: "facts" }
    })
    const texts = (name: string) => of(name).answers.map((line) => line.slice(line.indexOf(": ") + 2))
    assert.deepStrictEqual(texts("file"), ["key", "from a file\\n"])
    assert.deepStrictEqual(texts("folder"), ["set_other set_token", "from a file\\n"])
    assert.deepStrictEqual(texts("both"), ["from a file\\n"])
    assert.deepStrictEqual(texts("fallback"), ["the default"])
    quiet("file", "folder", "both", "fallback")
    assert.isAbove(of("system").lines.length, 0)
  })

  eachKind("that are not there, or have more than 1 MiB in all, fail the start, by 243", async (place) => {
    const large = "x".repeat(600 * 1024)
    const { failed, quiet } = await look({ ...options(place), files: { "large/1": large, "large/2": large } }, {
      gone: "LoadCredential=key:/mnt/secrets/gone",
      large: "LoadCredential=one:/mnt/large/1\nLoadCredential=two:/mnt/large/2",
      other: ""
    })
    failed("gone", /gone\.service: .*\/mnt\/secrets\/gone.*ENOENT/)
    failed("gone", /gone\.service: .*243/)
    failed("large", /large\.service: cannot apply LoadCredential=two:\/mnt\/large\/2: file too large/)
    quiet("other")
  })

  eachKind("are gone when the service is", async (place) => {
    const { of } = await look(options(place), {
      a: { service: "SetCredential=key:secret", verbs: `cat ${own("key")}` },
      then: { unit: "After=a.service", verbs: "stat /run/credentials/a.service" }
    })
    assert.deepStrictEqual(of("then").answers, ["stat /run/credentials/a.service: ENOENT"])
  })
})
