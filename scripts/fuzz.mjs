// The fuzzer behind scripts/fuzz: takes unit files (those of ../shared/corpus where it is there, and of fixtures) and
// hostile ones, changes them, and asks of each what test/support/Promises.ts and Laws.ts promise of every text.
//
// Each kind of fault is shown once, with the shortest text that still has it. Exit code 1 if there was one.
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { basename, join } from "node:path"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { loadModule } from "./load-module.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const { values: flags } = parseArgs({
  options: {
    seconds: { type: "string", default: "60" },
    seed: { type: "string", default: String(Math.floor(Math.random() * 2 ** 31)) },
    corpus: { type: "string", default: "../shared/corpus/units" },
    keep: { type: "string" }
  }
})
const seconds = Number(flags.seconds)
const seed = Number(flags.seed)
if (!Number.isFinite(seconds) || !Number.isInteger(seed)) throw new Error("--seconds and --seed want numbers")

const { Directives, Hostile, Laws, Mutate, Random } = await loadModule(`
  export * as Directives from "./src/unit/Directives.ts"
  export * as Hostile from "./test/support/Hostile.ts"
  export * as Laws from "./test/support/Laws.ts"
  export * as Mutate from "./test/support/Mutate.ts"
  export * as Random from "./test/support/Random.ts"
`)

const unitFile = /\.(service|socket|target|timer|path|conf|env)$/
const filesBelow = (folder) =>
  existsSync(folder)
    ? readdirSync(folder, { recursive: true, encoding: "utf8" })
      .filter((path) => unitFile.test(path))
      .sort()
      .map((path) => ({ name: basename(path), text: readFileSync(join(folder, path), "utf8") }))
    : []

const random = Random.make(seed)
const corpus = [...filesBelow(flags.corpus), ...filesBelow("fixtures")]
  .map(({ name, text }) => ({ name: name.replace(/\.(conf|env)$/, ".service"), text }))
const hostile = Hostile.generate(seed, { values: 2, others: 2_000 })
  .map((input) => ({ name: input.name, text: Hostile.textOf(input) }))
  .filter(({ text }) => text.length < 20_000)
const bases = [...corpus, ...hostile]
const texts = corpus.length > 0 ? corpus.map(({ text }) => text) : hostile.map(({ text }) => text)
const directives = Directives.all()
const nasty = Hostile.values.map(([, value]) => value)

const valueOf = (line) => line.slice(line.indexOf("=") + 1)

/** A file with some lines changed, as somebody might who knows what unit files look like. */
const changeLines = (text) => {
  const lines = text.split("\n")
  const at = random.below(lines.length + 1)
  const other = random.pick(texts).split("\n")
  const { key, section } = random.pick(directives)
  switch (random.below(6)) {
    case 0:
      lines.splice(at, 0, random.pick(other))
      break
    case 1:
      lines.splice(at, 1)
      break
    case 2:
      lines.splice(at, 0, `[${section}]`, `${key}=${random.pick(nasty).slice(0, random.pick([20, 200, 5_000]))}`)
      break
    case 3:
      lines.splice(at, 0, `[${section}]`, `${key}=${valueOf(random.pick(other))}`)
      break
    case 4:
      lines.splice(at, 1, `${lines[at] ?? ""}\\`, random.pick(["# comment", "; comment", "", "  x"]))
      break
    default:
      lines.splice(at, 1, (lines[at] ?? "").replace(/=.*/s, () => `=${valueOf(random.pick(other))}`))
  }
  return lines.join("\n")
}

const next = () => {
  const base = random.pick(bases)
  let { name, text } = base
  for (let left = random.pick([0, 1, 1, 2, 3, 5, 10]); left > 0; left--) {
    text = random.oneIn(3) ? Mutate.mutate(random, text, texts) : changeLines(text)
  }
  if (random.oneIn(20)) name = random.pick(["x.service", "x@.service", "x@y.socket", "x.timer", "x.path", "x.target"])
  return { name, file: name, text: text.slice(0, 200_000) }
}

/** Numbers and texts of one kind of fault differ from input to input. */
const kindOf = (fault) => fault.replace(/"(?:[^"\\]|\\.)*"/g, "").replace(/[0-9]+/g, "").slice(0, 60)

const check = (source) => Laws.broken(source, Random.make(seed))

/** The shortest text that still breaks in the same way: pieces are left out as long as that works. */
const minimise = (source, kind) => {
  let best = source
  const until = Date.now() + 5_000
  const holds = (text) => {
    const fault = check({ ...best, text })
    return fault !== undefined && kindOf(fault) === kind
  }
  for (const unit of ["\n", ""]) {
    let pieces = best.text.split(unit)
    for (let size = Math.ceil(pieces.length / 2); size >= 1; size = size === 1 ? 0 : Math.ceil(size / 2)) {
      for (let at = 0; at < pieces.length && Date.now() < until;) {
        const rest = [...pieces.slice(0, at), ...pieces.slice(at + size)]
        if (holds(rest.join(unit))) pieces = rest
        else at += size
      }
    }
    best = { ...best, text: pieces.join(unit) }
  }
  return best
}

const show = (text) => JSON.stringify(text.length > 1_000 ? `${text.slice(0, 1_000)}...` : text)

const kinds = new Set()
const slow = []
const began = Date.now()
let count = 0
let characters = 0

/** Milliseconds that are too many for a text of this length, on any machine: others may have the processor meanwhile. */
const patience = (length) => 50 + length / 100

const time = (source) => {
  const start = performance.now()
  Laws.readOnce(source)
  return performance.now() - start
}

while (Date.now() - began < seconds * 1_000) {
  const source = next()
  count++
  characters += source.text.length
  let millis = time(source)
  if (millis > patience(source.text.length)) {
    // Once may be chance.
    millis = Math.min(millis, time(source), time(source))
    if (millis > patience(source.text.length)) slow.push({ source, millis })
  }
  const fault = check(source)
  if (fault === undefined || kinds.has(kindOf(fault))) continue
  kinds.add(kindOf(fault))
  const short = minimise(source, kindOf(fault))
  console.log(`\n${check(short) ?? fault}\n  ${short.name}, ${short.text.length} characters: ${show(short.text)}`)
  if (flags.keep !== undefined) {
    mkdirSync(flags.keep, { recursive: true })
    writeFileSync(join(flags.keep, `${kinds.size}-${encodeURIComponent(short.name).slice(0, 100)}`), short.text)
  }
}

slow.sort((a, b) => b.millis / b.source.text.length - a.millis / a.source.text.length)
for (const { millis, source } of slow.slice(0, 5)) {
  console.log(`\n${millis.toFixed(0)} ms for ${source.text.length} characters: ${show(source.text.slice(0, 300))}`)
}
console.log(
  `\nseed ${seed}: ${count} texts from ${corpus.length} files, ${(characters / 2 ** 20).toFixed(0)} Mi characters in ` +
    `${((Date.now() - began) / 1_000).toFixed(0)} s; ${kinds.size} kinds of faults, ${slow.length} slow texts`
)
process.exitCode = kinds.size + slow.length > 0 ? 1 : 0
