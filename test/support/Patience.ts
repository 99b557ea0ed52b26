/** Waiting for something to become true: generously, and never by sleeping for a time that "should do". */

/** Far beyond what a loaded machine needs; shorter than the timeout of a test, so that the message is ours. Who writes tests wants less. */
const patienceMillis = Number(process.env.TEST_PATIENCE_MILLIS ?? 20_000)
const intervalMillis = 5

export const pause = (millis: number) => new Promise<void>((resolve) => setTimeout(resolve, millis))

/** Waits for a value that is not `undefined`; `describe` is asked when the patience is at its end. */
export const until = async <A>(look: () => A | undefined, describe: () => string): Promise<A> => {
  const deadline = performance.now() + patienceMillis
  for (;;) {
    const found = look()
    if (found !== undefined) return found
    if (performance.now() > deadline) throw new Error(describe())
    await pause(intervalMillis)
  }
}
