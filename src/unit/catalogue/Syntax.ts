/**
 * `CI01..`: what can be wrong with a file before anybody asks what its lines mean, systemd.syntax(7).
 *
 * @since 0.1.0
 */
import type { Entries } from "./Entry.ts"

export const syntax = {
  FileTooLarge: {
    title: "The file is larger than 1 MiB",
    severity: ["error"],
    about:
      "No unit file is that long: something else was copied into the unit directory, or a generator ran away. The " +
      "file is not read, so that a supervisor that runs as PID 1 never holds more than a file is worth."
  },
  LineTooLong: {
    title: "A line is longer than 64 KiB",
    severity: ["error"],
    about: "A line counts together with its continuations, the lines that follow a backslash at the end. Most of the " +
      "time a backslash too many glues the rest of the file to one assignment. Long lists can be written as several " +
      "assignments of the same directive, and long command lines belong in a script."
  },
  NotText: {
    title: "The file is not UTF-8 text",
    severity: ["error", "warning"],
    about:
      "A NUL byte means that this is no text file at all, and it is not read. Other bytes that are not valid UTF-8 " +
      "are a warning: they reach the service as the replacement character U+FFFD, so a path or a password with them in " +
      "it is not the one that was meant. Save the file as UTF-8."
  },
  OutsideSection: {
    title: "An assignment stands outside a section",
    severity: ["error"],
    about: "What a directive means depends on its section, so nothing can be said of a line ahead of the first " +
      "[Section] header. systemd ignores such a line; an image build that loses a line should fail instead.",
    wrong: "ExecStart=/usr/bin/web\n[Service]\nType=exec",
    right: "[Service]\nType=exec\nExecStart=/usr/bin/web"
  },
  NoAssignment: {
    title: "A line is no assignment",
    severity: ["error"],
    about:
      "Every line is a [Section] header, a comment that begins with # or ;, or Directive=value. A line without \"=\" " +
      "is most of the time the rest of a value whose line above lacks its backslash.",
    wrong: "[Service]\nExecStart=/usr/bin/web\n    --port 80",
    right: "[Service]\nExecStart=/usr/bin/web \\\n    --port 80"
  },
  BadHeader: {
    title: "A section header cannot be read",
    severity: ["error"],
    about:
      "A header is the section's name in brackets and nothing more: no comment behind it, no bracket left out. The " +
      "lines below it are not read, since nobody knows where they belong.",
    wrong: "[Service\nExecStart=/usr/bin/web",
    right: "[Service]\nExecStart=/usr/bin/web"
  },
  OpenQuote: {
    title: "A quote is not closed",
    severity: ["error"],
    about:
      "In an environment file the quoted value goes on over the ends of lines until its quote is closed. One that " +
      "is never closed swallows every assignment behind it. Close the quote, or write \\\" for a quote that is meant " +
      "as such inside a quoted value."
  },
  TooManyFaults: {
    title: "The file has more faults than anybody reads",
    severity: ["error"],
    about: "Reading stopped after a hundred faults: this is likely not a unit file at all. Mend the first ones, and " +
      "look again."
  },
  Unreadable: {
    title: "A file or directory cannot be read",
    severity: ["error"],
    about:
      "The name is there, but it is no regular file (a device, a FIFO or a socket), a link that leads nowhere, or " +
      "not permitted to be read. A link to /dev/null is none of these: it masks the unit."
  },
  Folder: {
    title: "A folder among the unit files is not read",
    severity: ["warning"],
    about: "Unit files are read from the unit directory itself. Below it only folders that are named for a unit mean " +
      "something, such as web.service.d for fragments; the files in any other folder start nothing."
  }
} as const satisfies Entries
