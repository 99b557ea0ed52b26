#!/usr/bin/env node
/**
 * The Node entry. The program itself takes a quarter of a second to load; a signal that comes meanwhile must neither end
 * a process that is PID 1's stand-in nor be lost, so signals are taken over first, and wait.
 */
import * as addon from "../runtime/node/addon.ts"
import * as HandledSignals from "../supervisor/HandledSignals.ts"

/** Command lines that supervise nothing leave signals alone: Ctrl-C ends them. */
const others = ["--validate", "--version", "--help", "-h"]
const otherCommands = ["validate", "explain", "analyze", "health"]

const words = process.argv.slice(2)
const supervises = !otherCommands.includes(words[0] ?? "") && !words.some((word) => others.includes(word))
const binding = addon.load()
if (supervises) binding.signals_take(HandledSignals.all)
const { start } = await import("./node-main.ts")
start(binding, words)
