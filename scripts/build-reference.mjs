// Writes the generated parts of README.md: the directive reference, from the table that the parser reads
// (src/unit/Directives.ts), the codes, from src/unit/Catalogue.ts, the commands, from src/cli/Commands.ts, and the flags,
// from src/cli/Options.ts, and the examples, from fixtures/examples. `--check` only compares, for `npm run check`.
import { existsSync, readdirSync, readFileSync, writeFileSync } from "node:fs"
import { fileURLToPath } from "node:url"
import { loadModule } from "./load-module.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const { Catalogue, Directives, commands, flags } = await loadModule(`
  export * as Catalogue from "./src/unit/Catalogue.ts"
  export * as Directives from "./src/unit/Directives.ts"
  export { commands } from "./src/cli/Commands.ts"
  export { flags } from "./src/cli/Options.ts"
`)

const cell = (text) => text.replaceAll("|", "\\|")

const directiveTable = (rows) => [
  "| directive | default | what it does |",
  "|---|---|---|",
  ...rows.map(({ default: byDefault, doc, key }) => `| \`${key}=\` | ${cell(byDefault)} | ${cell(doc)} |`)
]

const names = (rows) => rows.map(({ key }) => `\`${key}=\``).join(" ")

const sectionReference = (section) => {
  const rows = Directives.keysOf(section).map((key) => Directives.find(section, key))
  const of = (support) => rows.filter((row) => row.support === support)
  const lines = [`### [${section}]`, ""]
  if (of("supported").length > 0) lines.push(...directiveTable(of("supported")), "")
  if (of("accepted").length > 0) lines.push(`Accepted, without effect: ${names(of("accepted"))}`, "")
  const unsupported = of("unsupported")
  if (unsupported.length > 0) {
    lines.push(
      `<details><summary>Known and not acted on: ${unsupported.length} directives, each a warning</summary>`,
      ""
    )
    lines.push(names(unsupported), "", "</details>", "")
  }
  return lines
}

const flagTable = [
  "| flag | default | |",
  "|---|---|---|",
  ...Object.values(flags).map(({ about, argument, fallback, name }) =>
    `| \`--${name}${argument === undefined ? "" : ` ${cell(argument)}`}\` | ${
      fallback === undefined ? "" : `\`${fallback}\``
    } | ${about} |`
  )
]

const commandTable = [
  "| command | |",
  "|---|---|",
  ...Object.values(commands).map(({ about, name, operands }) =>
    `| \`${name}${operands === "" ? "" : ` ${cell(operands)}`}\` | ${about} |`
  )
]

const codeTable = [
  "| code | | |",
  "|---|---|---|",
  ...Catalogue.all().map(({ code, severity, title }) => `| ${code} | ${severity.join(", ")} | ${cell(title)} |`)
]

// Each folder is a drop-in directory; a socket goes ahead of its service. DIRECTORY.Dockerfile is what the image needs.
const examples = "fixtures/examples"

const exampleFiles = (folder) => {
  const units = readdirSync(`${examples}/${folder}`).sort().reverse().map((name) => [name, `${folder}/${name}`])
  const dockerfile = `${folder}.Dockerfile`
  return existsSync(`${examples}/${dockerfile}`) ? [...units, ["Dockerfile", dockerfile]] : units
}

const exampleLines = (folder) =>
  exampleFiles(folder).flatMap((
    [name, path]
  ) => ["", `# ${name}`, ...readFileSync(`${examples}/${path}`, "utf8").trimEnd().split("\n")]).slice(1).map((line) =>
    line === "" ? "" : `    ${line}`
  )

const folders = readdirSync(examples, { withFileTypes: true }).filter((entry) => entry.isDirectory())
const drops = folders.map(({ name }) => name).filter((name) => name !== "core")

const parts = {
  ...Object.fromEntries(drops.map((folder) => [`example ${folder}`, exampleLines(folder)])),
  commands: commandTable,
  codes: codeTable,
  flags: flagTable,
  directives: Directives.allSections.flatMap(sectionReference)
}

let text = readFileSync("README.md", "utf8")
for (const [name, lines] of Object.entries(parts)) {
  const [begin, end] = [`<!-- generated: ${name} -->`, `<!-- end of ${name} -->`]
  const [from, to] = [text.indexOf(begin), text.indexOf(end)]
  if (from < 0 || to < 0) throw new Error(`README.md has no place for ${name}`)
  text = `${text.slice(0, from + begin.length)}\n\n${lines.join("\n").trimEnd()}\n\n${text.slice(to)}`
}

if (process.argv.includes("--check")) {
  if (readFileSync("README.md", "utf8") !== text) {
    console.error("README.md differs from what it is made from; run node scripts/build-reference.mjs")
    process.exit(1)
  }
} else {
  writeFileSync("README.md", text)
}
