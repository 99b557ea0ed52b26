/**
 * The steps that a child can do to itself before it becomes its program, generated from src/native/core/ci_steps.def by
 * scripts/build-binding.mjs.
 *
 * @internal
 */
export const StepCode = {
  /**
   * open(2) as descriptor 0, 1 or 2; where a Unix socket is at the path, connects to it.
   * Operands: stream path:text flags mode.
   */
  stream_open: 1,
  /**
   * dup2(2).
   * Operands: from stream.
   */
  stream_copy: 2,
  /**
   * Opens a terminal as a descriptor. how: 0 for output; else for both and as the controlling one, 1 waiting while
   * it is somebody else's, 2 taking it away from him, 3 failing then. Plus 4: goes on without control instead.
   * Operands: stream path:text how.
   */
  terminal: 3,
  /**
   * With hangup 1 vhangup(2) for all who have the terminal, with modes 1 its usual modes.
   * Operands: path:text hangup modes.
   */
  terminal_reset: 4,
  /**
   * O_NONBLOCK of the first `count` descriptors that are handed over: set with off 1, else cleared.
   * Operands: count off.
   */
  blocking: 5,
  /**
   * setgroups(2): exactly these supplementary groups.
   * Operands: gid....
   */
  groups: 6,
  /**
   * setresgid(2).
   * Operands: gid.
   */
  group: 7,
  /**
   * setresuid(2).
   * Operands: uid.
   */
  user: 8,
  /**
   * chdir(2); with optional 1 to / where the path is not there.
   * Operands: path:text optional.
   */
  directory: 9,
  /**
   * umask(2).
   * Operands: mask.
   */
  umask: 10,
  /**
   * setrlimit(2). Where the hard limit may not be raised so far, as far as it may be; that still counts as
   * refused.
   * Operands: resource soft:wide hard:wide.
   */
  limit: 11,
  /**
   * setpriority(2).
   * Operands: value.
   */
  nice: 12,
  /**
   * sched_setscheduler(2); with reset 1 children get the usual one again.
   * Operands: policy priority reset.
   */
  scheduler: 13,
  /**
   * sched_setaffinity(2): 32 processors a number.
   * Operands: mask....
   */
  affinity: 14,
  /**
   * ioprio_set(2).
   * Operands: class level.
   */
  io_priority: 15,
  /**
   * PR_SET_TIMERSLACK of prctl(2).
   * Operands: nanoseconds:wide.
   */
  timer_slack: 16,
  /**
   * Writes a text to a file that is there, as those of /proc.
   * Operands: path:text content:text.
   */
  write_file: 17,
  /**
   * What is made and removed from here on lies in this directory, and no link leads out of it; in the machine's
   * root if the path is empty.
   * Operands: path:text.
   */
  files_in: 18,
  /**
   * Makes a directory and those above it that are missing, these with mode 0755. The last one gets mode and owner,
   * also if it was there. uid and gid below 0 change nothing. flags: 1 what is in it gets the owner, too, where
   * the directory had another one; 2 one that is there keeps its mode and owner.
   * Operands: path:text mode uid gid flags.
   */
  make_directory: 19,
  /**
   * A symbolic link, and the directories above it; one that is there goes.
   * Operands: target:text path:text.
   */
  make_link: 20,
  /**
   * A new file with these bytes, four a number, the lowest first. One that is there goes.
   * Operands: path:text mode uid gid length bytes....
   */
  make_file: 21,
  /**
   * A new file with what another one holds, or what a socket of that name answers; -EFBIG once all that were
   * copied have more than `limit` bytes.
   * Operands: from:text path:text mode uid gid limit.
   */
  copy_file: 22,
  /**
   * Removes a file, or a directory with all that is in it and on its file system.
   * Operands: path:text.
   */
  remove_tree: 23,
  /**
   * unshare(2).
   * Operands: flags.
   */
  namespaces: 24,
  /**
   * What is mounted from now on is not seen outside; what is mounted outside still is, here.
   */
  mounts_slave: 25,
  /**
   * open_tree(2): a copy of what is mounted at a path, kept in a slot; -E2BIG for a slot past the last. Where
   * there is none the slot stays empty, and what is done with it is nothing.
   * Operands: slot path:text recursive.
   */
  tree_take: 26,
  /**
   * A new file system, in a slot. options are those of fsconfig(2), with commas; flags those of mount attributes.
   * Operands: slot type:text options:text flags.
   */
  tree_new: 27,
  /**
   * mount_setattr(2) on all mounts of a slot.
   * Operands: slot set clear.
   */
  tree_attributes: 28,
  /**
   * move_mount(2): mounts what a slot holds at a path. make 1: a missing mount point is made, of the same kind.
   * Operands: slot path:text make.
   */
  tree_put: 29,
  /**
   * Makes the mount point for what a slot holds, of the same kind, if it is missing.
   * Operands: slot path:text.
   */
  tree_point: 30,
  /**
   * Nothing of what is at a path is to be seen: an empty directory or file lies over it.
   * Operands: path:text.
   */
  tree_hide: 31,
  /**
   * mount_setattr(2) on what is mounted at a path, and with recursive 1 below it.
   * Operands: path:text set clear recursive.
   */
  mount_attributes: 32,
  /**
   * chroot(2), or with pivot 1 pivot_root(2) where the path is a mount of its own.
   * Operands: path:text pivot.
   */
  root: 33,
  /**
   * sethostname(2).
   * Operands: name:text.
   */
  hostname: 34,
  /**
   * Brings up the interface lo.
   */
  loopback: 35,
  /**
   * Drops all capabilities from the bounding set but these.
   * Operands: mask:wide.
   */
  bounding: 36,
  /**
   * PR_SET_KEEPCAPS: the next change of the user keeps the permitted ones.
   */
  keep_capabilities: 37,
  /**
   * These capabilities are inheritable and ambient; no others are either.
   * Operands: ambient:wide.
   */
  capabilities: 38,
  /**
   * PR_SET_SECUREBITS, on top of those that there are.
   * Operands: bits.
   */
  secure_bits: 39,
  /**
   * PR_SET_NO_NEW_PRIVS.
   */
  no_new_privileges: 40,
  /**
   * A seccomp filter, two numbers an instruction: code, jt and jf; k.
   * Operands: instruction....
   */
  filter: 41,
  /**
   * A set of rules for these kinds of access to the file system.
   * Operands: handled:wide.
   */
  landlock_begin: 42,
  /**
   * They are allowed at and below a path.
   * Operands: path:text access:wide.
   */
  landlock_allow: 43,
  /**
   * From now on what no rule allows is denied.
   */
  landlock_enforce: 44
} as const
