/** Programs for the host of the executable, built by the same script as the executable itself. */
import { execFile } from "node:child_process"
import { promisify } from "node:util"
import { programs, root } from "./Places.ts"

/** Not execFileSync: a worker that does not answer vitest for a minute is taken for dead. */
const execute = promisify(execFile)

/** The path of `fixtures/programs/NAME.ts` as an executable; `--plain` is one without a heap image, as is a sanitized one. */
export const buildProgram = async (
  name: string,
  ...flags: ReadonlyArray<"--plain" | "--sanitize">
): Promise<string> => {
  const out = `${programs}/${name}${flags.join("")}`
  const entry = `fixtures/programs/${name}.ts`
  await execute(process.execPath, ["scripts/build-host.mjs", "--entry", entry, "--out", out, ...flags], { cwd: root })
  return out
}
