/**
 * Values of systemd.exec(5), systemd.kill(5) and systemd.resource-control(5).
 *
 * @since 0.1.0
 */

/** A limit of a cgroup: an amount (bytes, or a count; `Infinity` for none), or percent of what the machine has. */
export type Limit =
  | { readonly _tag: "Amount"; readonly amount: number }
  | { readonly _tag: "Percent"; readonly percent: number }

/** An entry of `ReadWritePaths=` and its like. */
export interface PathReference {
  readonly path: string
  /** `-`: a path that is not there is no failure. */
  readonly optional: boolean
  /** `+`: the path counts from the root that the service has. */
  readonly inRoot: boolean
}

/** What the grammars of these directives yield. */
export interface ExecValues {
  readonly "octal mode": number
  readonly path: string
  readonly paths: ReadonlyArray<PathReference>
  readonly port: number
  /** Bytes, in steps of 1024. */
  readonly size: number
  readonly "size limit": Limit
}
