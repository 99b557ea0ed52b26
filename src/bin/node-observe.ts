/** What looks on while units run, on Node: the boot trace and the state file. Loaded only where one is asked for. */
import * as StateFile from "../health/StateFile.ts"
import type { Binding } from "../runtime/Binding.ts"
import { clock } from "../runtime/node/clock.ts"
import * as StateOutput from "../runtime/ports/StateOutput.ts"
import * as TraceOutput from "../runtime/ports/TraceOutput.ts"
import * as Trace from "../trace/Trace.ts"

export const startTrace = (binding: Binding, environment: ReadonlyMap<string, string>): Trace.Trace =>
  Trace.start(TraceOutput.make(binding, clock), environment)

export const startState = (binding: Binding, options: StateFile.Options): StateFile.StateFile =>
  StateFile.start(StateOutput.make(binding, clock), options)
