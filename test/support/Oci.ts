/**
 * A container of a real runtime, crun(1), from a bundle as Docker and Podman make it: an image of nothing but the
 * executable, their mounts with what they mask, their capabilities.
 */
import { spawn } from "node:child_process"
import * as fs from "node:fs"
import { onTestFinished } from "vitest"
import { Cgroup } from "./Cgroup.ts"
import { assertBuilt, executable } from "./Engine.ts"
import { Output } from "./Output.ts"
import { until } from "./Patience.ts"
import { makeScratch } from "./Places.ts"
import { program } from "./Programs.ts"

export interface OciOptions {
  readonly user?: { readonly uid: number; readonly gid: number }
  readonly readOnly?: boolean
  /** /sys/fs/cgroup can be written to. */
  readonly cgroup?: boolean
  readonly noNewPrivileges?: boolean
}

const capabilities = [
  ...["CHOWN", "DAC_OVERRIDE", "FOWNER", "FSETID", "KILL", "SETGID", "SETUID", "SETPCAP", "NET_BIND_SERVICE"],
  ...["NET_RAW", "SYS_CHROOT", "MKNOD", "AUDIT_WRITE", "SETFCAP"]
].map((name) => `CAP_${name}`)

const tmpfs = (destination: string, ...options: ReadonlyArray<string>) => ({
  destination,
  type: "tmpfs",
  source: "tmpfs",
  options: ["nosuid", ...options]
})

/** config.json of the OCI runtime specification. */
const config = (shared: string, options: OciOptions) => {
  const permitted = (options.user?.uid ?? 0) === 0 ? capabilities : []
  return {
    ociVersion: "1.0.2",
    process: {
      terminal: false,
      user: { uid: 0, gid: 0, ...options.user },
      args: ["/container-init", "--units", "/mnt/units", "--drop-in", "/mnt/drop-in"],
      env: ["PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"],
      cwd: "/",
      capabilities: { bounding: capabilities, effective: permitted, permitted },
      noNewPrivileges: options.noNewPrivileges === true
    },
    root: { path: "rootfs", readonly: options.readOnly === true },
    hostname: "probe",
    mounts: [
      { destination: "/proc", type: "proc", source: "proc" },
      tmpfs("/dev", "strictatime", "mode=755", "size=65536k"),
      {
        destination: "/dev/pts",
        type: "devpts",
        source: "devpts",
        options: ["nosuid", "noexec", "newinstance", "ptmxmode=0666", "mode=0620"]
      },
      tmpfs("/dev/shm", "noexec", "nodev", "mode=1777", "size=65536k"),
      tmpfs("/tmp", "nodev", "mode=1777"),
      { destination: "/sys", type: "sysfs", source: "sysfs", options: ["nosuid", "noexec", "nodev", "ro"] },
      {
        destination: "/sys/fs/cgroup",
        type: "cgroup",
        source: "cgroup",
        options: ["nosuid", "noexec", "nodev", "relatime", options.cgroup === true ? "rw" : "ro"]
      },
      { destination: "/mnt", type: "none", source: shared, options: ["bind", "rw"] }
    ],
    linux: {
      namespaces: ["pid", "ipc", "uts", "mount", "network", "cgroup"].map((type) => ({ type })),
      maskedPaths: ["/proc/acpi", "/proc/kcore", "/proc/keys", "/proc/timer_list", "/proc/scsi", "/sys/firmware"],
      readonlyPaths: ["/proc/bus", "/proc/fs", "/proc/irq", "/proc/sys", "/proc/sysrq-trigger"]
    }
  }
}

/** crun knows no hierarchies of both versions: it is shown a cgroup of our own as if it were the whole of version 2. */
const view = "echo $$ >\"$1/run/cgroup.procs\" && exec unshare --mount --propagation private sh -c " +
  "'mount --bind \"$1\" /sys/fs/cgroup && shift && exec \"$@\"' sh \"$@\""

export interface OciContainer {
  readonly output: Output
  readonly exit: Promise<number>
  readonly waitForLine: (pattern: RegExp) => Promise<string>
  readonly signal: (name: string) => void
}

/** Runs these units. */
export const runOci = (units: Readonly<Record<string, string>>, options: OciOptions): OciContainer => {
  assertBuilt(executable)
  const bundle = makeScratch()
  const shared = `${bundle}/mnt`
  const name = `container-init-${process.pid}-${bundle.slice(bundle.lastIndexOf("/") + 1)}`
  for (const path of ["rootfs", "mnt", "mnt/units", "mnt/drop-in", "state"]) fs.mkdirSync(`${bundle}/${path}`)
  for (const [unit, text] of Object.entries(units)) fs.writeFileSync(`${shared}/units/${unit}`, text)
  fs.copyFileSync(executable.files[0] ?? "", `${bundle}/rootfs/container-init`)
  fs.copyFileSync(program("inside"), `${shared}/inside`)
  fs.writeFileSync(`${bundle}/config.json`, JSON.stringify(config(shared, options)))
  const cgroup = new Cgroup()
  fs.mkdirSync(`${cgroup.path}/run`)
  const runtime = (...words: ReadonlyArray<string>) => [
    ...["-c", view, "sh", cgroup.path, "crun", "--root", `${bundle}/state`, "--cgroup-manager=disabled"],
    ...words
  ]
  const launcher = spawn("sh", runtime("run", "--bundle", bundle, name), { stdio: ["ignore", "pipe", "pipe"] })
  const output = new Output()
  output.follow("stdout", launcher.stdout)
  output.follow("stderr", launcher.stderr)
  const exit = new Promise<number>((resolve) => launcher.on("close", (code) => resolve(code ?? -1)))
  onTestFinished(async () => {
    launcher.kill("SIGKILL")
    await cgroup.remove()
    await exit
    fs.rmSync(bundle, { recursive: true, force: true })
  })
  return {
    output,
    exit,
    waitForLine: (pattern) =>
      until(
        () => output.lines.find(({ text }) => pattern.test(text))?.text,
        () => `no ${String(pattern)} in\n${output}`
      ),
    signal: (signal) => {
      spawn("sh", runtime("kill", name, signal), { stdio: "ignore" })
    }
  }
}
