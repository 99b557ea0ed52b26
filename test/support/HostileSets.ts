/** Units that are harmless one by one and hostile together: circles, chains, stars. */

export interface SetFile {
  readonly name: string
  readonly text: string
}

export interface HostileSet {
  readonly label: string
  readonly make: (size: number) => ReadonlyArray<SetFile>
  /** The size that has to be survived. */
  readonly size: number
  /** What the executable can hold, if that is less: its heap has 256 MiB, and an edge between units takes some 600 bytes. */
  readonly inExecutable?: number
  /** Instances of templates multiply: how much work they may make is fixed, whatever the text. */
  readonly allowance?: number
}

const service = (lines: string): string => `[Unit]\n${lines}[Service]\nExecStart=/bin/a\n`

const times = <A>(count: number, make: (index: number) => A): ReadonlyArray<A> =>
  Array.from({ length: count }, (_, index) => make(index))

const names = (count: number, make: (index: number) => string): string => times(count, make).join(" ")

/** `size` units, the lines of each made from its number. */
const units = (lines: (index: number, size: number) => string) => (size: number): ReadonlyArray<SetFile> =>
  times(size, (index) => ({ name: `u${index}.service`, text: service(lines(index, size)) }))

export const sets: ReadonlyArray<HostileSet> = [
  { label: "a circle", size: 1_000, make: units((index, size) => `After=u${(index + 1) % size}.service\n`) },
  {
    label: "a circle of requirements",
    size: 1_000,
    make: units((index, size) => `Requires=u${(index + 1) % size}.service\n`)
  },
  {
    label: "circles of two",
    size: 1_000,
    make: units((index) => `After=u${index % 2 === 0 ? index + 1 : index - 1}.service\n`)
  },
  {
    label: "a knot: everybody after everybody",
    size: 150,
    make: units((_, size) => `After=${names(size, (other) => `u${other}.service`)}\n`)
  },
  {
    label: "a circle of words, each by Before=",
    size: 1_000,
    make: units((index, size) => `Before=u${(index + 1) % size}.service\n`)
  },
  {
    label: "a chain of requirements",
    size: 10_000,
    make: units((index, size) =>
      index + 1 < size ? `Requires=u${index + 1}.service\nAfter=u${index + 1}.service\n` : ""
    )
  },
  {
    label: "a chain of requirements that ends nowhere",
    size: 10_000,
    make: units((index) => `Requires=u${index + 1}.service\n`)
  },
  {
    label: "a chain in which each requires something else that is not there",
    size: 1_000,
    make: units((index) => `Requires=u${index + 1}.service gone${index}.service\n`)
  },
  {
    label: "a star: all require the same that is not there",
    size: 2_000,
    make: units(() => "Requires=gone.service\nAfter=gone.service\n")
  },
  {
    label: "stars: everybody requires everything that is not there",
    size: 300,
    make: units((_, size) => `Requires=${names(size, (other) => `gone${other}.service`)}\n`)
  },
  {
    label: "a thousand after a thousand",
    size: 1_000,
    inExecutable: 500,
    make: (size) => [
      ...times(size, (index) => ({
        name: `a${index}.service`,
        text: service(`After=${names(size, (other) => `b${other}.service`)}\n`)
      })),
      ...times(size, (index) => ({ name: `b${index}.service`, text: service("") }))
    ]
  },
  {
    label: "names of units that are not there",
    size: 1,
    make: () => [
      {
        name: "a.service",
        text: service(
          `After=${names(4_000, (other) => `u${other}.service`)}\nOnFailure=${
            names(4_000, (other) => `h${other}.service`)
          }\n`
        )
      }
    ]
  },
  {
    label: "a target that wants everything",
    size: 2_000,
    make: (size) => [
      { name: "default.target", text: `[Unit]\nWants=${names(size, (index) => `u${index}.service`)}\n` },
      ...units(() => "")(size)
    ]
  },
  {
    label: "templates that instantiate each other",
    size: 200,
    allowance: 200_000_000,
    make: (size) => [
      ...times(size, (index) => ({
        name: `t${index}@.service`,
        text: service(`Requires=t${(index + 1) % size}@%i%i.service\nAfter=t${(index + 1) % size}@a%i.service\n`)
      })),
      { name: "start.service", text: service("Requires=t0@x.service\n") }
    ]
  },
  {
    label: "a template that instantiates itself",
    size: 1,
    allowance: 200_000_000,
    make: () => [
      { name: "t@.service", text: service("Wants=t@%i%i.service t@a%i.service t@b%i.service\n") },
      { name: "start.service", text: service("Wants=t@x.service\n") }
    ]
  },
  {
    label: "aliases of each other",
    size: 1_000,
    make: (size) =>
      times(size, (index) => ({
        name: `u${index}.service`,
        text: `[Service]\nExecStart=/bin/a\n[Install]\nAlias=u${(index + 1) % size}.service\n`
      }))
  },
  {
    label: "all names of all handlers",
    size: 500,
    make: units((index, size) =>
      `OnFailure=${names(30, (other) => `u${(index * 7 + other) % size}.service`)}\nConflicts=u${index}.service\n`
    )
  },
  {
    label: "sockets without services, timers without anything",
    size: 500,
    make: (size) => [
      ...times(size, (index) => ({ name: `s${index}.socket`, text: `[Socket]\nListenStream=/run/s${index}\n` })),
      ...times(size, (index) => ({ name: `t${index}.timer`, text: "[Timer]\nOnBootSec=1\n" }))
    ]
  }
]
