// Who interrupts a program is asked where that can matter. A part of scripts/patch-engine.mjs.
export const interrupts = [
  {
    // The engine asks at each call and each turn of a loop. Ours interrupts a program that has run out of memory: what it
    // must not do then is to go on in a catch block.
    what: "a look at whether somebody interrupts, at each call and each turn of a loop",
    place:
      /^static no_inline __exception int __js_poll_interrupts\([\s\S]*?\n\}\n\nstatic inline __exception int (js_poll_interrupts)\([\s\S]*?\n\}\n/gm,
    times: 1,
    by: (_, name) =>
      `static bool engine_is_interrupted(JSRuntime *rt)
{
    return rt->interrupt_handler && rt->interrupt_handler(rt, rt->interrupt_opaque);
}

static inline __attribute__((always_inline)) __exception int ${name}(JSContext *ctx)
{
    (void)ctx;
    return 0;
}
`
  },
  {
    what: "catch blocks",
    place: /^ {4}if \(!JS_IsUncatchableError\(rt->current_exception\)\) \{\n(?= {8}while \(sp > stack_buf\))/gm,
    times: 1,
    by: () => "    if (!JS_IsUncatchableError(rt->current_exception) && !engine_is_interrupted(rt)) {\n"
  }
]
