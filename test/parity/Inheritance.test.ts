/**
 * No descriptor, capability, group or environment variable of PID 1 reaches a service unasked. All that a service has is
 * listed, and compared with all that it is to have: what nobody thought of shows.
 */
import { assert, describe } from "vitest"
import { capabilities, capabilityText } from "../support/Capabilities.ts"
import { node } from "../support/Engine.ts"
import type { Facts } from "../support/Inside.ts"
import { look } from "../support/Inside.ts"
import type { Place } from "../support/Kinds.ts"
import { eachKind, kinds, nobody } from "../support/Kinds.ts"
import type { BootOptions } from "../support/Launch.ts"

/** Variables that are meant for PID 1, or for nobody any more, and one that is for all. */
const env = {
  KEPT: "two words",
  CONTAINER_INIT_TRACE: "0",
  CONTAINER_INIT_SOMETHING: "1",
  LISTEN_FDS: "2",
  LISTEN_PID: "1",
  LISTEN_FDNAMES: "web:api",
  NOTIFY_SOCKET: "/run/notify",
  WATCHDOG_USEC: "1000000",
  WATCHDOG_PID: "1",
  INVOCATION_ID: "00000000000000000000000000000000",
  SYSTEMD_EXEC_PID: "1",
  FDSTORE: "8"
}

/** What an engine, or whoever starts PID 1, may have set: it holds for the whole container. */
const settings = {
  ...{ nice: "5", "timer-slack": "70000", processor: "0" },
  // RLIMIT_CORE, RLIMIT_RSS and RLIMIT_NOFILE.
  ...{ "limit-4": "4096", "limit-5": "1000000000", "limit-7": "600" }
}

/** What is PID 1's own. The sticky settings are those of its parent in every kind that has a /proc to set them by. */
const careless = (place: Place): BootOptions => ({
  ...place.options,
  env,
  leak: true,
  inherited: {
    ...settings,
    umask: "077",
    groups: "29,44",
    ...(place.furnished ? { "oom-score-adjust": "300" } : {})
  }
})

/** Each of these differs from run to run, and is compared on its own. */
const varying = /^(?:pid|session|group|root|namespace|mount|cgroup|limit-\w+) /

const listed = (facts: Facts): ReadonlyArray<string> =>
  facts.lines.filter((line) => !varying.test(line)).map((line) =>
    line.replace(/^(variable INVOCATION_ID=)[0-9a-f]{32}$/, "$1...").replace(
      /^(variable SYSTEMD_EXEC_PID=)\d+$/,
      "$1..."
    )
  ).sort()

const expected = (place: Place, groups: string, uid = place.uid): ReadonlyArray<string> =>
  [
    ...[`uid ${uid} ${uid} ${uid}`, `gid ${place.gid} ${place.gid} ${place.gid}`, `groups${groups}`],
    ...[`cap-permitted ${capabilityText(place.permitted)}`, `cap-effective ${capabilityText(place.permitted)}`],
    ...[`cap-inheritable ${capabilityText(0n)}`, `cap-ambient ${capabilityText(0n)}`],
    `cap-bounding ${capabilityText(place.bounding)}`,
    ...["securebits 0", "no-new-privileges 0", "seccomp 0", "personality 0"],
    ...["blocked", "ignored 13", "umask 0022"],
    ...["nice 5", "policy other", "priority 0", "reset-on-fork no", "io-class none", "io-priority 0"],
    ...["timer-slack 70000", "processors 0"],
    ...(place.furnished
      ? ["oom-score-adjust 300", "coredump-filter 00000033", "terminal none"]
      : ["oom-score-adjust unknown", "coredump-filter unknown", "terminal unknown"]),
    ...["directory /", "parent 1"],
    // Where there is no /dev/null, there is an empty pipe.
    ...[
      place.furnished ? "descriptor 0 rw character 1:3" : "descriptor 0 r pipe",
      "descriptor 1 w pipe",
      "descriptor 2 w pipe"
    ],
    ...["variable KEPT=two words", "variable PATH=/usr/sbin:/usr/bin:/sbin:/bin"],
    ...["variable INVOCATION_ID=...", "variable SYSTEMD_EXEC_PID=..."]
  ].sort()

describe("what a service has, whatever PID 1 has", () => {
  eachKind("is just this, with no word in the unit file", async (place) => {
    const { container, of } = await look(careless(place), { a: "" })
    // Nobody but root can give groups away.
    assert.deepStrictEqual(listed(of("a")), expected(place, place.uid === 0 ? "" : " 29 44"), container.show())
    const pid = of("a").value("pid")
    assert.deepStrictEqual(of("a").pick("session", "group"), { session: pid, group: pid })
  })

  eachKind("is the same for each command of a unit", async (place) => {
    const commands = ["Pre", "Post"].map((which) => `ExecStart${which}=/mnt/inside facts`).join("\n")
    const { container, of } = await look(careless(place), { a: commands, b: "" })
    const once = [...new Set(listed(of("a")))]
    assert.deepStrictEqual(once, listed(of("b")), container.show())
    assert.strictEqual(of("a").values("descriptor").length, 9)
    assert.strictEqual(of("a").values("cap-permitted").length, 3)
  })

  eachKind("are the limits that PID 1 was started with", async (place) => {
    const { of } = await look(careless(place), { a: "" })
    const soft = (name: string) => of("a").value(`limit-${name}`).split(" ")[0]
    // Node raises its own to the hard limit before anybody can look, and leaves no trace of what it was.
    const files = place.engine === node ? of("a").value("limit-NOFILE").split(" ")[1] : "600"
    assert.deepStrictEqual({ CORE: soft("CORE"), RSS: soft("RSS"), NOFILE: soft("NOFILE") }, {
      CORE: "4096",
      RSS: "1000000000",
      NOFILE: files
    })
  })

  eachKind("are no inheritable capabilities, and no ambient ones", async (place) => {
    const mask = capabilities("NET_BIND_SERVICE", "CHOWN")
    const options = { ...place.options, inherited: { capabilities: mask.toString(16) } }
    const { container, of } = await look(options, { a: "", b: { verbs: "try-bind 80" } })
    assert.deepStrictEqual(of("a").pick("cap-inheritable", "cap-ambient", "cap-permitted", "cap-effective"), {
      "cap-inheritable": capabilityText(0n),
      "cap-ambient": capabilityText(0n),
      "cap-permitted": capabilityText(place.permitted),
      "cap-effective": capabilityText(place.permitted)
    }, container.show())
  })

  eachKind("are just the groups that it asks for, where PID 1 may say so", async (place) => {
    const options = { ...careless(place), files: { passwd: "", group: "audio:x:29:\nvideo:x:44:\nother:x:50:\n" } }
    const named = {
      ...options,
      env: { CONTAINER_INIT_PASSWD_FILE: "/mnt/passwd", CONTAINER_INIT_GROUP_FILE: "/mnt/group" }
    }
    const { container, of } = await look(named, { none: "Group=50", user: "User=4242\nGroup=0", number: "User=4242" })
    assert.deepStrictEqual(of("none").pick("gid", "groups"), { gid: "50 50 50", groups: "" }, container.show())
    assert.deepStrictEqual(of("user").pick("uid", "gid", "groups"), { uid: "4242 4242 4242", gid: "0 0 0", groups: "" })
    assert.deepStrictEqual(of("number").pick("gid", "groups"), { gid: "4242 4242 4242", groups: "" })
  }, kinds.filter((kind) => kind !== nobody))

  eachKind("are no capabilities where its user is another than root", async (place) => {
    const { container, of } = await look(careless(place), { a: "User=4242" })
    assert.deepStrictEqual(of("a").pick("cap-permitted", "cap-effective", "cap-inheritable", "cap-ambient"), {
      "cap-permitted": capabilityText(0n),
      "cap-effective": capabilityText(0n),
      "cap-inheritable": capabilityText(0n),
      "cap-ambient": capabilityText(0n)
    }, container.show())
    assert.strictEqual(of("a").value("cap-bounding"), capabilityText(place.bounding))
  }, kinds.filter((kind) => kind !== nobody))
})

describe("what PID 1 inherits", () => {
  // The kernel reaps for whom ignores SIGCHLD, and keeps how they ended to itself.
  eachKind("does not blind it to the end of processes, if that is an ignored SIGCHLD", async (place) => {
    const { container } = await look({ ...place.options, inherited: { ignored: "17" } }, {
      a: { verbs: "exit 3" },
      b: ""
    })
    await container.waitForLine(/a\.service: .*exited with code 3/)
  })

  eachKind("does not keep it from stopping, if that is an ignored SIGTERM", async (place) => {
    const { container } = await look({ ...place.options, inherited: { ignored: "15" } }, { a: "" })
    assert.strictEqual(await container.stop(), 0, container.show())
  })
})
