/* spawn.c: what a child is when it becomes its program, and what is told of it. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

/* What a script says on its stdout, each line without its prefix; the case's own pipe. */
static const char *output_of(int out, struct ci_core *core, int64_t pid) {
    CHECK(pid > 0);
    CHECK_INT(await_exit(core, pid), 0);
    return captured(out);
}

static struct event failure_of(struct ci_core *core, int64_t pid) {
    CHECK(pid > 0);
    return await_event(core, CI_EVENT_STARTED, pid);
}

TEST(tells_exit_codes, "tells that a program started and each exit code it may have") {
    struct ci_core *core = core_of_addon();
    for (int code = 0; code < 256; code += 15) {
        char script[32];
        snprintf(script, sizeof script, "exit %d", code);
        int64_t pid = SPAWN(core, SHELL(script));
        const struct event started = await_event(core, CI_EVENT_STARTED, pid);
        CHECK_INT(started.b, 0);
        const struct event exited = await_event(core, CI_EVENT_EXITED, pid);
        CHECK_INT(exited.b, 0);
        CHECK_INT(exited.c, code);
    }
    ci_core_free(core);
}

TEST(tells_signals, "tells which signal killed a program") {
    struct ci_core *core = core_of_addon();
    const int signals[] = {SIGTERM, SIGKILL, SIGHUP, SIGUSR1};
    for (size_t i = 0; i < sizeof signals / sizeof *signals; i++) {
        int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
        await_event(core, CI_EVENT_STARTED, pid);
        CHECK_INT(op(core, "process_signal", (int)pid, signals[i]), 0);
        const struct event exited = await_event(core, CI_EVENT_EXITED, pid);
        CHECK_INT(exited.b, 1);
        CHECK_INT(exited.c, signals[i]);
        CHECK_INT(op(core, "process_signal", (int)pid, SIGTERM), -ESRCH);
    }
    ci_core_free(core);
}

TEST(starts_before_exits, "tells the start of a program before its end, however short its life") {
    struct ci_core *core = core_of_host();
    for (int i = 0; i < 50; i++) {
        int64_t pid = SPAWN(core, .file = "/bin/true");
        struct event event;
        await_event(core, CI_EVENT_EXITED, pid);
        CHECK(take_event(core, CI_EVENT_STARTED, pid, &event));
    }
    ci_core_free(core);
}

TEST(passes_words, "passes words as they are, and argv[0] as it is told") {
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, .file = "/bin/sh", .stdio = INTS(-1, -2, -1),
                        .argv = LIST("other", "-c", "echo \"$0|$1|$2|$#\"", "", "a b", "$x"));
    CHECK_TEXT(output_of(out, core, pid), "[case] |a b|$x|2\n");
    ci_core_free(core);
}

TEST(passes_environment, "gives exactly the environment it is told") {
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, .file = "/usr/bin/env", .environment = LIST("A=1", "B=a b=c"), .stdio = INTS(-1, -2, -1));
    CHECK_TEXT(output_of(out, core, pid), "[case] A=1\n[case] B=a b=c\n");
    ci_core_free(core);
}

TEST(finds_bare_names, "looks for a bare name in systemd's path, whatever PATH says") {
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, .file = "true", .environment = LIST("PATH=/nowhere"));
    CHECK_INT(await_exit(core, pid), 0);
    const struct event failed = failure_of(core, SPAWN(core, .file = "no-such-program-here"));
    CHECK_INT(failed.b, CI_FAILURE_EXEC);
    CHECK_INT(failed.c, ENOENT);
    ci_core_free(core);
}

TEST(tells_exec_failures, "tells why a program could not be executed, and then of its end") {
    struct ci_core *core = core_of_addon();
    write_text(path_in("text"), "echo no interpreter line\n");
    CHECK(chmod(path_in("text"), 0755) == 0);
    write_text(path_in("plain"), "#!/bin/sh\n");
    const struct {
        const char *file;
        int error;
    } cases[] = {{"/no/such/program", ENOENT}, {"/etc/passwd/x", ENOTDIR}, {path_in("text"), ENOEXEC},
                 {path_in("plain"), EACCES},   {folder(), EACCES}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t pid = SPAWN(core, .file = cases[i].file);
        const struct event failed = failure_of(core, pid);
        CHECK_INT(failed.b, CI_FAILURE_EXEC);
        CHECK_INT(failed.c, cases[i].error);
        CHECK_INT(await_exit(core, pid), 203);
    }
    ci_core_free(core);
}

TEST(sets_directory, "starts in the directory it is told, in / without one, and passes over an optional one") {
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    CHECK_TEXT(output_of(out, core, SPAWN(core, SHELL("pwd"), .stdio = INTS(-1, -2, -1))), "[case] /\n");
    CHECK_TEXT(output_of(out, core, SPAWN(core, SHELL("pwd"), .directory = "/usr", .stdio = INTS(-1, -2, -1))),
               "[case] /usr\n");
    CHECK_TEXT(output_of(out, core,
                         SPAWN(core, SHELL("pwd"), .directory = "/gone", .flags = 1, .stdio = INTS(-1, -2, -1))),
               "[case] /\n");
    const struct event failed = failure_of(core, SPAWN(core, SHELL("pwd"), .directory = "/gone"));
    CHECK_INT(failed_step(failed), CI_STEP_directory);
    CHECK_INT(failed.c, ENOENT);
    ci_core_free(core);
}

TEST(changes_identity, "becomes another user with exactly the groups it is told") {
    need_root();
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    const char *script = "id -u; id -g; id -G";
    int64_t pid = SPAWN(core, SHELL(script), .has_identity = true, .uid = 1500, .gid = 29, .groups = INTS(44, 50),
                        .flags = 4, .stdio = INTS(-1, -2, -1));
    CHECK_TEXT(output_of(out, core, pid), "[case] 1500\n[case] 29\n[case] 29 44 50\n");
    pid = SPAWN(core, SHELL(script), .has_identity = true, .uid = 1500, .gid = 1500, .flags = 4,
                .stdio = INTS(-1, -2, -1));
    CHECK_TEXT(output_of(out, core, pid), "[case] 1500\n[case] 1500\n[case] 1500\n");
    pid = SPAWN(core, SHELL(script), .has_identity = true, .uid = -1, .gid = 29, .flags = 4, .stdio = INTS(-1, -2, -1));
    CHECK_TEXT(output_of(out, core, pid), "[case] 0\n[case] 29\n[case] 29\n");
    ci_core_free(core);
}

TEST(tells_identity_failures, "tells which part of a new identity was refused") {
    need_root();
    struct ci_core *core = core_of_addon();
    /* Without the right to change identities each step fails by itself. */
    CHECK(setresgid(1500, 1500, 1500) == 0 && setresuid(1500, 1500, 1500) == 0);
    struct event failed = failure_of(core, SPAWN(core, .file = "/bin/true", .has_identity = true, .uid = 1600,
                                                 .gid = 1500));
    CHECK_INT(failed_step(failed), CI_STEP_user);
    CHECK_INT(failed.c, EPERM);
    failed = failure_of(core, SPAWN(core, .file = "/bin/true", .has_identity = true, .uid = 1500, .gid = 1600));
    CHECK_INT(failed_step(failed), CI_STEP_group);
    failed = failure_of(core, SPAWN(core, .file = "/bin/true", .groups = INTS(44)));
    CHECK_INT(failed_step(failed), CI_STEP_groups);
    ci_core_free(core);
}

TEST(sets_umask, "sets the umask it is told, and leaves its own alone") {
    int out = capture(1);
    umask(022);
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, SHELL("umask"), .has_umask = true, .umask = 0077, .stdio = INTS(-1, -2, -1));
    CHECK_TEXT(output_of(out, core, pid), "[case] 0077\n");
    CHECK_INT(umask(0), 022);
    ci_core_free(core);
}

TEST(gives_null_streams, "gives the null device where nothing else is told") {
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "1000"));
    await_event(core, CI_EVENT_STARTED, pid);
    for (int i = 0; i < 3; i++) {
        char path[64], target[64] = "";
        snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, i);
        CHECK(readlink(path, target, sizeof target - 1) > 0);
        CHECK_TEXT(target, "/dev/null");
    }
    CHECK_INT(op(core, "process_signal", (int)pid, SIGKILL), 0);
    await_exit(core, pid);
    ci_core_free(core);
}

TEST(refuses_bad_streams, "refuses a stream that makes no sense, without a child") {
    struct ci_core *core = core_of_addon();
    const int before = count_descriptors();
    CHECK_INT(SPAWN(core, .file = "/bin/true", .stdio = INTS(-2, -1, -1)), -EINVAL);
    CHECK_INT(SPAWN(core, .file = "/bin/true", .stdio = INTS(-1, -1)), -EINVAL);
    CHECK_INT(SPAWN(core, .file = "/bin/true", .stdio = INTS(-1, -2, -2), .cgroup = "/no/such/cgroup"), -ENOENT);
    CHECK(ci_core_dispatch(core, 0) >= 0);
    CHECK_INT(count_descriptors(), before);
    const struct event failed = failure_of(core, SPAWN(core, .file = "/bin/true", .stdio = INTS(999, -1, -1)));
    CHECK(failed.b == CI_FAILURE_STDIO && failed.c == EBADF);
    ci_core_free(core);
}

TEST(leads_a_session, "makes each child the leader of a session and of a group of its own") {
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    int64_t pid = SPAWN(core, SHELL("cut -d' ' -f1,5,6 /proc/$$/stat"), .stdio = INTS(-1, -2, -1));
    char wanted[128];
    const char *said = output_of(out, core, pid);
    snprintf(wanted, sizeof wanted, "[case] %d %d %d\n", (int)pid, (int)pid, (int)pid);
    CHECK_TEXT(said, wanted);
    ci_core_free(core);
}

TEST(resets_signals, "starts programs with no signal blocked or ignored, but SIGPIPE if it is told") {
    int out = capture(1);
    signal(SIGUSR1, SIG_IGN);
    struct ci_core *core = core_of_host();
    /* grep itself, not the shell: a shell has dispositions of its own. */
    const char *const *words = LIST("grep", "-E", "^Sig(Blk|Ign)", "/proc/self/status");
    int64_t pid = SPAWN(core, .file = "/bin/grep", .argv = words, .stdio = INTS(-1, -2, -1));
    CHECK_TEXT(output_of(out, core, pid), "[case] SigBlk:\t0000000000000000\n[case] SigIgn:\t0000000000000000\n");
    pid = SPAWN(core, .file = "/bin/grep", .argv = words, .flags = 2, .stdio = INTS(-1, -2, -1));
    CHECK_TEXT(output_of(out, core, pid), "[case] SigBlk:\t0000000000000000\n[case] SigIgn:\t0000000000001000\n");
    ci_core_free(core);
}

TEST(leaks_nothing, "23. leaks no descriptor in a thousand spawns, good and bad") {
    int out = capture(1), err = capture(2);
    struct ci_core *core = core_of_host();
    await_exit(core, SPAWN(core, .file = "/bin/true", .stdio = INTS(-1, -2, -2)));
    const int before = count_descriptors();
    for (int i = 0; i < 1000; i++) {
        const char *file = i % 10 == 9 ? "/no/such/program" : "/bin/true";
        await_exit(core, SPAWN(core, .file = file, .stdio = INTS(-1, -2, -2)));
    }
    /* The pipes of the last ones may still be there to be read to their end. */
    for (int i = 0; i < 10; i++) ci_core_dispatch(core, 10);
    CHECK_INT(count_descriptors(), before);
    CHECK_TEXT(captured(out), "");
    CHECK_TEXT(captured(err), "");
    ci_core_free(core);
}

TEST(tells_each_its_own, "20. tells each of forty children that end at once its own status") {
    struct ci_core *core = core_of_host();
    int64_t pids[40];
    for (int i = 0; i < 40; i++) {
        char script[64];
        snprintf(script, sizeof script, "sleep 0.1; exit %d", i + 1);
        pids[i] = SPAWN(core, SHELL(script));
    }
    for (int i = 39; i >= 0; i--) CHECK_INT(await_exit(core, pids[i]), i + 1);
    ci_core_free(core);
}

TEST(never_waits, "22. answers at once for a child that takes its time to become its program") {
    struct ci_core *core = core_of_addon();
    /* A FIFO as interpreter's script: the kernel execs, the interpreter waits; the parent must not. */
    CHECK(mkfifo(path_in("fifo"), 0644) == 0);
    int64_t pid = SPAWN(core, .file = "/bin/sh", .argv = LIST("sh", path_in("fifo")));
    await_event(core, CI_EVENT_STARTED, pid);
    CHECK_INT(op(core, "process_signal", (int)pid, SIGKILL), 0);
    CHECK_INT(await_exit(core, pid), 128 + SIGKILL);
    ci_core_free(core);
}
