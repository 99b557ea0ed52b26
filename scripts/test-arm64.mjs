// What arm64 can be shown of on another machine: everything is built across, and runs under qemu-aarch64, which stands
// for the processor while this kernel answers the system calls. See scripts/test-arm64.
import { execFile, spawn } from "node:child_process"
import { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } from "node:fs"
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { buildSystemCalls } from "./build-system-calls.mjs"
import { compile, compileCore, compileEngine, engineDialect, run, sourcesIn, strict } from "./compile.mjs"

const root = fileURLToPath(new URL("..", import.meta.url))
process.chdir(root)

const compiler = "build/arm64/cc-musl"
const qemu = "build/arm64/qemu-aarch64"
const folder = "build/arm64/tests"
const scratch = `${root}${folder}/scratch`
const executable = "dist/container-init-arm64"

/** Cases of the C tests that qemu-user 7.2 does not carry out, by what it lacks; they are not run. */
const lacks = {
  "it has no open_tree, fsopen, mount_setattr and landlock, and answers ENOSYS": [
    "makes a missing mount point of the kind of what comes there, and leaves one that is there",
    "does nothing with a slot that is empty, and says so of one past the last",
    "changes the root directory, and the old one is not to be had from there",
    "hides a directory behind an empty one and a file behind an empty file, both nobody's to change",
    "makes a file system with its options and attributes",
    "leaves what is below something read-only as it was, where a copy was taken before",
    "puts a copy of a directory or a file in another place, where nobody else sees it",
    "filters system calls, and denies what no rule of landlock allows",
    "tells of a forgiven refusal and goes on, but not of what is missing if that is optional",
    "tells by its number which step failed, and ends with the exit code of that step"
  ],
  "it has no openat2: a mount from the same file system is not told from a directory": [
    "removes and gives nothing that is mounted in a directory, be it from the same file system"
  ],
  "it has no ioctl TIOCVHANGUP": ["hangs up those who have the terminal open"],
  "it does not hand on MSG_CTRUNC, by which recvmsg says that descriptors were lost": [
    "takes 64 descriptors, and of more or of a text that is too long none: none is leaked"
  ],
  "it has no SO_TIMESTAMPNS, and answers ENOPROTOOPT": [
    "binds to an interface and sets the congestion control, and says which of them is not to be had"
  ]
}
const beyondQemu = new Set(Object.values(lacks).flat())

/** A case whose orphans have to go to somebody else, who waits for them. All others are PID 1 of a namespace each. */
const ofAnotherInit = "tells that a group is empty where it waits for its own children only, too"

let failures = 0
const report = (good, name, text = "") => {
  if (!good) failures++
  console.log(`${good ? "ok  " : "FAIL"} ${name}${good || text === "" ? "" : `\n${text.trim()}`}`)
}

const answer = (command, args, options = {}) =>
  new Promise((resolve) => {
    execFile(command, args, { encoding: "utf8", timeout: 60_000, ...options }, (error, stdout, stderr) => {
      resolve({ code: error === null ? 0 : error.code ?? error.signal, stdout, stderr })
    })
  })

/** The C core's own tests, without sanitizers: those do not run under qemu. */
const testCore = async () => {
  mkdirSync(folder, { recursive: true })
  const flags = ["-O2", "-g", "-Isrc/native/core", "-Itest/native"]
  const core = await compileCore(compiler, flags, folder)
  const table = buildSystemCalls(compiler)
  // The tests are written for the types of glibc, of which some are wider than musl's.
  const lenient = strict.filter((flag) => flag !== "-Wconversion")
  const cases = await compile(
    compiler,
    [...lenient, ...flags, "-I", table],
    sourcesIn("test/native"),
    `${folder}/cases`
  )
  const program = `${folder}/native-tests`
  await run(compiler, ["-static", ...core, ...cases, "-o", program])
  const names = (await answer(qemu, [program, "--list"])).stdout.trim().split("\n").map((line) => line.split("\t")[1])
  for (const name of beyondQemu) if (!names.includes(name)) report(false, `there is no case of the name: ${name}`)
  const queue = names.filter((name) => !beyondQemu.has(name))
  const count = queue.length
  let done = 0
  const environment = { ...process.env, NATIVE_TEST_FOLDER: scratch }
  const asInit = { ...environment, NATIVE_TEST_AS_INIT: "1" }
  const worker = async () => {
    for (let name = queue.shift(); name !== undefined; name = queue.shift()) {
      const { code, stderr, stdout } = await answer(qemu, [program, name], {
        env: name === ofAnotherInit ? environment : asInit
      })
      if (code === 0) done++
      else report(false, `C core: ${name}`, `${stdout}${stderr}`)
    }
  }
  await Promise.all(Array.from({ length: availableParallelism() }, worker))
  report(done === count && done > 150, `C core: ${done} of ${count} cases, ${beyondQemu.size} are beyond qemu`)
}

/** The compiler of scripts is built across, too: what it makes there has to be what it makes here. */
const testBytecode = async () => {
  const program = `${folder}/compile`
  const objects = await compileEngine(compiler, `${folder}/engine`)
  const engine = ["-isystem", "build/engine-patched", "-isystem", "build/quickjs-ng", ...engineDialect]
  const args = ["-O1", ...engine, "src/native/host/compile.c", ...objects]
  await run(compiler, [...args, "-static", "-lm", "-o", program])
  for (const part of ["main", "cli"]) {
    const made = `${folder}/${part}.qbc`
    const { code, stderr } = await answer(qemu, [program, `${part}.js`, `build/parts/${part}.js`, made], {
      timeout: 300_000
    })
    const same = code === 0 && readFileSync(made).equals(readFileSync(`build/parts/${part}.qbc`))
    report(same, `bytecode of ${part}: the same from both machines`, stderr)
  }
}

const units = {
  "setup.service": "[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/bin/sh -c 'echo made'\n",
  "web.service":
    "[Unit]\nRequires=setup.service\nAfter=setup.service\n[Service]\nType=notify\nNotifyAccess=all\nUser=65534\n" +
    "LimitNOFILE=64\nExecStart=/bin/sh -c 'id -u; ulimit -n; systemd-notify --ready; sleep 60 & wait'\n",
  "work.service": "[Unit]\nAfter=web.service\n[Service]\nRestart=on-failure\nRestartSec=50ms\n" +
    "ExecStart=/bin/sh -c '[ -e $DONE ] && exec sleep 60; : > $DONE; exit 3'\n"
}

/** Lines of a boot and an orderly stop as PID 1 of a namespace, without what differs from run to run. */
const boot = (command) =>
  new Promise((resolve) => {
    const place = `${scratch}/boot-${command.length}`
    mkdirSync(`${place}/units`, { recursive: true })
    for (const [name, text] of Object.entries(units)) writeFileSync(`${place}/units/${name}`, text)
    const flags = ["--pid", "--fork", "--mount", "--mount-proc", "--kill-child=KILL"]
    const own = ["--units", `${place}/units`, "--drop-in", `${place}/none`]
    const environment = { PATH: process.env.PATH, DONE: `${place}/done` }
    const child = spawn("unshare", [...flags, ...command, ...own], { env: environment })
    let said = ""
    let told = false
    const hear = (chunk) => {
      said += String(chunk)
      if (told || (said.match(/work.service: started/g) ?? []).length < 2) return
      told = true
      // unshare itself takes no SIGTERM while it waits.
      const pid = readFileSync(`/proc/${child.pid}/task/${child.pid}/children`, "utf8").trim()
      process.kill(Number(pid), "SIGTERM")
    }
    child.stdout.on("data", hear)
    child.stderr.on("data", hear)
    const timer = setTimeout(() => child.kill("SIGKILL"), 40_000)
    child.on("close", (code) => {
      clearTimeout(timer)
      const lines = said.replaceAll(/pid \d+/g, "pid").split("\n").filter((line) => line !== "")
      resolve({ code, lines: lines.filter((line) => !/cgroup/.test(line)).sort() })
    })
  })

const testExecutable = async () => {
  await run("node", ["scripts/build-host.mjs", "--target", "arm64"])
  const own = "dist/container-init"
  for (const args of [["--version"], ["--help"], ["validate", "fixtures/demo/units"], ["explain", "ExecStart"]]) {
    const [here, there] = await Promise.all([answer(own, args), answer(qemu, [executable, ...args])])
    const same = here.code === there.code && here.stdout === there.stdout && here.stdout !== ""
    report(same, `container-init ${args.join(" ")}: the same`, there.stdout + there.stderr)
  }
  const [here, there] = [await boot([own]), await boot([qemu, executable])]
  const same = here.code === 0 && there.code === 0 && here.lines.join("\n") === there.lines.join("\n")
  report(
    same,
    `a boot as PID 1 and a stop: the same ${here.lines.length} lines and exit code`,
    JSON.stringify([here, there], null, 1)
  )
}

const testAddon = async () => {
  await run("node", ["scripts/build-addon.mjs", "--prebuilt", "arm64"])
  const file = "dist/prebuilds/linux-arm64/container-init.node"
  const undefinedIn = async (args) =>
    (await run("readelf", ["--dyn-syms", "-W", ...args])).split("\n").flatMap((line) => {
      const [, , , , , , section, name] = line.trim().split(/\s+/)
      return name === undefined ? [] : [{ name: name.replace(/@.*/, ""), own: section !== "UND" }]
    })
  const musl = (await undefinedIn(["build/arm64/sysroot/lib/ld-musl-aarch64.so.1"])).filter(({ own }) => own)
  const known = new Set(musl.map(({ name }) => name))
  const unknown = (await undefinedIn([file])).filter(({ name, own }) =>
    !own && !name.startsWith("napi_") && !known.has(name)
  )
  report(
    known.size > 1000 && unknown.length === 0,
    "the addon asks nothing that musl lacks",
    unknown.map(({ name }) => name).join(" ")
  )
}

await run("scripts/install-arm64", ["tests"])
if (!existsSync("dist/container-init")) await run("scripts/build", [])
rmSync(scratch, { recursive: true, force: true })
mkdirSync(scratch, { recursive: true })
await testExecutable()
await testBytecode()
await testAddon()
await testCore()
process.exitCode = failures === 0 ? 0 : 1
