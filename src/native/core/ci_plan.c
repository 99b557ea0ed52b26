/* ci_plan.c: the block of memory a child lives on until it execs: a stack, the plan, and copies of all it points to. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdint.h>
#include <string.h>
#include <sys/mman.h>

#include "ci_internal.h"

/* Room for ci_child_run and a path or two; sanitizers make frames larger. */
#define STACK_SIZE 65536u
/* Of the plan and what it points to: large enough that a spare block fits most children. */
#define PLAN_SIZE 16384u
/* Blocks that are kept: mapping and unmapping one costs more than all that is written to it. */
#define SPARE_BLOCKS 4

/* Hands out the block piece by piece; the first pass, without a block, only adds up. */
struct cursor {
    char *at;
    size_t used;
};

static void *take(struct cursor *cursor, const void *data, size_t size) {
    const size_t rounded = (size + 15) & ~(size_t)15;
    void *place = cursor->at ? cursor->at + cursor->used : NULL;
    cursor->used += rounded;
    if (place && data && size) memcpy(place, data, size);
    return place;
}

static char *take_text(struct cursor *cursor, const char *text) { return take(cursor, text, strlen(text) + 1); }

static char **take_list(struct cursor *cursor, const struct ci_strings *list) {
    char **items = take(cursor, NULL, (list->count + 1) * sizeof *items);
    for (size_t i = 0; i < list->count; i++) {
        char *text = take_text(cursor, list->items[i]);
        if (items) items[i] = text;
    }
    if (items) items[list->count] = NULL;
    return items;
}

static void fill(struct cursor *cursor, const union ci_argument *a, struct ci_child_plan *plan) {
    plan->file = take_text(cursor, a[1].string.text);
    plan->argv = take_list(cursor, &a[2].list);
    plan->environment = take_list(cursor, &a[3].list);
    plan->descriptors = take(cursor, a[5].ints.items, a[5].ints.count * sizeof *plan->descriptors);
    plan->steps = take(cursor, a[8].ints.items, a[8].ints.count * sizeof *plan->steps);
    plan->texts = take_list(cursor, &a[9].list);
}

/* A handler does not survive exec, an ignored signal does. The host has no handlers, and ignores the same from its first
 * instruction on; in another program both can change at any time. */
static uint64_t signals_to_reset(struct ci_core *core) {
    const uint64_t all = ~UINT64_C(0);
    if (!(core->flags & CI_CORE_SIGNALFD)) return all;
    if (core->ignored) return core->ignored;
    struct sigaction disposition;
    for (int signal = 1; signal < 65; signal++)
        if (sigaction(signal, NULL, &disposition) == 0 && disposition.sa_handler == SIG_IGN)
            core->ignored |= UINT64_C(1) << (signal - 1);
    return core->ignored ? core->ignored : all;
}

static void unmap(struct ci_plan_block *block) { munmap(block->stack, block->size); }

/* A block of at least that size, its head filled in but for the plan. */
static int block_of(struct ci_core *core, size_t size, struct ci_plan_block **ret_block) {
    struct ci_plan_block *block = core->spare_blocks;
    if (block && block->size >= size) {
        core->spare_blocks = block->next;
        core->spare_block_count--;
        *ret_block = block;
        return 0;
    }
    if (size < STACK_SIZE + PLAN_SIZE) size = STACK_SIZE + PLAN_SIZE;
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    if (memory == MAP_FAILED) return -errno;
    /* The stack grows down to the start of the mapping; the plan lies above it. */
    block = (struct ci_plan_block *)(void *)(memory + STACK_SIZE);
    block->size = size;
    block->stack = memory;
    block->stack_size = STACK_SIZE;
    *ret_block = block;
    return 0;
}

int ci_plan_new(struct ci_core *core, const union ci_argument *a, struct ci_plan_block **ret_block) {
    if (a[5].ints.count > CI_DESCRIPTORS_MAX) return -E2BIG;
    struct ci_child_plan plan = {
        .descriptor_count = a[5].ints.count,
        .step_length = a[8].ints.count,
        .status_fd = -1,
        .cgroup_procs = -1,
        .reset = signals_to_reset(core),
        .flags = (unsigned)a[7].number,
    };
    int error = ci_steps_check(&a[8].ints, a[9].list.count, &plan.shares);
    if (error < 0) return error;
    struct cursor cursor = {NULL, 0};
    fill(&cursor, a, &plan);
    const size_t head = (sizeof(struct ci_plan_block) + 15) & ~(size_t)15, size = STACK_SIZE + head + cursor.used;
    error = block_of(core, size, ret_block);
    if (error < 0) return error;
    cursor = (struct cursor){(char *)*ret_block + head, 0};
    fill(&cursor, a, &plan);
    (*ret_block)->plan = plan;
    return 0;
}

void ci_plan_free(struct ci_core *core, struct ci_plan_block *block) {
    if (!block) return;
    if (core->spare_block_count >= SPARE_BLOCKS || block->size > STACK_SIZE + PLAN_SIZE) {
        unmap(block);
        return;
    }
    block->next = core->spare_blocks;
    core->spare_blocks = block;
    core->spare_block_count++;
}

void ci_plan_free_all(struct ci_core *core) {
    for (struct ci_plan_block *block; (block = core->spare_blocks);) {
        core->spare_blocks = block->next;
        unmap(block);
    }
}
