// Writes src/runtime/Binding.ts from the operation table src/native/core/ci_ops.def, so that TypeScript knows exactly
// the functions that C has. `--check` only compares, for `npm run check`.
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))
const target = `${root}src/runtime/Binding.ts`

const types = { int: "number", string: "string", list: "ReadonlyArray<string>", ints: "ReadonlyArray<number>" }
const results = { int: "number", text: "string | number" }

/** Joins adjacent C string literals: `"a " "b"` is `a b`. */
const literal = (text) => [...text.matchAll(/"((?:[^"\\]|\\.)*)"/g)].map((match) => match[1]).join("")

const rows = [
  ...readFileSync(`${root}src/native/core/ci_ops.def`, "utf8").matchAll(
    /^CI_OP\((\w+), (\w+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+),\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)/gm
  )
].map((match) => ({
  name: match[1],
  result: match[2],
  parameters: literal(match[3]).split(" ").filter(Boolean).map((parameter) => parameter.split(":")),
  documentation: literal(match[4])
}))

const wrap = (text, width) =>
  text.split(" ").reduce((lines, word) => {
    const last = lines[lines.length - 1]
    return last.length + word.length + 1 > width ? [...lines, word] : [...lines.slice(0, -1), `${last} ${word}`.trim()]
  }, [""])

const member = ({ documentation, name, parameters, result }) => {
  const list = parameters.map(([parameter, type]) => `${parameter}: ${types[type]}`)
  const line = `  readonly ${name}: (${list.join(", ")}) => ${results[result]}`
  const signature = line.length <= 120
    ? line
    : `  readonly ${name}: (\n${list.map((entry) => `    ${entry}`).join(",\n")}\n  ) => ${results[result]}`
  return `  /**\n${wrap(documentation, 110).map((text) => `   * ${text}`).join("\n")}\n   */\n${signature}`
}

const text = `/**
 * The native object that both engines bind, generated from src/native/core/ci_ops.def by scripts/build-binding.mjs:
 * flat functions over numbers, strings and lists. A negative number is a negated errno.
 *
 * @internal
 */
export interface Binding {
  /**
   * Names the one function that takes events: four numbers each, their kind (\`EventKind\`) and three operands.
   */
  readonly listen: (handler: (events: ReadonlyArray<number>) => void) => void
  /**
   * Ends this process once what was said is written out.
   */
  readonly exit: (code: number) => void
  /**
   * Ends the events. What was spawned lives on; nothing else of this object may be called any more.
   */
  readonly close: () => void
${rows.map(member).join("\n")}
}

/** \`enum ci_event_kind\` of ci.h. */
export const EventKind = {
  Started: 1,
  Exited: 2,
  Signal: 3,
  Readable: 4,
  Empty: 5,
  Unplaced: 6,
  File: 7,
  Clock: 8
} as const

/** How many numbers an event is. */
export const eventWidth = 4
`

if (process.argv.includes("--check")) {
  if (readFileSync(target, "utf8") !== text) {
    console.error("src/runtime/Binding.ts differs from ci_ops.def; run node scripts/build-binding.mjs")
    process.exit(1)
  }
} else {
  writeFileSync(target, text)
}
