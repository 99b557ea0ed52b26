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
    title: "A restart that a oneshot cannot have",
    severity: ["error"],
    about:
      "Restart=always and Restart=on-success start a service again after it has done its work, which for a oneshot " +
      "is every time: it would run for ever. RestartForceExitStatus= is for services that stay. systemd refuses such " +
      "a unit, too. Restart=on-failure is what was meant, or a service that stays.",
    wrong: "[Service]\nType=oneshot\nExecStart=/usr/bin/migrate\nRestart=always",
    right: "[Service]\nType=oneshot\nExecStart=/usr/bin/migrate\nRestart=on-failure"
  },
  SelfReference: {
    title: "A unit that depends on itself",
    severity: ["warning"],
    about: "The name is ignored. It is most of the time another unit's, copied along with its line.",
    wrong: "[Unit]\nAfter=example.service\n[Service]\nExecStart=/usr/bin/web",
    right: "[Service]\nExecStart=/usr/bin/web"
  },
  NoBusName: {
    title: "Type=dbus without a name on the bus",
    severity: ["error"],
    about:
      "A service of Type=dbus has started once it has its name on the bus, so BusName= has to say which one. Without it " +
      "systemd refuses the unit. Here there is no bus to ask, and such a service counts as started once its program runs; " +
      "one that has no name on a bus is of Type=exec or notify."
  },
  ExitTypeOfOneshot: {
    title: "ExitType=cgroup for a oneshot",
    severity: ["error"],
    about:
      "A oneshot is done when its commands have ended, one after the other. ExitType=cgroup, which waits for the last " +
      "process of the service instead, contradicts that, and systemd refuses the unit."
  },
  NoEffect: {
    title: "A directive that has no effect beside the others",
    severity: ["note", "warning"],
    about:
      "The directive is right as such, but another one takes its meaning away, or one is missing that it would need; " +
      "the message says which. It is a warning where the unit likely relies on the directive, such as a time limit that is " +
      "never looked at, and a note where nothing is lost. Remove the line, or add what it needs.",
    wrong: "[Service]\nExecStart=/usr/bin/web\nRestartSec=5s",
    right: "[Service]\nExecStart=/usr/bin/web\nRestart=on-failure\nRestartSec=5s"
  },
  PrivatePidsOfForking: {
    title: "PrivatePIDs= for a service that forks",
    severity: ["error"],
    about:
      "Of Type=forking, the main process is found by its process id, which in a namespace of its own means nothing " +
      "outside. systemd refuses the unit. Start the program in the foreground, with Type=exec or notify."
  },
  KillModeWithPam: {
    title: "PAMName= with a KillMode= that leaves its process behind",
    severity: ["error"],
    about:
      "A PAM session has a process of systemd's own, which ends with the others only if all of the service is killed. " +
      "With PAMName=, KillMode= can only be control-group or, for services, mixed; systemd refuses anything else."
  },
  HomeOfDynamicUser: {
    title: "WorkingDirectory=~ for a user that is made up",
    severity: ["warning"],
    about:
      "DynamicUser=yes makes a user up for as long as the service runs, and that user has no home directory. Use " +
      "StateDirectory= and its path below /var/lib, or a user of the image."
  },
  KillModeNone: {
    title: "KillMode=none leaves processes behind",
    severity: ["warning"],
    about:
      "With KillMode=none a stop only runs ExecStop=; whatever still runs then is nobody's any more, and the next start " +
      "may find its port taken or its files locked. systemd has declared the mode obsolete. KillMode=mixed sends the " +
      "signal to the main process only, and kills the rest at the end."
  },
  StopTimeTooLong: {
    title: "More time to stop than the container has",
    severity: ["note"],
    about:
      "When a container stops, all its units together have what --stop-timeout says, by default 8 s: container engines " +
      "kill after 10 s unless told otherwise. A longer TimeoutStopSec= counts only for stops while the container goes on. " +
      "Raise both limits together, or let the service stop faster.",
    wrong: "[Service]\nExecStart=/usr/bin/web\nTimeoutStopSec=90s",
    right: "[Service]\nExecStart=/usr/bin/web\nTimeoutStopSec=6s"
  },
  StopsAtOnce: {
    title: "Stop commands that run right after the start",
    severity: ["note"],
    about:
      "A oneshot without RemainAfterExit=yes is down again as soon as its commands have ended, and its ExecStop= runs " +
      "then, not when the container stops. That is rarely what undoing something at the end looks like."
  },
  Contradiction: {
    title: "A unit that requires what it excludes",
    severity: ["warning"],
    about:
      "Starting a unit stops everything it names in Conflicts=, and nothing can run without what it requires. A unit " +
      "that says both of the same name can never start. One of the two lines is a slip of the pen."
  },
  DelayAboveMaximum: {
    title: "RestartSec= is longer than RestartMaxDelaySec=",
    severity: ["warning"],
    about:
      "The pause between restarts begins with RestartSec= and grows up to RestartMaxDelaySec=. Where the end is less " +
      "than the beginning, the beginning is cut down to it, so that the pause written first is never made."
  }
} as const satisfies Entries
