import { assert, describe } from "vitest"
import { look } from "../../support/Inside.ts"
import { eachKind } from "../../support/Kinds.ts"

/** What is written, and the soft and the hard limit that a service has then: all below what a machine has. */
const limits: ReadonlyArray<readonly [name: string, written: string, soft: string, hard: string]> = [
  ["CPU", "100:200", "100", "200"],
  ["CPU", "2min", "120", "120"],
  ["FSIZE", "1M:2M", "1048576", "2097152"],
  ["DATA", "512M:1G", "536870912", "1073741824"],
  ["STACK", "4M:8M", "4194304", "8388608"],
  ["CORE", "0:1M", "0", "1048576"],
  ["CORE", "0", "0", "0"],
  ["RSS", "1G:infinity", "1073741824", "infinity"],
  ["NOFILE", "100:200", "100", "200"],
  ["NOFILE", "128", "128", "128"],
  ["AS", "1G:2G", "1073741824", "2147483648"],
  ["AS", "infinity", "infinity", "infinity"],
  ["NPROC", "500:1000", "500", "1000"],
  ["MEMLOCK", "32K:64K", "32768", "65536"],
  ["LOCKS", "10:20", "10", "20"],
  ["SIGPENDING", "100:200", "100", "200"],
  ["MSGQUEUE", "1000:2000", "1000", "2000"],
  ["NICE", "0:0", "0", "0"],
  ["RTPRIO", "0:0", "0", "0"],
  ["RTTIME", "1s:2s", "1000000", "2000000"],
  ["RTTIME", "500:700", "500", "700"]
]

const beyond = 2 ** 30

describe("Limit*=", () => {
  eachKind("is the soft and the hard limit of a service, each of the sixteen", async (place) => {
    const wishes = limits.map(([name, written], index) => [`l${index}`, `Limit${name}=${written}`] as const)
    const { container, of, quiet } = await look(place.options, Object.fromEntries(wishes))
    const found = limits.map((
      [name, written],
      index
    ) => [name, written, of(`l${index}`).values(`limit-${name}`).join()])
    assert.deepStrictEqual(
      found,
      limits.map(([name, written, soft, hard]) => [name, written, `${soft} ${hard}`]),
      container.show()
    )
    quiet(...wishes.map(([name]) => name))
  })

  eachKind("changes that one limit and no other", async (place) => {
    const { of } = await look(place.options, { one: "LimitLOCKS=10:20", none: "" })
    const others = (name: string) => of(name).lines.filter((line) => /^limit-(?!LOCKS)/.test(line))
    assert.deepStrictEqual(others("one"), others("none"))
    assert.lengthOf(others("one"), 15)
  })

  eachKind("beyond the hard limit is the nearest that is to be had, and is said once", async (place) => {
    const { of, warned } = await look(place.options, {
      none: "",
      both: `LimitNOFILE=${beyond}\nExecStartPre=/mnt/inside say first`,
      hard: `LimitNOFILE=100:${beyond}`,
      infinite: "LimitNOFILE=infinity"
    })
    // No kernel gives so many descriptors to anybody, fs.nr_open of proc_sys_fs(5).
    for (const name of ["both", "hard", "infinite"]) warned(name, /not applied here: .*LimitNOFILE=[^;]*EPERM/)
    if (place.can("SYS_RESOURCE")) return
    const hard = of("none").value("limit-NOFILE").split(" ")[1]
    assert.strictEqual(of("both").value("limit-NOFILE"), `${hard} ${hard}`)
    assert.strictEqual(of("hard").value("limit-NOFILE"), `100 ${hard}`)
    assert.strictEqual(of("infinite").value("limit-NOFILE"), `${hard} ${hard}`)
  })
})
