/** The exit codes that are a contract; README.md has the same table. */
export const ExitCode = {
  Clean: 0,
  /** An orderly stop in which something had to be killed. */
  Forced: 1,
  /** `health` says no. */
  Unhealthy: 1,
  /** `--validate` found warnings. */
  Warnings: 1,
  Usage: 2,
  /** The units cannot be loaded or ordered. */
  BadUnits: 64,
  /** A defect of ours. */
  Defect: 70
} as const
