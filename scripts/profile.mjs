// The script behind `scripts/bench --profile`: what each phase of a boot costs in instructions, which are the same on
// every machine and in every run, or nearly so: what happens after the first service has started depends a little on
// which news come together. Callgrind counts; scripts/profile-marks.mjs says where a phase begins.
//
//   scripts/bench --profile          compares with scripts/profile-budgets.json; exit code 1 if something is over
//   scripts/bench --profile --write  takes what was measured, and a tenth more, for the new budgets
import { execFileSync, spawn } from "node:child_process"
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { connect } from "node:net"
import { fileURLToPath } from "node:url"
import { parseArgs } from "node:util"
import { functions, marks } from "./profile-marks.mjs"

process.chdir(fileURLToPath(new URL("..", import.meta.url)))

const { values: flags } = parseArgs({ options: { profile: { type: "boolean" }, write: { type: "boolean" } } })
const folder = "build/profile"
const executable = `${folder}/container-init`
const budgetFile = "scripts/profile-budgets.json"
const [few, many] = [10, 50]

const operation = (call) => `ci_op_${call.slice(0, call.indexOf("("))}`
const phaseAt = new Map([
  ...marks.map(({ call, phase }) => [operation(call), phase]),
  ...functions.map(({ name, phase }) => [name, phase])
])
const stopMark = operation(marks.find(({ phase }) => phase === "stop").call)

const prepare = () => {
  mkdirSync(folder, { recursive: true })
  execFileSync("node", ["scripts/build-host.mjs", "--out", executable, "--marks"], { stdio: ["ignore", "ignore", 2] })
  const source = "fixtures/programs/service.c"
  execFileSync("musl-gcc", ["-std=c11", "-O1", "-static", "-o", `${folder}/service`, source])
}

const writeUnits = (units) => {
  const directory = `${folder}/units`
  rmSync(directory, { recursive: true, force: true })
  mkdirSync(directory)
  for (const [name, text] of Object.entries(units)) writeFileSync(`${directory}/${name}`, text)
  return directory
}

const summaryOf = (file) => {
  const text = readFileSync(file, "latin1")
  const trigger = /^desc: Trigger: --dump-before=(\w+)$/m.exec(text)?.[1]
  return { count: Number(/^summary: (\d+)/m.exec(text)?.[1]), trigger }
}

/** Instructions in the order in which they were executed, each piece with the function that it ends before. */
const pieces = () => {
  const numbered = readdirSync(folder).filter((name) => /^out\.\d+$/.test(name))
    .sort((a, b) => Number(a.slice(4)) - Number(b.slice(4)))
  return [...numbered, "out"].map((name) => summaryOf(`${folder}/${name}`))
}

/**
 * Counts a run. `act` gets to know of each line and says whether this was the last that was waited for: then the run is
 * told to stop.
 */
const count = (args, cuts, act) =>
  new Promise((resolve, reject) => {
    for (const name of readdirSync(folder)) if (/^out(\.\d+)?$/.test(name)) rmSync(`${folder}/${name}`)
    const valgrind = ["--tool=callgrind", `--callgrind-out-file=${folder}/out`, "--log-file=/dev/null"]
    const run = spawn("valgrind", [...valgrind, ...cuts.map((name) => `--dump-before=${name}`), executable, ...args], {
      stdio: ["ignore", "ignore", "pipe"],
      env: { PATH: "/usr/bin:/bin" }
    })
    const timer = setTimeout(() => run.kill("SIGKILL"), 120_000)
    let rest = ""
    let said = ""
    let told = false
    run.stderr.setEncoding("latin1")
    run.stderr.on("data", (chunk) => {
      said += chunk
      const lines = `${rest}${chunk}`.split("\n")
      rest = lines.pop()
      for (const line of lines) {
        if (told || act === undefined || !act(line)) continue
        told = true
        run.kill("SIGTERM")
      }
    })
    run.on("close", (code, signal) => {
      clearTimeout(timer)
      if (signal !== null || code !== 0) {
        reject(new Error(`${args.join(" ")}: ended with ${signal ?? code}\n${said.slice(0, 2000)}`))
      } else resolve({ pieces: pieces(), said })
    })
  })

const boot = (units, cuts, act) =>
  count(["--units", writeUnits(units), "--drop-in", "/nonexistent"], [...cuts, stopMark], act)

/** After so many lines that match. */
const times = (pattern, wanted) => {
  let seen = 0
  return (line) => pattern.test(line) && ++seen === wanted
}

const sum = (pieces) => pieces.reduce((before, { count }) => before + count, 0)

/** The pieces by the phases that they belong to: a phase goes on until another one begins. */
const byPhase = (all) => {
  const phases = new Map()
  let phase = "exec to the program's main"
  for (const { count, trigger } of all) {
    phases.set(phase, (phases.get(phase) ?? 0) + count)
    if (phase !== "stop") phase = phaseAt.get(trigger) ?? phase
  }
  return phases
}

/** The instructions until the stop, and how many lines of a kind there were until then. */
const untilStop = ({ pieces: all, said }, pattern) => {
  const end = all.findIndex(({ trigger }) => trigger === stopMark)
  const before = said.slice(0, said.indexOf("SIGTERM: stopping"))
  return {
    instructions: sum(all.slice(0, end + 1)),
    lines: before.split("\n").filter((line) => pattern.test(line)).length
  }
}

const sleeper = "[Unit]\nDescription=One of many\n[Service]\nExecStart=/bin/sleep infinity\nRestart=on-failure\n"
const sleepers = (number) =>
  Object.fromEntries(Array.from({ length: number }, (_, n) => [`s${String(n).padStart(3, "0")}.service`, sleeper]))
const started = /\.service: started/

const results = []
const note = (name, instructions) => void results.push({ name, instructions: Math.round(instructions) })

const measureBoot = async () => {
  const cuts = [...phaseAt.keys()]
  const run = (number) => boot(sleepers(number), cuts, times(started, number))
  const one = (await run(1)).pieces
  const first = one.slice(0, one.findIndex(({ trigger }) => trigger === "ci_clone") + 1)
  for (const [phase, instructions] of byPhase(first)) note(`boot of one: ${phase}`, instructions)
  note("boot of one: exec to the first clone", sum(first))
  const [small, large] = [byPhase((await run(few)).pieces), byPhase((await run(many)).pieces)]
  let all = 0
  for (const [phase, instructions] of large) {
    const each = (instructions - (small.get(phase) ?? 0)) / (many - few)
    if (phase !== "stop") all += each
    // What there is to do once is not done for each unit.
    if (each >= 1000) note(`each unit: ${phase}`, each)
  }
  note("each unit: all of its boot", all)
}

/** What one more of something costs, however many there were when the run was told to stop. */
const measureEach = async (name, units, pattern, act) => {
  const small = untilStop(await boot(units, [], act(few)), pattern)
  const large = untilStop(await boot(units, [], act(many)), pattern)
  note(name, (large.instructions - small.instructions) / (large.lines - small.lines))
}

const measureRestart = () => {
  const unit = "[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=/bin/true\nRestart=always\nRestartSec=0\n"
  return measureEach("a restart, from an end to the next", { "again.service": unit }, started, (n) => times(started, n))
}

/** What comes back is not looked at: the service may end without having read a word. */
const call = (path) => {
  const client = connect(path)
  client.on("error", () => undefined)
  client.resume()
  client.write("x\n")
}

const measureActivations = async () => {
  const path = `${process.cwd()}/${folder}/sock`
  const socket = (lines) => `[Socket]\nListenStream=${path}\nTriggerLimitIntervalSec=0\n${lines}`
  const callers = (wanted) => {
    let left = wanted
    return (line) => {
      if (!/(listening|\.service: done|\.service: exited|\.service: stopped|\.service: ended)/.test(line)) return false
      if (left-- > 0) call(path)
      return left < 0
    }
  }
  const service = `[Unit]\nStartLimitIntervalSec=0\n[Service]\nExecStart=${process.cwd()}/${folder}/service serve 1\n`
  const units = { "x.socket": socket(""), "x.service": service }
  await measureEach("an activation, and the end of its service", units, started, callers)
  const each = "[Unit]\nStartLimitIntervalSec=0\n[Service]\nStandardInput=socket\nExecStart=/bin/true\n"
  const accepting = { "y.socket": socket("Accept=yes\n"), "y@.service": each }
  await measureEach("a connection with Accept=yes, to its end", accepting, started, callers)
}

const directives = [
  (n) => `Environment=NAME${n}=value-of-it`,
  (n) => `ReadOnlyPaths=/srv/data${n}`,
  () => "# what comes next is so because of this",
  (n) => `ExecStartPre=/bin/true --number ${n} "some words"`,
  (n) => `EnvironmentFile=-/etc/default/file${n}`,
  () => ""
]

const measureValidate = async () => {
  const run = async (number, lines) => {
    const more = Array.from({ length: lines }, (_, n) => `${directives[n % directives.length](n)}\n`).join("")
    const units = Object.fromEntries(Object.entries(sleepers(number)).map(([name, text]) => [name, text + more]))
    const { pieces } = await count(["--validate", "--units", writeUnits(units), "--drop-in", "/nonexistent"], [])
    return sum(pieces)
  }
  const [small, large, long] = [await run(few, 0), await run(many, 0), await run(many, 30)]
  note("validate: each unit of five lines", (large - small) / (many - few))
  note("validate: each further line", (long - large) / many / 30)
}

const show = (number) => number.toLocaleString("en").padStart(12)

try {
  execFileSync("valgrind", ["--version"], { stdio: "ignore" })
} catch {
  console.error("profile: valgrind is missing: apt-get install valgrind")
  process.exit(2)
}
prepare()
await measureBoot()
await measureRestart()
await measureActivations()
await measureValidate()

const budgets = existsSync(budgetFile) ? JSON.parse(readFileSync(budgetFile, "utf8")) : {}
console.log(`${"phase".padEnd(52)}${"instructions".padStart(12)}${"budget".padStart(12)}`)
let over = 0
for (const { instructions, name } of results) {
  const budget = budgets[name]
  const verdict = budget === undefined ?
    "no budget" :
    instructions > budget ?
    "OVER" :
    `${Math.round((1 - instructions / budget) * 100)} % under`
  if (budget === undefined || instructions > budget) over++
  console.log(
    `${name.padEnd(52)}${show(instructions)}${budget === undefined ? "".padStart(12) : show(budget)}  ${verdict}`
  )
}
if (flags.write) {
  const rounded = results.map(({ instructions, name }) => [name, Math.ceil(instructions * 1.1 / 100) * 100])
  writeFileSync(budgetFile, `${JSON.stringify(Object.fromEntries(rounded), null, 2)}\n`)
} else if (over > 0) process.exitCode = 1
