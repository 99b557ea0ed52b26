#!/usr/bin/env node
/**
 * Hygiene of every file that is or would be committed: size, white space, open ends, and names that belong to one
 * machine or one network. Usage: `node scripts/check-text.mjs [root]`.
 */
import { execFileSync } from "node:child_process"
import { lstatSync, readFileSync } from "node:fs"
import { dirname, extname, join } from "node:path"
import { fileURLToPath } from "node:url"

const topLevel = [
  ...["src", "test", "fixtures", "scripts"],
  ...["package.json", "package-lock.json", "tsconfig.json", "esbuild.config.mjs", "Dockerfile.test"],
  ...["LICENSE", "README.md"]
]
const softLimit = 300
const hardLimit = 400
const anyLength = /(^|\/)(LICENSE|README\.md|\.changelog\.md|package-lock\.json)$/
const generated = /@generated\b/
/** Unit files are test input: their blanks, tabs and line ends are there on purpose. */
const anyBlank = /^fixtures\//
/** Brackets keep these patterns from matching themselves. */
const openEnd = /\b(?:TO[D]O|FIX[M]E)\b/
const hosts = /\b(?:registry|deb|security|snapshot|archive|dl-cdn)[.][a-z0-9-]+(?:[.][a-z0-9-]+)*[.](?:org|com|io)\b/i
const places = [
  /(?<![\w.-])[/]Users[/]\w+/,
  /(?<![\w.-])[/]work[/](?:main|shared|scratch|tmp|[.]\w+)\b/,
  /(?<![\w.-])[/]home[/][\w-]+[/](?:work|src|git|dev|code|repos?|projects?)\b/,
  /\b[A-Z]:\\Users\\/
]

const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)))
const git = ["-C", root, "ls-files", "-z", "--cached", "--others", "--exclude-standard"]
const files = [...new Set(execFileSync("git", git, { encoding: "utf8", maxBuffer: 2 ** 26 }).split("\0"))]
  .filter((file) => file !== "" && lstatSync(join(root, file), { throwIfNoEntry: false })?.isFile() === true)
  .sort()

const faults = []
const long = []

const checkLine = (file, line, at) => {
  const fault = (text) => faults.push(`${file}:${at + 1}: ${text}`)
  const host = hosts.exec(line)?.[0]
  if (host !== undefined) fault(`names the host ${host}: registries are the business of the machine's configuration`)
  const place = line.includes(root) ? root : places.map((pattern) => pattern.exec(line)?.[0]).find(Boolean)
  if (place !== undefined) fault(`names a place of one machine, ${place}`)
  if (openEnd.test(line)) fault("open end: do it, or write an issue")
  if (anyBlank.test(file)) return
  if (line.includes("\t")) fault("tab")
  if (/[ \t\r]$/.test(line)) fault(line.endsWith("\r") ? "carriage return" : "trailing blank")
}

for (const file of files) {
  const top = file.split("/")[0]
  if (!top.startsWith(".") && !topLevel.includes(top)) faults.push(`${file}: ${top} is not a name of the top level`)
  const bytes = readFileSync(join(root, file))
  if (bytes.includes(0)) continue
  const text = bytes.toString("utf8")
  const lines = text.replace(/\n$/, "").split("\n")
  lines.forEach((line, at) => checkLine(file, line, at))
  if (bytes.length > 0 && !text.endsWith("\n") && !anyBlank.test(file)) faults.push(`${file}: no line end at the end`)
  if (anyLength.test(file) || anyBlank.test(file) || generated.test(lines.slice(0, 3).join("\n"))) continue
  if (lines.length > hardLimit) faults.push(`${file}: ${lines.length} lines, the limit is ${hardLimit}`)
  else if (lines.length > softLimit && extname(file) !== ".json") long.push(`${file}: ${lines.length} lines`)
}

for (const note of long) process.stdout.write(`note: ${note}, aim for ${softLimit}\n`)
for (const fault of faults) process.stdout.write(`${fault}\n`)
process.stdout.write(`${files.length} files, ${long.length} long, ${faults.length} faults\n`)
process.exitCode = faults.length === 0 ? 0 : 1
