// A word to the host when the program asks for the time or draws a random number: src/native/host/frozen.c answers. A part
// of scripts/patch-engine.mjs.
export const making = [
  { what: "Date", place: /js__gettimeofday_us\(\)/g, times: 2, by: () => "engine_real_time_us()" },
  { what: "performance", place: /js__hrtime_ns\(\)/g, times: 1, by: () => "engine_monotonic_time_ns()" },
  { what: "local time", place: /localtime_r\(/g, times: 1, by: () => "engine_local_time(" },
  {
    what: "Math.random",
    place: /(static JSValue js_math_random\([^{]*\{[^}]*?)(v = xorshift64star)/g,
    times: 1,
    by: (_, head, draw) => `${head}engine_draws();\n    ${draw}`
  }
]
