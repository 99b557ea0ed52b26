/* sink.c: services' output on its way to files. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/vfs.h>
#include <unistd.h>

#include "check.h"

enum { WRITE, APPEND, TRUNCATE };

static int file(struct ci_core *core, const char *name, int mode) {
    const int64_t fd = op(core, "output_file", path_in(name), mode, 0644);
    CHECK(fd >= 0);
    return (int)fd;
}

static void run_into(struct ci_core *core, const char *script, int out, int err) {
    int64_t pid = SPAWN(core, SHELL(script), .name = "u", .stdio = INTS(-1, out, err));
    CHECK_INT(await_exit(core, pid), 0);
}

TEST(raw, "writes to a file what a service says, byte by byte, before it tells its end") {
    struct ci_core *core = core_of_host();
    run_into(core, "printf '<3>one\\n\\033\\000two'", file(core, "log", APPEND), -1);
    CHECK_TEXT(read_text(path_in("log")), "<3>one\n\x1b");
    ci_core_free(core);
}

TEST(modes, "appends, empties first, or writes over what is there, as it is told") {
    struct ci_core *core = core_of_host();
    write_text(path_in("a"), "before\n");
    write_text(path_in("t"), "before\n");
    write_text(path_in("w"), "before\n");
    run_into(core, "echo new", file(core, "a", APPEND), -1);
    run_into(core, "echo new", file(core, "t", TRUNCATE), -1);
    run_into(core, "echo new", file(core, "w", WRITE), -1);
    CHECK_TEXT(read_text(path_in("a")), "before\nnew\n");
    CHECK_TEXT(read_text(path_in("t")), "new\n");
    CHECK_TEXT(read_text(path_in("w")), "new\nre\n");
    ci_core_free(core);
}

TEST(made, "makes the file with the permissions it is told, whatever the umask") {
    struct stat status;
    umask(0077);
    struct ci_core *core = core_of_host();
    run_into(core, "echo new", file(core, "log", APPEND), -1);
    CHECK(stat(path_in("log"), &status) == 0);
    CHECK_INT(status.st_mode & 07777, 0644);
    ci_core_free(core);
}

TEST(shared, "has one opening a path: stdout, stderr and other services share it, in the order of the writing") {
    struct ci_core *core = core_of_host();
    const int fd = file(core, "log", APPEND);
    CHECK_INT(file(core, "log", APPEND), fd);
    const char *script = "echo 1; echo 2 >&2; until [ -e \"$0\" ]; do sleep 0.02; done; echo 4";
    int64_t pid = SPAWN(core, .file = "/bin/sh", .argv = LIST("sh", "-c", script, path_in("go")), .name = "a",
                        .stdio = INTS(-1, fd, fd));
    while (strlen(read_text(path_in("log"))) < 4) ci_core_dispatch(core, 50);
    const int second = file(core, "log", APPEND);
    CHECK_INT(second, fd);
    run_into(core, "echo 3 >&2", -1, second);
    write_text(path_in("go"), "");
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(read_text(path_in("log")), "1\n2\n3\n4\n");
    ci_core_free(core);
}

TEST(nothing_left, "leaves no descriptor open once those who wrote are gone, or never came") {
    struct ci_core *core = core_of_host();
    const int before = count_descriptors();
    run_into(core, "echo a", file(core, "log", APPEND), -1);
    ci_core_dispatch(core, 100);
    CHECK_INT(count_descriptors(), before);
    CHECK(SPAWN(core, SHELL("true"), .cgroup = "/no/such", .stdio = INTS(-1, file(core, "log", APPEND), -1)) < 0);
    ci_core_dispatch(core, 100);
    CHECK_INT(count_descriptors(), before);
    ci_core_free(core);
}

/* A script that waits for a file in this case's folder, by its name in `%s`. */
static const char *script_with(const char *format, const char *name) {
    static char script[1024];
    snprintf(script, sizeof script, format, path_in(name));
    return script;
}

TEST(outlived, "keeps a file open for a daemon that outlives the process it was started with") {
    struct ci_core *core = core_of_host();
    run_into(core, script_with("(until [ -e %s ]; do sleep 0.02; done; echo late) &", "go"), file(core, "log", APPEND), -1);
    CHECK_TEXT(read_text(path_in("log")), "");
    /* Somebody new writes to the same file meanwhile. */
    run_into(core, "echo early", file(core, "log", APPEND), -1);
    CHECK_TEXT(read_text(path_in("log")), "early\n");
    write_text(path_in("go"), "");
    while (op(core, "orphans_reaped") < 1) CHECK(ci_core_dispatch(core, 1000) >= 0);
    for (int i = 0; i < 3; i++) ci_core_dispatch(core, 20);
    CHECK_TEXT(read_text(path_in("log")), "early\nlate\n");
    ci_core_free(core);
}

TEST(rotates, "writes to a new file once the old one was moved away and it is told to open again") {
    char old[256];
    struct ci_core *core = core_of_host();
    snprintf(old, sizeof old, "%s", path_in("log.1"));
    int64_t pid = SPAWN(core, SHELL(script_with("echo one; until [ -e %s ]; do sleep 0.02; done; echo two", "go")),
                        .name = "u", .stdio = INTS(-1, file(core, "log", TRUNCATE), -1));
    while (!*read_text(path_in("log"))) ci_core_dispatch(core, 50);
    CHECK_INT(op(core, "output_reopen"), 0);
    CHECK(rename(path_in("log"), old) == 0);
    CHECK_INT(op(core, "output_reopen"), 1);
    CHECK_TEXT(read_text(path_in("log")), "");
    write_text(path_in("go"), "");
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(read_text(path_in("log")), "two\n");
    CHECK_TEXT(read_text(old), "one\n");
    ci_core_free(core);
}

TEST(rotation_fails, "goes on with the old file, and says so, where the new one cannot be opened") {
    int err = capture(2);
    struct ci_core *core = core_of_host();
    const int fd = file(core, "log", APPEND);
    int64_t pid = SPAWN(core, SHELL("sleep 60"), .name = "u", .stdio = INTS(-1, fd, -1));
    CHECK(rename(path_in("log"), path_in("log.1")) == 0);
    CHECK(mkdir(path_in("log"), 0755) == 0);
    CHECK_INT(op(core, "output_reopen"), 0);
    CHECK(strstr(captured(err), "/log: cannot be opened again, so its old file is written to: Invalid argument\n"));
    CHECK_INT(op(core, "process_signal", (int)pid, SIGKILL), 0);
    await_exit(core, pid);
    ci_core_free(core);
}

TEST(not_regular, "refuses what is no regular file, and never waits for it") {
    struct ci_core *core = core_of_host();
    CHECK(mkfifo(path_in("fifo"), 0600) == 0);
    CHECK_INT(op(core, "output_file", path_in("fifo"), APPEND, 0644), -EINVAL);
    CHECK_INT(op(core, "output_file", "/dev/null", APPEND, 0644), -EINVAL);
    CHECK_INT(op(core, "output_file", folder(), APPEND, 0644), -EINVAL);
    CHECK_INT(op(core, "output_file", path_in("no/such"), APPEND, 0644), -ENOENT);
    ci_core_free(core);
}

static char small[256];
static void unmount(void) { umount2(small, MNT_DETACH); }

TEST(full, "says once that a full file system loses what is written, goes on, and says when there is room again") {
    need_root();
    snprintf(small, sizeof small, "%s", path_in("small"));
    CHECK(mkdir(small, 0755) == 0);
    CHECK(mount("none", small, "tmpfs", 0, "size=64k") == 0);
    at_end(unmount);
    int err = capture(2);
    struct ci_core *core = core_of_host();
    const char *script = "head -c 200000 /dev/zero; head -c 200000 /dev/zero; echo > \"$0.full\"; "
                         "until [ -e \"$0\" ]; do sleep 0.02; done; echo again";
    int64_t pid = SPAWN(core, .file = "/bin/sh", .argv = LIST("sh", "-c", script, path_in("go")), .name = "u",
                        .stdio = INTS(-1, file(core, "small/log", APPEND), -1));
    while (access(path_in("go.full"), F_OK) < 0) ci_core_dispatch(core, 20);
    while (ci_core_dispatch(core, 0) > 0) {}
    const char *said = captured(err), *once = strstr(said, "is lost until it can be written: No space left on device\n");
    CHECK(once != NULL && strstr(once + 1, "is lost") == NULL);
    CHECK_INT(truncate(path_in("small/log"), 0), 0);
    write_text(path_in("go"), "");
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(read_text(path_in("small/log")), "again\n");
    CHECK(strstr(captured(err), "/log: can be written again; ") != NULL);
    ci_core_free(core);
    unmount();
}

TEST(data, "gives a descriptor that holds the bytes, and cannot be changed") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    /* "a\n", a NUL byte, nothing, "bc". */
    int64_t fd = op(core, "input_data", LIST("YQo=", "AA==", "", "YmM="));
    CHECK(fd >= 0);
    int64_t pid = SPAWN(core, SHELL("tr '\\0' 0; echo x >&0 || exit 7"), .name = "u", .stdio = INTS((int)fd, -2, -1));
    CHECK_INT(await_exit(core, pid), 7);
    CHECK_TEXT(captured(out), "[u] a\n[u] 0bc\n");
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    CHECK_INT(op(core, "input_data", LIST("YQ")), -EINVAL);
    CHECK_INT(op(core, "input_data", LIST("Y=Qo")), -EINVAL);
    ci_core_free(core);
}
