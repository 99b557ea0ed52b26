/** The examples of fixtures/examples: each is the drop-in directory of an image that is derived from Debian. */
import { readdirSync, readFileSync } from "node:fs"
import type { Container } from "./Container.ts"
import { boot } from "./Container.ts"
import type { Place } from "./Kinds.ts"
import type { BootOptions, Content } from "./Launch.ts"
import { fixtures } from "./Places.ts"

export const folder = `${fixtures}/examples`
export const names: ReadonlyArray<string> = ["oneshot", "app", "native", "proxy", "dbus"]

export const filesIn = (directory: string): Record<string, string> =>
  Object.fromEntries(readdirSync(directory).map((name) => [name, readFileSync(`${directory}/${name}`, "utf8")]))

/** Whom services run as: the user that the examples are about, and another one. */
export const app = { uid: 1500, gid: 1500 }
export const other = { uid: 1501, gid: 1501 }

const accounts = (file: string): string =>
  readFileSync(file, "utf8") +
  [["app", app.uid], ["other", other.uid]].map(([name, id]) =>
    file.endsWith("group") ? `${name}:x:${id}:\n` : `${name}:x:${id}:${id}::/home/${name}:/bin/sh\n`
  ).join("")

export interface Image {
  /** The shell scripts at /usr/local/bin, by their names. */
  readonly programs?: Readonly<Record<string, string>>
  readonly core?: Readonly<Record<string, Content>>
  readonly dropIn?: Readonly<Record<string, Content>>
  readonly files?: Readonly<Record<string, Content>>
  readonly env?: Readonly<Record<string, string>>
}

/** The example as it stands in the image, with what a test adds to it. */
export const bootExample = (name: string, { options }: Pick<Place, "options">, image: Image = {}): Container => {
  const programs = Object.entries(image.programs ?? {}).map(([program, text]) =>
    [`bin/${program}`, { program: `#!/bin/sh\n${text}\n` }] as const
  )
  const furnished: BootOptions = {
    ...options,
    network: true,
    onePipe: true,
    dropIn: { ...filesIn(`${folder}/${name}`), ...image.dropIn },
    ...(programs.length > 0 ? { bind: { from: "bin", to: "/usr/local/bin" } } : {}),
    tmpfs: { "/home/app": `mode=755,uid=${app.uid},gid=${app.gid}` },
    env: { CONTAINER_INIT_PASSWD_FILE: "/mnt/passwd", CONTAINER_INIT_GROUP_FILE: "/mnt/group", ...image.env },
    files: {
      passwd: accounts("/etc/passwd"),
      group: accounts("/etc/group"),
      ...Object.fromEntries(programs),
      ...image.files
    }
  }
  return boot({ ...filesIn(`${folder}/core`), ...image.core }, furnished)
}
