// Writes src/runtime/Binding.ts from the operation table src/native/core/ci_ops.def, and src/runtime/StepCode.ts from the
// table of steps beside it, so that TypeScript knows exactly what C has. `--check` only compares, for `npm run check`.
import { readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"

const root = fileURLToPath(new URL("..", import.meta.url))

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
 * @generated from src/native/core/ci_ops.def by scripts/build-binding.mjs: the native object that both engines bind,
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
  Clock: 8,
  Refused: 9,
  Relay: 10
} as const

/** How many numbers an event is. */
export const eventWidth = 4
`

/** The steps of ci_steps.def, numbered from 1 as `enum ci_step` of ci.h does. */
const steps = [
  ...readFileSync(`${root}src/native/core/ci_steps.def`, "utf8").matchAll(
    /^CI_STEP\((\w+), [01], "([^"]*)",\s*((?:"(?:[^"\\]|\\.)*"\s*)+)\)/gm
  )
].map(([, name, operands, documentation], at) => {
  const lines = wrap(literal(documentation), 110).map((text) => `   * ${text}`)
  const takes = operands === "" ? [] : [`   * Operands: ${operands}.`]
  return `  /**\n${[...lines, ...takes].join("\n")}\n   */\n  ${name}: ${at + 1}`
})

const stepCode = `/**
 * The steps that a child can do to itself before it becomes its program, generated from src/native/core/ci_steps.def by
 * scripts/build-binding.mjs.
 *
 * @internal
 */
export const StepCode = {
${steps.join(",\n")}
} as const
`

const files = { "src/runtime/Binding.ts": text, "src/runtime/StepCode.ts": stepCode }
for (const [file, wanted] of Object.entries(files)) {
  if (!process.argv.includes("--check")) {
    writeFileSync(root + file, wanted)
  } else if (readFileSync(root + file, "utf8") !== wanted) {
    console.error(`${file} differs from the tables in src/native/core; run node scripts/build-binding.mjs`)
    process.exit(1)
  }
}
