/** The two engines that one behaviour is asserted for. */
import { existsSync } from "node:fs"
import { basename } from "node:path"
import { root } from "./Places.ts"

export interface Engine {
  readonly name: string
  /** The files that `scripts/build` makes for it; the first is the program or its script. */
  readonly files: ReadonlyArray<string>
  readonly argv: ReadonlyArray<string>
}

/** `CONTAINER_INIT_EXECUTABLE` names another build to be tested, as that under the sanitizers. */
const executablePath = process.env.CONTAINER_INIT_EXECUTABLE ?? `${root}/dist/container-init`
const nodeEntry = `${root}/dist/lib/bin/node.js`

export const executable: Engine = { name: "executable", files: [executablePath], argv: [executablePath] }
/** What the kernel calls its process, proc_pid_comm(5). */
export const executableCommand = basename(executablePath).slice(0, 15)

export const node: Engine = {
  name: "node",
  files: [nodeEntry, `${root}/dist/container-init.node`],
  argv: [process.execPath, nodeEntry]
}

export const engines: ReadonlyArray<Engine> = [executable, node]

/** A test of an engine that was never built says so, instead of failing in some odd way. */
export const assertBuilt = (engine: Engine): void => {
  for (const file of engine.files) {
    if (!existsSync(file)) throw new Error(`${file} is not there: run scripts/build first`)
  }
}
