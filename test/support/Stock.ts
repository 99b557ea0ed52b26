/**
 * Packages of Debian by the unit files that they install, and how each is asked whether it works. Nothing of theirs is
 * changed but what an administrator adds in the places that are meant for it.
 */
import { existsSync, readdirSync, readFileSync } from "node:fs"
import type { Container } from "./Container.ts"
import type { Content } from "./Launch.ts"
import { run, speak } from "./Within.ts"

export interface Stock {
  readonly package: string
  /** The unit that is asked. */
  readonly unit: string
  /** Where the program of the package is. */
  readonly program: string
  /** Further files of the unit directory, with where they point to below that of the packages. */
  readonly links?: Readonly<Record<string, string>>
  /** What counts as an answer. */
  readonly answer: string
  /** Comes back with the answer, or not with one; it is asked again for a while. */
  readonly ask: (container: Container) => Promise<boolean>
}

const unitFolder = "/lib/systemd/system"

/** A file as the services see it. */
const content = (container: Container, path: string): string => {
  const place = `/proc/${container.pid}/root${path}`
  return existsSync(place) ? readFileSync(place, "latin1") : ""
}

/** The newest version that there is a cluster of. */
const postgres = existsSync("/etc/postgresql") ? readdirSync("/etc/postgresql").sort().at(-1) ?? "15" : "15"

/** CONNECT of MQTT 3.1.1, section 3.1: protocol name and level, a clean session, keep alive, the client "probe". */
const connect = "\x10\x11\x00\x04MQTT\x04\x02\x00\x3c\x00\x05probe"

export const stock: ReadonlyArray<Stock> = [
  {
    package: "nginx",
    unit: "nginx.service",
    program: "/usr/sbin/nginx",
    answer: "HTTP on port 80",
    ask: (container) => speak(container, { port: 80 }, "GET / HTTP/1.0\r\n\r\n", /^HTTP\/1\.1 200/)
  },
  {
    package: "redis-server",
    unit: "redis-server.service",
    program: "/usr/bin/redis-server",
    answer: "PING on port 6379",
    ask: (container) => speak(container, { port: 6379 }, "PING\r\n", /^\+PONG/)
  },
  {
    package: "dbus",
    unit: "dbus.service",
    program: "/usr/bin/dbus-daemon",
    links: { "dbus.socket": "dbus.socket" },
    answer: "ListNames on the system bus",
    ask: async (container) => {
      const bus = "org.freedesktop.DBus"
      const call = ["--system", "--print-reply", "--reply-timeout=2000", `--dest=${bus}`, "/", `${bus}.ListNames`]
      return (await run(container, "/usr/bin/dbus-send", call)).includes("method return")
    }
  },
  {
    package: "cron",
    unit: "cron.service",
    program: "/usr/sbin/cron",
    answer: "the @reboot job of a file in /etc/cron.d",
    ask: (container) => Promise.resolve(container.has("cron-was-here"))
  },
  {
    package: "openssh-server",
    unit: "ssh.service",
    program: "/usr/sbin/sshd",
    links: { "ssh.socket": "ssh.socket" },
    answer: "the banner on port 22",
    ask: (container) => speak(container, { port: 22 }, "", /^SSH-2\.0-/)
  },
  {
    package: "rsyslog",
    unit: "rsyslog.service",
    program: "/usr/sbin/rsyslogd",
    // The alias that its [Install] section asks for, and that the socket is for.
    links: { "syslog.service": "rsyslog.service", "syslog.socket": "syslog.socket" },
    answer: "a datagram to /dev/log or syslog.socket in /var/log/syslog",
    ask: async (container) => {
      for (const path of ["/dev/log", "/run/systemd/journal/syslog"]) {
        await run(container, "/usr/bin/logger", ["-u", path, "-t", "probe", "heard of it"])
      }
      return content(container, "/var/log/syslog").includes("heard of it")
    }
  },
  {
    package: "memcached",
    unit: "memcached.service",
    program: "/usr/bin/memcached",
    answer: "version on port 11211",
    ask: (container) => speak(container, { port: 11211 }, "version\r\n", /^VERSION \d/)
  },
  {
    package: "mosquitto",
    unit: "mosquitto.service",
    program: "/usr/sbin/mosquitto",
    answer: "CONNACK on port 1883",
    ask: (container) => speak(container, { port: 1883 }, connect, /^\x20\x02[\x00\x01]\x00/)
  },
  {
    package: "haproxy",
    unit: "haproxy.service",
    program: "/usr/sbin/haproxy",
    // The configuration of the package has no frontend.
    answer: "show info on its stats socket",
    ask: (container) => speak(container, { path: "/run/haproxy/admin.sock" }, "show info\n", /^Name: HAProxy/)
  },
  {
    package: "postgresql",
    unit: `postgresql@${postgres}-main.service`,
    program: `/usr/lib/postgresql/${postgres}/bin/postgres`,
    links: {
      "postgresql.service": "postgresql.service",
      "postgresql@.service": "postgresql@.service",
      // As the generator of the package does.
      [`postgresql.service.wants/postgresql@${postgres}-main.service`]: "postgresql@.service"
    },
    answer: "pg_isready",
    ask: async (container) =>
      (await run(container, "/usr/bin/pg_isready", ["-h", "/run/postgresql"])).includes("accepting connections")
  }
]

/** The unit directory: links to where the packages have put their files. */
export const stockUnits = (all: ReadonlyArray<Stock>): Readonly<Record<string, Content>> =>
  Object.fromEntries(
    all.flatMap(({ links = {}, unit }) =>
      Object.entries(unit.includes("@") ? links : { [unit]: unit, ...links }).map((
        [name, target]
      ) => [name, { link: `${unitFolder}/${target}` }])
    )
  )

/**
 * What an image of these packages has besides, in a unit that goes ahead of all: the directories below /run, which the
 * packages make when they are installed, and a job for cron.
 */
export const preparation = (all: ReadonlyArray<Stock>): Readonly<Record<string, Content>> => ({
  "prepare.service": `[Unit]\nBefore=${all.map(({ unit }) => unit).join(" ")}\n[Service]\nType=oneshot\n` +
    "ExecStart=-/bin/systemd-tmpfiles --create --prefix=/run\nExecStart=/bin/cp /mnt/cron-job /etc/cron.d/probe\n"
})

export const jobFile = "@reboot root /bin/touch /mnt/cron-was-here\n"

/** What is missing on this machine. */
export const missing = (all: ReadonlyArray<Stock>): ReadonlyArray<string> =>
  all.flatMap((each) =>
    [each.program, `${unitFolder}/${each.unit.replace(/@.*\./, "@.")}`].filter((path) => !existsSync(path))
  )
