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
    severity: ["warning", "note"],
    about: "Unit files are read from the unit directory itself. Below it only folders that are named for a unit mean " +
      "something, such as web.service.d for fragments; the files in any other folder start nothing."
  },
  DanglingLink: {
    title: "A link that leads nowhere",
    severity: ["error"],
    about:
      "A symbolic link has the name of a unit, or of a fragment, but there is no file at its other end, and no unit of " +
      "its target's name in the unit directories. Links of an installed system point to /lib/systemd/system: copy the " +
      "file along with the link. A link to /dev/null masks what has its name."
  },
  Leftover: {
    title: "A file that a package manager has left behind",
    severity: ["note"],
    about: "Package managers put the old or the new version of a changed file beside it, as web.service.dpkg-old or " +
      "web.service.rpmnew. Such a file is no unit and is ignored."
  },
  NotAFragment: {
    title: "A file among the fragments that is none",
    severity: ["note"],
    about:
      "Of a folder such as web.service.d only the files whose names end in .conf are fragments. Every other one is " +
      "ignored, which is a way to keep one aside.",
    wrong: "# web.service\n[Service]\nExecStart=/usr/bin/web\n\n# web.service.d/log.txt\n[Service]\nRestart=always",
    right: "# web.service\n[Service]\nExecStart=/usr/bin/web\n\n# web.service.d/log.conf\n[Service]\nRestart=always"
  },
  NotALink: {
    title: "A file among links that is no link",
    severity: ["warning"],
    about:
      "In folders such as multi-user.target.wants only symbolic links count, as in systemd: each one makes the unit " +
      "that it is named for a dependency. A copy of the unit's file there is ignored; tools that follow links when they " +
      "copy make such files.",
    wrong: "# all.target\n[Unit]\n\n# web.service\n[Service]\nExecStart=/usr/bin/web\n\n" +
      "# all.target.wants/web.service\n[Service]\nExecStart=/usr/bin/web",
    right: "# all.target\n[Unit]\nWants=web.service\n\n# web.service\n[Service]\nExecStart=/usr/bin/web"
  },
  NoSuchPath: {
    title: "A path that is not there",
    severity: ["error"],
    about:
      "A file or directory that was named on the command line does not exist. The unit directories themselves may " +
      "be missing: then they have no units."
  },
  FragmentAlone: {
    title: "A fragment without its unit",
    severity: ["warning"],
    about: "A fragment is checked together with the unit that it adds to. Named by itself, it is in a folder such as " +
      "web.service.d, and web.service is looked for beside that folder, but it is not there. Check the directory that " +
      "holds both, or both unit directories."
  },
  RepeatedTooOften: {
    title: "Templates and fragments without an end",
    severity: ["error"],
    about:
      "A fragment is read again for each unit that it applies to, and a template for each of its instances. Here " +
      "that comes to more than eight million characters, most likely because instances of a template name ever new " +
      "instances of it. What came after that is left out, so that a check ends in bounded time and memory."
  }
} as const satisfies Entries
