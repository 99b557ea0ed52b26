/**
 * `CI03..`: values that cannot be read, or do not come to what was meant.
 *
 * @since 0.1.0
 */
import type { Entries } from "./Entry.ts"

export const values = {
  BadValue: {
    title: "A value that cannot be read",
    severity: ["error", "warning"],
    about: "Nobody accepts this value: systemd would log it and go on without the line. An image build has to fail " +
      "instead, or the service runs with a default nobody chose. It is a warning where the directive has no effect here " +
      "anyway. container-init explain DIRECTIVE tells what the directive takes.",
    wrong: "[Service]\nExecStart=/usr/bin/web\nRestart=sometimes",
    right: "[Service]\nExecStart=/usr/bin/web\nRestart=on-failure"
  },
  Fallback: {
    title: "A value that is replaced by another",
    severity: ["warning"],
    about:
      "systemd accepts this value, container-init does not act on it; the message says what is done instead. Whether " +
      "the service can live with that is for its author to say."
  },
  UnknownSpecifier: {
    title: "An unknown specifier",
    severity: ["warning"],
    about:
      "A percent sign and a letter stand for something that is put in at load, such as %n for the unit's name; these " +
      "two stand for nothing, or for nothing that is known here, and stay as written. A percent sign that is meant as " +
      "such is written %%.",
    wrong: "[Service]\nExecStart=/usr/bin/report 100%z",
    right: "[Service]\nExecStart=/usr/bin/report 100%%z"
  },
  UnsetVariable: {
    title: "A variable that is not set and has no default",
    severity: ["warning"],
    about:
      "Where ${NAME} is neither in the environment nor given a default, nothing is put in: an option loses its value, " +
      "a path its folder. A default makes the unit work without the variable. When an image is checked in its build, the " +
      "variables of the later container are not known yet.",
    wrong: "[Service]\nExecStart=/usr/bin/web --port ${EXAMPLE_PORT}",
    right: "[Service]\nExecStart=/usr/bin/web --port ${EXAMPLE_PORT:-80}"
  },
  UnknownEscape: {
    title: "An unknown escape",
    severity: ["warning"],
    about:
      "A backslash begins an escape, such as \\n, \\x41 or \\s; this one is none of them. A backslash that is meant " +
      "as such is written twice.",
    wrong: "[Service]\nExecStart=/usr/bin/find \\d",
    right: "[Service]\nExecStart=/usr/bin/find \\\\d"
  },
  NoReset: {
    title: "An empty assignment that takes nothing back",
    severity: ["note"],
    about:
      "For most lists an empty assignment forgets what was assigned above it. Dependencies are different, in systemd " +
      "as here: they only ever become more. To be rid of one, replace the unit file as a whole.",
    wrong: "[Unit]\nAfter=\n[Service]\nExecStart=/usr/bin/web",
    right: "[Service]\nExecStart=/usr/bin/web"
  }
} as const satisfies Entries
