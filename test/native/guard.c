/* guard.c: the process around a case: it ends what the case leaves behind, and what does not end by itself. */
#define _GNU_SOURCE
#include "guard.h"

#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/mount.h>
#include <sys/prctl.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

#define CASE_MS 45000

/* qemu-user knows no subreapers: there each case is PID 1 of a namespace, which orphans come to anyhow. */
static bool is_init(void) { return getenv("NATIVE_TEST_AS_INIT") != NULL; }

/* Of the process that guards the case: pids in a namespace of one's own say nothing to others. */
static int guard_pid;

int own_number(void) { return guard_pid; }

int takes_orphans(void) { return !is_init(); }

/* As their subreaper we are the parent of all that a case has left behind. */
static void end_rest(void) {
    char path[64];
    snprintf(path, sizeof path, "/proc/self/task/%d/children", (int)getpid());
    for (;;) {
        FILE *file = fopen(path, "r");
        int pid;
        while (file && fscanf(file, "%d", &pid) == 1) kill(pid, SIGKILL);
        if (file) fclose(file);
        if (waitpid(-1, NULL, 0) < 0 && errno == ECHILD) return;
    }
}

static void show_own_processes(void) {
    CHECK(unshare(CLONE_NEWNS) == 0);
    CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    CHECK(mount("proc", "/proc", "proc", 0, NULL) == 0);
}

int guard(int (*run)(const struct test *), const struct test *test) {
    guard_pid = (int)getpid();
    if (is_init()) CHECK(unshare(CLONE_NEWPID) == 0);
    else prctl(PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    const pid_t pid = fork();
    if (pid == 0 && is_init()) show_own_processes();
    if (pid == 0) exit(run(test));
    const int64_t end = now_ms() + CASE_MS;
    int status = 0;
    pid_t ended = 0;
    /* Orphans of the case are reaped at once, as whoever is their parent in a container does. */
    while (ended != pid && now_ms() < end) {
        int any;
        ended = waitpid(-1, &any, WNOHANG);
        if (ended == pid) status = any;
        if (ended == 0) sleep_ms(1);
    }
    if (ended != pid) ended = 0;
    end_rest();
    if (ended == 0) fprintf(stderr, "the case did not end by itself\n");
    if (ended == pid && WIFSIGNALED(status)) fprintf(stderr, "the case was killed by signal %d\n", WTERMSIG(status));
    return ended == pid && WIFEXITED(status) ? WEXITSTATUS(status) : 1;
}
