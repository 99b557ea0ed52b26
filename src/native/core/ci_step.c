/* ci_step.c: what a child does to itself before it becomes its program: a list of steps made by who started it, done one
 * after the other. Which steps there are is the table ci_steps.def; what they do is in the files ci_step_*.c, each a few
 * system calls. What to do, and in which order, is not decided here. */
#define _GNU_SOURCE
#include <errno.h>
#include <string.h>

#include "ci_internal.h"

/* A step in its numbers: head, count, operands. */
#define HEAD 2
#define LENIENCY (CI_STEP_FORGIVE | CI_STEP_OPTIONAL)

struct row {
    long (*run)(const struct ci_step_call *call);
    bool shares;
    char operands[64];
};
#define CI_STEP(name, shares, operands, documentation) {ci_step_##name, shares, operands},
static const struct row rows[] = {
    {NULL, false, ""},
#include "ci_steps.def"
};
#undef CI_STEP

const char *ci_step_text(const struct ci_step_call *call, size_t operand) {
    return call->plan->texts[call->operands[operand]];
}

uint64_t ci_step_wide(const struct ci_step_call *call, size_t operand) {
    return (uint32_t)call->operands[operand] | (uint64_t)(uint32_t)call->operands[operand + 1] << 32;
}

static const struct row *row_of(int32_t head) {
    const int32_t number = head & 255;
    return number > 0 && (size_t)number < sizeof rows / sizeof *rows ? &rows[number] : NULL;
}

/* Whether the operands are those that the table names, and the texts there. */
static bool fits(const struct row *row, const int32_t *operands, size_t count, size_t text_count) {
    size_t used = 0;
    for (const char *at = row->operands; *at;) {
        const size_t length = strcspn(at, " ");
        if (length > 3 && memcmp(at + length - 3, "...", 3) == 0) return used <= count;
        const bool is_text = length > 5 && memcmp(at + length - 5, ":text", 5) == 0;
        const bool is_wide = length > 5 && memcmp(at + length - 5, ":wide", 5) == 0;
        if (used + (is_wide ? 2 : 1) > count) return false;
        if (is_text && (operands[used] < 0 || (size_t)operands[used] >= text_count)) return false;
        used += is_wide ? 2 : 1;
        at += length;
        while (*at == ' ') at++;
    }
    return used == count;
}

int ci_steps_check(const struct ci_ints *steps, size_t text_count, bool *ret_shares) {
    bool shares = true;
    for (size_t at = 0; at < steps->count;) {
        const struct row *row = row_of(steps->items[at]);
        if (!row || at + HEAD > steps->count || steps->items[at + 1] < 0) return -EINVAL;
        const size_t count = (size_t)steps->items[at + 1];
        if (count > steps->count - at - HEAD || !fits(row, steps->items + at + HEAD, count, text_count)) return -EINVAL;
        shares = shares && row->shares;
        at += HEAD + count;
    }
    *ret_shares = shares;
    return 0;
}

/* Not permitted here, or not known to this kernel, or to be told to a file of /proc where there is none. */
static bool is_refusal(long error) {
    if (error == -ENOENT) return true;
    return error == -EPERM || error == -EACCES || error == -ENOSYS || error == -EOPNOTSUPP || error == -EROFS;
}

void ci_steps_run(const struct ci_child_plan *plan, int status_fd) {
    struct ci_step_state state;
    for (size_t i = 0; i < CI_TREES_MAX; i++) state.trees[i] = -1;
    state.landlock = -1;
    state.root = -1;
    state.copied = 0;
    int index = 0;
    for (size_t at = 0; at < plan->step_length; index++) {
        const int32_t head = plan->steps[at];
        const struct ci_step_call call = {plan, plan->steps + at + HEAD, (size_t)plan->steps[at + 1], &state};
        at += HEAD + call.count;
        const long error = row_of(head)->run(&call);
        if (error >= 0) continue;
        if ((head & CI_STEP_OPTIONAL) && (error == -ENOENT || error == -ENOTDIR)) continue;
        if ((head & CI_STEP_FORGIVE) && is_refusal(error)) {
            ci_child_report(status_fd, -1 - index, error);
            continue;
        }
        ci_child_report(status_fd, CI_FAILURE_STEP + index, error);
        ci_child_leave(head / CI_STEP_EXIT);
    }
}
