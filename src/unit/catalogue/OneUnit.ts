/**
 * `CI04..`: rules that the directives of one unit keep together.
 *
 * @since 0.1.0
 */
import type { Entries } from "./Entry.ts"

export const oneUnit = {
  NoCommand: {
    title: "A service without a command",
    severity: ["error"],
    about:
      "A service needs ExecStart=. Only a oneshot can do without, if it has RemainAfterExit=yes and something else to " +
      "do, such as ExecStop=.",
    wrong: "[Service]\nRestart=always",
    right: "[Service]\nExecStart=/usr/bin/web\nRestart=always"
  },
  SeveralCommands: {
    title: "Several commands for a service that can have one",
    severity: ["error"],
    about: "Only Type=oneshot runs its commands one after the other; any other service is its one main process. In a " +
      "fragment or further down a file, an empty ExecStart= drops the earlier command, so that the next one replaces it.",
    wrong: "[Service]\nExecStart=/usr/bin/prepare\nExecStart=/usr/bin/web",
    right: "[Service]\nType=oneshot\nExecStart=/usr/bin/prepare\nExecStart=/usr/bin/fill"
  },
  RestartOfOneshot: {
    title: "A oneshot that would run for ever",
    severity: ["error"],
    about:
      "Restart=always and Restart=on-success start a service again after it has done its work, which for a oneshot " +
      "is every time. systemd refuses the unit, too. Restart=on-failure is what was meant, or a service that stays.",
    wrong: "[Service]\nType=oneshot\nExecStart=/usr/bin/migrate\nRestart=always",
    right: "[Service]\nType=oneshot\nExecStart=/usr/bin/migrate\nRestart=on-failure"
  },
  SelfReference: {
    title: "A unit that depends on itself",
    severity: ["warning"],
    about: "The name is ignored. It is most of the time another unit's, copied along with its line.",
    wrong: "[Unit]\nAfter=example.service\n[Service]\nExecStart=/usr/bin/web",
    right: "[Service]\nExecStart=/usr/bin/web"
  }
} as const satisfies Entries
