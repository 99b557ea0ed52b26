/* ci_step_process.c: steps that set what the kernel keeps of a process: limits, scheduling, directory, umask. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "ci_internal.h"
#include "ci_raw.h"

long ci_step_directory(const struct ci_step_call *call) {
    const long error = CI_RAW_1(chdir, ci_step_text(call, 0));
    return error < 0 && call->operands[1] ? CI_RAW_1(chdir, "/") : error;
}

long ci_step_umask(const struct ci_step_call *call) {
    CI_RAW_1(umask, call->operands[0]);
    return 0;
}

/* The kernel's struct rlimit64. */
struct limit {
    uint64_t soft, hard;
};

long ci_step_limit(const struct ci_step_call *call) {
    const int resource = call->operands[0];
    struct limit wanted = {ci_step_wide(call, 1), ci_step_wide(call, 3)}, now;
    const long error = CI_RAW_4(prlimit64, 0, resource, &wanted, NULL);
    if (error != -EPERM || CI_RAW_4(prlimit64, 0, resource, NULL, &now) < 0) return error;
    if (wanted.hard > now.hard) wanted.hard = now.hard;
    if (wanted.soft > wanted.hard) wanted.soft = wanted.hard;
    const long again = CI_RAW_4(prlimit64, 0, resource, &wanted, NULL);
    return again < 0 ? again : error;
}

long ci_step_nice(const struct ci_step_call *call) {
    return CI_RAW_3(setpriority, PRIO_PROCESS, 0, call->operands[0]);
}

#define RESET_ON_FORK 0x40000000

long ci_step_scheduler(const struct ci_step_call *call) {
    const int32_t priority = call->operands[1];
    const int32_t policy = call->operands[0] | (call->operands[2] ? RESET_ON_FORK : 0);
    return CI_RAW_3(sched_setscheduler, 0, policy, &priority);
}

long ci_step_affinity(const struct ci_step_call *call) {
    uint32_t mask[256] = {0};
    const size_t room = sizeof mask / sizeof *mask;
    memcpy(mask, call->operands, (call->count < room ? call->count : room) * sizeof *mask);
    const long error = CI_RAW_3(sched_setaffinity, 0, sizeof mask, mask);
    return error < 0 ? error : 0;
}

long ci_step_io_priority(const struct ci_step_call *call) {
    const int of_process = 1, class_shift = 13;
    return CI_RAW_3(ioprio_set, of_process, 0, call->operands[0] << class_shift | call->operands[1]);
}

long ci_step_timer_slack(const struct ci_step_call *call) {
    return CI_RAW_2(prctl, PR_SET_TIMERSLACK, ci_step_wide(call, 0));
}

long ci_step_write_file(const struct ci_step_call *call) {
    const char *content = ci_step_text(call, 1);
    /* The host makes itself undumpable, and then all of this process's own files in /proc are root's. */
    const long dumpable = CI_RAW_1(prctl, PR_GET_DUMPABLE);
    if (dumpable == 0) CI_RAW_2(prctl, PR_SET_DUMPABLE, 1);
    const long fd = CI_RAW_4(openat, AT_FDCWD, ci_step_text(call, 0), O_WRONLY | O_CLOEXEC | O_NOCTTY, 0);
    if (dumpable == 0) CI_RAW_2(prctl, PR_SET_DUMPABLE, 0);
    if (fd < 0) return fd;
    const long written = CI_RAW_3(write, fd, content, strlen(content));
    CI_RAW_1(close, fd);
    return written < 0 ? written : 0;
}
