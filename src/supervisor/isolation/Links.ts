/**
 * Paths of rules without symbolic links, so that what lies in what is told by their names. Links are those of the root
 * directory that the process is to have; what is not there is taken as written.
 */
import * as Effect from "effect/Effect"
import { Files } from "../../kernel/Files.ts"
import type { Rule } from "./Rules.ts"

/** As the kernel, path_resolution(7). */
const mostLinks = 40

const above = (path: string): string => path.slice(0, Math.max(0, path.lastIndexOf("/")))

export const resolve = (
  rules: ReadonlyArray<Rule>,
  root: string
): Effect.Effect<ReadonlyArray<Rule>, never, Files> =>
  Effect.gen(function*() {
    const files = yield* Files
    /** Of each directory on the way: most paths have their first ones in common. */
    const links = new Map<string, string | undefined>()
    const linkAt = (path: string) =>
      links.has(path)
        ? Effect.succeed(links.get(path))
        : Effect.map(Effect.orElseSucceed(files.readLink(root + path), () => undefined), (link) => {
          links.set(path, link)
          return link
        })
    const resolved: Array<Rule> = []
    for (const rule of rules) {
      const rest = rule.path.split("/")
      let path = ""
      let left = mostLinks
      for (let part = rest.shift(); part !== undefined; part = rest.shift()) {
        if (part === "" || part === ".") continue
        if (part === "..") {
          path = above(path)
          continue
        }
        const next = `${path}/${part}`
        const link = left > 0 ? yield* linkAt(next) : undefined
        if (link === undefined) path = next
        else {
          left--
          rest.unshift(...link.split("/"))
          if (link.startsWith("/")) path = ""
        }
      }
      resolved.push(path === rule.path || path === "" && rule.path === "/" ? rule : { ...rule, path: path || "/" })
    }
    return resolved
  })
