/** The commands as a table, for the full parser, for `--help` and for the README. A boot needs none of it. */
import { flags } from "./Options.ts"

export type CommandName = "run" | "validate" | "explain" | "analyze" | "health"

interface CommandRow {
  readonly name: CommandName
  /** What may stand behind its name, as it is written in a usage line. */
  readonly operands: string
  readonly about: string
  /** The names of its flags. */
  readonly flags: ReadonlyArray<string>
}

const loading = [flags.units.name, flags.dropIn.name, flags.strictUnits.name]
const checking = [flags.format.name, flags.root.name]

export const commands: Readonly<Record<CommandName, CommandRow>> = {
  run: {
    name: "run",
    operands: "",
    about: "start what the unit files describe, and supervise it; this is what happens without a command",
    flags: [
      ...loading,
      ...checking,
      flags.stopTimeout.name,
      flags.logFormat.name,
      flags.stateFile.name,
      flags.strictIsolation.name,
      flags.validate.name
    ]
  },
  validate: {
    name: "validate",
    operands: "[FILE|DIR...]",
    about: "check the unit files and start nothing: those of the image, or the files and directories named",
    flags: [...loading, ...checking]
  },
  explain: {
    name: "explain",
    operands: "[CODE|DIRECTIVE]",
    about:
      "say what a code such as CI0202 means, or what a directive such as Restart= does; without either, list the codes",
    flags: []
  },
  analyze: {
    name: "analyze",
    operands: "blame|critical-chain|plot|dot [FILE]",
    about: "say what a boot trace tells: the slowest units, those that held the boot up, a chart in SVG, a graph",
    flags: []
  },
  health: {
    name: "health",
    operands: "",
    about: "say whether the container is well, by the state file of its run: exit code 0 or 1, for a HEALTHCHECK",
    flags: [flags.stateFile.name, flags.require.name, flags.maxAge.name]
  }
}

export const isCommand = (word: string): word is CommandName => Object.hasOwn(commands, word)
