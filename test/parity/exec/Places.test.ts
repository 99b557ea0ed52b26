import { assert, describe } from "vitest"
import { look } from "../../support/Inside.ts"
import { eachKind, kinds, nobody } from "../../support/Kinds.ts"

const asRoot = kinds.filter((kind) => kind !== nobody)
/** /mnt is the root directory: there is nothing in it but what these tests need. */
const rooted = { program: "/inside", verbs: "facts list / try-read /mnt/inside" }

describe("where a service runs", () => {
  eachKind("RootDirectory= is all that it sees", async (place) => {
    const { failed, of, quiet } = await look(place.options, {
      none: "",
      root: { ...rooted, service: "RootDirectory=/mnt" },
      user: { ...rooted, service: "RootDirectory=/mnt\nUser=4242\nNoNewPrivileges=yes" },
      within: { ...rooted, service: "RootDirectory=/mnt\nWorkingDirectory=/units" },
      outside: { ...rooted, service: "RootDirectory=/mnt\nWorkingDirectory=/mnt/units" },
      gone: { ...rooted, service: "RootDirectory=/mnt/gone" },
      file: { ...rooted, service: "RootDirectory=/mnt/events" }
    })
    for (const name of ["root", "user"]) {
      assert.deepStrictEqual(of(name).answers, [
        "list /: drop-in events inside service units",
        "try-read /mnt/inside: ENOENT"
      ])
      assert.strictEqual(of(name).value("directory"), "/")
      assert.notStrictEqual(of(name).value("root"), of("none").value("root"))
    }
    assert.strictEqual(of("user").value("uid"), "4242 4242 4242")
    assert.strictEqual(of("within").value("directory"), "/units")
    quiet("none", "root", "user", "within")
    failed("outside", /outside\.service: .*\/mnt\/units.*ENOENT/)
    failed("gone", /gone\.service: .*RootDirectory=\/mnt\/gone.*ENOENT/)
    failed("file", /file\.service: .*RootDirectory=\/mnt\/events.*ENOTDIR/)
  }, asRoot)

  eachKind("RootDirectory= fails the start where nobody may change it", async (place) => {
    const { failed, quiet } = await look(place.options, {
      a: { ...rooted, service: "RootDirectory=/mnt" },
      b: ""
    })
    failed("a", /a\.service: .*RootDirectory=\/mnt.*EPERM/)
    quiet("b")
  }, [nobody])

  eachKind("WorkingDirectory= is where it begins", async (place) => {
    const { failed, of, quiet } = await look(place.options, {
      none: "",
      there: "WorkingDirectory=/mnt/units",
      slashes: "WorkingDirectory=/mnt//drop-in/",
      forgiving: "WorkingDirectory=-/mnt/gone",
      gone: "WorkingDirectory=/mnt/gone",
      file: "WorkingDirectory=/mnt/events"
    })
    assert.strictEqual(of("none").value("directory"), "/")
    assert.strictEqual(of("there").value("directory"), "/mnt/units")
    assert.strictEqual(of("slashes").value("directory"), "/mnt/drop-in")
    assert.strictEqual(of("forgiving").value("directory"), "/")
    quiet("none", "there", "slashes", "forgiving")
    failed("gone", /gone\.service: .*\/mnt\/gone.*[Nn]o such file/)
    failed("file", /file\.service: .*\/mnt\/events.*[Nn]ot a directory/)
  })
})
