import { assert, it } from "@effect/vitest"
import * as Cycle from "../../src/graph/Cycle.ts"
import * as Graph from "../../src/graph/UnitGraph.ts"
import { overlay } from "../../src/unit/Overlay.ts"
import { describeOracle, verify } from "./Tool.ts"

/** Every way to choose one of each list. */
const combinations = (lists: ReadonlyArray<ReadonlyArray<string>>): ReadonlyArray<string> =>
  lists.reduce<ReadonlyArray<string>>((all, list) => all.flatMap((one) => list.map((other) => one + other)), [""])

const line = (key: string, ...values: ReadonlyArray<string>): ReadonlyArray<string> =>
  values.map((value) => value === "-" ? "" : `${key}=${value}\n`)

const types = ["-", "simple", "exec", "oneshot", "forking", "notify", "idle", "dbus"]

const services = combinations([
  ["[Unit]\n"],
  line("SuccessAction", "-", "exit"),
  ["[Service]\n"],
  line("Type", ...types),
  ["", "ExecStart=/bin/true\n", "ExecStart=/bin/true\nExecStart=/bin/true\n"],
  line("ExecStop", "-", "/bin/true"),
  line("Restart", "-", "on-failure", "always", "on-success"),
  line("RemainAfterExit", "-", "yes")
])

const buses = combinations([
  ["[Service]\nExecStart=/bin/true\n"],
  line("Type", ...types),
  line("BusName", "-", "org.a.B#", "org"),
  line("PIDFile", "-", "/run/a"),
  line("KillMode", "-", "none"),
  line("WatchdogSec", "-", "1"),
  line("RestartForceExitStatus", "-", "1")
])

const sockets = combinations([
  ["[Socket]\n"],
  ["", "ListenStream=/run/a#\n", "ListenStream=1#\nListenDatagram=1#\n", "ListenFIFO=/run/f#\n", "ListenDatagram=2#\n"],
  line("Accept", "-", "yes", "no"),
  line("Service", "-", "there.service", "gone.service", "template@.service"),
  line("MaxConnections", "-", "0"),
  ["", "ListenStream=\n", "SocketUser=root\n"]
])

const timers = combinations([
  ["[Timer]\n"],
  ["", "OnBootSec=1\n", "OnCalendar=daily\n", "OnBootSec=1\nOnBootSec=\n", "OnClockChange=yes\n", "OnCalendar=x\n"],
  line("Unit", "-", "there.service", "gone.service", "x.timer"),
  line("Persistent", "-", "yes")
])

const paths = combinations([
  ["[Path]\n"],
  ["", "PathExists=/a\n", "PathChanged=/a\nMakeDirectory=yes\n", "PathExists=/a\nPathExists=\n", "PathModified=a\n"],
  line("Unit", "-", "there.service", "gone.service")
])

const dependencies = combinations([
  ["[Unit]\n"],
  ["Requires", "Requisite", "BindsTo", "Wants", "After", "PartOf", "Upholds", "Conflicts", "OnFailure"].flatMap((key) =>
    line(key, "there.service", "gone.service", "masked.service", "wrong.service", "template@x.service", "there")
  ),
  ["[Service]\nExecStart=/bin/true\n"]
])

const programs = combinations([
  ["[Service]\n"],
  line(
    "ExecStart",
    "/bin/true",
    "true",
    "/nowhere/true",
    "-/nowhere/true",
    "nothing-of-this-name",
    "/bin",
    "/etc/passwd"
  )
])

const kinds: Readonly<Record<string, ReadonlyArray<string>>> = {
  "s.service": services,
  "b.service": buses,
  "k.socket": sockets,
  "t.timer": timers,
  "p.path": paths,
  "d.service": dependencies,
  "e.service": programs
}

const files = new Map<string, string>([
  ["there.service", "[Service]\nExecStart=/bin/true\n"],
  ["template@.service", "[Service]\nExecStart=/bin/true\n"],
  ["wrong.service", "[Service]\n"],
  ["masked.service", ""]
])

const asked = Object.entries(kinds).flatMap(([kind, texts]) =>
  texts.map((text, index) => {
    const name = `${kind.slice(0, 1)}${index}${kind.slice(1)}`
    // What no two units may have alike has a number.
    files.set(name, text.replaceAll("#", String(index)))
    return name
  })
)

interface Difference {
  readonly verdict: "taken here" | "refused here"
  readonly said: RegExp
  readonly reason: string
}

/** What says that something is known and not acted on. */
const notCounted = ["CI0203", "CI0302"]

/** By what the one says that has something to say. */
const differences: ReadonlyArray<Difference> = [
  {
    verdict: "refused here",
    said: /^warning CI0407 /,
    reason: "ours: systemd passes over a Restart= that can have no effect"
  },
  {
    verdict: "refused here",
    said: /^warning CI0515 /,
    reason: "ours: systemd looks for the unit of a timer or path only when it elapses"
  },
  {
    verdict: "refused here",
    said: /^warning CI0513 /,
    reason: "ours: systemd looks for the unit of OnFailure= only when something has failed"
  },
  {
    verdict: "taken here",
    said: /Unit wrong\.service has a bad unit file setting/,
    reason: "here the fault is reported where it is, once, and refuses the set"
  },
  {
    verdict: "taken here",
    said: /Command \S+ is not executable/,
    reason: "here only a directory that is named as the image's root is looked into"
  }
]

describeOracle("Verdicts on units", () => {
  it("are those of systemd, but for the differences listed", { timeout: 60_000 }, () => {
    assert.isAbove(asked.length, 500)
    const { lines, units } = verify(files, asked)
    const there = new Map([...lines].map(([name, said]) => [name, said.map(({ message }) => message).join(", ")]))
    for (const said of units) {
      const [name] = /[a-z]\d+\.[a-z]+/.exec(said) ?? []
      if (name !== undefined && !there.has(name)) there.set(name, said)
    }
    const core = [...files].map(([name, text]) => ({ name, file: `/u/${name}`, text }))
    const set = overlay({ core, dropIn: [], lookup: () => undefined, specifiers: { hostname: "host" } })
    const cycles = Cycle.findCycles(Graph.make(set.units)).map(Cycle.toDiagnostic)
    const here = new Map<string, string>()
    for (const { at, code, message, severity } of [...set.diagnostics, ...cycles]) {
      const name = at.file.slice("/u/".length)
      if (notCounted.includes(code) || severity === "note" || here.has(name)) continue
      here.set(name, `${severity} ${code} ${message}`)
    }
    const found: Array<string> = []
    const used = new Set<Difference>()
    for (const name of asked) {
      if (here.has(name) === there.has(name)) continue
      const verdict = here.has(name) ? "refused here" : "taken here"
      const said = here.get(name) ?? there.get(name) ?? ""
      const known = differences.find((one) => one.verdict === verdict && one.said.test(said))
      if (known === undefined) found.push(`${verdict}: ${JSON.stringify(files.get(name))}: ${said}`)
      else used.add(known)
    }
    assert.deepStrictEqual(found.slice(0, 20), [])
    assert.deepStrictEqual(differences.filter((one) => !used.has(one)), [])
  })
})
