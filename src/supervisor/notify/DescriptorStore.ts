/**
 * The descriptors that a service leaves with its supervisor, to have them back when it starts again: `FDSTORE=1` of
 * sd_notify(3), `FileDescriptorStoreMax=` of systemd.service(5). Pure: who asks closes what is not kept.
 */
export interface Kept {
  readonly descriptor: number
  readonly name: string
  /** Let go of it once its other end is gone. */
  readonly poll: boolean
}

/** In the order in which they came, which is the order in which they are handed over. */
export type DescriptorStore = ReadonlyArray<Kept>

export interface Change {
  readonly store: DescriptorStore
  /** Not kept, or no longer: to be closed. */
  readonly close: ReadonlyArray<number>
  /** Newly kept, and to be watched for a hang-up. */
  readonly watch: ReadonlyArray<number>
  /** Some were refused, for the store is full. */
  readonly full: boolean
}

export const empty: DescriptorStore = []

/** systemd's name of what nobody has named. */
const defaultName = "stored"

const nothing: ReadonlyArray<number> = []

const unchanged = (store: DescriptorStore): Change => ({ store, close: nothing, watch: nothing, full: false })

export interface Addition {
  readonly descriptors: ReadonlyArray<number>
  readonly name: string | undefined
  readonly poll: boolean
}

/**
 * Keeps the descriptors, as many as `most` allows. One that `isSame` finds in the store already is closed: what it leads
 * to is kept once.
 */
export const add = (
  store: DescriptorStore,
  { descriptors, name = defaultName, poll }: Addition,
  most: number,
  isSame: (one: number, other: number) => boolean = (one, other) => one === other
): Change => {
  if (descriptors.length === 0) return unchanged(store)
  const kept = store.slice()
  const close: Array<number> = []
  const watch: Array<number> = []
  let full = false
  for (const descriptor of descriptors) {
    if (kept.length >= most) {
      full = true
      close.push(descriptor)
    } else if (kept.some((other) => isSame(other.descriptor, descriptor))) {
      close.push(descriptor)
    } else {
      kept.push({ descriptor, name, poll })
      if (poll) watch.push(descriptor)
    }
  }
  return { store: kept, close, watch, full }
}

/** Lets go of all that have this name. */
export const removeNamed = (store: DescriptorStore, name: string): Change => split(store, (kept) => kept.name === name)

/** Lets go of one: its other end is gone. */
export const remove = (store: DescriptorStore, descriptor: number): Change =>
  split(store, (kept) => kept.descriptor === descriptor)

/** Lets go of all. */
export const clear = (store: DescriptorStore): Change => split(store, () => true)

const split = (store: DescriptorStore, goes: (kept: Kept) => boolean): Change => {
  const close: Array<number> = []
  const rest: Array<Kept> = []
  for (const kept of store) {
    if (goes(kept)) close.push(kept.descriptor)
    else rest.push(kept)
  }
  return close.length === 0 ? unchanged(store) : { store: rest, close, watch: nothing, full: false }
}

/** What a run that is over leaves behind, `FileDescriptorStorePreserve=`; `restarting`: another one follows at once. */
export const survives = (
  preserve: "no" | "yes" | "restart" | "on-success",
  restarting: boolean,
  failed: boolean
): boolean =>
  preserve === "yes" || (preserve === "restart" && restarting) || (preserve === "on-success" && (restarting || !failed))
