/* compile.c: a build tool: one bundled script in, bytecode for parts.c out. Line and column numbers stay, the source
 * text goes. Usage: compile NAME SOURCE OUTPUT. The engine is the patched one (scripts/patch-engine.mjs), whose compiler
 * knows an operation more, and which asks us for the time. */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include <cutils.h>

static int64_t engine_real_time_us(void) { return js__gettimeofday_us(); }
static uint64_t engine_monotonic_time_ns(void) { return js__hrtime_ns(); }
static struct tm *engine_local_time(const time_t *time, struct tm *ret) { return localtime_r(time, ret); }
static void engine_draws(void) {}

#include <quickjs.c>

static char *read_source(const char *path, size_t *ret_length) {
    FILE *file = fopen(path, "rb");
    if (!file) return NULL;
    fseek(file, 0, SEEK_END);
    long size = ftell(file);
    rewind(file);
    char *text = malloc((size_t)size + 1);
    if (text && fread(text, 1, (size_t)size, file) == (size_t)size) {
        text[size] = 0;
        *ret_length = (size_t)size;
    } else {
        free(text);
        text = NULL;
    }
    fclose(file);
    return text;
}

int main(int argc, char **argv) {
    if (argc != 4) return 2;
    size_t length, size;
    char *source = read_source(argv[2], &length);
    if (!source) {
        perror(argv[2]);
        return 1;
    }
    JSRuntime *runtime = JS_NewRuntime();
    JSContext *context = JS_NewContext(runtime);
    JSValue script = JS_Eval(context, source, length, argv[1], JS_EVAL_TYPE_GLOBAL | JS_EVAL_FLAG_COMPILE_ONLY);
    if (JS_IsException(script)) {
        const char *message = JS_ToCString(context, JS_GetException(context));
        fprintf(stderr, "%s: %s\n", argv[2], message ? message : "does not compile");
        return 1;
    }
    uint8_t *bytecode = JS_WriteObject(context, &size, script, JS_WRITE_OBJ_BYTECODE | JS_WRITE_OBJ_STRIP_SOURCE);
    FILE *file = bytecode ? fopen(argv[3], "wb") : NULL;
    if (!file || fwrite(bytecode, 1, size, file) != size || fclose(file) != 0) {
        perror(argv[3]);
        return 1;
    }
    return 0;
}
