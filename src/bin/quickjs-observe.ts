/**
 * The executable's third part: what looks on while units run, the boot trace and the state file. Loaded only where one of
 * them is asked for; it knows no effects.
 */
import * as StateFile from "../health/StateFile.ts"
import type { Binding } from "../runtime/Binding.ts"
import * as StateOutput from "../runtime/ports/StateOutput.ts"
import * as TraceOutput from "../runtime/ports/TraceOutput.ts"
import { clock } from "../runtime/quickjs/clock.ts"
import * as Trace from "../trace/Trace.ts"

export const startTrace = (binding: Binding, environment: ReadonlyMap<string, string>): Trace.Trace | undefined =>
  Trace.start(TraceOutput.make(binding, clock), environment)

export const startState = (binding: Binding, options: StateFile.Options): StateFile.StateFile =>
  StateFile.start(StateOutput.make(binding, clock), options)
