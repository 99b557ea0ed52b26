/**
 * The worked examples of README.md, as they stand there between `<!-- example: TITLE -->` and `<!-- end of example -->`. The
 * title may go on with arguments of container-init and with the exit code: `, --stop-timeout 4s, ends with 1`. Of the
 * blocks in between those that begin with `# NAME.service` are unit files, and the others are what is printed.
 */
import { readFileSync } from "node:fs"
import { root } from "./Places.ts"

export interface Example {
  readonly title: string
  readonly args: ReadonlyArray<string>
  readonly exitCode: number
  /** By file name. */
  readonly units: Readonly<Record<string, string>>
  /** What it prints: runs of lines, with `...` between them. Each is in order, and others may come in between. */
  readonly runs: ReadonlyArray<ReadonlyArray<RegExp>>
}

const begin = /^<!-- example: (.*) -->$/
const end = "<!-- end of example -->"
const unitHeader = /^# ([\w@.-]+\.(?:service|socket|target|timer|path))$/
const indent = "    "

/** What is different each time: process ids, and how long something took. */
const patternOf = (line: string): RegExp => {
  const literal = line.replaceAll(/[.*+?^${}()|[\]\\]/g, "\\$&")
  const free = literal
    .replace(/pid \d+$/, "pid \\d+")
    .replace(/warning: .* left to stop/, "warning: .* left to stop")
    .replace(/\/tmp\/container-init-demo\\\.\w+/, "\\S+")
  return new RegExp(`^${free}$`)
}

const read = (heading: string, body: ReadonlyArray<string>): Example => {
  const [title = "", ...words] = heading.split(", ")
  const units: Record<string, string> = {}
  const runs: Array<Array<RegExp>> = [[]]
  let name: string | undefined
  for (const [index, line] of body.entries()) {
    if (!line.startsWith(indent)) {
      // A blank line is part of a unit if the unit goes on behind it.
      if (line !== "") name = undefined
      else if (name !== undefined) units[name] += "\n"
      continue
    }
    const text = line.slice(indent.length)
    const header = unitHeader.exec(text)?.[1]
    if (header !== undefined && body[index - 1] === "") {
      name = header
      units[name] = ""
    } else if (name !== undefined) {
      units[name] += `${text}\n`
    } else if (text === "...") {
      runs.push([])
    } else {
      runs.at(-1)?.push(patternOf(text))
    }
  }
  const code = words.find((word) => word.startsWith("ends with "))
  return {
    title,
    args: words.filter((word) => word.startsWith("--")).flatMap((word) => word.split(" ")),
    exitCode: Number(code?.slice("ends with ".length) ?? 0),
    units,
    runs
  }
}

/** All of them, in their order. */
export const examples = (): ReadonlyArray<Example> => {
  const found: Array<Example> = []
  let heading: string | undefined
  let body: Array<string> = []
  for (const line of readFileSync(`${root}/README.md`, "utf8").split("\n")) {
    const begun = begin.exec(line)?.[1]
    if (begun !== undefined) [heading, body] = [begun, []]
    else if (heading === undefined) continue
    else if (line === end) {
      found.push(read(heading, body))
      heading = undefined
    } else body.push(line)
  }
  return found
}

/** The programs of the chapter about the library, each as it stands there; `[...]` is what a reader puts in. */
export const programs = (): ReadonlyArray<string> => {
  const [, chapter = ""] = readFileSync(`${root}/README.md`, "utf8").split("\n## As a library\n")
  const [text = ""] = chapter.split("\n## ")
  return [...text.matchAll(/(?:^ {4}.*\n|^\n(?= {4}))+/gm)]
    .map(([block]) => block.replaceAll(/^ {4}/gm, "").replaceAll("[...]", "[]"))
    .filter((block) => block.trimStart().startsWith("import "))
}
