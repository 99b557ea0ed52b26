/* hazard.c: the guard of the build step that makes the heap image. Modules are evaluated there, and what they learn from
 * a clock, a random number or a system call would be the same in every container. Each such place is told on stdout with
 * its stack; scripts/image.mjs compares them with the list of those that are allowed. */
#include <stdio.h>

#include "image.h"

static bool armed;

/* The engine asks too, while it is made. */
void hazard_arm(void) { armed = true; }

void hazard_note(const char *what) {
    if (!armed) return;
    JS_ThrowInternalError(host.context, "%s", what);
    JSValue error = JS_GetException(host.context);
    JSValue stack = JS_GetPropertyStr(host.context, error, "stack");
    const char *frames = JS_ToCString(host.context, stack);
    dprintf(1, "hazard %s\n%s", what, frames ? frames : "");
    JS_FreeCString(host.context, frames);
    JS_FreeValue(host.context, stack);
    JS_FreeValue(host.context, error);
}

JSValue hazard_refuse(JSContext *context, const char *what) {
    hazard_note(what);
    return JS_ThrowTypeError(context, "%s: there is no process yet, modules are evaluated at build time", what);
}
