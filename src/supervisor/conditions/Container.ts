/**
 * `ConditionVirtualization=`, systemd.unit(5). Whatever runs units with us is taken for a container, as the manual has
 * it the innermost kind counts: no kind of virtual machine is ever found, even if all of it runs in one.
 */
import * as Effect from "effect/Effect"
import { System } from "../../kernel/System.ts"
import * as BooleanWord from "../../unit/grammar/Boolean.ts"
import type { Ask } from "./Facts.ts"
import { isThere, lineIfAny, textOf } from "./Facts.ts"

/** What may stand in the variable `container`. */
const known = ["lxc", "lxc-libvirt", "systemd-nspawn", "docker", "podman", "rkt", "wsl", "proot", "pouch"]

/** The name of the kind, as systemd-detect-virt(1) tells it. */
const kind = Effect.gen(function*() {
  if ((yield* isThere("/proc/vz")) && !(yield* isThere("/proc/bc"))) return "openvz"
  const release = (yield* (yield* System).kernel).release
  if (release.includes("Microsoft") || release.includes("WSL")) return "wsl"
  const name = (yield* lineIfAny("/run/host/container-manager")) || (yield* variable)
  if (name !== "" && name !== "oci") return known.includes(name) ? name : "container-other"
  if (yield* isThere("/run/.containerenv")) return "podman"
  return (yield* isThere("/.dockerenv")) ? "docker" : "container-other"
})

/** The variable `container` of PID 1, which is us, or has told it in a file; another one's environment is not ours to see. */
const variable = Effect.gen(function*() {
  const system = yield* System
  if ((yield* system.pid) === 1) return (yield* system.environment).get("container") ?? ""
  return (yield* lineIfAny("/run/systemd/container")) ?? (yield* ofFirst)
})

const ofFirst = Effect.map(
  Effect.orElseSucceed(textOf("/proc/1/environ"), () => undefined),
  (text) => (text ?? "").split("\0").find((entry) => entry.startsWith("container="))?.slice("container=".length) ?? ""
)

/** Every number stands for itself: nothing is mapped. */
const wholeMap = /^\s*0\s+0\s+4294967295\s*$/

/** Whether we are in a user namespace, user_namespaces(7). */
export const inUserNamespace = Effect.gen(function*() {
  for (const file of ["uid_map", "gid_map"]) {
    const map = yield* textOf(`/proc/self/${file}`)
    if (map !== undefined && !wholeMap.test(map.split("\n", 1)[0] ?? "")) return true
  }
  return (yield* lineIfAny("/proc/self/setgroups")) === "deny"
})

export const virtualization: Ask = (wanted) =>
  Effect.gen(function*() {
    if (wanted === "private-users") return yield* inUserNamespace
    const any = BooleanWord.parse(wanted)
    if (any !== undefined || wanted === "container") return any ?? true
    return wanted === (yield* kind)
  })
