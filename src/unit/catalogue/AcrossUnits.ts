/**
 * `CI05..`: rules across units.
 *
 * @since 0.1.0
 */
import type { Entries } from "./Entry.ts"

export const acrossUnits = {
  MissingRequirement: {
    title: "A requirement that is not there",
    severity: ["warning", "note"],
    about:
      "Requires= names a unit that is in neither unit directory, directly or over other units; the message has the " +
      "chain. The unit is never started then. Where only some files are checked by name it is a note, since " +
      "the rest of the image is not there to be asked. Wants= is for what may be missing.",
    wrong:
      "# web.service\n[Unit]\nRequires=database.service\nAfter=database.service\n[Service]\nExecStart=/usr/bin/web",
    right: "# web.service\n[Unit]\nRequires=database.service\nAfter=database.service\n[Service]\n" +
      "ExecStart=/usr/bin/web\n\n# database.service\n[Service]\nExecStart=/usr/bin/database"
  },
  Cycle: {
    title: "Units that wait for each other",
    severity: ["error"],
    about:
      "After= and Before= of the units in the message lead in a circle: none of them could be the first. systemd " +
      "breaks such a circle by leaving out a unit of its choice; here the set is refused, so that the build of the image " +
      "fails and not its start. Take away the ordering that matters least.",
    wrong: "# web.service\n[Unit]\nAfter=cache.service\n[Service]\nExecStart=/usr/bin/web\n\n" +
      "# cache.service\n[Unit]\nAfter=web.service\n[Service]\nExecStart=/usr/bin/cache",
    right: "# web.service\n[Unit]\nAfter=cache.service\n[Service]\nExecStart=/usr/bin/web\n\n" +
      "# cache.service\n[Service]\nExecStart=/usr/bin/cache"
  },
  FolderWithoutUnit: {
    title: "A folder of a unit that is not there",
    severity: ["note"],
    about:
      "Fragments and links add to a unit, but load none. The unit of this folder is in neither unit directory, is masked, " +
      "or is of a kind that is not read. That is common for folders copied from an installed system, such as " +
      "multi-user.target.wants: without a default.target all that is loaded starts anyway.",
    wrong:
      "# web.service\n[Service]\nExecStart=/usr/bin/web\n\n# www.service.d/restart.conf\n[Service]\nRestart=always",
    right: "# web.service\n[Service]\nExecStart=/usr/bin/web\n\n# web.service.d/restart.conf\n[Service]\nRestart=always"
  },
  LinkToAbsentUnit: {
    title: "A link to a unit that is not there",
    severity: ["note"],
    about: "A link in a folder such as multi-user.target.wants is named for a unit that is not loaded. What is only " +
      "wanted may be missing, so nothing comes of it. In a .requires folder it would be a requirement that is not there."
  },
  CountsAsMet: {
    title: "A requirement that a container meets by itself",
    severity: ["note"],
    about:
      "The unit requires a target of systemd's own boot, such as network.target, or a mount, a device or a slice: what " +
      "stands for something that is there before PID 1 starts, or that the container engine provides. It is not loaded, " +
      "and counts as met. A target of that name in the unit directory is taken as it is written.",
    wrong: "[Unit]\nRequires=network-online.target\n[Service]\nExecStart=/usr/bin/web",
    right: "[Service]\nExecStart=/usr/bin/web"
  },
  AbsentUnit: {
    title: "A name of a unit that is not loaded",
    severity: ["note"],
    about:
      "After=, Wants= and the like may name units that are not there: nothing comes of it. Units of real packages do that " +
      "all the time, so it is only a note, for a name that was misspelt looks just the same.",
    wrong: "[Unit]\nAfter=databse.service\n[Service]\nExecStart=/usr/bin/web",
    right: "# web.service\n[Unit]\nAfter=database.service\n[Service]\nExecStart=/usr/bin/web\n\n" +
      "# database.service\n[Service]\nExecStart=/usr/bin/database"
  },
  AbsentHandler: {
    title: "A handler that is not there",
    severity: ["warning", "note"],
    about:
      "OnFailure= or OnSuccess= names a unit that is not loaded. When the moment comes nothing is done, and nobody is " +
      "told: a failure that was to raise an alarm raises none. Where only some files are checked by name it is a note."
  },
  RequiredConflict: {
    title: "A unit that is required by what it excludes",
    severity: ["warning"],
    about:
      "One unit requires another, and that one names the first in Conflicts=: whichever starts stops the other, and the " +
      "first can never run. The two files have to agree on whether they belong together."
  },
  NothingToStart: {
    title: "A socket, timer or path with nothing to start",
    severity: ["warning", "note"],
    about:
      "A socket, timer or path starts the service of its own name, unless Service= or Unit= says otherwise; a socket with " +
      "Accept=yes starts instances of the template of its name. That unit is not loaded. Where only some files are checked " +
      "by name it is a note, since the rest of the image is not there to be asked."
  },
  StaysActive: {
    title: "A timer whose service stays active",
    severity: ["note"],
    about:
      "A timer starts its unit, and what is active already is not started again. A service with RemainAfterExit=yes stays " +
      "active after its first run, so that a timer which comes again and again runs it once."
  },
  AbsentSocket: {
    title: "A service that names a socket that is not there",
    severity: ["warning", "note"],
    about:
      "Sockets= names sockets whose descriptors the service gets. This one is not loaded, so the service starts without " +
      "it. Where only some files are checked by name it is a note."
  },
  SameListener: {
    title: "Two listeners at one address",
    severity: ["warning"],
    about:
      "Only one socket can listen at an address: the second one fails when it starts, or, at a path, takes the place of " +
      "the first. Give one of them another address. Sockets with ReusePort=yes on both sides may share a port."
  }
} as const satisfies Entries
