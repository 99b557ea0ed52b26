/* ci_ops.c: the operation table itself, and the operations that are one system call. */
#define _GNU_SOURCE
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ci_internal.h"

#define CI_OP(name, result, parameters, documentation) {#name, parameters, ci_op_##name},
const struct ci_op ci_ops[] = {
#include "ci_ops.def"
};
#undef CI_OP
const size_t ci_op_count = sizeof ci_ops / sizeof *ci_ops;

/* "int" i, "ints" n, "string" s, "list" l. */
static char type_letter(const char *type, size_t length) {
    if (length == 3) return 'i';
    return type[0] == 'i' ? 'n' : type[0];
}

size_t ci_op_types(const struct ci_op *op, char ret_types[CI_OP_MAX_ARGUMENTS]) {
    size_t count = 0;
    for (const char *at = strchr(op->parameters, ':'); at; at = strchr(at, ':')) {
        at++;
        ret_types[count++] = type_letter(at, strcspn(at, " "));
    }
    return count;
}

void ci_result_text(struct ci_result *result, const char *text, size_t length) {
    result->text = malloc(length + 1);
    if (!result->text) {
        result->number = -ENOMEM;
        return;
    }
    memcpy(result->text, text, length);
    result->length = length;
    result->number = 0;
}

void ci_op_drain(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    ci_core_drain(core, (int)a[0].number);
    result->number = 0;
}

void ci_op_own_pid(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    result->number = getpid();
}

void ci_op_own_uid(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    result->number = geteuid();
}

void ci_op_own_gid(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    result->number = getegid();
}

void ci_op_hostname(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    char name[256] = "";
    if (gethostname(name, sizeof name - 1) < 0)
        result->number = -errno;
    else
        ci_result_text(result, name, strlen(name));
}

void ci_op_environment(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    size_t total = 0;
    for (char **entry = environ; entry && *entry; entry++) total += strlen(*entry) + 1;
    char *text = malloc(total + 1);
    if (!text) {
        result->number = -ENOMEM;
        return;
    }
    size_t length = 0;
    for (char **entry = environ; entry && *entry; entry++) {
        size_t size = strlen(*entry) + 1;
        memcpy(text + length, *entry, size);
        length += size;
    }
    result->text = text;
    result->length = length;
    result->number = 0;
}
