/** What a program has written so far, as lines in the order of their arrival. */
import type { Readable } from "node:stream"

export type StreamName = "stdout" | "stderr"

export interface Line {
  readonly stream: StreamName
  readonly text: string
}

export class Output {
  readonly lines: Array<Line> = []
  private readonly rests: Record<StreamName, string> = { stdout: "", stderr: "" }

  /** Takes all that the stream has to say; bytes are kept one to one. */
  follow(stream: StreamName, readable: Readable): void {
    readable.setEncoding("latin1")
    readable.on("data", (chunk: string) => {
      const parts = `${this.rests[stream]}${chunk}`.split("\n")
      this.rests[stream] = parts.pop() ?? ""
      for (const text of parts) this.lines.push({ stream, text })
    })
    readable.on("end", () => {
      if (this.rests[stream] !== "") this.lines.push({ stream, text: this.rests[stream] })
      this.rests[stream] = ""
    })
  }

  get stdout(): ReadonlyArray<string> {
    return this.of("stdout")
  }

  get stderr(): ReadonlyArray<string> {
    return this.of("stderr")
  }

  /** The lines of one unit, on either stream, without their prefix. */
  unit(name: string): ReadonlyArray<string> {
    const prefix = `[${name}] `
    return this.lines.filter(({ text }) => text.startsWith(prefix)).map(({ text }) => text.slice(prefix.length))
  }

  /** All of it, for the message of a failed assertion. */
  toString(): string {
    return this.lines.map(({ stream, text }) => `    ${stream} | ${text.slice(0, 200)}\n`).join("")
  }

  private of(wanted: StreamName): ReadonlyArray<string> {
    return this.lines.filter(({ stream }) => stream === wanted).map(({ text }) => text)
  }
}
