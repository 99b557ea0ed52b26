/**
 * `CI02..`: names of sections, directives and units that are not known, or not acted on.
 *
 * @since 0.1.0
 */
import type { Entries } from "./Entry.ts"

export const names = {
  UnknownSection: {
    title: "Unknown section",
    severity: ["warning"],
    about:
      "The section is none of those that a unit file of this kind has, so everything in it is ignored. Sections for " +
      "other programs are named X-Something and never a fault. Capitals count.",
    wrong: "[Services]\nType=exec\n[Service]\nExecStart=/usr/bin/web",
    right: "[Service]\nType=exec\nExecStart=/usr/bin/web"
  },
  UnknownDirective: {
    title: "Unknown directive",
    severity: ["warning"],
    about:
      "Neither systemd nor container-init has a directive of this name in this section, so the line does nothing. It " +
      "is a slip of the pen, or it belongs in another section. Capitals count.",
    wrong: "[Service]\nExecStrat=/usr/bin/web --debug\nExecStart=/usr/bin/web",
    right: "[Service]\nExecStart=/usr/bin/web"
  },
  Unsupported: {
    title: "A directive that is not acted on",
    severity: ["warning"],
    about: "systemd knows the directive, and container-init reads it, but nothing comes of it: whoever relies on it " +
      "(a sandbox, a limit) would be wrong. Remove the line from an image's unit, or do without " +
      "--strict-units if the unit is shared with machines that do act on it.",
    wrong: "[Service]\nExecStart=/usr/bin/web\nSELinuxContext=system_u:system_r:web_t:s0",
    right: "[Service]\nExecStart=/usr/bin/web"
  },
  KindNotRead: {
    title: "A kind of unit that has no place in a container",
    severity: ["warning"],
    about:
      "Mounts, slices, devices and the like belong to the machine, or to the engine that runs the container. The file " +
      "is ignored; leave it out of the image's unit directory.",
    wrong: "# data.mount\n[Mount]\nWhat=/dev/sdb\nWhere=/data",
    right: "# data.service\n[Service]\nType=oneshot\nRemainAfterExit=yes\nExecStart=/usr/bin/prepare-data"
  },
  NotAUnitName: {
    title: "The file's name is no name of a unit",
    severity: ["warning"],
    about:
      "A unit's name consists of letters, digits and : - _ . \\ @, and ends in its kind, such as .service. A file " +
      "with any other name is ignored, be it a backup of an editor or a service whose ending was forgotten.",
    wrong: "# web.servce\n[Service]\nExecStart=/usr/bin/web",
    right: "# web.service\n[Service]\nExecStart=/usr/bin/web"
  },
  Template: {
    title: "A template without an instance",
    severity: ["note"],
    about:
      "A unit with @ ahead of its ending, such as worker@.service, is the pattern of units, not a unit: its instances, " +
      "such as worker@1.service, are what starts. They are made when other units name them in Wants=, Requires= and the " +
      "like, or by a link of their name; nobody does so here.",
    wrong: "# worker@.service\n[Service]\nExecStart=/usr/bin/worker %i",
    right: "# worker@.service\n[Service]\nExecStart=/usr/bin/worker %i\n\n" +
      "# all.target\n[Unit]\nWants=worker@1.service worker@2.service"
  },
  AliasMismatch: {
    title: "A link that cannot be another name of a unit",
    severity: ["warning"],
    about:
      "A symbolic link between unit files gives a unit another name, which needs to be of the same sort: the same ending, " +
      "and the same instance, or none for both, or templates both. systemd ignores other links, and so do we: a file of " +
      "the link's name in the directory beneath counts."
  },
  AliasLoop: {
    title: "Links that lead in a circle",
    severity: ["error"],
    about:
      "Symbolic links between unit files make each name stand for the next, and the last for the first again: there " +
      "is no unit anywhere. Put the unit's file in the place of one of them."
  },
  LinkName: {
    title: "A link that is called otherwise than what it leads to",
    severity: ["warning"],
    about:
      "In folders such as multi-user.target.wants a link stands for the unit that it is named for; where it leads does " +
      "not matter. Here both differ, and they are not names of one unit. It was likely meant for the other one."
  }
} as const satisfies Entries
