/**
 * Error numbers by name, errno(3), for Linux on x86-64 and arm64 (the same on both).
 *
 * @since 0.1.0
 */
const names =
  "EPERM ENOENT ESRCH EINTR EIO ENXIO E2BIG ENOEXEC EBADF ECHILD EAGAIN ENOMEM EACCES EFAULT ENOTBLK EBUSY EEXIST EXDEV " +
  "ENODEV ENOTDIR EISDIR EINVAL ENFILE EMFILE ENOTTY ETXTBSY EFBIG ENOSPC ESPIPE EROFS EMLINK EPIPE EDOM ERANGE EDEADLK " +
  "ENAMETOOLONG ENOLCK ENOSYS ENOTEMPTY ELOOP - ENOMSG EIDRM ECHRNG EL2NSYNC EL3HLT EL3RST ELNRNG EUNATCH ENOCSI EL2HLT " +
  "EBADE EBADR EXFULL ENOANO EBADRQC EBADSLT - EBFONT ENOSTR ENODATA ETIME ENOSR ENONET ENOPKG EREMOTE ENOLINK EADV " +
  "ESRMNT ECOMM EPROTO EMULTIHOP EDOTDOT EBADMSG EOVERFLOW ENOTUNIQ EBADFD EREMCHG ELIBACC ELIBBAD ELIBSCN ELIBMAX " +
  "ELIBEXEC EILSEQ ERESTART ESTRPIPE EUSERS ENOTSOCK EDESTADDRREQ EMSGSIZE EPROTOTYPE ENOPROTOOPT EPROTONOSUPPORT " +
  "ESOCKTNOSUPPORT EOPNOTSUPP EPFNOSUPPORT EAFNOSUPPORT EADDRINUSE EADDRNOTAVAIL ENETDOWN ENETUNREACH ENETRESET " +
  "ECONNABORTED ECONNRESET ENOBUFS EISCONN ENOTCONN ESHUTDOWN ETOOMANYREFS ETIMEDOUT ECONNREFUSED EHOSTDOWN " +
  "EHOSTUNREACH EALREADY EINPROGRESS ESTALE EUCLEAN ENOTNAM ENAVAIL EISNAM EREMOTEIO EDQUOT ENOMEDIUM EMEDIUMTYPE " +
  "ECANCELED ENOKEY EKEYEXPIRED EKEYREVOKED EKEYREJECTED EOWNERDEAD ENOTRECOVERABLE ERFKILL EHWPOISON"

/** The largest number the kernel takes for one. */
const maximum = 4095

/** The number of an error: `EPERM`, `1`; `undefined` if there is none of that name. */
export const parse = (text: string): number | undefined => {
  if (/^[0-9]+$/.test(text)) return Number(text) <= maximum ? Number(text) : undefined
  const name = text.toUpperCase()
  if (name === "-") return undefined
  if (name === "EWOULDBLOCK") return 11
  if (name === "EDEADLOCK") return 35
  if (name === "ENOTSUP") return 95
  const index = names.split(" ").indexOf(name)
  return index < 0 ? undefined : index + 1
}

/** All names, for suggestions. */
export const known = (): ReadonlyArray<string> => names.split(" ")

/** The name of an error; its number as text where it has none. */
export const nameOf = (errno: number): string => {
  const name = names.split(" ")[errno - 1]
  return name === undefined || name === "-" ? String(errno) : name
}
