// Where one phase of a boot ends and the next one begins, for scripts/profile.mjs: calls of operations that do nothing
// there and that no such boot needs, put into the bundle of a build that only that script makes. Callgrind sees them.
import { readFile } from "node:fs/promises"
import { relative } from "node:path"

/** `before`: a piece of the source that is there once. `phase`: what begins there. */
export const marks = [
  { file: "src/bin/quickjs.ts", before: "  assertGlobals()\n", call: "orphans_reaped()", phase: "command line" },
  {
    file: "src/bin/quickjs.ts",
    before: "  if (options.action !== \"run\") host.releaseSignals()\n",
    call: "relay_count(0)",
    phase: "runtime and ports"
  },
  {
    file: "src/supervisor/UnitFiles.ts",
    before: "    const files = yield* Files\n    const faults: Array<Diagnostic> = []\n",
    call: "relay_idle(0)",
    phase: "reading the files"
  },
  {
    file: "src/supervisor/UnitFiles.ts",
    before: "  const specifiers = yield* HostFacts.collect(texts)\n",
    call: "relay_close(0)",
    phase: "facts for specifiers"
  },
  {
    file: "src/supervisor/UnitFiles.ts",
    before: "  const set = merge(directories,",
    call: "listener_port(-1)",
    phase: "overlay"
  },
  {
    file: "src/unit/Parse.ts",
    before: "  const lexed = scan(source.text, file, isIgnored, memory.lines)\n",
    call: "descriptor_unwatch(-1)",
    phase: "parse"
  },
  {
    file: "src/unit/Parse.ts",
    before: "  if (!hasErrors(diagnostics)) {\n    const where",
    call: "group_unwatch(0)",
    phase: "check of each unit"
  },
  {
    file: "src/unit/Parse.ts",
    before: "  return { unit, diagnostics }\n",
    call: "listener_port(-1)",
    phase: "overlay"
  },
  {
    file: "src/unit/Check.ts",
    before: "  const world = World.make(",
    call: "file_unwatch(-1)",
    phase: "check across units"
  },
  {
    file: "src/supervisor/UnitFiles.ts",
    before: "  const graph = Graph.make(set.units,",
    call: "notify_address(-1)",
    phase: "graph"
  },
  {
    file: "src/supervisor/UnitFiles.ts",
    before: "  return { ...set, graph,",
    call: "trace_flush(0)",
    phase: "between reading and supervising"
  },
  {
    file: "src/supervisor/Supervisor.ts",
    before: "    const inbox = Inbox.make<Message>()\n",
    call: "descriptor_close(-1)",
    phase: "supervisor: plan, roster, jobs"
  },
  {
    file: "src/supervisor/Supervisor.ts",
    before: "    Inbox.handOn(signals,",
    call: "process_signal(0, 0)",
    phase: "start jobs"
  },
  {
    file: "src/supervisor/ServiceActor.ts",
    before: "  const machine: Draft = { ...initial }\n  while (true) {\n",
    call: "output_reopen()",
    phase: "its actor"
  },
  {
    file: "src/supervisor/ExecContext.ts",
    before: "  const { hasGroups, isRoot, own, owner, passesOn, variables } = yield* Own.self(fiber)\n",
    call: "relay_accept(0, 0)",
    phase: "what the process is started with"
  },
  { file: "src/supervisor/Supervisor.ts", before: "      stopping = true\n", call: "reap_pending()", phase: "stop" }
]

/** Phases that begin with what any build calls. */
export const functions = [
  { name: "ci_op_signals_take", phase: "signals and environment" },
  { name: "ci_op_spawn", phase: "spawn, to the clone" },
  { name: "ci_clone", phase: "clone, and back" },
  { name: "ci_core_dispatch", phase: "news of what was started" }
]

/** For esbuild. A mark whose place is no longer there fails the build. */
export const markPlugin = {
  name: "marks",
  setup: (build) => {
    build.onLoad({ filter: /\/src\/.*\.ts$/ }, async ({ path }) => {
      const file = relative(process.cwd(), path)
      const own = marks.filter((mark) => mark.file === file)
      if (own.length === 0) return undefined
      let contents = await readFile(path, "utf8")
      for (const { before, call, phase } of own) {
        if (contents.split(before).length !== 2) {
          throw new Error(`${file}: there is not one place of ${JSON.stringify(before)}, where "${phase}" begins`)
        }
        contents = contents.replace(before, () => `containerInitHost.${call};${before}`)
      }
      return { contents: `declare const containerInitHost: any\n${contents}`, loader: "ts" }
    })
  }
}
