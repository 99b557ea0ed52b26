/* image_make.c: the build step that makes the heap image. It runs once, on the build machine, possibly emulated; the
 * executable that ships has an image, and never gets here. Hazards and mappings go to stdout, for scripts/image.mjs. */
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "image.h"

static int fail(const char *what) {
    dprintf(2, "heap image: %s\n", what);
    return 1;
}

static uint8_t *read_file(const char *path, size_t *ret_size) {
    struct stat status;
    int file = open(path, O_RDONLY | O_CLOEXEC);
    if (file < 0 || fstat(file, &status) < 0) return NULL;
    uint8_t *bytes = malloc((size_t)status.st_size + 1);
    size_t size = 0;
    for (ssize_t got = 1; bytes && got > 0; size += got > 0 ? (size_t)got : 0)
        got = read(file, bytes + size, (size_t)status.st_size + 1 - size);
    close(file);
    *ret_size = size;
    return bytes;
}

static bool write_file(const char *path, const uint8_t *bytes, size_t size) {
    int file = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);
    if (file < 0) return false;
    while (size) {
        ssize_t put = write(file, bytes, size);
        if (put <= 0) return false;
        bytes += put;
        size -= (size_t)put;
    }
    return close(file) == 0;
}

/* What is mapped now beside the image and the executable: no word of the image may point there. */
static void tell_mappings(void) {
    char text[4096];
    int maps = open("/proc/self/maps", O_RDONLY | O_CLOEXEC);
    for (ssize_t got; maps >= 0 && (got = read(maps, text, sizeof text)) > 0;) dprintf(1, "%.*s", (int)got, text);
    if (maps >= 0) close(maps);
}

static const char *evaluate(const uint8_t *bytecode, size_t size) {
    JSValue script = JS_ReadObject(host.context, bytecode, size, JS_READ_OBJ_BYTECODE);
    if (JS_IsException(script)) return "the bytecode cannot be read";
    engine_take(JS_EvalFunction(host.context, script));
    if (!JS_IsFunction(host.context, host.program)) return "the bundle exports no main";
    if (!loop_run_jobs()) return "a job failed, or a promise was rejected";
    return host.timer_count ? "a timer is set" : NULL;
}

int image_make(int argc, char **argv) {
    if (argc != 3) return fail("this executable is not finished: scripts/build makes its image");
    host_release_signals();
    size_t size, used;
    uint8_t *bytecode = read_file(argv[1], &size);
    if (!bytecode) return fail("no such bytecode");
    host.making = true;
    heap_build_in(image_area.bytes + IMAGE_PAGE, image_area.bytes + IMAGE_AREA);
    engine_make();
    hazard_arm();
    const char *problem = evaluate(bytecode, size);
    free(bytecode);
    if (problem) return fail(problem);
    problem = engine_prepare(host.context);
    if (problem) return fail(problem);
    JS_RunGC(host.runtime);
    problem = engine_freeze(host.runtime);
    if (problem) return fail(problem);
    const uint8_t *end = heap_seal(&used);
    size_t length = ((size_t)(end - image_area.bytes) + IMAGE_PAGE - 1) & ~(size_t)(IMAGE_PAGE - 1);
    image_area.image = (struct image){IMAGE_MAGIC, length, used, host.runtime, host.context, host.binding, host.program};
    tell_mappings();
    return write_file(argv[2], image_area.bytes, length) ? 0 : fail("the image cannot be written");
}
