/* heap.c: the allocator under QuickJS.
 *
 * Small sizes come in classes, each with a free list; new blocks are cut off a chunk that only grows ("bump"). A block
 * is preceded by a 16-byte head that holds its capacity. QuickJS cuts its own 4 KiB arenas into small objects: those
 * requests get whole, aligned pages without a head, and no other block is ever page-aligned, so that a pointer itself
 * tells which kind it is. No libc allocator is involved: that is what lets the last build step put the heap into the
 * executable (image.h). Memory is given back to the size classes, not to the kernel.
 */
#include <string.h>
#include <sys/mman.h>

#include "host.h"

#define HEAD 16u
#define PAGE 4096u
#define FIRST_CHUNK (256u << 10)
#define CHUNK (1u << 20)
/* 64 classes of 16 bytes up to 1 KiB, then four a power of two. */
#define CLASSES 160u
/* QuickJS asks for its arenas in sizes a little under a page. */
#define ARENA_MIN 3585u

struct free_block {
    struct free_block *next;
};

static struct {
    uint8_t *at, *end;
    struct free_block *free_lists[CLASSES];
    struct free_block *free_pages;
    size_t used; /* bytes in live blocks and pages */
    bool exhausted;
    bool fixed; /* what is there is all there is: the image is being made */
    const uint8_t *sealed; /* the image */
    size_t sealed_size;
} heap;

static uint8_t first_chunk[FIRST_CHUNK] __attribute__((aligned(4096)));

bool heap_exhausted(void) { return heap.exhausted; }

static void *exhaust(void) {
    heap.exhausted = true;
    return NULL;
}

/* The class of a size, and the capacity of its blocks. */
static unsigned class_of(size_t size, size_t *capacity) {
    if (size <= 1024) {
        *capacity = (size + 15) & ~(size_t)15;
        return (unsigned)(*capacity / 16 - 1);
    }
    unsigned power = 63u - (unsigned)__builtin_clzll(size - 1); /* size lies in (2^power, 2^(power+1)] */
    size_t step = (size_t)1 << (power - 2);
    *capacity = (size + step - 1) & ~(step - 1);
    return 64 + (power - 10) * 4 + (unsigned)((*capacity - ((size_t)1 << power)) / step) - 1;
}

static bool grow(size_t needed) {
    if (heap.fixed) return false;
    size_t size = needed + PAGE > CHUNK ? (needed + 2 * PAGE) & ~(size_t)(PAGE - 1) : CHUNK;
    if (!heap.at) {
        heap.at = first_chunk;
        heap.end = first_chunk + sizeof first_chunk;
        if (needed + PAGE <= sizeof first_chunk) return true;
    }
    uint8_t *chunk = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (chunk == MAP_FAILED) return false;
    heap.at = chunk;
    heap.end = chunk + size;
    return true;
}

static bool is_page(const void *block) { return ((uintptr_t)block & (PAGE - 1)) == 0; }
static size_t *head_of(const void *block) { return (size_t *)((uintptr_t)block - HEAD); }

static size_t usable(const void *block) {
    if (!block) return 0;
    return is_page(block) ? PAGE : *head_of(block);
}

static void *allocate_page(void) {
    struct free_block *page = heap.free_pages;
    if (page) {
        heap.free_pages = page->next;
        return page;
    }
    uintptr_t aligned = ((uintptr_t)heap.at + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    if (!heap.at || aligned + PAGE > (uintptr_t)heap.end) {
        if (!grow(PAGE)) return NULL;
        aligned = ((uintptr_t)heap.at + PAGE - 1) & ~(uintptr_t)(PAGE - 1);
    }
    heap.at = (uint8_t *)aligned + PAGE;
    return (void *)aligned;
}

static void *allocate_block(size_t size) {
    size_t capacity;
    unsigned class = class_of(size, &capacity);
    struct free_block *block = heap.free_lists[class];
    if (block) {
        heap.free_lists[class] = block->next;
        return block;
    }
    if (!heap.at || (size_t)(heap.end - heap.at) < capacity + 2 * HEAD)
        if (!grow(capacity + 2 * HEAD)) return NULL;
    uint8_t *head = heap.at;
    if (is_page(head + HEAD)) head += HEAD;
    *(size_t *)(void *)head = capacity;
    heap.at = head + HEAD + capacity;
    return head + HEAD;
}

static void *heap_malloc(void *opaque, size_t size) {
    (void)opaque;
    if (size == 0) size = 1;
    if (size > HEAP_LIMIT_BYTES || heap.used + size > HEAP_LIMIT_BYTES) return exhaust();
    void *block = size >= ARENA_MIN && size <= PAGE ? allocate_page() : allocate_block(size);
    if (!block) return exhaust();
    heap.used += usable(block);
    return block;
}

static void heap_free(void *opaque, void *pointer) {
    (void)opaque;
    if (!pointer) return;
    struct free_block *block = pointer;
    size_t capacity = usable(pointer);
    heap.used -= capacity;
    if ((uintptr_t)pointer - (uintptr_t)heap.sealed < heap.sealed_size) return;
    if (is_page(pointer)) {
        block->next = heap.free_pages;
        heap.free_pages = block;
        return;
    }
    unsigned class = class_of(capacity, &capacity);
    block->next = heap.free_lists[class];
    heap.free_lists[class] = block;
}

static void *heap_calloc(void *opaque, size_t count, size_t size) {
    size_t total;
    if (__builtin_mul_overflow(count, size, &total)) return exhaust();
    void *block = heap_malloc(opaque, total);
    if (block) memset(block, 0, total);
    return block;
}

static void *heap_realloc(void *opaque, void *pointer, size_t size) {
    if (!pointer) return heap_malloc(opaque, size);
    if (size == 0) {
        heap_free(opaque, pointer);
        return NULL;
    }
    size_t capacity = usable(pointer);
    if (size <= capacity) return pointer;
    void *block = heap_malloc(opaque, size);
    if (!block) return NULL;
    memcpy(block, pointer, capacity);
    heap_free(opaque, pointer);
    return block;
}

const JSMallocFunctions heap_functions = {heap_calloc, heap_malloc, heap_free, heap_realloc, usable};

void heap_build_in(uint8_t *start, uint8_t *end) {
    heap.at = start;
    heap.end = end;
    heap.fixed = true;
}

uint8_t *heap_seal(size_t *ret_used) {
    for (unsigned class = 0; class < CLASSES; class++)
        for (struct free_block *block = heap.free_lists[class], *next; block; block = next) {
            next = block->next;
            memset(block, 0, usable(block));
        }
    for (struct free_block *page = heap.free_pages, *next; page; page = next) {
        next = page->next;
        memset(page, 0, PAGE);
    }
    *ret_used = heap.used;
    return heap.at;
}

void heap_resume(const uint8_t *area, size_t size, size_t used) {
    heap.sealed = area;
    heap.sealed_size = size;
    heap.used = used;
}
