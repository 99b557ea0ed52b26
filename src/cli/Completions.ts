/**
 * Scripts that complete the command line in a shell, of the tables of commands and flags. Those that @effect/cli makes
 * offer flags which are none here, and in bash neither the flags of commands nor the values of choices.
 */
import { commands } from "./Commands.ts"
import { flags } from "./Options.ts"

export const shells = ["bash", "zsh", "fish"] as const
export type Shell = (typeof shells)[number]

interface Flag {
  readonly name: string
  readonly argument?: string
  readonly about: string
}

const allFlags: ReadonlyArray<Flag> = [
  ...Object.values(flags),
  { name: "help", about: "say what a command does, and which flags it has" },
  { name: "completions", argument: shells.join("|"), about: "print a script that completes this command line" }
]
const everywhere: ReadonlyArray<string> = ["help"]
/** Without a command, beside those of a run. */
const alone: ReadonlyArray<string> = [flags.version.name, "completions"]

const isTaken = (command: keyof typeof commands | undefined, { name }: Flag): boolean =>
  commands[command ?? "run"].flags.includes(name) || everywhere.includes(name) ||
  (command === undefined && alone.includes(name))

const flagsOf = (command: keyof typeof commands | undefined): string =>
  allFlags.filter((flag) => isTaken(command, flag)).map(({ name }) => `--${name}`).join(" ")

const choicesOf = ({ argument }: Flag): ReadonlyArray<string> =>
  argument?.includes("|") === true ? argument.split("|") : []

/** What stands behind a name: files and directories for some, nothing for the others. */
const takesFiles = (operands: string): boolean => /\b(?:FILE|DIR)\b/.test(operands)

/** The words of which one stands first behind a name, where it is one of a few. */
const wordsOf = (operands: string): ReadonlyArray<string> => /^[a-z|-]+(?= )/.exec(operands)?.[0].split("|") ?? []

/** In single quotes, for any of the three. */
const quoted = (text: string): string => `'${text.replaceAll("'", "'\\''")}'`

const bash = (): string => {
  const valued = allFlags.flatMap((flag) => {
    const choices = choicesOf(flag).join(" ")
    const paths = flag.argument === "DIR" ? "-d" : flag.argument === "FILE" ? "-f" : undefined
    const words = paths ?? (choices === "" ? "-W ''" : `-W ${quoted(choices)}`)
    return flag.argument === undefined
      ? []
      : [`    --${flag.name}) mapfile -t COMPREPLY < <(compgen ${words} -- "$cur"); return ;;`]
  })
  const names = Object.keys(commands)
  const own = Object.values(commands).map(({ name }) => `    ${name}) flags=${quoted(flagsOf(name))} ;;`)
  const offer = (command: string, more: string, words: string) =>
    `  elif [ "$command" = ${command} ]${more}; then mapfile -t COMPREPLY < <(compgen ${words} -- "$cur")`
  return [
    "# bash completion for container-init",
    "_container_init() {",
    "  local cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} command= operand= flags word",
    "  COMPREPLY=()",
    "  # bash takes --flag=value apart at the sign.",
    "  if [ \"$cur\" = = ]; then cur=; elif [ \"$prev\" = = ]; then prev=${COMP_WORDS[COMP_CWORD-2]}; fi",
    "  case $prev in",
    ...valued,
    "  esac",
    "  for word in \"${COMP_WORDS[@]:1:COMP_CWORD-1}\"; do",
    "    if [ -n \"$command\" ]; then case $word in -*) ;; *) operand=$word ;; esac; continue; fi",
    `    case $word in ${names.join("|")}) command=$word ;; esac`,
    "  done",
    "  case $command in",
    ...own,
    `    *) flags=${quoted(flagsOf(undefined))} ;;`,
    "  esac",
    "  if [[ $cur == -* ]]; then mapfile -t COMPREPLY < <(compgen -W \"$flags\" -- \"$cur\")",
    `  elif [ -z "$command" ]; then mapfile -t COMPREPLY < <(compgen -W ${quoted(names.join(" "))} -- "$cur")`,
    ...Object.values(commands).flatMap(({ name, operands }) => {
      const words = wordsOf(operands).join(" ")
      return [
        ...(words === "" ? [] : [offer(name, " && [ -z \"$operand\" ]", `-W ${quoted(words)}`)]),
        ...(takesFiles(operands) ? [offer(name, "", "-f")] : [])
      ]
    }),
    "  fi",
    "}",
    "complete -o filenames -F _container_init container-init",
    ""
  ].join("\n")
}

const zshText = (text: string): string => text.replace(/[[\]:\\]/g, "\\$&")

const zsh = (): string => {
  const spec = (flag: Flag): string => {
    const choices = choicesOf(flag)
    const paths = flag.argument === "DIR" ? "_files -/" : flag.argument === "FILE" ? "_files" : undefined
    const action = paths ?? (choices.length > 0 ? `(${choices.join(" ")})` : " ")
    const value = flag.argument === undefined
      ? ""
      : `:${zshText(choices.length > 0 ? flag.name : flag.argument)}:${action}`
    return quoted(`--${flag.name}${flag.argument === undefined ? "" : "="}[${zshText(flag.about)}]${value}`)
  }
  const behind = (operands: string): string => {
    const words = wordsOf(operands).join(" ")
    return `${words === "" ? "" : ` '1:operand:(${words})'`}${takesFiles(operands) ? " '*:file:_files'" : ""}`
  }
  const specs = (command: keyof typeof commands | undefined): string =>
    allFlags.filter((flag) => isTaken(command, flag)).map(spec).join(" ")
  return [
    "#compdef container-init",
    "_container_init() {",
    "  local curcontext=$curcontext state line",
    "  typeset -A opt_args",
    `  _arguments -C ${specs(undefined)} '1:command:->command' '*::operand:->operands' && return`,
    "  case $state in",
    "    command)",
    "      local -a commands",
    `      commands=(${
      Object.values(commands).map(({ about, name }) => quoted(`${name}:${zshText(about)}`)).join(" ")
    })`,
    "      _describe command commands ;;",
    "    operands)",
    "      case $line[1] in",
    ...Object.values(commands).map(({ name, operands }) =>
      `        ${name}) _arguments ${specs(name)}${behind(operands)} ;;`
    ),
    "      esac ;;",
    "  esac",
    "}",
    "if [ \"$funcstack[1]\" = _container-init ]; then _container_init \"$@\"; else compdef _container_init container-init; fi",
    ""
  ].join("\n")
}

const fish = (): string => {
  const names = Object.values(commands).map(({ name }) => name)
  const seen = (command: string) => `__fish_seen_subcommand_from ${command}`
  const lines = allFlags.map((flag) => {
    const strange = names.filter((name) => !isTaken(name, flag))
    const where = strange.length === 0 ? "" : ` -n ${quoted(`not ${seen(strange.join(" "))}`)}`
    const choices = choicesOf(flag)
    const values = flag.argument === "DIR"
      ? " -x -a '(__fish_complete_directories)'"
      : flag.argument === "FILE"
      ? " -r -F"
      : choices.length > 0
      ? ` -x -a ${quoted(choices.join(" "))}`
      : flag.argument === undefined
      ? ""
      : " -x"
    return `complete -c container-init${where} -l ${flag.name}${values} -d ${quoted(flag.about)}`
  })
  return [
    "# fish completion for container-init",
    "complete -c container-init -f",
    ...Object.values(commands).map(({ about, name }) =>
      `complete -c container-init -n ${quoted(`not ${seen(names.join(" "))}`)} -a ${name} -d ${quoted(about)}`
    ),
    ...Object.values(commands).flatMap(({ name, operands }) => {
      const words = wordsOf(operands).join(" ")
      const first = `${seen(name)}; and not ${seen(words)}`
      const later = words === "" ? seen(name) : `${seen(name)}; and ${seen(words)}`
      return [
        ...(words === "" ? [] : [`complete -c container-init -n ${quoted(first)} -a ${quoted(words)}`]),
        ...(takesFiles(operands) ? [`complete -c container-init -n ${quoted(later)} -F`] : [])
      ]
    }),
    ...lines,
    ""
  ].join("\n")
}

/** The script for a shell; `sh` is what some call bash. */
export const completionsFor = (shell: string): string | undefined => {
  switch (shell) {
    case "bash":
    case "sh":
      return bash()
    case "zsh":
      return zsh()
    case "fish":
      return fish()
    default:
      return undefined
  }
}
