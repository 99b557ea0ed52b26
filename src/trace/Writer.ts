/**
 * Records on their way out, a line of JSON each. Emitting never waits: what there is no room for is dropped, counted, and
 * told of as soon as there is room again. Written and dropped together are what was emitted.
 */
import type { TraceOutput } from "../kernel/TraceOutput.ts"

/** Flat, but for lists. */
export type Fields = Readonly<Record<string, unknown>>

/** Past this the wall clock was set, and times go by it from then on. Between that and us it ticks, we do not. */
const clockWasSetMillis = 20

const round = (millis: number): number => Math.round(millis * 1000) / 1000

export class Writer {
  private emitted = 0
  private dropped = 0
  /** Of these somebody has been told. */
  private told = 0
  private closed = false
  private offset: number
  private readonly output: TraceOutput
  private readonly now: () => number

  /** `now`: of what is being told, which may be a while ago. */
  constructor(output: TraceOutput, now = output.now) {
    this.output = output
    this.now = now
    this.offset = output.wall() - output.now()
  }

  /** Something that is over just now and has taken so long; 0 for what takes no time. */
  emit(phase: string, fields: Fields, millis = 0, ok = true): void {
    if (this.closed) return
    this.emitted++
    if (this.dropped > this.told && !this.tellDropped()) {
      this.dropped++
      return
    }
    if (!this.output.write(this.encode(phase, fields, millis, ok))) this.dropped++
  }

  /** Milliseconds since 1970, finer than the wall clock tells them, of a moment that is so long ago. */
  startOf(millis: number): number {
    const offset = this.output.wall() - this.output.now()
    if (Math.abs(offset - this.offset) > clockWasSetMillis) this.offset = offset
    return round(this.now() + this.offset - millis)
  }

  /** Emits the last record, for which there is room if anybody still reads. Answers how many were emitted and lost. */
  close(phase: string, fields: Fields, millis: number): { readonly emitted: number; readonly lost: number } {
    const began = this.output.now()
    this.output.flush(millis)
    this.emit(phase, fields)
    this.closed = true
    const lost = this.dropped + this.output.close(millis - (this.output.now() - began))
    return { emitted: this.emitted, lost }
  }

  private tellDropped(): boolean {
    const { dropped, told } = this
    const line = this.encode("trace_dropped", { dropped: dropped - told, total: dropped }, 0, false)
    if (!this.output.write(line)) return false
    this.told = dropped
    return true
  }

  private encode(phase: string, fields: Fields, millis: number, ok: boolean): string {
    // What is in every record is put together by hand: that costs a third of what the encoder takes.
    const rest = JSON.stringify(fields).slice(1)
    return `{"phase":${JSON.stringify(phase)},"t_start_ms":${this.startOf(millis)},"dt_ms":${round(millis)},"status":"${
      ok ? "ok" : "error"
    }"${rest === "}" ? "" : ","}${rest}\n`
  }
}
