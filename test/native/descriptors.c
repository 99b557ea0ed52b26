/* descriptors.c: what descriptors a program finds, whatever their numbers were here. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <unistd.h>

#include "check.h"

/* A file of this name, open at exactly this number, with its name as its text. */
static void open_at(int number, const char *name) {
    char text[64];
    snprintf(text, sizeof text, "%s\n", name);
    write_text(path_in(name), text);
    int fd = open(path_in(name), O_RDONLY);
    CHECK(fd >= 0);
    if (fd == number) return;
    CHECK(dup2(fd, number) == number);
    close(fd);
}

/* What the program reads from its descriptors `first` to `last`. */
static void check_reads(struct ci_core *core, int out, const struct ci_ints *stdio, const struct ci_ints *handed,
                        const char *script, const char *wanted) {
    int64_t pid = SPAWN(core, SHELL(script), .stdio = stdio, .descriptors = handed);
    CHECK(pid > 0);
    const struct event started = await_event(core, CI_EVENT_STARTED, pid);
    if (started.b) FAIL("step %d failed with errno %d", started.b, started.c);
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), wanted);
}

TEST(hands_over, "hands descriptors over as 3, 4 and so on, and nothing else") {
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    open_at(100, "a");
    open_at(200, "b");
    open_at(300, "c");
    check_reads(core, out, INTS(-1, -2, -1), INTS(200, 100), "cat <&3; cat <&4; exec ls /proc/self/fd | tr '\\n' ' '",
                "[case] b\n[case] a\n[case] 0 1 2 3 4 5 \n");
    ci_core_free(core);
}

TEST(hands_over_nothing, "leaves a program that is handed nothing its three streams") {
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    open_at(100, "a");
    int64_t pid = SPAWN(core, .file = "/bin/ls", .argv = LIST("ls", "-x", "/proc/self/fd"), .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    /* The last is the directory that it reads. */
    CHECK_TEXT(captured(out), "[case] 0  1  2  3\n");
    ci_core_free(core);
}

TEST(swaps, "hands over descriptors whose numbers are each other's places") {
    /* Taken before the core takes them. */
    open_at(3, "three");
    open_at(4, "four");
    open_at(5, "five");
    open_at(6, "six");
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    const char *script = "cat <&3; cat <&4; cat <&5; cat <&6";
    check_reads(core, out, INTS(-1, -2, -1), INTS(6, 5, 4, 3), script,
                "[case] six\n[case] five\n[case] four\n[case] three\n");
    check_reads(core, out, INTS(-1, -2, -1), INTS(4, 5, 6, 3), "cat /proc/self/fd/3 /proc/self/fd/6",
                "[case] four\n[case] three\n");
    ci_core_free(core);
}

TEST(collides_with_streams, "gives streams that stand where handed descriptors go, and the other way round") {
    open_at(3, "three");
    open_at(4, "four");
    open_at(5, "five");
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    check_reads(core, out, INTS(3, -2, 4), INTS(0, 5, 3), "cat; cat /proc/self/fd/2; cat /proc/self/fd/5",
                "[case] three\n[case] four\n[case] three\n");
    ci_core_free(core);
}

TEST(hands_over_twice, "hands one descriptor over several times, as a stream, too") {
    open_at(7, "seven");
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    check_reads(core, out, INTS(7, -2, -1), INTS(7, 7), "cat /proc/self/fd/0 /proc/self/fd/3 /proc/self/fd/4",
                "[case] seven\n[case] seven\n[case] seven\n");
    ci_core_free(core);
}

TEST(above_1023, "7. hands over descriptors above 1023") {
    struct rlimit limit;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    limit.rlim_cur = limit.rlim_max;
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    if (limit.rlim_max <= 3000) FAIL("this case needs a hard limit of more than 3000 descriptors");
    open_at(1024, "a");
    open_at(3000, "b");
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    check_reads(core, out, INTS(3000, -2, -1), INTS(1024, 3000), "cat; cat /proc/self/fd/3 /proc/self/fd/4",
                "[case] b\n[case] a\n[case] b\n");
    ci_core_free(core);
}

TEST(many, "hands over sixty-four descriptors, and refuses more") {
    open_at(100, "a");
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    int32_t numbers[65];
    for (int i = 0; i < 65; i++) numbers[i] = 100;
    check_reads(core, out, INTS(-1, -2, -1), &(struct ci_ints){numbers, 64}, "exec cat /proc/self/fd/66", "[case] a\n");
    int64_t pid = SPAWN(core, .file = "/bin/true", .descriptors = &(struct ci_ints){numbers, 65});
    if (pid > 0) {
        const struct event failed = await_event(core, CI_EVENT_STARTED, pid);
        CHECK_INT(failed.b, CI_FAILURE_DESCRIPTORS);
        CHECK_INT(failed.c, E2BIG);
    } else {
        CHECK_INT(pid, -E2BIG);
    }
    ci_core_free(core);
}

TEST(bad_descriptor, "tells of a descriptor that is not open") {
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, .file = "/bin/true", .descriptors = INTS(777));
    const struct event failed = await_event(core, CI_EVENT_STARTED, pid);
    CHECK_INT(failed.b, CI_FAILURE_DESCRIPTORS);
    CHECK_INT(failed.c, EBADF);
    CHECK_INT(await_exit(core, pid), 202);
    ci_core_free(core);
}

TEST(listen_pid, "writes the program's own pid into LISTEN_PID=, where there is room for it") {
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, SHELL("echo $LISTEN_PID $LISTEN_FDS $$"), .stdio = INTS(-1, -2, -1),
                        .environment = LIST("LISTEN_FDS=1", "LISTEN_PID=0000000000", "A=1"));
    CHECK_INT(await_exit(core, pid), 0);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "[case] %d 1 %d\n", (int)pid, (int)pid);
    CHECK_TEXT(captured(out), wanted);
    pid = SPAWN(core, SHELL("echo \"$LISTEN_PID\" $LISTEN_PIDS"), .stdio = INTS(-1, -2, -1),
                .environment = LIST("LISTEN_PIDS=0000000000", "LISTEN_PID="));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[case]  0000000000\n");
    ci_core_free(core);
}

TEST(listen_pid_with_identity, "writes the program's own pid for another user, too") {
    need_root();
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, SHELL("echo $LISTEN_PID"), .stdio = INTS(-1, -2, -1), .has_identity = true, .uid = 1500,
                        .gid = 1500, .flags = 4, .environment = LIST("LISTEN_PID=0000000000"));
    CHECK_INT(await_exit(core, pid), 0);
    char wanted[64];
    snprintf(wanted, sizeof wanted, "[case] %d\n", (int)pid);
    CHECK_TEXT(captured(out), wanted);
    ci_core_free(core);
}

TEST(own_pid_entries, "writes the program's own pid into every entry that asks for it, and into no other") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("echo $WATCHDOG_PID $SYSTEMD_EXEC_PID $LISTEN_PID $MAINPID $MY_LISTEN_PID"),
                        .stdio = INTS(-1, -2, -1),
                        .environment = LIST("MAINPID=0000000000", "WATCHDOG_PID=0000000000", "LISTEN_PID=77",
                                            "SYSTEMD_EXEC_PID=0000000000", "MY_LISTEN_PID=0000000000"));
    CHECK_INT(await_exit(core, pid), 0);
    char wanted[96];
    snprintf(wanted, sizeof wanted, "[case] %d %d 77 0000000000 0000000000\n", (int)pid, (int)pid);
    CHECK_TEXT(captured(out), wanted);
    ci_core_free(core);
}

TEST(flags_stay, "hands stored descriptors over as they are, without blocking where that was their way") {
    int out = capture(1), pipes[2], quiet[2];
    struct ci_core *core = core_of_host();
    CHECK(pipe2(pipes, O_CLOEXEC | O_NONBLOCK) == 0 && pipe2(quiet, O_CLOEXEC) == 0);
    int64_t pid = SPAWN(core, SHELL("for fd in 3 4 5; do while read name value; do case $name in flags:) echo $value;; esac; "
                                    "done < /proc/$$/fdinfo/$fd; done"),
                        .stdio = INTS(-1, -2, -1), .descriptors = INTS(pipes[1], quiet[0], pipes[0]));
    CHECK_INT(await_exit(core, pid), 0);
    char wanted[96];
    snprintf(wanted, sizeof wanted, "[case] 0%o\n[case] 0%o\n[case] 0%o\n", O_NONBLOCK | O_WRONLY, O_RDONLY, O_NONBLOCK);
    CHECK_TEXT(captured(out), wanted);
    CHECK(fcntl(pipes[1], F_GETFL) & O_NONBLOCK);
    CHECK_INT(fcntl(quiet[0], F_GETFL) & O_NONBLOCK, 0);
    ci_core_free(core);
}

TEST(cloexec, "opens nothing that a foreign exec in the same process would inherit") {
    int before[4096] = {0};
    for (int fd = 0; fd < 4096; fd++) before[fd] = fcntl(fd, F_GETFD) >= 0;
    struct ci_core *core = core_of_addon();
    int64_t listener = open_listener(core, 1, "127.0.0.1", 0);
    CHECK(listener >= 0);
    CHECK_INT(op(core, "descriptor_watch", (int)listener, 0), 0);
    int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"), .stdio = INTS(-1, -2, -2));
    for (int fd = 0; fd < 4096; fd++) {
        const int flags = before[fd] ? -1 : fcntl(fd, F_GETFD);
        if (flags >= 0 && !(flags & FD_CLOEXEC)) FAIL("descriptor %d is not close-on-exec", fd);
    }
    op(core, "process_signal", (int)pid, 9);
    await_exit(core, pid);
    ci_core_free(core);
}
