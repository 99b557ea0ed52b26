#!/usr/bin/env node
/**
 * The floors of the house: a folder of src imports from strictly lower floors only, and no file imports itself in a
 * circle. Usage: `node scripts/check-floors.mjs [root]`.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import { dirname, extname, join, posix, relative } from "node:path"
import { fileURLToPath } from "node:url"
import ts from "typescript"

const floors = {
  unit: 0,
  graph: 1,
  kernel: 1,
  supervisor: 2,
  // These two put into words what the supervisor tells.
  trace: 3,
  health: 3,
  runtime: 3,
  cli: 4,
  bin: 5,
  "index.ts": 6
}

/** What knows one engine: importable from itself and from the entry of that engine only. */
const engines = {
  "src/runtime/node/": ["src/runtime/node/", "src/bin/node"],
  "src/runtime/quickjs/": ["src/runtime/quickjs/", "src/bin/quickjs"],
  "src/bin/": ["src/bin/"]
}

const nativeFolder = "src/native/"
const coreFolder = "src/native/core/"
const extensions = [".ts", ".c", ".h", ".def", ".md", ".json"]
const engineHeader = /^\s*#\s*include\s*[<"]([^>"]*\b(?:quickjs|cutils|node_api|js_native_api)[\w-]*\.h)[>"]/
const upwardInclude = /^\s*#\s*include\s*"([^"]*\b(?:host|addon)\/[^"]*)"/

const root = process.argv[2] ?? dirname(dirname(fileURLToPath(import.meta.url)))
const faults = []
const fault = (file, line, text) => faults.push({ file, line, text: `${file}${line > 0 ? `:${line}` : ""}: ${text}` })

const listFiles = (folder) =>
  readdirSync(join(root, folder), { withFileTypes: true }).flatMap((entry) =>
    entry.isDirectory() ? listFiles(posix.join(folder, entry.name)) : [posix.join(folder, entry.name)]
  )

/** The first part of the path below src: `supervisor` of src/supervisor/State.ts, `index.ts` of src/index.ts. */
const room = (file) => file.split("/")[1] ?? ""
const floorOf = (file) => Object.hasOwn(floors, room(file)) ? floors[room(file)] : undefined

/** Every import of a file: static, re-exported, dynamic, and `import("...")` types. */
const importsOf = (file, text) => {
  const source = ts.createSourceFile(file, text, ts.ScriptTarget.ES2022, true, ts.ScriptKind.TS)
  const found = []
  const add = (literal, typeOnly) => {
    if (literal === undefined || !ts.isStringLiteralLike(literal)) return
    const line = source.getLineAndCharacterOfPosition(literal.getStart(source)).line + 1
    found.push({ specifier: literal.text, line, typeOnly })
  }
  const visit = (node) => {
    if (ts.isImportDeclaration(node)) add(node.moduleSpecifier, node.importClause?.isTypeOnly === true)
    else if (ts.isExportDeclaration(node)) add(node.moduleSpecifier, node.isTypeOnly)
    else if (ts.isImportTypeNode(node) && ts.isLiteralTypeNode(node.argument)) add(node.argument.literal, true)
    else if (ts.isCallExpression(node) && node.expression.kind === ts.SyntaxKind.ImportKeyword) {
      add(node.arguments[0], false)
    }
    ts.forEachChild(node, visit)
  }
  visit(source)
  return found
}

const checkImport = (file, { line, specifier }) => {
  if (specifier === "container-init" || specifier.startsWith("container-init/")) {
    fault(file, line, `imports its own package as "${specifier}": use a relative path`)
  }
  if (!specifier.startsWith(".")) return undefined
  if (!specifier.endsWith(".ts")) fault(file, line, `"${specifier}" does not end in .ts`)
  const target = posix.join(posix.dirname(file), specifier)
  if (!target.startsWith("src/")) {
    fault(file, line, `imports ${target}, which is outside src`)
    return undefined
  }
  const from = floorOf(file)
  const to = floorOf(target)
  const sameRoom = room(file) === room(target) && room(file) !== "index.ts"
  if (!sameRoom && from !== undefined && (to === undefined || to >= from)) {
    fault(file, line, `imports ${target} (${to === undefined ? "no floor" : `floor ${to}`}) from floor ${from}`)
  }
  for (const [engine, allowed] of Object.entries(engines)) {
    if (target.startsWith(engine) && !allowed.some((place) => file.startsWith(place))) {
      fault(file, line, `imports ${target}: ${engine} is for ${allowed.join(" and ")} alone`)
    }
  }
  return target
}

/** Strongly connected files (Tarjan), each as the closed path of one circle in it. */
const circles = (edges) => {
  const index = new Map()
  const low = new Map()
  const stack = []
  const found = []
  const visit = (file) => {
    index.set(file, index.size)
    low.set(file, index.get(file))
    stack.push(file)
    for (const next of edges.get(file).keys()) {
      if (!index.has(next)) visit(next)
      if (stack.includes(next)) low.set(file, Math.min(low.get(file), low.get(next)))
    }
    if (low.get(file) !== index.get(file)) return
    const members = stack.splice(stack.indexOf(file))
    if (members.length > 1 || edges.get(file).has(file)) found.push(circleThrough(file, new Set(members), edges))
  }
  for (const file of edges.keys()) if (!index.has(file)) visit(file)
  return found
}

/** The shortest way from a file back to itself. */
const circleThrough = (start, members, edges) => {
  const queue = [[start]]
  const seen = new Set()
  for (const path of queue) {
    for (const next of edges.get(path.at(-1)).keys()) {
      if (next === start) return [...path, start]
      if (!members.has(next) || seen.has(next)) continue
      seen.add(next)
      queue.push([...path, next])
    }
  }
  return [start]
}

const checkSource = (file, text, edges) => {
  for (const found of importsOf(file, text)) {
    const target = checkImport(file, found)
    if (target !== undefined && !found.typeOnly && edges.has(target)) edges.get(file).set(target, found.line)
  }
}

const checkNative = (file, text) => {
  if (!file.startsWith(coreFolder)) return
  text.split("\n").forEach((line, at) => {
    const header = engineHeader.exec(line)?.[1] ?? upwardInclude.exec(line)?.[1]
    if (header !== undefined) fault(file, at + 1, `includes ${header}: the core knows no engine`)
  })
  if (file.endsWith(".c") && !/^ci_[a-z0-9_]+\.c$/.test(posix.basename(file))) {
    fault(file, 0, "files of the core are named ci_<noun>.c")
  }
}

const files = existsSync(join(root, "src")) ? listFiles("src").sort() : []
const read = (file) => readFileSync(join(root, file), "utf8")
const sources = files.filter((file) => file.endsWith(".ts"))
const edges = new Map(sources.map((file) => [file, new Map()]))

for (const file of files) {
  const extension = extname(file)
  if (!extensions.includes(extension)) fault(file, 0, `src holds only ${extensions.join(" ")} files`)
  else if (file.startsWith(nativeFolder)) {
    if (extension === ".ts") fault(file, 0, "src/native is C")
    else checkNative(file, read(file))
  } else if (extension === ".ts") {
    if (floorOf(file) === undefined) {
      fault(file, 0, `src/${room(file)} has no floor: add it to ${relative(root, process.argv[1])}`)
    }
    checkSource(file, read(file), edges)
  } else if (![".md", ".json"].includes(extension)) fault(file, 0, "C belongs to src/native")
}
for (const path of circles(edges)) {
  fault(path[0], edges.get(path[0]).get(path[1]) ?? 0, `imports itself in a circle: ${path.join(" -> ")}`)
}

faults.sort((a, b) => a.file < b.file ? -1 : a.file > b.file ? 1 : a.line - b.line)
for (const { text } of faults) process.stdout.write(`${text}\n`)
process.stdout.write(`${sources.length} modules of ${files.length} files, ${faults.length} faults\n`)
process.exitCode = faults.length === 0 ? 0 : 1
