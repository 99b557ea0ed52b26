/* ci_child.c: what runs between the clone and exec.
 *
 * Only raw system calls and the stack: the child may share our memory (ci_clone.c), and the parent may be a Node process
 * with a dozen threads, any of which may have held a lock at that moment. Everything slow or failing happens here, never
 * in the parent.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/resource.h>

#include "ci_internal.h"
#include "ci_raw.h"

/* Where a bare command name is looked for: the fixed path of systemd.exec(5), ExecSearchPath=. */
static const char search_path[][20] = {"/usr/local/sbin/", "/usr/local/bin/", "/usr/sbin/", "/usr/bin/", "/sbin/", "/bin/"};

_Noreturn void ci_child_leave(int code) {
    for (;;) CI_RAW_1(exit_group, code);
}

void ci_child_report(int fd, int failure, long error) {
    const struct ci_child_report message = {failure, (int32_t)-error};
    /* Smaller than PIPE_BUF, so it goes whole. */
    CI_RAW_3(write, fd, &message, sizeof message);
}

/* The exit codes are those of systemd.exec(5) "PROCESS EXIT CODES"; the report says more. */
_Noreturn static void fail(int fd, int failure, long error, int code) {
    ci_child_report(fd, failure, error);
    ci_child_leave(code);
}

/* The kernel's struct sigaction. */
struct disposition {
    void (*handler)(int);
    unsigned long flags;
    void *restorer;
    uint64_t mask;
};

/* Handlers do not survive exec, ignored signals do; and the mask would. */
static void reset_signals(uint64_t reset, bool ignore_pipe) {
    struct disposition disposition = {SIG_DFL, 0, NULL, 0};
    const uint64_t none = 0;
    if (ignore_pipe) reset |= UINT64_C(1) << (SIGPIPE - 1);
    for (int signal = 1; signal < 65; signal++) {
        if (!(reset >> (signal - 1) & 1)) continue;
        disposition.handler = ignore_pipe && signal == SIGPIPE ? SIG_IGN : SIG_DFL;
        CI_RAW_4(rt_sigaction, signal, &disposition, NULL, sizeof disposition.mask);
    }
    CI_RAW_4(rt_sigprocmask, SIG_SETMASK, &none, NULL, sizeof none);
}

static void close_from(int first) {
#ifdef SYS_close_range
    if (CI_RAW_3(close_range, first, ~0U, 0) == 0) return;
#endif
    struct rlimit limit;
    int last = 65536;
    if (CI_RAW_4(prlimit64, 0, RLIMIT_NOFILE, NULL, &limit) == 0 && limit.rlim_max < 65536) last = (int)limit.rlim_max;
    for (int fd = first; fd < last; fd++) CI_RAW_1(close, fd);
}

/* A duplicate at `floor` or above. */
static long above(int fd, int floor) { return CI_RAW_3(fcntl, fd, F_DUPFD_CLOEXEC, floor); }

/* Puts stdio at 0 to 2, the descriptors to hand over at 3.., the status pipe behind them, and closes the rest. */
static int arrange_descriptors(const struct ci_child_plan *plan) {
    const int count = (int)plan->descriptor_count, floor = 3 + count + 1;
    /* First everything out of the way of its own and others' final places. */
    const long moved = above(plan->status_fd, floor);
    if (moved < 0) fail(plan->status_fd, CI_FAILURE_DESCRIPTORS, moved, 202);
    const int status = (int)moved;
    long stdio[3], handed[CI_DESCRIPTORS_MAX], error;
    for (int i = 0; i < 3; i++) {
        stdio[i] = plan->stdio[i];
        if (stdio[i] >= 0 && stdio[i] < floor && stdio[i] != i) stdio[i] = above((int)stdio[i], floor);
        if (plan->stdio[i] >= 0 && stdio[i] < 0) fail(status, CI_FAILURE_STDIO, stdio[i], 208);
    }
    for (int i = 0; i < count; i++) {
        handed[i] = above(plan->descriptors[i], floor);
        if (handed[i] < 0) fail(status, CI_FAILURE_DESCRIPTORS, handed[i], 202);
    }
    for (int i = 0; i < 3; i++) {
        error = stdio[i] < 0    ? 0
                : stdio[i] == i ? CI_RAW_3(fcntl, i, F_SETFD, 0)
                                : CI_RAW_3(dup3, stdio[i], i, 0);
        if (error < 0) fail(status, CI_FAILURE_STDIO, error, 208);
        if (stdio[i] < 0) CI_RAW_1(close, i);
    }
    for (int i = 0; i < count; i++)
        if ((error = CI_RAW_3(dup3, handed[i], 3 + i, 0)) < 0) fail(status, CI_FAILURE_DESCRIPTORS, error, 202);
    if ((error = CI_RAW_3(dup3, status, 3 + count, O_CLOEXEC)) < 0) fail(status, CI_FAILURE_DESCRIPTORS, error, 202);
    close_from(floor);
    return 3 + count;
}

/* What names the pid of the program itself, which only the child knows: sd_listen_fds(3), sd_watchdog_enabled(3),
 * systemd.exec(5). The entry holds room for it. */
static const char own_pid_names[][18] = {"LISTEN_PID=", "WATCHDOG_PID=", "SYSTEMD_EXEC_PID="};
#define PID_ROOM 10

static void write_own_pid(char **environment) {
    char digits[20], *end = digits + sizeof digits, *at = end;
    for (long pid = CI_RAW_1(getpid, 0); pid > 0; pid /= 10) *--at = (char)('0' + pid % 10);
    const size_t length = (size_t)(end - at);
    for (; *environment; environment++)
        for (size_t i = 0; i < sizeof own_pid_names / sizeof *own_pid_names; i++) {
            const size_t name = strlen(own_pid_names[i]);
            if (strncmp(*environment, own_pid_names[i], name) != 0 || strlen(*environment + name) != PID_ROOM) continue;
            memcpy(*environment + name, at, length);
            (*environment)[name + length] = 0;
        }
}

/* Comes back only if nothing could be executed; answers why. */
static long execute(const struct ci_child_plan *plan) {
    if (strchr(plan->file, '/')) return CI_RAW_3(execve, plan->file, plan->argv, plan->environment);
    long error = -ENOENT;
    const size_t tail = strlen(plan->file);
    for (size_t i = 0; i < sizeof search_path / sizeof *search_path; i++) {
        char path[PATH_MAX];
        const size_t head = strlen(search_path[i]);
        if (head + tail >= sizeof path) continue;
        memcpy(path, search_path[i], head);
        memcpy(path + head, plan->file, tail + 1);
        const long outcome = CI_RAW_3(execve, path, plan->argv, plan->environment);
        if (outcome != -ENOENT && outcome != -ENOTDIR) error = outcome;
    }
    return error;
}

_Noreturn void ci_child_run(const struct ci_child_plan *plan) {
    long error = CI_RAW_1(setsid, 0);
    if (error < 0) fail(plan->status_fd, CI_FAILURE_SESSION, error, 220);
    reset_signals(plan->reset, plan->flags & CI_SPAWN_IGNORE_SIGPIPE);
    if (plan->cgroup_procs >= 0 && (error = CI_RAW_3(write, plan->cgroup_procs, "0", 1)) < 0)
        ci_child_report(plan->status_fd, CI_FAILURE_NONE, error);
    const int status = arrange_descriptors(plan);
    write_own_pid(plan->environment);
    ci_steps_run(plan, status);
    if (!plan->file[0]) ci_child_leave(0);
    fail(status, CI_FAILURE_EXEC, execute(plan), 203);
}
