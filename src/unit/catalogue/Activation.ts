/**
 * `CI042.` to `CI044.`: rules that the directives of one socket, timer or path keep together.
 *
 * @since 0.1.0
 */
import type { Entries } from "./Entry.ts"

export const activation = {
  NoListener: {
    title: "A socket that listens nowhere",
    severity: ["error", "warning"],
    about:
      "A socket needs at least one ListenStream=, ListenDatagram= or other Listen...= line; systemd refuses one without. " +
      "In a fragment, an empty assignment to any of them takes back all of them. It is a warning where a variable comes to nothing."
  },
  NoConnections: {
    title: "Accept=yes without connections to accept",
    severity: ["error"],
    about:
      "Accept=yes starts an instance for each connection, so every listener has to have connections, which datagrams and " +
      "FIFOs have not, and MaxConnections= has to leave room for one. systemd refuses the socket."
  },
  NotWithAccept: {
    title: "A directive that does not go together with Accept=yes",
    severity: ["error", "warning"],
    about:
      "With Accept=yes each connection starts an instance of the template that has the socket's name, at once: Service= " +
      "and DeferTrigger= contradict that, and systemd refuses the socket. ActivationMode=proxy, which is ours, accepts " +
      "connections itself."
  },
  SymlinksToWhat: {
    title: "Symlinks= without exactly one file to lead to",
    severity: ["error"],
    about:
      "Symlinks= makes links to the file of the socket: a Unix socket or a FIFO. With none, or with several, nobody can " +
      "say where they should lead, and systemd refuses the socket. Split it, or leave the links out."
  },
  ProxyWithoutTarget: {
    title: "A proxy without a target",
    severity: ["warning"],
    about:
      "ActivationMode=proxy forwards each connection to the address in ProxyTarget=, for programs that know nothing of " +
      "sockets handed to them. Without it there is nowhere to forward to."
  },
  ProxyOfStreams: {
    title: "A proxy for something else than streams",
    severity: ["warning"],
    about:
      "ActivationMode=proxy copies bytes between two streams. Datagrams, FIFOs and the rest cannot be forwarded like that: " +
      "give them a socket of their own, with ActivationMode=native."
  },
  ProxyToItself: {
    title: "A proxy that forwards to itself",
    severity: ["warning"],
    about:
      "ProxyTarget= is the address that the socket listens at, so each connection would make the next one. The program " +
      "behind the proxy has to listen somewhere else, such as another port of 127.0.0.1."
  },
  IdleTooShort: {
    title: "A proxy that stops its service too soon",
    severity: ["warning"],
    about:
      "ProxyIdleSec= stops the service when nobody has come for so long, and the next connection starts it. Clients who come " +
      "just a little later than that make it start again and again, until StartLimitBurst= is hit: then it has failed, and " +
      "its socket with it. Let the service stay for longer, or do without a limit."
  },
  NoElapse: {
    title: "A timer that never elapses",
    severity: ["error", "warning"],
    about:
      "A timer needs OnCalendar=, OnBootSec= or another On...= line; systemd refuses one without. In a fragment, an empty " +
      "assignment to any of them takes back all of them. It is a warning where a variable comes to nothing."
  },
  NoFirstElapse: {
    title: "A timer without a first time",
    severity: ["note"],
    about:
      "OnUnitActiveSec= and OnUnitInactiveSec= count from a run of the unit. Alone they never elapse until something else " +
      "has started the unit once. OnActiveSec= or OnBootSec= beside them make the first time."
  },
  NeverElapses: {
    title: "A calendar event that never comes",
    severity: ["warning"],
    about:
      "The event is written correctly, but there is no such moment between 1970 and 2199, as with the 30th of February. " +
      "A weekday that does not fit the date has the same effect."
  },
  NoWatch: {
    title: "A path unit that watches nothing",
    severity: ["error", "warning"],
    about:
      "A path unit needs PathExists=, PathChanged= or another path to watch; systemd refuses one without. In a fragment, " +
      "an empty assignment to any of them takes back all of them. It is a warning where a variable comes to nothing."
  }
} as const satisfies Entries
