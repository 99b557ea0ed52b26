/**
 * `CI06..`: what units ask of the image they are in.
 *
 * @since 0.1.0
 */
import type { Entries } from "./Entry.ts"

export const image = {
  NoImage: {
    title: "There is no image below --root",
    severity: ["error"],
    about:
      "The directory that --root names is not there or cannot be read, so nothing can be said about programs, users and " +
      "files. It is the directory that becomes / of the container."
  },
  MissingProgram: {
    title: "A program that is not in the image",
    severity: ["warning", "note"],
    about:
      "An Exec...= line names a program that is not there below --root, or, without a path, in none of systemd's usual " +
      "directories: the command will fail with 203/EXEC. It is a note where the command may fail (-), where the path lies " +
      "below /run or /tmp, and where a condition keeps the unit from starting in this image anyway."
  },
  NotAProgram: {
    title: "A file that cannot be executed",
    severity: ["warning", "note"],
    about:
      "The file is there, but nobody may execute it, or it is neither a binary of this machine nor a script with a #! " +
      "line: the command will fail with 203/EXEC. COPY in a container file keeps the permissions of the file it copies."
  },
  MissingInterpreter: {
    title: "A program whose interpreter is not in the image",
    severity: ["warning", "note"],
    about:
      "The kernel runs a script with what its #! line names, and a binary with its dynamic linker; this one is not in the " +
      "image. The kernel then says \"no such file or directory\" of a program that is plainly there. A missing linker " +
      "means that the program was built for another C library, such as one for glibc in an image with musl."
  },
  UnknownUser: {
    title: "A user that the image does not have",
    severity: ["warning", "note"],
    about:
      "User= names somebody who is not in the image's /etc/passwd: the service will fail with 217/USER. Names only count " +
      "in the image; a number needs no entry. With DynamicUser=yes the user is made up."
  },
  UnknownGroup: {
    title: "A group that the image does not have",
    severity: ["warning", "note"],
    about:
      "Group=, SupplementaryGroups= or SocketGroup= name a group that is not in the image's /etc/group: the service will " +
      "fail with 216/GROUP. A number needs no entry."
  },
  MissingDirectory: {
    title: "A working directory that is not in the image",
    severity: ["warning", "note"],
    about:
      "WorkingDirectory= has to be there when the service starts, or the start fails with 200/CHDIR. Directories that " +
      "StateDirectory= and its like make are known; a volume that is mounted later needs an empty directory in the image " +
      "for this check, or a - in front of the path. Below /run and /tmp it is a note."
  },
  MissingRoot: {
    title: "A RootDirectory= that is not in the image",
    severity: ["warning", "note"],
    about:
      "The processes of the unit would have this directory as their root, and it is not there: no command can run. The " +
      "programs of the unit are not looked for."
  },
  MissingEnvironmentFile: {
    title: "An environment file that is not in the image",
    severity: ["warning", "note"],
    about:
      "EnvironmentFile= has to be there when the service starts, or the start fails. A - in front of the path forgives " +
      "that. Where the file is mounted later or written at run time, as below /run, nothing is wrong."
  },
  BadEnvironmentFile: {
    title: "An environment file that cannot be read to its end",
    severity: ["warning", "note"],
    about:
      "The file is in the image, and a line of it is broken; the message says which, and what is wrong. The service will " +
      "not start with half of its environment."
  }
} as const satisfies Entries
