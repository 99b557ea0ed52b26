/** Unit files in short. */

/** A service that runs the test program with these verbs; `unit` and `service` are further lines of the two sections. */
export const service = (verbs: string, { service = "", unit = "" } = {}): string =>
  `[Unit]\n${unit}\n[Service]\nExecStart=/mnt/service ${verbs}\n${service}\n`

/** A oneshot with a command for each list of verbs. */
export const oneshot = (verbs: ReadonlyArray<string>, { service = "", unit = "" } = {}): string =>
  `[Unit]\n${unit}\n[Service]\nType=oneshot\n${
    verbs.map((each) => `ExecStart=/mnt/service ${each}\n`).join("")
  }${service}\n`
