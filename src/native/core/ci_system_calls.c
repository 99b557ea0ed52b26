/* ci_system_calls.c: numbers of system calls by name, for the filters of systemd.exec(5). The table comes from the
 * kernel headers that the compiler has (scripts/build-system-calls.mjs): names sorted by byte, and a column of numbers
 * for each architecture whose programs the kernel may run, our own first. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ci_internal.h"
#include "ci_system_call_table.h"

#define COUNT(array) (sizeof(array) / sizeof *(array))
/* "-1 " or up to four digits and a blank, and the NUL that snprintf(3) adds. */
#define NUMBER_WIDTH 5

static int compare(const void *name, const void *entry) {
    return strcmp(name, call_names + ((const struct call *)entry)->name);
}

/* Which column has the architecture's numbers; -EINVAL for one without. */
static int column_of(const struct ci_string *architecture) {
    int column = 0;
    for (const char *at = CI_SYSTEM_CALL_ARCHITECTURES; *at; column++) {
        const size_t length = strcspn(at, " ");
        if (length == architecture->length && strncmp(at, architecture->text, length) == 0) return column;
        at += length + strspn(at + length, " ");
    }
    return -EINVAL;
}

void ci_op_system_call_architectures(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    ci_result_text(result, CI_SYSTEM_CALL_ARCHITECTURES, strlen(CI_SYSTEM_CALL_ARCHITECTURES));
}

void ci_op_system_calls(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core;
    const struct ci_strings *names = &a[1].list;
    const int column = column_of(&a[0].string);
    if (column < 0) {
        result->number = column;
        return;
    }
    char *text = malloc(names->count * NUMBER_WIDTH + 1);
    if (!text) {
        result->number = -ENOMEM;
        return;
    }
    size_t length = 0;
    for (size_t i = 0; i < names->count; i++) {
        const struct call *found = bsearch(names->items[i], calls, COUNT(calls), sizeof *calls, compare);
        const int number = found ? found->numbers[column] : -1;
        length += (size_t)snprintf(text + length, NUMBER_WIDTH + 1, i ? " %d" : "%d", number);
    }
    result->text = text;
    result->length = length;
    result->number = 0;
}
