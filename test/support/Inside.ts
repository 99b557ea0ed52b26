/** Services seen from inside: what fixtures/programs/inside.c tells of the process that it is. */
import { assert } from "vitest"
import type { Container } from "./Container.ts"
import { boot } from "./Container.ts"
import type { BootOptions } from "./Launch.ts"

/** What one service has said: lines `NAME VALUE` of fixtures/programs/facts.h, and what its other verbs tell. */
export class Facts {
  readonly lines: ReadonlyArray<string>

  constructor(lines: ReadonlyArray<string>) {
    this.lines = lines
  }

  /** All values of this name, in their order. */
  values(name: string): ReadonlyArray<string> {
    return this.lines.filter((line) => line === name || line.startsWith(`${name} `)).map((line) =>
      line.slice(name.length + 1)
    )
  }

  /** The value of the only line with this name. */
  value(name: string): string {
    const [value, ...others] = this.values(name)
    if (value === undefined || others.length > 0) {
      throw new Error(`${others.length + (value === undefined ? 0 : 1)} lines "${name}" in\n${this.lines.join("\n")}`)
    }
    return value
  }

  /** Those of these names, as an object: for a comparison that shows all that differs. */
  pick(...names: ReadonlyArray<string>): Readonly<Record<string, string>> {
    return Object.fromEntries(names.map((name) => [name, this.value(name)]))
  }

  /** The value of an environment variable. */
  variable(name: string): string | undefined {
    const start = `${name}=`
    return this.values("variable").find((entry) => entry.startsWith(start))?.slice(start.length)
  }

  /** The lines of verbs such as `try-read PATH: ok`. */
  get answers(): ReadonlyArray<string> {
    return this.lines.filter((line) => /^(?:try-\S+|list|stat|cat)\b.*: /.test(line) || /^list .*:$/.test(line))
  }
}

export interface Wish {
  /** Lines of its [Service]. */
  readonly service?: string
  readonly unit?: string
  /** What it does instead of telling the facts; words of inside.c. */
  readonly verbs?: string
  /** The path of inside.c, if the unit sees it at another. */
  readonly program?: string
}

/** What each of the services says at its end. */
const last = "."

/** A oneshot of inside.c, with these lines in [Service]. */
export const inside = (wish: Wish | string): string => {
  const { program = "/mnt/inside", service = "", unit = "", verbs = "facts" } = typeof wish === "string"
    ? { service: wish }
    : wish
  return `[Unit]\n${unit}\n[Service]\nType=oneshot\nExecStart=${program} ${verbs}\n${service}\n`
}

export interface Look {
  readonly container: Container
  /** What the service of this name has told; nothing if it never came so far. */
  readonly of: (name: string) => Facts
  /** What container-init has said about it. */
  readonly said: (name: string) => ReadonlyArray<string>
  /** Asserts that it was run, and that nobody was warned of anything about it. */
  readonly quiet: (...names: ReadonlyArray<string>) => void
  /** Asserts that it was run, and that exactly one warning about it says this. */
  readonly warned: (name: string, pattern: RegExp) => void
  /** Asserts that it was not run, and that a warning says this. */
  readonly failed: (name: string, pattern: RegExp) => void
}

/** Boots a service for each wish, by its name, and comes back when all of them have run, or failed. */
export const look = async (options: BootOptions, wishes: Readonly<Record<string, Wish | string>>): Promise<Look> => {
  const names = Object.keys(wishes)
  const all = Object.entries(wishes).map(([name, wish]) =>
    [name, typeof wish === "string" ? { service: wish } : wish] as const
  )
  const units = Object.fromEntries(all.map(([name, wish]) => [
    `${name}.service`,
    inside({ ...wish, verbs: `${wish.verbs ?? "facts"} say ${last}` })
  ]))
  const end = { unit: `After=${names.map((name) => `${name}.service`).join(" ")}`, verbs: "say over" }
  const container = boot({ ...units, "end.service": inside(end) }, { ...options, onePipe: true })
  await container.waitForLine(/^\[end\] over$/)
  const of = (name: string) => new Facts(container.output.unit(name).filter((line) => line !== last))
  const said = (name: string) =>
    container.output.lines.map(({ text }) => text).filter((text) =>
      text.startsWith("container-init: ") && text.includes(`${name}.service`)
    )
  const shown = (name: string) => `\n${said(name).join("\n")}`
  const warnings = (name: string) => said(name).filter((text) => text.startsWith("container-init: warning: "))
  const assertRan = (name: string, ran: boolean) =>
    assert.strictEqual(of(name).lines.length > 0, ran, `${name}.service ${ran ? "did not run" : "ran"}${shown(name)}`)
  // While its reader stalls, what PID 1 has to pass on keeps its order by unit only.
  for (const [name, { verbs = "" }] of all) {
    if (/\bexit\b/.test(verbs)) continue
    const isOver = () =>
      container.output.unit(name).includes(last) ||
      said(name).some((line) => /: (?:failed|not started|skipped)/.test(line)) || undefined
    await container.waitFor(isOver, `the end of ${name}.service`)
  }
  return {
    container,
    of,
    said,
    quiet: (...names) => {
      for (const name of names) {
        assert.deepStrictEqual(warnings(name), [])
        assertRan(name, true)
      }
    },
    warned: (name, pattern) => {
      assert.lengthOf(warnings(name).filter((text) => pattern.test(text)), 1, `${String(pattern)}${shown(name)}`)
      assertRan(name, true)
    },
    failed: (name, pattern) => {
      assert.isTrue(said(name).some((text) => pattern.test(text)), `${String(pattern)}${shown(name)}`)
      assertRan(name, false)
    }
  }
}
