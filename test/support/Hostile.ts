/**
 * Unit files that somebody wrote to do harm, or a disk garbled: the same thousands in every run.
 *
 * Most are small; a few are as large as a file may be. None of them is random beyond its seed.
 */
import type { Directive } from "../../src/unit/Directives.ts"
import * as Directives from "../../src/unit/Directives.ts"
import * as Random from "./Random.ts"

export interface Hostile {
  readonly label: string
  /** The name of the unit, and of its file. */
  readonly name: string
  /** Bytes where they are not UTF-8. */
  readonly content: string | Uint8Array
}

/** What a reader of text makes of it. */
export const textOf = ({ content }: Hostile): string =>
  typeof content === "string" ? content : new TextDecoder("utf-8", { ignoreBOM: true }).decode(content)

const KiB = 1024
const MiB = KiB * KiB

/** Values that any directive may meet. */
export const values: ReadonlyArray<readonly [label: string, value: string]> = [
  ["empty", ""],
  ["64 KiB", "x".repeat(65_500)],
  ["10,000 words", "a ".repeat(10_000)],
  ["10,000 colons", ":".repeat(10_000)],
  ["10,000 commas and equals signs", ",=".repeat(5_000)],
  ["10,000 slashes and dots", "/../..".repeat(2_000)],
  ["10,000 percent signs", "%z".repeat(5_000)],
  ["10,000 dollars", "${A:-".repeat(1_000) + "$$$".repeat(2_000)],
  ["10,000 backslashes", "\\q".repeat(5_000)],
  ["bytes as escapes", "\\xff\\x00\\x80".repeat(500)],
  ["open quotes", "\"a 'b \"c"],
  ["an open quote at the end", "a b c\""],
  ["a backslash at the end", "a\\\\\\ "],
  ["a NUL as an escape", "/a\\x00b \\0 \\u0000"],
  ["signs", "~!|-+@:%$#;"],
  ["names of objects", "constructor __proto__ toString hasOwnProperty"],
  ["numbers", "1e400"],
  ["infinity", "infinity"],
  ["a negative number", "-1"],
  ["hexadecimal", "0x10"],
  ["a large number", "9".repeat(400)],
  ["a number with a point", "1.7976931348623157e308.5%"],
  ["wide characters", "\u{1f600}\u0301\u202e\u0000".replace("\0", "") + "\u{10ffff}".repeat(100)],
  ["control characters", "\u001b[31m\u0007\u0085\u009b2J\u0001"],
  ["brackets", "[::]:[0]:[::ffff:1.2.3.4%lo]:99999"],
  ["a date that never ends", "*-*-* *:*:*/0.000001 Mon..Sun,".repeat(50)],
  ["a long unit name", `${"a@".repeat(200)}.service`],
  ["addresses", "0.0.0.0/0 ::/0 any 1.2.3.4/33 ::1/129 ".repeat(100)],
  ["a thousand ranges", "1-".repeat(1_000) + "99999999999999999999"]
]

const nameFor = (section: string): string => {
  const kinds = ["service", "socket", "timer", "path", "target"] as const
  const kind = kinds.find((each) => Directives.sectionsOf(each).includes(section))
  return `x.${kind ?? "service"}`
}

/** One directive with one value; a valid unit around it. */
const assigned = (directive: Directive, index: number): Hostile => {
  const [label, value] = values[index % values.length] ?? ["nothing", ""]
  const { key, section } = directive
  const start = section === "Service" && key !== "ExecStart" ? "ExecStart=/bin/a\n" : ""
  return {
    label: `${section}.${key}: ${label}`,
    name: nameFor(section),
    content: `[${section}]\n${start}${key}=${value}\n`
  }
}

const numbered = (count: number, line: (index: number) => string): string => {
  const lines: Array<string> = []
  for (let index = 0; index < count; index++) lines.push(line(index))
  return lines.join("")
}

/** A text that grows with its measure, in characters or lines: the work for it must grow no faster. */
export interface Growing {
  readonly label: string
  readonly name?: string
  /** The largest measure at which it is still a file of 1 MiB. */
  readonly maximum: number
  readonly make: (measure: number) => string
  /** Work that is done once a file, however long it is. */
  readonly allowance?: number
}

const line = (key: string, value: (measure: number) => string, maximum = 65_000): Omit<Growing, "label"> => ({
  maximum,
  make: (measure) => `[Service]\nExecStart=/bin/a\n${key}=${value(measure)}\n`
})

const repeated = (piece: string) => (measure: number) => piece.repeat(Math.ceil(measure / piece.length))

const lines = (text: (index: number) => string, maximum: number): Omit<Growing, "label"> => ({
  maximum,
  make: (measure) => `[Service]\nExecStart=/bin/a\n${numbered(measure, text)}`
})

export const growing: ReadonlyArray<Growing> = [
  { label: "directives", ...lines(() => "Nice=1\n", 100_000) },
  { label: "commands", ...lines(() => "ExecStart=/a\n", 70_000) },
  { label: "variables of their own", ...lines((index) => `Environment=A${index}=1\n`, 45_000) },
  { label: "requirements", ...lines((index) => `[Unit]\nAfter=u${index}.service\n`, 30_000) },
  { label: "requirements of itself", ...lines(() => "[Unit]\nAfter=x.service\n", 30_000) },
  { label: "unknown directives", ...lines((index) => `Rest${index}=1\n`, 80_000) },
  { label: "unknown directives beside known ones", ...lines((index) => `ExecStrat${index}=1\n`, 60_000) },
  { label: "unknown sections", ...lines((index) => `[Servise${index}]\n`, 60_000) },
  { label: "sections", ...lines(() => "[Service]\n", 100_000) },
  { label: "sections that are not closed", ...lines(() => "[Service\n", 100_000) },
  { label: "wrong values", ...lines(() => "KillSignal=x\n", 75_000) },
  { label: "wrong booleans", ...lines(() => "RemainAfterExit=x\n", 55_000) },
  { label: "lines without a sign", ...lines(() => "x\n", 500_000) },
  { label: "empty lines", ...lines(() => "\n", 1_000_000) },
  { label: "comments", ...lines(() => "#\n", 500_000) },
  { label: "carriage returns", ...lines(() => "\r\n", 500_000) },
  { label: "continued lines", ...lines(() => "A\\\n", 300_000) },
  { label: "comments in a continuation", maximum: 400_000, make: (n) => `[Unit]\nA=a\\\n${"#\n".repeat(n)}b\n` },
  { label: "empty continuations", maximum: 500_000, make: (n) => `[Unit]\nA=a${"\\\n".repeat(n)}` },
  { label: "backslashes", maximum: MiB - 100, make: (n) => `[Unit]\nA=${"\\".repeat(n)}\nB=1\n` },
  { label: "one line", maximum: MiB - 100, make: (n) => "x".repeat(n) },
  { label: "one line of blanks", maximum: MiB - 100, make: (n) => `${" ".repeat(n)}x` },
  { label: "lines of blanks", ...lines(() => " ".repeat(60_000) + "\n", 17) },
  { label: "one header", maximum: MiB - 100, make: (n) => `[${"x".repeat(n)}]\n` },
  { label: "open brackets", maximum: MiB - 100, make: (n) => "[".repeat(n) },
  { label: "equals signs", maximum: MiB - 100, make: (n) => `[Unit]\n${"=".repeat(n)}\n` },
  { label: "a long key", maximum: 65_000, make: (n) => `[Service]\n${"x".repeat(n)}=1\n` },
  { label: "words of a command", ...line("ExecStart", repeated("a ")) },
  { label: "words and one semicolon", ...line("ExecStart", (n) => `${"a ".repeat(n / 2)};`) },
  { label: "quoted words and one semicolon", ...line("ExecStart", (n) => `${"'a' ".repeat(n / 4)} ;`) },
  { label: "semicolons", ...line("ExecStart", repeated("; ")) },
  { label: "commands between semicolons", ...line("ExecStart", repeated("a ; ")) },
  { label: "commands with a fault each", ...line("ExecStart", repeated("a \\q ; ")) },
  { label: "escaped semicolons", ...line("ExecStart", repeated("\\; ")) },
  { label: "bytes that are no character", ...line("ExecStart", repeated("\\xff")) },
  { label: "octal bytes that are no character", ...line("Environment", repeated("\\377")) },
  { label: "escapes that are none", ...line("ExecStart", repeated("\\q")) },
  { label: "NULs", ...line("Environment", repeated("\\x00")) },
  { label: "quotes", ...line("ExecStart", repeated("\"")) },
  { label: "quotes in quotes", ...line("ExecStart", repeated("\"'")) },
  { label: "words that open a quote inside", ...line("ExecStart", repeated("a\"b\\\"")) },
  { label: "a quote that is not closed", ...line("ExecStart", (n) => `a "${"x ".repeat(n / 2)}`) },
  { label: "prefixes", ...line("ExecStart", repeated("-@:+!")) },
  { label: "variables", ...line("ExecStart", repeated("${A} ")) },
  { label: "variables of different names", ...line("Environment", (n) => numbered(n / 8, (i) => `A=\${X${i}} `)) },
  { label: "defaults in defaults", ...line("WorkingDirectory", repeated("${A:-")) },
  { label: "defaults in defaults, closed", ...line("User", (n) => "${A:-".repeat(n / 6) + "}".repeat(n / 6)) },
  { label: "closing braces", ...line("User", (n) => `\${A:-${"}".repeat(n)}`) },
  { label: "dollars", ...line("User", repeated("$")) },
  { label: "dollars and braces", ...line("User", repeated("${")) },
  { label: "percent signs", ...line("ExecStart", repeated("%%")) },
  { label: "unknown specifiers", ...line("User", repeated("%z")) },
  { label: "unknown specifiers in words", ...line("Environment", repeated("A=%z ")) },
  { label: "names of the unit", ...line("Environment", (n) => `A=${"%n".repeat(n / 2)}`) },
  {
    label: "long names of the unit",
    name: `${"n".repeat(240)}.service`,
    allowance: 30_000_000,
    ...line("Environment", (n) => `A=${"%n".repeat(n / 2)}`)
  },
  { label: "names that are none", maximum: 65_000, make: (n) => `[Unit]\nAfter=${"a ".repeat(n / 2)}\n` },
  { label: "one name that is none", maximum: 65_000, make: (n) => `[Unit]\nAfter=${"a".repeat(n)}.servic\n` },
  { label: "one name with a suffix that is none", maximum: 65_000, make: (n) => `[Unit]\nAfter=a.${"a".repeat(n)}\n` },
  { label: "names with escapes", maximum: 65_000, make: (n) => `[Unit]\nAfter=${"\\x2d".repeat(n / 4)}.service\n` },
  { label: "assignments that are none", ...line("Environment", repeated("a ")) },
  { label: "a span of time", ...line("RestartSec", repeated("1s ")) },
  { label: "a span of blanks", ...line("RestartSec", (n) => `1${" ".repeat(n)}x`) },
  { label: "a span of blanks after a control character", ...line("RestartSec", (n) => `\u0001${" ".repeat(n)}x`) },
  { label: "a long number", ...line("RestartSec", repeated("9")) },
  { label: "a long path", ...line("WorkingDirectory", (n) => `/${"../".repeat(n / 3)}`) },
  { label: "slashes", ...line("WorkingDirectory", repeated("/")) },
  { label: "words", ...line("SupplementaryGroups", repeated("a ")) },
  { label: "conditions", maximum: 30_000, make: (n) => `[Unit]\n${"ConditionPathExists=/a\n".repeat(n)}` },
  { label: "exclamation marks", maximum: 65_000, make: (n) => `[Unit]\nConditionPathExists=|${"!".repeat(n)}\n` }
]

const edges = [64 * KiB - 1, 64 * KiB, 64 * KiB + 1, MiB - 1, MiB, MiB + 1]

/** As large as files may be, and a little larger. */
const giants = (): ReadonlyArray<Hostile> => [
  ...growing.map(({ label, make, maximum, name = "x.service" }): Hostile => ({
    label: `as many as fit: ${label}`,
    name,
    content: make(maximum)
  })),
  ...edges.flatMap((size) => [
    { label: `a line of ${size}`, name: "x.service", content: `[Service]\nA=${"x".repeat(size - 2)}\n` },
    { label: `a file of ${size} characters`, name: "x.service", content: "[Unit]\n".padEnd(size, "#") },
    { label: `a file of ${size} euros`, name: "x.service", content: "#".padEnd(Math.ceil(size / 3), "\u20ac") },
    { label: `NULs: ${size}`, name: "x.service", content: "\0".repeat(size) }
  ])
]

/** Names of files that somebody may find in a directory. */
const names: ReadonlyArray<string> = [
  `${"a".repeat(247)}.service`,
  `${"a".repeat(248)}.service`,
  `${"@".repeat(100)}.service`,
  "@.service",
  ".service",
  "a@b@c@.service",
  "a@.service",
  `a@${"%i".repeat(100)}.service`,
  "service",
  "a.service.service",
  "a..service",
  "-.service",
  "\\x2d.service",
  "\\xff\\xfe@\\xff.service",
  "a b.service",
  "\u00e4.service",
  "a.SERVICE",
  "a.servic",
  "a.mount",
  "constructor.service",
  "__proto__.target",
  "a\u001b[31m.service",
  "%n.service",
  "a.service~"
]

const strange = (random: Random.Random): Hostile => ({
  label: "a strange name",
  name: random.pick(names),
  content: random.pick([
    "[Service]\nExecStart=/bin/a %n %N %p %P %i %I %j %J %f\n",
    "[Unit]\nAfter=%n %i.service %p@%i.service\n[Service]\nExecStart=/a\n",
    "",
    "garbage"
  ])
})

/** Bytes of all kinds, among them those that UTF-8 has no use for. */
const garbage = (random: Random.Random): Hostile => {
  const bytes = new Uint8Array(random.below(random.oneIn(20) ? 20_000 : 300))
  const mask = random.pick([0xff, 0x7f, 0x3f])
  for (let index = 0; index < bytes.length; index++) bytes[index] = random.below(256) & mask
  const start = new TextEncoder().encode(random.pick(["", "[Unit]\n", "[Service]\nExecStart=", "\ufeff[Unit]\nA="]))
  return { label: "bytes", name: "x.service", content: new Uint8Array([...start, ...bytes]) }
}

const tokens: ReadonlyArray<string> = [
  ...["[", "]", "[Unit]", "[Service]", "[Install]", "[X-Own]", "\n", "\n", "\n", "\r\n", "\r", "\\\n", "\\\r\n", "\\"],
  ...["=", "=", "=", " ", "\t", "#", ";", "\"", "'", "%", "%n", "%%", "$", "${A}", "${A:-", "}", "$$", "\\x", "\\x41"],
  ...["ExecStart", "After", "Environment", "Type", "User", "oneshot", "x.service", "/bin/a", "A=b", "5min", "infinity"],
  ...["\ufeff", "\ufffd", "\u00a0", "\u2028", "\u{1f600}", "\ud800", "\udc00", "\u0001", "\u0085", "\u001b[2J", "\0"]
]

/** Pieces of unit files in no order. */
const soup = (random: Random.Random): Hostile => {
  const pieces: Array<string> = []
  const length = random.below(random.oneIn(20) ? 2_000 : 60)
  // A NUL ends the matter at once: one in a hundred pieces is often enough to hide everything else.
  const usual = random.oneIn(10) ? tokens : tokens.slice(0, -1)
  for (let index = 0; index < length; index++) pieces.push(random.pick(usual))
  return { label: "pieces", name: "x.service", content: `${random.pick(["", "[Service]\n"])}${pieces.join("")}` }
}

/** Several directives with bad values, in files that are otherwise in order. */
const several = (random: Random.Random, directives: ReadonlyArray<Directive>): Hostile => {
  const pieces = ["[Service]\nExecStart=/bin/a\n"]
  for (let left = random.below(20); left > 0; left--) {
    const { key, section } = random.pick(directives)
    const value = random.pick(values)[1]
    pieces.push(`[${section}]\n${key}${random.pick(["=", " = ", "=\\\n "])}${value.slice(0, 2_000)}\n`)
  }
  return {
    label: "several directives",
    name: random.pick(["x.service", "x@.service", "x@a.socket"]),
    content: pieces.join("")
  }
}

/** How many of each kind. */
export interface Amount {
  /** Values for each directive of the table. */
  readonly values: number
  /** Inputs of all other kinds, beside the giants. */
  readonly others: number
}

/** The inputs of one seed: the largest first, then each directive of the table several times, then all kinds in turn. */
export const generate = (seed: number, amount: Amount): ReadonlyArray<Hostile> => {
  const random = Random.make(seed)
  const directives = Directives.all()
  const all: Array<Hostile> = [...giants()]
  directives.forEach((directive, position) => {
    for (let round = 0; round < amount.values; round++) all.push(assigned(directive, position + 5 * round))
  })
  for (let index = 0; index < amount.others; index++) {
    const make = random.pick([garbage, soup, soup, strange, several])
    all.push(make(random, directives))
  }
  return all
}
