/* last.c: PID 1 never dies by accident. Whatever went wrong above, it is said in one line on stderr, every process is
 * terminated, and the exit code is 70. Nothing here needs the JavaScript heap to be in order. */
#include <string.h>
#include <unistd.h>

#include "host.h"

/* Time between SIGTERM and SIGKILL for services whose supervisor has just failed: they did nothing wrong. */
#define GRACE_MS 1000

/* First line of the message, then the frames, joined by blanks; needs memory, so it may come out empty. */
static void describe(JSValueConst reason, char *text, size_t size) {
    text[0] = 0;
    if (heap_exhausted()) return;
    const char *message = JS_ToCString(host.context, reason);
    if (!message) return;
    strncpy(text, message, size - 1);
    text[size - 1] = 0;
    JS_FreeCString(host.context, message);
    if (!JS_IsObject(reason)) return;
    JSValue stack = JS_GetPropertyStr(host.context, reason, "stack");
    const char *frames = JS_IsString(stack) ? JS_ToCString(host.context, stack) : NULL;
    if (frames) {
        size_t length = strlen(text);
        if (length + 3 < size) {
            strcpy(text + length, " | ");
            strncpy(text + length + 3, frames, size - length - 4);
            text[size - 1] = 0;
        }
        JS_FreeCString(host.context, frames);
    }
    JS_FreeValue(host.context, stack);
}

_Noreturn void last_resort(const char *why, JSValueConst reason) {
    static bool under_way;
    char detail[900] = "";
    if (!under_way) {
        under_way = true;
        if (!JS_IsUndefined(reason) && host.context) describe(reason, detail, sizeof detail);
    }
    ci_last_words(why, detail[0] ? detail : NULL);
    if (host.core) {
        ci_terminate_all(host.core, GRACE_MS);
        ci_core_drain(host.core, 200);
    }
    _exit(HOST_EXIT_DEFECT);
}

_Noreturn void last_resort_exception(const char *why) {
    JSValue reason = heap_exhausted() ? JS_UNDEFINED : JS_GetException(host.context);
    last_resort(why, reason);
}
