// What is generated is as it would be generated now.
process.argv.push("--check")
await import("./build-binding.mjs")
await import("./build-reference.mjs")
await import("./build-schema.mjs")
