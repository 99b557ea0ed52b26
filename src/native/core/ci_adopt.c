/* ci_adopt.c: processes that we did not start and whose end we want to know: a daemon that forked itself away, or what
 * a service says is its main process. A child of ours is left to the reaper, which alone learns its status; anybody
 * else is looked at through a pidfd, pidfd_open(2), which says no more than that it is gone. */
#define _GNU_SOURCE
#include <errno.h>
#include <signal.h>
#include <stdlib.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#include "ci_internal.h"

/* The same on every architecture; not every C library's headers are young enough. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif
#ifndef SYS_pidfd_send_signal
#define SYS_pidfd_send_signal 424
#endif

/* Whether the process of a pidfd is still there, a zombie included. */
static bool is_there(int pidfd) { return syscall(SYS_pidfd_send_signal, pidfd, 0, NULL, 0) == 0 || errno == EPERM; }

static int adopt(struct ci_core *core, pid_t pid, pid_t *ret_group) {
    if (pid <= 1 || pid == getpid()) return -EINVAL;
    if (ci_child_find(core, pid)) return -EEXIST;
    const int pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
    if (pidfd < 0 && errno != ENOSYS && errno != EPERM) return -errno;
    char state = 'X';
    const bool is_ours = ci_process_parent(pid, &state) == getpid() && core->reaps_all;
    const pid_t group = getpgid(pid);
    /* All that was said of the number was said of one process only if that is still there. */
    int error = group < 0 || (pidfd >= 0 && !is_there(pidfd)) || (!is_ours && (state == 'Z' || state == 'X')) ? -ESRCH
                : !is_ours && pidfd < 0                                                                       ? -ENOSYS
                                                                                                              : 0;
    struct ci_child *child = NULL;
    if (error == 0) error = ci_child_add(core, pid, &child);
    if (error < 0 || is_ours) {
        if (pidfd >= 0) close(pidfd);
    } else {
        child->is_foreign = true;
        error = ci_child_watch_pidfd(core, child, pidfd);
        if (error < 0) ci_child_drop(core, child);
    }
    if (error == 0) *ret_group = ci_group_is_valid(group) ? group : 0;
    return error;
}

void ci_op_process_adopt(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    pid_t group = 0;
    const int error = adopt(core, (pid_t)a[0].number, &group);
    result->number = error < 0 ? error : group;
}

void ci_op_process_signal(struct ci_core *core, const union ci_argument *a, struct ci_result *result) {
    const pid_t pid = (pid_t)a[0].number;
    const int signal = (int)a[1].number;
    const struct ci_child *child = ci_child_find(core, pid);
    if (!child) {
        result->number = -ESRCH;
        return;
    }
    /* Somebody else may have reaped it by now: then the number is not to be trusted, but the pidfd is. */
    const long failed = child->is_foreign ? syscall(SYS_pidfd_send_signal, child->pidfd->fd, signal, NULL, 0)
                                          : kill(pid, signal);
    result->number = failed < 0 ? -errno : 0;
}
