/* image.h: the heap image, the program as it is once its modules are evaluated.
 *
 * The last build step runs the very executable that is being built, with its heap in an area at a fixed address. It makes
 * the engine, evaluates the main bundle, freezes the heap and writes the used part of the area to a file;
 * scripts/image.mjs appends that file to the executable and points the area's program header (PT_LOAD) at it. At exec
 * the kernel maps it, private and copy-on-write, and a start is a few stores (start_image.c).
 *
 *     0x10000000  struct image, alone on its page: never written after the build
 *     +4 KiB      blocks and pages of heap.c: runtime, context, atoms, shapes, functions, objects
 *     +length     end of the file's part. Further memory comes from .bss, then from mmap
 *
 * Nothing else is in the image. The executable's own data are pristine at exec, those of libc too, and pointers from the
 * image into code and constants hold because the executable is linked to fixed addresses (no PIE) and the image is made
 * by the same bytes that will map it. Objects of the image are immortal: their reference counts have stopped
 * (scripts/patch-engine.mjs) and the cycle collector does not know them, so that using them writes nothing.
 *
 * What cannot be made anew at start is the seed of the hashes of Map and Set: it is the same in every container, and who
 * gets to choose keys can choose such that collide. Keys are names from unit files and numbers of ours.
 *
 * Modules are evaluated at build time. What they ask for that belongs to a process or a moment is a hazard, and fails the
 * build unless scripts/image-hazards.mjs says why it may and who makes it good at start (hazard.c).
 *
 * If the image cannot be mapped, for an address space limit say (`ulimit -v`), exec fails or the process is killed before
 * any code of ours runs. The plain executable (start_bytecode.c) is for such places.
 */
#ifndef IMAGE_H
#define IMAGE_H

#include "host.h"

#define IMAGE_PAGE 4096u
#define IMAGE_AREA (64u << 20) /* room while it is made; no such size is mapped by what ships */
#define IMAGE_MAGIC 0x676d695f69637271u

struct image {
    uint64_t magic; /* zero: not made yet */
    size_t length, used;
    JSRuntime *runtime;
    JSContext *context;
    JSValue binding, program;
};

/* The area. Its section is placed by the linker (scripts/build-host.mjs). */
extern union image_area {
    struct image image;
    uint8_t bytes[IMAGE_AREA];
} image_area;

/* ---- image_make.c: `argv` is: program, bytecode, output. Answers the exit code. */
int image_make(int argc, char **argv);

/* ---- frozen.c */
/* Before: what every run would do to the image is done already. Answers as `engine_freeze` does. */
const char *engine_prepare(JSContext *context);
/* After all is evaluated. Answers what stands in the way, NULL if nothing does. */
const char *engine_freeze(JSRuntime *runtime);
/* At start: what the engine keeps of a process. */
void engine_thaw(JSRuntime *runtime, JSContext *context);

/* ---- hazard.c */
void hazard_arm(void);

#endif
