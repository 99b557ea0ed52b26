/**
 * container-init inside a Node program: the kernel ports over the native addon. Only processes started through them are
 * waited for; the program's other children stay its own.
 *
 * @since 0.1.0
 */
import * as Effect from "effect/Effect"
import * as Layer from "effect/Layer"
import type { Kernel } from "../layer.ts"
import { layer as layerOf } from "../layer.ts"
import * as addon from "./addon.ts"

export type { Kernel } from "../layer.ts"

/** All kernel ports. Building it twice in one process at the same time is not supported: the addon has one event loop. */
export const layer: Layer.Layer<Kernel> = Layer.unwrapScoped(
  Effect.map(
    Effect.acquireRelease(Effect.sync(addon.load), (binding) => Effect.sync(() => binding.close())),
    layerOf
  )
)
