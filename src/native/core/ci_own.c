/* ci_own.c: what we are ourselves, capabilities(7): asked of the kernel, not of /proc, which an image may not have. */
#define _GNU_SOURCE
#include <grp.h>
#include <inttypes.h>
#include <stdio.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "ci_internal.h"
#include "ci_raw.h"

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#endif
#define AMBIENT_IS_SET 1
#define CAPABILITY_VERSION 0x20080522
/* More than any kernel has groups for a process that was not asked for them. */
#define GROUPS_MAX 1024

struct header {
    uint32_t version;
    int32_t pid;
};
struct half {
    uint32_t effective, permitted, inheritable;
};

static uint64_t both(uint32_t low, uint32_t high) { return low | (uint64_t)high << 32; }

/* Those for which prctl(2) answers 1. */
static uint64_t asked(int option, unsigned long sub, bool has_sub) {
    uint64_t set = 0;
    for (unsigned long capability = 0; capability < 64; capability++) {
        const int there = has_sub ? prctl(option, sub, capability, 0UL, 0UL) : prctl(option, capability, 0UL, 0UL, 0UL);
        if (there < 0) break; /* the kernel knows no more */
        if (there > 0) set |= (uint64_t)1 << capability;
    }
    return set;
}

void ci_op_own_privileges(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    (void)core, (void)a;
    struct header header = {CAPABILITY_VERSION, 0};
    struct half halves[2] = {{0}};
    gid_t groups[GROUPS_MAX];
    char text[GROUPS_MAX * 11 + 128];
    const long error = CI_RAW_2(capget, &header, halves);
    if (error < 0) {
        result->number = error;
        return;
    }
    int length = snprintf(text, sizeof text, "%" PRIx64 " %" PRIx64 " %" PRIx64 " %" PRIx64 " %d",
                          both(halves[0].inheritable, halves[1].inheritable),
                          both(halves[0].permitted, halves[1].permitted), asked(PR_CAPBSET_READ, 0, false),
                          asked(PR_CAP_AMBIENT, AMBIENT_IS_SET, true),
                          prctl(PR_GET_NO_NEW_PRIVS, 0UL, 0UL, 0UL, 0UL) == 1);
    const int count = getgroups(GROUPS_MAX, groups);
    for (int i = 0; i < count; i++)
        length += snprintf(text + length, sizeof text - (size_t)length, " %u", (unsigned)groups[i]);
    ci_result_text(result, text, (size_t)length);
}
