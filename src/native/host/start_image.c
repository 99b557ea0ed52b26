/* start_image.c: the program of the executable that ships: it is in the image, which the kernel has mapped. */
#include <fcntl.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

#include "image.h"

/* %nobits: while it is made it takes no room in the file. 64 KiB are the largest pages of arm64. */
__asm__(".pushsection .image,\"aw\",%nobits\n.balign 65536\n.globl image_area\nimage_area:\n.zero 67108864\n.popsection\n");
_Static_assert(sizeof(union image_area) == 67108864, "the section is as large as the type");

void program_load(int argc, char **argv) {
    const struct image *image = &image_area.image;
    if (!image->magic) exit(image_make(argc, argv));
    host.runtime = image->runtime;
    host.context = image->context;
    host.binding = image->binding;
    host.program = image->program;
    host.on_events = JS_UNDEFINED;
    heap_resume(image_area.bytes, image->length, image->used);
    engine_thaw(host.runtime, host.context);
}

/* Of /proc/self/pagemap, proc(5): the page is there, and it is the file's, not a copy of our own. */
#define PRESENT (1ull << 63)
#define OF_FILE (1ull << 61)

/* Around each page that is looked at the kernel maps fifteen more: after a boot nearly all of the image is, and most of it
 * for the boot alone. What we have not written to goes, and is found in the page cache when it is looked at again. */
void program_rest(void) {
    const size_t page = (size_t)sysconf(_SC_PAGESIZE), count = image_area.image.length / page;
    const int map = open("/proc/self/pagemap", O_RDONLY | O_CLOEXEC);
    uint64_t entries[256];
    for (size_t at = 0; map >= 0 && at < count;) {
        const off_t where = (off_t)(((uintptr_t)image_area.bytes / page + at) * sizeof *entries);
        const size_t wanted = count - at < 256 ? count - at : 256;
        const ssize_t got = pread(map, entries, wanted * sizeof *entries, where);
        if (got < (ssize_t)sizeof *entries) break;
        const size_t seen = (size_t)got / sizeof *entries;
        for (size_t from = 0, to; from < seen; from = to + 1) {
            for (to = from; to < seen && entries[to] & PRESENT && entries[to] & OF_FILE;) to++;
            if (to > from) madvise(image_area.bytes + (at + from) * page, (to - from) * page, MADV_DONTNEED);
        }
        at += seen;
    }
    if (map >= 0) close(map);
}
