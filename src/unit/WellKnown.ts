/**
 * Units of systemd itself that other units name without shipping them, systemd.special(7). In a container the boot that
 * they are the milestones of is over before PID 1 starts.
 *
 * @since 0.1.0
 */
import type { UnitName } from "./Unit.ts"
import { kindOf, nameWithoutSuffix, suffixOf } from "./UnitName.ts"

/** Targets that any machine reaches in the course of a boot. */
const reached = "basic boot-complete cryptsetup cryptsetup-pre first-boot-complete getty getty-pre graphical " +
  "integritysetup integritysetup-pre local-fs local-fs-pre multi-user network network-online network-pre nss-lookup " +
  "nss-user-lookup paths remote-cryptsetup remote-fs remote-fs-pre remote-veritysetup rpcbind slices sockets swap " +
  "sysinit time-set time-sync timers veritysetup veritysetup-pre"

/** Targets of a machine's end, of its troubles and of its hardware: these are not reached. */
const others =
  "bluetooth ctrl-alt-del emergency exit factory-reset final halt hibernate hybrid-sleep initrd initrd-fs " +
  "initrd-root-device initrd-root-fs initrd-switch-root initrd-usr-fs kbrequest kexec machines poweroff printer reboot " +
  "rescue shutdown sigpwr sleep smartcard soft-reboot sound storage-target-mode suspend suspend-then-hibernate " +
  "system-update system-update-pre umount usb-gadget"

const has = (names: string, name: string): boolean =>
  suffixOf(name) === "target" && ` ${names} `.includes(` ${nameWithoutSuffix(name)} `)

/** Why a requirement of a unit that is not loaded counts as met; `undefined` if it does not. */
export const metBecause = (name: UnitName): string | undefined => {
  if (has(reached, name)) return "a target of systemd's own boot, which a container has behind it"
  if (kindOf(name) !== undefined) return undefined
  switch (suffixOf(name)) {
    case "mount":
    case "automount":
      return "mounts are the container engine's business"
    case "device":
    case "swap":
      return "devices and swap are the business of the machine"
    default:
      return "cgroups are made by container-init and the container engine"
  }
}

/** Whether it belongs to systemd itself, or is of a kind that is not read here: nobody wonders that it is not loaded. */
export const isSystems = (name: UnitName): boolean =>
  kindOf(name) === undefined || name.startsWith("systemd-") || has(reached, name) || has(others, name)
