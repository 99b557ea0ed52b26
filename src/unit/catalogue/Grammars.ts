/**
 * How the values of each grammar are written, for people who ask about a directive. A grammar that is not here is called
 * by its name.
 *
 * @since 0.1.0
 */
import type { Values } from "../Values.ts"
import { execGrammars } from "./ExecGrammars.ts"

export const grammars: { readonly [Name in keyof Values]?: string } = {
  ...execGrammars,
  "bind ipv6 only": "default, both or ipv6-only; also yes for ipv6-only and no for both",
  boolean: "yes or no; also 1, true, t, y, on, and 0, false, f, n, off",
  "command line": "a program and its arguments, with quotes, escapes, ${NAME:-default} and %specifiers; ahead of the " +
    "program - (its failure does not matter), @ (argv[0] follows), : (no variables), + or ! (as PID 1's user)",
  condition: "what to test; ! ahead of it negates, | makes it one of several of which one has to hold",
  description: "any text",
  environment: "NAME=value, several separated by blanks, each in quotes where it has blanks in it; adds up, and an " +
    "empty value drops what was said before",
  "environment file": "a path, or a pattern with * and ?; - ahead of it allows that it is not there",
  integer: "a whole number",
  signal: "a name with or without SIG, RTMIN+n, or a number",
  "time span": "seconds, or numbers with units such as 1min 30s, 500ms, 2h; infinity",
  timeout: "a time span, such as 90, 1min 30s, 500ms; 0 or infinity for no limit",
  "unit names": "names of units with their endings, separated by blanks; adds up",
  user: "a name or a number",
  words: "words separated by blanks; adds up, and an empty value drops what was said before",
  "working directory": "an absolute path, or ~ for the user's home; - ahead of it allows that it is not there",
  "bus name": "a name on D-Bus, such as org.example.Service",
  "descriptor name": "up to 255 printable characters of ASCII, without :",
  "dial address": "host:port, 127.0.0.1:port, [::1]:port, /path or @name",
  documentation: "http:, https:, file:, info: or man: and what follows, separated by blanks; adds up, and an empty " +
    "value drops what was said before",
  elapse: "seconds or a time span with units, for OnCalendar= a calendar event such as daily or Mon *-*-* " +
    "04:00; all of them add up, and an empty value drops all of them",
  "exit statuses": "exit codes by number or name, signals by name, separated by blanks; adds up, and an empty value " +
    "drops what was said before",
  "extended attributes":
    "user.name=value, several separated by blanks; adds up, and an empty value drops what was said before",
  instance: "what stands between @ and the ending of a name of a unit",
  "install names":
    "names of units with their endings, separated by blanks; adds up, and an empty value drops what was " +
    "said before",
  "interface name": "the name of a network interface",
  listener: "a port, 127.0.0.1:port, [::1]:port, /path, @name or vsock:cid:port; a path for ListenFIFO=, " +
    "ListenSpecial=, ListenMessageQueue= and ListenUSBFunction=; a family and perhaps a group for ListenNetlink=; " +
    "all of them add up, and an empty value drops all of them",
  "mount paths": "absolute paths separated by blanks; adds up",
  "open file": "/path, /path:name or /path:name:options, of read-only, append or truncate, and graceful; adds up, " +
    "and an empty value drops what was said before",
  "pid file": "a path, below /run if it does not begin with /",
  "plain paths": "absolute paths separated by blanks; adds up, and an empty value drops what was said before",
  refresh: "yes, no, or some of extensions, credentials; ~ ahead of them takes them away",
  "service name": "the name of a service with its ending",
  "socket names": "names of sockets with their endings, separated by blanks; adds up",
  "socket protocol": "udplite, sctp or mptcp",
  timestamping: "off, us or ns",
  "trigger name": "the name of a unit with its ending",
  "type of service": "low-delay, throughput, reliability, low-cost or a number from 0 to 255",
  watch: "an absolute path; all of them add up, and an empty value drops all of them"
}
