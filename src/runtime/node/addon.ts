// @effect-diagnostics nodeBuiltinImport:off
/** Loads the addon: the C core bound by Node-API. Only when asked, so that importing the library needs no native code. */
import { createRequire } from "node:module"
import { fileURLToPath } from "node:url"
import type { Binding } from "../Binding.ts"

/** `dist/container-init.node`, from `dist/lib/runtime/node/` as well as from `src/runtime/node/`. */
const candidates = ["../../../container-init.node", "../../../dist/container-init.node"]

/** The native object; there is one a process. Throws where the addon is missing or does not fit this Node. */
export const load = (): Binding => {
  const require = createRequire(import.meta.url)
  let first: unknown
  for (const candidate of candidates) {
    try {
      return require(fileURLToPath(new URL(candidate, import.meta.url))) as Binding
    } catch (error) {
      first ??= error
    }
  }
  throw first
}
