/* parts.c: the bytecode that the build put into this executable. A part is a script whose value is what it exports:
 * `main` at every start, unless the image holds what came of it, the others only when asked for. HOST_PART_* name the
 * files (scripts/build-host.mjs). */
#include <string.h>

#include "host.h"

#define EMBED(symbol, file)                                                                                       \
    __asm__(".section .rodata\n.balign 16\n.globl " #symbol "\n" #symbol ":\n.incbin \"" file "\"\n.globl " #symbol \
            "_end\n" #symbol "_end:\n.byte 0\n.previous\n");                                                      \
    extern const uint8_t symbol[], symbol##_end[]

#ifdef HOST_PART_MAIN
EMBED(part_main, HOST_PART_MAIN);
#endif
#ifdef HOST_PART_CLI
EMBED(part_cli, HOST_PART_CLI);
#endif

static const struct part {
    const char *name;
    const uint8_t *start, *end;
} parts[] = {
#ifdef HOST_PART_MAIN
    {"main", part_main, part_main_end},
#endif
#ifdef HOST_PART_CLI
    {"cli", part_cli, part_cli_end},
#endif
    {NULL, NULL, NULL},
};

JSValue part_evaluate(JSContext *context, const char *name) {
    for (const struct part *part = parts; part->name; part++) {
        if (strcmp(part->name, name) != 0) continue;
        JSValue script = JS_ReadObject(context, part->start, (size_t)(part->end - part->start), JS_READ_OBJ_BYTECODE);
        return JS_IsException(script) ? script : JS_EvalFunction(context, script);
    }
    return JS_ThrowReferenceError(context, "this executable has no part named %s", name);
}
