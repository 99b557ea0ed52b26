import { readdirSync, readFileSync } from "node:fs"
import { assert, describe, it } from "@effect/vitest"
import * as CalendarEvent from "../../src/unit/grammar/CalendarEvent.ts"
import * as DialAddress from "../../src/unit/grammar/DialAddress.ts"
import * as ExitStatus from "../../src/unit/grammar/ExitStatus.ts"
import * as IpPrefix from "../../src/unit/grammar/IpPrefix.ts"
import * as Limit from "../../src/unit/grammar/Limit.ts"
import * as ListenAddress from "../../src/unit/grammar/ListenAddress.ts"
import * as NetlinkAddress from "../../src/unit/grammar/NetlinkAddress.ts"
import * as NumberSet from "../../src/unit/grammar/NumberSet.ts"
import * as OctalMode from "../../src/unit/grammar/OctalMode.ts"
import * as OpenFile from "../../src/unit/grammar/OpenFile.ts"
import * as Paths from "../../src/unit/grammar/Paths.ts"
import * as Percent from "../../src/unit/grammar/Percent.ts"
import * as Size from "../../src/unit/grammar/Size.ts"
import * as SocketBind from "../../src/unit/grammar/SocketBind.ts"
import * as Stdio from "../../src/unit/grammar/Stdio.ts"
import * as SystemCall from "../../src/unit/grammar/SystemCall.ts"
import * as TimeSpan from "../../src/unit/grammar/TimeSpan.ts"
import * as Weekdays from "../../src/unit/grammar/Weekdays.ts"
import { mutate } from "../support/Mutate.ts"
import * as Random from "../support/Random.ts"

/** A grammar that can write what it has read. */
interface Case {
  readonly seeds: ReadonlyArray<string>
  /** What the text is written as, and what that is read as; `undefined` where the text has no meaning. */
  readonly again: (
    text: string
  ) => { readonly first: unknown; readonly written: string; readonly second: unknown } | undefined
}

const grammar = <A>(
  parse: (text: string) => A | undefined,
  format: (value: A) => string,
  seeds: ReadonlyArray<string>
): Case => ({
  seeds,
  again: (text) => {
    const first = parse(text)
    if (first === undefined) return undefined
    const written = format(first)
    return { first, written, second: parse(written) }
  }
})

const cases: Readonly<Record<string, Case>> = {
  CalendarFormat: grammar(
    (text) => {
      const parsed = CalendarEvent.parse(text)
      return typeof parsed === "object" ? parsed : undefined
    },
    (event) => CalendarEvent.format(event),
    [
      "Mon,Sun 12-*-* 2,1:23",
      "Wed *-1",
      "Fri..Mon *-*~1..3/2 *:0/5:0.25 Europe/Berlin",
      "2003-03-05 05:40 UTC",
      "quarterly",
      "@4711.5"
    ]
  ),
  DialAddress: grammar(DialAddress.parse, DialAddress.format, [
    "/run/a",
    "@a",
    "localhost:80",
    "[::1]:80",
    "1.2.3.4:5",
    "80"
  ]),
  ExitStatus: grammar(ExitStatus.parse, ExitStatus.format, [
    "0",
    "255",
    "SIGTERM",
    "RTMIN+3",
    "TEMPFAIL",
    "USR1",
    "EXEC"
  ]),
  IpPrefix: grammar(
    (text) => IpPrefix.parse(text)?.[0],
    IpPrefix.format,
    ["10.0.0.0/8", "::1", "fe80::/64", "1.2.3.4", "localhost", "any", "::ffff:1.2.3.4/128", "link-local"]
  ),
  Limit: grammar(
    (text) => Limit.parse(text, Size.parse),
    (limit) => Limit.format(limit, Size.format),
    ["infinity", "50%", "0.5%", "1G", "1.5M", "12345", "33.33%"]
  ),
  ListenAddress: grammar(ListenAddress.parse, ListenAddress.format, [
    "80",
    "1.2.3.4:80",
    "[::]:80",
    "[fe80::1%lo]:65535",
    "/run/a b",
    "@abstract",
    "vsock:2:1234",
    "vsock::1",
    "vsock-stream:1:2"
  ]),
  NetlinkAddress: grammar(NetlinkAddress.parse, NetlinkAddress.format, [
    "route 1361",
    "kobject-uevent 1",
    "generic",
    "15 2"
  ]),
  NumberSet: grammar(NumberSet.parse, NumberSet.format, ["0-3,5", "1 2 3", "7", "0-0", "8191"]),
  OctalMode: grammar(OctalMode.parse, OctalMode.format, ["0755", "7777", "0", "00644", "22"]),
  OpenFile: grammar(OpenFile.parse, OpenFile.format, [
    "/a",
    "/a:b",
    "/a b:c:read-only",
    "/a\\x3ab:c:append,graceful",
    "/x::truncate",
    "/\\\\"
  ]),
  Paths: grammar(
    (text) => {
      const { faults, invalid, paths } = Paths.parse(text)
      return faults.length + invalid.length > 0 ? undefined : paths
    },
    Paths.format,
    ["/a -/b +/c", "-+/a \"/b c\"", "'/a\"b'", "/a%b"]
  ),
  Percent: grammar(Percent.parse, Percent.format, ["50%", "0.5%", "33.33%", "5\u2030", "1\u2031", "100%"]),
  Size: grammar(Size.parse, Size.format, ["1G", "1.5K", "12345", "2E", "1M 5K", "0", "7B"]),
  SocketBind: grammar(SocketBind.parse, SocketBind.format, [
    "any",
    "ipv4:tcp:80",
    "ipv6:1-1024",
    "udp",
    "tcp:any",
    "ipv4:udp:any",
    "8080"
  ]),
  Stdio: grammar((text) => Stdio.parseOutput(text) ?? Stdio.parseInput(text), Stdio.format, [
    "null",
    "inherit",
    "file:/a",
    "append:/a b",
    "truncate:/x",
    "fd:name",
    "fd",
    "tty",
    "tty-force",
    "journal+console",
    "socket",
    "kmsg",
    "data"
  ]),
  SystemCall: grammar(SystemCall.parse, SystemCall.format, [
    "read",
    "@system-service",
    "mount:EPERM",
    "@clock:kill",
    "open:13"
  ]),
  TimeSpan: grammar(TimeSpan.parse, TimeSpan.format, [
    "5min 20s",
    "1.5h",
    "infinity",
    "1y 2month 3w",
    "0.000001",
    "7us",
    "1M"
  ]),
  Weekdays: grammar(
    (text) => {
      const parsed = Weekdays.parse(text)
      return typeof parsed === "object" && "bits" in parsed && Weekdays.format(Number(parsed.bits)) !== ""
        ? Number(parsed.bits)
        : undefined
    },
    Weekdays.format,
    ["Mon", "Mon..Fri", "Sat,Sun", "Tue,Thu..Sat", "Fri..Mon", "wednesday"]
  )
}

describe("Grammars that write", () => {
  it("are all here", () => {
    const folder = new URL("../../src/unit/grammar/", import.meta.url)
    const writing = readdirSync(folder).filter((file) =>
      /^export const format\b/m.test(readFileSync(new URL(file, folder), "utf8"))
    )
    assert.deepStrictEqual(writing.map((file) => file.replace(".ts", "")).sort(), Object.keys(cases).sort())
  })

  for (const [name, { again, seeds }] of Object.entries(cases)) {
    it(`read back what they have written (${name})`, () => {
      const random = Random.make(7)
      const pool = [...seeds]
      const broken: Array<string> = []
      let read = 0
      for (let round = 0; round < 5_000; round++) {
        const text = round < seeds.length ? seeds[round] ?? "" : mutate(random, random.pick(pool), seeds)
        const outcome = again(text)
        if (outcome === undefined) continue
        read++
        // What has a meaning is a good base for the next one.
        if (text.length < 100 && pool.length < 500) pool.push(text)
        try {
          assert.deepStrictEqual(outcome.second, outcome.first)
        } catch {
          broken.push(`${JSON.stringify(text)} is written ${JSON.stringify(outcome.written)}`)
        }
      }
      broken.sort((a, b) => a.length - b.length)
      assert.deepStrictEqual(broken.slice(0, 5), [])
      assert.isAbove(read, 300)
    })
  }
})
