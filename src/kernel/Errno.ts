/** Linux error numbers, errno(3): the names people search for and what they mean. The same on x86-64 and arm64. */

/** What callers tell apart; everything else is `Other`. */
export type Reason =
  | "NotFound"
  | "PermissionDenied"
  | "AlreadyExists"
  | "Busy"
  | "InvalidInput"
  | "TooLarge"
  | "NoResources"
  | "Unsupported"
  | "Other"

const table: Readonly<Record<number, readonly [name: string, meaning: string, reason?: Reason]>> = {
  1: ["EPERM", "operation not permitted", "PermissionDenied"],
  2: ["ENOENT", "no such file or directory", "NotFound"],
  3: ["ESRCH", "no such process", "NotFound"],
  5: ["EIO", "input/output error"],
  6: ["ENXIO", "nobody reads it, or no such device"],
  7: ["E2BIG", "argument list too long", "TooLarge"],
  8: ["ENOEXEC", "not an executable: unknown format, or a script without #! line"],
  11: ["EAGAIN", "not now: a limit on processes was reached, or nobody takes what is sent", "NoResources"],
  12: ["ENOMEM", "out of memory", "NoResources"],
  13: ["EACCES", "permission denied", "PermissionDenied"],
  16: ["EBUSY", "in use", "Busy"],
  17: ["EEXIST", "exists already", "AlreadyExists"],
  19: ["ENODEV", "no such device", "NotFound"],
  20: ["ENOTDIR", "a part of the path is not a directory", "NotFound"],
  21: ["EISDIR", "is a directory", "InvalidInput"],
  22: ["EINVAL", "invalid argument, or not a regular file", "InvalidInput"],
  23: ["ENFILE", "the system has no free descriptors", "NoResources"],
  24: ["EMFILE", "no free descriptors", "NoResources"],
  25: ["ENOTTY", "not a terminal", "InvalidInput"],
  26: ["ETXTBSY", "the program's file is open for writing", "Busy"],
  27: ["EFBIG", "file too large", "TooLarge"],
  28: ["ENOSPC", "no space left", "NoResources"],
  30: ["EROFS", "read-only file system", "PermissionDenied"],
  36: ["ENAMETOOLONG", "name too long", "InvalidInput"],
  38: ["ENOSYS", "this kernel does not have the call", "Unsupported"],
  39: ["ENOTEMPTY", "directory not empty", "Busy"],
  40: ["ELOOP", "too many symbolic links", "InvalidInput"],
  67: ["ENOLINK", "a symbolic link on the way to it is not followed, for it is not root's", "PermissionDenied"],
  88: ["ENOTSOCK", "not a socket", "InvalidInput"],
  92: ["ENOPROTOOPT", "this kernel does not have the option", "Unsupported"],
  93: ["EPROTONOSUPPORT", "this kernel does not have the protocol", "Unsupported"],
  94: ["ESOCKTNOSUPPORT", "this kernel does not have sockets of this type", "Unsupported"],
  95: ["EOPNOTSUPP", "not supported", "Unsupported"],
  97: ["EAFNOSUPPORT", "address family not supported", "Unsupported"],
  98: ["EADDRINUSE", "address in use", "Busy"],
  99: ["EADDRNOTAVAIL", "address not on this machine", "InvalidInput"],
  111: ["ECONNREFUSED", "nobody listens there"]
}

/** `no such file or directory (ENOENT)`. */
export const describe = (errno: number): string => {
  const row = table[errno]
  return row === undefined ? `error ${errno}` : `${row[1]} (${row[0]})`
}

/** The reason that callers switch on. */
export const reasonOf = (errno: number): Reason => table[errno]?.[2] ?? "Other"
