// @effect-diagnostics nodeBuiltinImport:off
/** Loads the addon: the C core bound by Node-API. Only when asked, so that importing the library needs no native code. */
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import type { Binding } from "../Binding.ts"

/**
 * What was built on this machine, then what the package brings along: of an architecture one, which fits glibc as well as
 * musl. Seen from `dist/lib/runtime/node/`, and the last from `src/runtime/node/`.
 */
const candidates = (architecture: string): ReadonlyArray<string> => [
  "../../../container-init.node",
  `../../../prebuilds/linux-${architecture}/container-init.node`,
  "../../../dist/container-init.node"
]

/** The native object; there is one a process. Throws where no addon is there that fits this Node. */
export const load = (): Binding => {
  const require = createRequire(import.meta.url)
  const reasons: Array<string> = []
  for (const candidate of candidates(process.arch)) {
    const file = fileURLToPath(new URL(candidate, import.meta.url))
    try {
      return require(file) as Binding
    } catch (error) {
      const { code, message } = error as { readonly code?: string; readonly message?: string }
      if (code !== "MODULE_NOT_FOUND") reasons.push(`${file}: ${message ?? String(error)}`)
    }
  }
  throw new Error(explain(reasons))
}

const explain = (reasons: ReadonlyArray<string>): string =>
  process.platform !== "linux"
    ? `container-init supervises on Linux only, and this is ${process.platform}; container-init/unit works everywhere`
    : reasons.length > 0
    ? `container-init: its native addon cannot be loaded: ${reasons.join("; ")}`
    : `container-init: there is no native addon for ${process.arch}: "npm rebuild container-init" builds one, with a C compiler`
