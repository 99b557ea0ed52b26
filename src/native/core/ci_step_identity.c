/* ci_step_identity.c: steps that change who the child is and what it may do: user, groups, capabilities(7). */
#define _GNU_SOURCE
#include <errno.h>
#include <sys/prctl.h>
#include <sys/types.h>

#include "ci_internal.h"
#include "ci_raw.h"

#ifndef PR_CAP_AMBIENT
#define PR_CAP_AMBIENT 47
#define PR_CAP_AMBIENT_RAISE 2
#define PR_CAP_AMBIENT_CLEAR_ALL 4
#endif

/* capget(2) and capset(2), of the third version: 64 capabilities in two halves. */
#define CAPABILITY_VERSION 0x20080522
struct capability_header {
    uint32_t version;
    int32_t pid;
};
struct capability_half {
    uint32_t effective, permitted, inheritable;
};

long ci_step_groups(const struct ci_step_call *call) { return CI_RAW_2(setgroups, call->count, call->operands); }

long ci_step_group(const struct ci_step_call *call) {
    const gid_t gid = (gid_t)call->operands[0];
    return CI_RAW_3(setresgid, gid, gid, gid);
}

long ci_step_user(const struct ci_step_call *call) {
    const uid_t uid = (uid_t)call->operands[0];
    return CI_RAW_3(setresuid, uid, uid, uid);
}

long ci_step_bounding(const struct ci_step_call *call) {
    const uint64_t kept = ci_step_wide(call, 0);
    for (int capability = 0; capability < 64; capability++) {
        if (kept >> capability & 1) continue;
        const long there = CI_RAW_2(prctl, PR_CAPBSET_READ, capability);
        if (there < 0) return 0; /* the kernel knows no more */
        if (there == 0) continue;
        const long error = CI_RAW_2(prctl, PR_CAPBSET_DROP, capability);
        if (error < 0) return error;
    }
    return 0;
}

long ci_step_keep_capabilities(const struct ci_step_call *call) {
    (void)call;
    return CI_RAW_2(prctl, PR_SET_KEEPCAPS, 1);
}

long ci_step_capabilities(const struct ci_step_call *call) {
    const uint64_t ambient = ci_step_wide(call, 0);
    struct capability_header header = {CAPABILITY_VERSION, 0};
    struct capability_half sets[2];
    long error = CI_RAW_2(capget, &header, sets);
    if (error < 0) return error;
    const bool is_root = CI_RAW_1(geteuid, 0) == 0;
    for (int i = 0; i < 2; i++) {
        const uint32_t half = (uint32_t)(ambient >> 32 * i);
        if (half & ~sets[i].permitted) return -EPERM;
        sets[i].inheritable = half;
        /* root gets all of its bounding set anew when it becomes its program. */
        if (!is_root) sets[i].effective = sets[i].permitted = half;
    }
    error = CI_RAW_2(capset, &header, sets);
    if (error < 0) return error;
    error = CI_RAW_5(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0);
    for (int capability = 0; error >= 0 && capability < 64; capability++)
        if (ambient >> capability & 1) error = CI_RAW_5(prctl, PR_CAP_AMBIENT, PR_CAP_AMBIENT_RAISE, capability, 0, 0);
    return error;
}

long ci_step_secure_bits(const struct ci_step_call *call) {
    const long now = CI_RAW_1(prctl, PR_GET_SECUREBITS);
    return now < 0 ? now : CI_RAW_2(prctl, PR_SET_SECUREBITS, now | call->operands[0]);
}

long ci_step_no_new_privileges(const struct ci_step_call *call) {
    (void)call;
    return CI_RAW_5(prctl, PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}
