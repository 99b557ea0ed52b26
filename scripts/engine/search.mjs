// Searching in strings goes by memchr. A part of scripts/patch-engine.mjs.
export const search = [
  {
    what: "the functions that search",
    place: /^static JSValue js_string_indexOf\(/gm,
    times: 1,
    by: (line) =>
      `/* Where the first character of what is searched for stands next, up to a last place; -1 if nowhere. */
static int engine_candidate(JSString *in, JSString *what, int from, int last)
{
    if (in->is_wide_char || what->len == 0)
        return from;
    int first = string_get(what, 0);
    if (first > 0xff)
        return -1;
    const uint8_t *text = str8(in), *found = memchr(text + from, first, last - from + 1);
    return found == NULL ? -1 : (int)(found - text);
}

${line}`
  },
  {
    // The engine compares at one place after the other, with a call for each.
    what: "searching forwards",
    place: /for \(i = start;; i(?:\+\+| \+= inc)\) \{/g,
    times: 2,
    by: (loop) =>
      `${loop}
            if (${loop.includes("inc") ? "inc > 0 && " : ""}(i = engine_candidate(p, p1, i, stop)) < 0)
                break;`
  }
]
