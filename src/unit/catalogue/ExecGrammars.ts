/**
 * How the values of systemd.exec(5), systemd.kill(5) and systemd.resource-control(5) are written.
 *
 * @since 0.1.0
 */
import type { ExecValues } from "../values/Exec.ts"

const list = "adds up, and an empty value drops what was said before"
const inverted = "~ ahead of the first means all but these"

export const execGrammars: { readonly [Name in keyof ExecValues]: string } = {
  "octal mode": "permissions in octal, such as 0755",
  path: "an absolute path without \"..\"",
  paths:
    "absolute paths separated by blanks; - ahead of one allows that it is not there, + after that counts it from " +
    `RootDirectory=; ${list}`,
  port: "a number from 1 to 65535",
  "search path": `absolute paths with ":" between them; ${list}`,
  size: "bytes, or a number with K, M, G, T, P or E, in steps of 1024",
  "size limit": "bytes, such as 512M or 1.5G; a percentage; or infinity",
  "memory limit": "bytes, such as 512M or 1.5G; a percentage; or infinity; not 0",
  "tasks limit": "a number, a percentage, or infinity",
  "directory quota": "bytes, such as 512M; a percentage; or off",
  "processor quota": "percent of one processor, such as 50% or 200%",
  percentage: "0% to 100%, with up to two digits after the point",
  "limit of bytes": "bytes, such as 8M, or infinity; one value, or soft:hard",
  "limit of a count": "a whole number or infinity; one value, or soft:hard",
  "limit of seconds": "a time span in whole seconds, or infinity; one value, or soft:hard",
  "limit of microseconds": "a time span, a number alone is microseconds, or infinity; one value, or soft:hard",
  "limit of niceness": "a nice value with its sign, -20 to +19, or a number from 1 to 40; one value, or soft:hard",
  nanoseconds: "a time span; a number alone is nanoseconds",
  "number set": `numbers and ranges such as 0-3 6; ${list}`,
  processors: `numbers and ranges such as 0-3 6, or numa; ${list}`,
  "memory nodes": `numbers and ranges such as 0-3 6, or all; ${list}`,
  "processor policy": "other, batch, idle, fifo, rr or ext",
  "storage class": "none, realtime, best-effort or idle; also as 0 to 3",
  "bounding capabilities":
    `names such as CAP_CHOWN, separated by blanks; ${inverted}; adds up; an empty value is none, ~ all`,
  capabilities: `names such as CAP_CHOWN, separated by blanks; ${inverted}; adds up; an empty value is none, ~ all`,
  "address families": `names such as AF_INET, separated by blanks, or none; ${inverted}; ${list}`,
  namespaces: `yes, no, or of cgroup, ipc, net, mnt, pid, user, uts, time; ${inverted}; ${list}`,
  "secure bits": `of keep-caps, no-setuid-fixup, noroot and the same with -locked, separated by blanks; ${list}`,
  "system calls":
    `names and groups such as @clock, separated by blanks, in a list of refusals also name:ERROR; ${inverted}; ${list}`,
  "system call action": "an error's name, such as EPERM, its number, or kill",
  architectures: `native, x86-64, arm64 and others, separated by blanks; ${list}`,
  "file systems": `names and groups such as @basic-api, separated by blanks; ${inverted}; ${list}`,
  "network interfaces": `names separated by blanks; ${inverted}; ${list}`,
  "protect hostname": "yes, no, private, or private:HOSTNAME",
  "coredump filter":
    `of private-anonymous, shared-anonymous and others, default, all, or a mask in hexadecimal; ${list}`,
  "bind paths":
    `SOURCE[:DESTINATION[:rbind|norbind]], separated by blanks; - ahead of one allows that it is not there; ${list}`,
  "temporary file systems": `PATH[:OPTIONS], separated by blanks; ${list}`,
  "service directories": `names such as app or app/cache, separated by blanks; NAME:LINK makes a link; ${list}`,
  "standard input": "null, tty, tty-force, tty-fail, data, file:PATH, socket, fd:NAME",
  "standard output": "inherit, null, tty, journal, kmsg, journal+console, kmsg+console, file:PATH, append:PATH, " +
    "truncate:PATH, socket, fd:NAME",
  "input pieces": `text with C escapes, to which a newline is added, or data in base64; ${list}`,
  "log level": "emerg, alert, crit, err, warning, notice, info or debug; also as 0 to 7",
  "log facility": "kern, user, mail, daemon, auth, syslog, lpr, news, uucp, cron, authpriv, ftp, or local0 to local7",
  "log fields": `FIELD=value, separated by blanks; ${list}`,
  texts: `any text; ${list}`,
  "credential sources": `NAME:PATH, or NAME:CREDENTIAL; ${list}`,
  "credential values": `NAME:value, with C escapes; ${list}`,
  "encrypted credentials": `NAME: and the encrypted value in base64; ${list}`,
  "credential imports": `a name, or the beginning of names and *, perhaps with :PREFIX to rename them; ${list}`,
  "variable names": `names separated by blanks; ${list}`,
  "variables to unset": `names or NAME=value, separated by blanks; ${list}`,
  groups: `names or numbers, separated by blanks; ${list}`,
  networks: `addresses or ADDRESS/BITS, any, localhost, link-local, multicast, separated by blanks; ${list}`,
  "device rules": `/dev/NODE, char-DRIVER or block-DRIVER, then letters of rwm; ${list}`,
  "device weights": `/dev/NODE and a number from 1 to 10000; ${list}`,
  "old device weights": `/dev/NODE and a number from 10 to 1000; ${list}`,
  "device limits": `/dev/NODE and a number a second, with K, M, G in steps of 1000, or infinity; ${list}`,
  "device latencies": `/dev/NODE and a time span; ${list}`,
  "port rules": `any, or [ipv4:|ipv6:][tcp:|udp:] and a port, a range of them or any; ${list}`,
  slice: "the name of a slice, with its ending",
  "cgroup name": "the name of a cgroup, without slashes, and none that begins as files of cgroups do",
  controllers: `of cpu, cpuset, io, memory, pids and others, separated by blanks; ${list}`,
  delegation: "yes, no, or of cpu, cpuset, io, memory, pids and others, separated by blanks"
}
