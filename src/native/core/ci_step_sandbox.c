/* ci_step_sandbox.c: steps after which the child may do less: seccomp(2) filters, landlock(7) rules. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "ci_internal.h"
#include "ci_raw.h"

#define SET_MODE_FILTER 1
#define INSTRUCTIONS_MAX 4096
#define RULE_PATH_BENEATH 1
/* What a rule for something else than a directory may say: execute, write, read, truncate, ioctl. */
#define FILE_ACCESS (1u << 0 | 1u << 1 | 1u << 2 | 1u << 14 | 1u << 15)

/* The kernel's struct sock_fprog; an instruction is two numbers of ours, in the same order of bytes. */
struct program {
    unsigned short length;
    const int32_t *instructions;
};
_Static_assert(__BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__, "instructions are passed as they are");

long ci_step_filter(const struct ci_step_call *call) {
    if (call->count % 2 || call->count / 2 > INSTRUCTIONS_MAX) return -EINVAL;
    const struct program program = {(unsigned short)(call->count / 2), call->operands};
    return CI_RAW_3(seccomp, SET_MODE_FILTER, 0, &program);
}

long ci_step_landlock_begin(const struct ci_step_call *call) {
    const uint64_t handled = ci_step_wide(call, 0);
    const long set = CI_RAW_3(landlock_create_ruleset, &handled, sizeof handled, 0);
    if (set >= 0) call->state->landlock = (int)set;
    return set;
}

struct path_rule {
    uint64_t access;
    int32_t parent;
} __attribute__((packed));

long ci_step_landlock_allow(const struct ci_step_call *call) {
    struct path_rule rule = {ci_step_wide(call, 1), -1};
    struct stat status;
    if (call->state->landlock < 0) return 0;
    const long fd = CI_RAW_4(openat, AT_FDCWD, ci_step_text(call, 0), O_PATH | O_CLOEXEC, 0);
    /* What the user does not come to needs no permission. */
    if (fd == -EACCES) return 0;
    if (fd < 0) return fd;
    if (fstat((int)fd, &status) == 0 && !S_ISDIR(status.st_mode)) rule.access &= FILE_ACCESS;
    rule.parent = (int32_t)fd;
    const long error =
        rule.access ? CI_RAW_4(landlock_add_rule, call->state->landlock, RULE_PATH_BENEATH, &rule, 0) : 0;
    CI_RAW_1(close, fd);
    return error;
}

long ci_step_landlock_enforce(const struct ci_step_call *call) {
    const int set = call->state->landlock;
    if (set < 0) return 0;
    const long error = CI_RAW_2(landlock_restrict_self, set, 0);
    CI_RAW_1(close, set);
    call->state->landlock = -1;
    return error;
}
