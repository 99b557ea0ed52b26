/** The executable's third part: the boot trace. Loaded only where the environment asks for one; it knows no effects. */
import type { Binding } from "../runtime/Binding.ts"
import * as TraceOutput from "../runtime/ports/TraceOutput.ts"
import { clock } from "../runtime/quickjs/clock.ts"
import * as Trace from "../trace/Trace.ts"

export const start = (binding: Binding, environment: ReadonlyMap<string, string>): Trace.Trace | undefined =>
  Trace.start(TraceOutput.make(binding, clock), environment)
