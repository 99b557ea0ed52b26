/**
 * One project a rung of the test ladder. `npx vitest run --config test/vitest.config.ts --project unit` runs one rung.
 *
 * The rungs without processes share one pool of threads. The others run in forks, one at a time: every file has its
 * own process, hence its own children, its own reaper and its own subreaper flag, and the machine to itself.
 */
import { availableParallelism } from "node:os"
import { fileURLToPath } from "node:url"
import { defineConfig } from "vitest/config"

const seconds = (count: number): number => count * 1000

const pure = (name: string, folders: ReadonlyArray<string>) => ({
  extends: true as const,
  test: {
    name,
    include: folders.map((folder) => `test/${folder}/**/*.test.ts`),
    pool: "threads" as const,
    // Property tests on a busy machine: a limit is there to end what hangs.
    testTimeout: seconds(60),
    sequence: { concurrent: false, groupOrder: 0 }
  }
})

const real = (name: string, groupOrder: number, timeout: number, retry = 1) => ({
  extends: true as const,
  test: {
    name,
    include: [`test/${name}/**/*.test.ts`],
    pool: "forks" as const,
    sequence: { concurrent: false, groupOrder },
    testTimeout: timeout,
    hookTimeout: timeout,
    // Real processes on a shared machine: one more try tells a stall from a fault. The summary shows what took two.
    retry
  }
})

export default defineConfig({
  root: fileURLToPath(new URL("..", import.meta.url)),
  test: {
    reporters: ["default"],
    passWithNoTests: true,
    // Two files of real processes at a time: most of what they do is wait, and each has containers of its own.
    poolOptions: {
      // Without isolation: loading Effect anew for each of two hundred files would take longer than their tests. Nothing is
      // kept at module level that a test could see of another.
      threads: { minThreads: 1, maxThreads: availableParallelism(), isolate: false },
      forks: { minForks: 1, maxForks: Math.min(2, availableParallelism()), isolate: true }
    },
    projects: [
      pure("unit", ["unit", "graph"]),
      pure("supervisor", ["supervisor", "trace", "health", "cli"]),
      real("native", 1, seconds(60)),
      real("live", 2, seconds(30)),
      real("parity", 3, seconds(60)),
      real("binary", 4, seconds(60)),
      // The same questions to the same tools: an answer that differs is a fault at once.
      real("oracle", 5, seconds(60), 0),
      // An hour, by scripts/soak only.
      ...(process.env.SOAK_SECONDS === undefined ? [] : [real("soak", 6, seconds(60), 0)])
    ]
  }
})
