/** The boot trace on Node: loaded only where the environment asks for one. */
import type { Binding } from "../runtime/Binding.ts"
import { clock } from "../runtime/node/clock.ts"
import * as TraceOutput from "../runtime/ports/TraceOutput.ts"
import * as Trace from "../trace/Trace.ts"

export const start = (binding: Binding, environment: ReadonlyMap<string, string>): Trace.Trace | undefined =>
  Trace.start(TraceOutput.make(binding, clock), environment)
