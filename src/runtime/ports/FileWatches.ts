/** `FileWatches` over the native core. */
import type { FileWatches } from "../../kernel/FileWatches.ts"
import { KernelError } from "../../kernel/KernelError.ts"

export const make = (): typeof FileWatches.Service => ({
  watch: (path) => new KernelError({ operation: `watch ${path}`, errno: 38 })
})
