/**
 * The few globals that Effect needs and QuickJS-ng does not have. The bundler puts them before all else
 * (esbuild.config.mjs). Nothing here reads the clock, the environment or a descriptor when it is evaluated.
 */
type Print = { readonly print: (descriptor: number, text: string) => number }
type Timer = { handle: unknown }

const scope = globalThis as unknown as Record<string, unknown>
const host = scope["containerInitHost"] as Print
const setTimer = scope["setTimeout"] as (callback: () => void, millis: number) => unknown
const clearTimer = scope["clearTimeout"] as (handle: unknown) => void

const line = (parts: ReadonlyArray<unknown>): string =>
  parts.map((part) => part instanceof Error ? `${part.message}\n${part.stack ?? ""}` : String(part)).join(" ") + "\n"

const toStderr = (...parts: ReadonlyArray<unknown>): void => {
  host.print(2, line(parts))
}

// Only what is asked for goes to stdout, which belongs to the services: the help that @effect/cli prints.
scope["console"] = {
  log: (...parts: ReadonlyArray<unknown>): void => {
    host.print(1, line(parts))
  },
  info: toStderr,
  debug: toStderr,
  warn: toStderr,
  error: toStderr,
  trace: toStderr,
  group: toStderr,
  groupEnd: () => {}
}

scope["setInterval"] = (callback: () => void, millis: number): Timer => {
  const timer: Timer = { handle: undefined }
  const arm = () => {
    timer.handle = setTimer(() => {
      arm()
      callback()
    }, millis)
  }
  arm()
  return timer
}
scope["clearInterval"] = (timer: Timer | undefined): void => {
  if (timer !== undefined) clearTimer(timer.handle)
}

// Effect's Hash and Equal ask `instanceof URL`; nothing of ours makes one.
scope["URL"] ??= class URL {}

// Effect.async hands a signal to callbacks that declare one; it is aborted when the fiber is interrupted.
scope["AbortController"] ??= class AbortController {
  readonly signal = {
    aborted: false,
    listeners: new Set<() => void>(),
    addEventListener(_: string, listener: () => void) {
      this.listeners.add(listener)
    },
    removeEventListener(_: string, listener: () => void) {
      this.listeners.delete(listener)
    }
  }
  abort() {
    if (this.signal.aborted) return
    this.signal.aborted = true
    for (const listener of this.signal.listeners) listener()
  }
}

/** What must be there before the first fiber runs. Missing globals would end the program silently, or late. */
export const assertGlobals = (): void => {
  for (const name of ["setTimeout", "clearTimeout", "setInterval", "queueMicrotask", "performance", "URL", "Promise"]) {
    if (scope[name] === undefined) throw new Error(`the engine has no global ${name}`)
  }
}
