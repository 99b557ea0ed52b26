/* start_image.c: the program of the executable that ships: it is in the image, which the kernel has mapped. */
#include <unistd.h>

#include "image.h"

/* %nobits: while it is made it takes no room in the file. 64 KiB are the largest pages of arm64. */
__asm__(".pushsection .image,\"aw\",%nobits\n.balign 65536\n.globl image_area\nimage_area:\n.zero 67108864\n.popsection\n");
_Static_assert(sizeof(union image_area) == 67108864, "the section is as large as the type");

void program_load(int argc, char **argv) {
    const struct image *image = &image_area.image;
    if (!image->magic) _exit(image_make(argc, argv));
    host.runtime = image->runtime;
    host.context = image->context;
    host.binding = image->binding;
    host.program = image->program;
    host.on_events = JS_UNDEFINED;
    heap_resume(image_area.bytes, image->length, image->used);
    engine_thaw(host.runtime, host.context);
}
