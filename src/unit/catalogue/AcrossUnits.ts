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
      "chain. With After= beside it the unit is never started. Where only some files are checked by name it is a note, " +
      "since the rest of the image is not there to be asked. Wants= is for what may be missing.",
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
  }
} as const satisfies Entries
