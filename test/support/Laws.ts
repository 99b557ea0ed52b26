/**
 * What holds between two readings of a text, or of two texts that mean the same; used by `scripts/fuzz`, which throws
 * texts at them for as long as it is told to.
 */
import * as Annotation from "../../src/unit/Annotation.ts"
import * as EnvironmentFile from "../../src/unit/EnvironmentFile.ts"
import { lex, maximumFileLength } from "../../src/unit/Lexer.ts"
import { overlay } from "../../src/unit/Overlay.ts"
import type { Parsed, UnitFile } from "../../src/unit/Parse.ts"
import { parseUnit } from "../../src/unit/Parse.ts"
import * as Print from "../../src/unit/Print.ts"
import * as Sarif from "../../src/unit/Sarif.ts"
import * as UnitJson from "../../src/unit/UnitJson.ts"
import { faultsOf, faultsOfDiagnostic, textOfError } from "./Promises.ts"
import type { Random } from "./Random.ts"

const options = {
  lookup: (name: string) => name === "HOME" ? "/home/a b" : undefined,
  specifiers: { hostname: "host" }
}

const read = (source: UnitFile): Parsed => parseUnit(source, options)

const withoutPlaces = (key: string, value: unknown): unknown => {
  if (key === "at") return undefined
  return value === Infinity ? "infinity" : value
}

/** What the file means and what is said about it, without where. */
const meaning = ({ diagnostics, unit }: Parsed): string =>
  JSON.stringify({ unit, said: diagnostics.map(({ code, severity }) => `${severity} ${code}`).sort() }, withoutPlaces)

const places = (_: string, value: unknown): unknown => value === Infinity ? "infinity" : value

/** Lines that begin an assignment, a header or a comment of their own: not inside of a continuation. */
const starts = (lines: ReadonlyArray<string>): ReadonlyArray<number> => {
  const found: Array<number> = []
  let continued = false
  lines.forEach((line, index) => {
    if (!continued) found.push(index)
    const comment = /^[ \t\r]*[#;]/.test(line)
    if (comment) return
    const slashes = /\\*$/.exec(line.replace(/\r$/, ""))?.[0].length ?? 0
    continued = slashes % 2 === 1
  })
  return found
}

type Law = (source: UnitFile, parsed: Parsed, random: Random) => string | undefined

const same = (what: string, one: string, other: string): string | undefined => {
  if (one === other) return undefined
  let at = 0
  while (one[at] === other[at]) at++
  const around = (text: string) => text.slice(Math.max(0, at - 40), at + 40)
  return `${what}: ${JSON.stringify(around(one))} becomes ${JSON.stringify(around(other))}`
}

/** Whether there is room for a few more characters without the limits of a file or a line being met. */
const roomy = ({ text }: UnitFile): boolean =>
  text.length < maximumFileLength / 4 && text.split("\n").every((line) => line.length < 15_000)

const laws: Readonly<Record<string, Law>> = {
  "read twice": (source, parsed) =>
    same("read twice", JSON.stringify(parsed, places), JSON.stringify(read(source), places)),

  "line ends of Windows": (source, parsed) => {
    if (source.text.includes("\r") || !roomy(source)) return undefined
    const other = read({ ...source, text: source.text.replaceAll("\n", "\r\n") })
    return same("with line ends of Windows", JSON.stringify(parsed, places), JSON.stringify(other, places))
  },

  "a comment more": (source, parsed, random) => {
    if (!roomy(source) || source.text.startsWith("\ufeff")) return undefined
    const lines = source.text.split("\n")
    lines.splice(random.pick(starts(lines)), 0, random.pick(["# a comment \\", "; a comment", "", " \t", "#"]))
    return same(
      "with a comment or an empty line",
      meaning(parsed),
      meaning(read({ ...source, text: lines.join("\n") }))
    )
  },

  "printed": (source, parsed) => {
    if (!roomy(source) || source.text.includes("\r")) return undefined
    const lexed = lex(source.text, source.file)
    if (lexed.diagnostics.length > 0) return undefined
    return same("printed", meaning(parsed), meaning(read({ ...source, text: Print.print(Print.sectionsOf(lexed)) })))
  },

  "split into a fragment": (source, parsed, random) => {
    // Sections may repeat: what stands in the rest of the file may as well stand in a fragment.
    if (!roomy(source) || parsed.unit === undefined || source.fragments !== undefined) return undefined
    const heads = [...source.text.matchAll(/(?<=^|\n)\[(?:Unit|Service|Install)\](?=\n|$)/g)].map(({ index }) => index)
    if (heads.length < 2 || parsed.diagnostics.some(({ severity }) => severity === "error")) return undefined
    const at = random.pick(heads.slice(1))
    if (/\\\r?\n(?:[ \t]*[#;].*\n)*$/.test(source.text.slice(0, at))) return undefined
    const fragments = [{ file: "fragment.conf", text: source.text.slice(at) }]
    const other = read({ ...source, text: source.text.slice(0, at), fragments })
    return same(
      "split into a fragment",
      meaning({ ...parsed, diagnostics: [] }),
      meaning({ ...other, diagnostics: [] })
    )
  },

  "all forms of diagnostics": ({ name, text }, { diagnostics }) => {
    JSON.stringify(Sarif.make(diagnostics, "0"))
    const lines = diagnostics.map(Annotation.render).find((line) => /[\r\n]/.test(line))
    if (lines !== undefined) return `an annotation has several lines: ${JSON.stringify(lines.slice(0, 200))}`
    // The name of the file is somebody else's choice, too.
    const set = overlay({ core: [{ name, file: `/u/${name}`, text }], dropIn: [], ...options })
    JSON.stringify(Sarif.make(set.diagnostics, "0"))
    for (const unit of set.units.values()) JSON.stringify(UnitJson.toJson(unit))
    return set.diagnostics.flatMap((one) => faultsOfDiagnostic(one, true))[0]
  },

  "an environment file": ({ text }) => {
    const { diagnostics } = EnvironmentFile.parse(text, "environment")
    const lines = text.split("\n").length
    const lost = diagnostics.find(({ at }) => at.line < 1 || at.line > lines)
    if (lost !== undefined) return `the environment file has ${lines} lines, and a fault at ${lost.at.line}`
    return diagnostics.slice(0, 100).flatMap((one) => faultsOfDiagnostic(one, true))[0]
  }
}

/** The first promise or law that the text breaks, in words; `undefined` where all is well. */
export const broken = (source: UnitFile, random: Random): string | undefined => {
  try {
    const parsed = read(source)
    const [fault] = faultsOf(source, parsed)
    if (fault !== undefined) return fault
    for (const [name, law] of Object.entries(laws)) {
      const said = law(source, parsed, random)
      if (said !== undefined) return `${name}: ${said}`
    }
    return undefined
  } catch (error) {
    return `it throws ${textOfError(error)}`
  }
}

/** Reads it once, for those who look at the clock. */
export const readOnce = (source: UnitFile): void => {
  read(source)
}
