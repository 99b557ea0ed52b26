/* trace.c: the way out of the boot trace, and what processes have of memory. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

#define QUEUE_MAX 4096

static int64_t open_trace(struct ci_core *core, const char *path) { return op(core, "trace_open", path); }

TEST(fresh, "makes a file that only we may read, and adds to it when it is there") {
    struct stat status;
    umask(0);
    for (int boot = 0; boot < 2; boot++) {
        struct ci_core *core = core_of_host();
        CHECK_INT(open_trace(core, path_in("trace")), 0);
        CHECK_INT(op(core, "trace_write", boot ? "two\n" : "one\n"), 1);
        /* It is there before anybody waits, not only at the end. */
        ci_core_dispatch(core, 0);
        CHECK_TEXT(read_text(path_in("trace")), boot ? "one\ntwo\n" : "one\n");
        CHECK_INT(op(core, "trace_close", 0), 0);
        ci_core_free(core);
    }
    CHECK(stat(path_in("trace"), &status) == 0);
    CHECK_INT(status.st_mode & 07777, 0600);
}

TEST(at_once, "writes each line as it comes where the program has a loop of its own") {
    struct ci_core *core = core_of_addon();
    CHECK_INT(open_trace(core, path_in("trace")), 0);
    CHECK_INT(op(core, "trace_write", "one\n"), 1);
    CHECK_TEXT(read_text(path_in("trace")), "one\n");
    ci_core_free(core);
}

TEST(many, "writes any number of lines of one turn to a file, and drops none") {
    struct ci_core *core = core_of_host();
    CHECK_INT(open_trace(core, path_in("trace")), 0);
    for (int i = 0; i < 10000; i++) CHECK_INT(op(core, "trace_write", "0123456\n"), 1);
    CHECK_INT(op(core, "trace_close", 0), 0);
    CHECK_INT(strlen(read_text(path_in("trace"))), 80000);
    ci_core_free(core);
}

TEST(links, "follows no link and writes to no file that has another name, nor to a directory") {
    struct ci_core *core = core_of_host();
    write_text(path_in("victim"), "precious\n");
    CHECK(symlink(path_in("victim"), path_in("link")) == 0);
    CHECK(symlink(path_in("nowhere"), path_in("dangling")) == 0);
    CHECK_INT(open_trace(core, path_in("link")), -ELOOP);
    CHECK_INT(open_trace(core, path_in("dangling")), -ELOOP);
    CHECK(link(path_in("victim"), path_in("twin")) == 0);
    CHECK_INT(open_trace(core, path_in("twin")), -EMLINK);
    CHECK_INT(open_trace(core, folder()), -EINVAL);
    CHECK_INT(open_trace(core, path_in("missing/trace")), -ENOENT);
    CHECK_INT(open_trace(core, ""), -ENOENT);
    CHECK_INT(op(core, "trace_write", "x\n"), -EBADF);
    CHECK_TEXT(read_text(path_in("victim")), "precious\n");
    CHECK(access(path_in("nowhere"), F_OK) < 0);
    ci_core_free(core);
}

TEST(strangers, "leaves alone what somebody else has put there, even as root") {
    need_root();
    struct ci_core *core = core_of_host();
    write_text(path_in("theirs"), "before\n");
    CHECK(chown(path_in("theirs"), 1234, 1234) == 0);
    CHECK_INT(open_trace(core, path_in("theirs")), -EPERM);
    CHECK_TEXT(read_text(path_in("theirs")), "before\n");
    ci_core_free(core);
}

/* All that is in the pipe now. */
static size_t take_all(int fd, size_t *ret_lines) {
    static char text[65536];
    size_t total = 0;
    for (ssize_t got; (got = read(fd, text, sizeof text)) > 0; total += (size_t)got)
        for (ssize_t i = 0; i < got; i++) *ret_lines += text[i] == '\n';
    return total;
}

TEST(slow, "queues while a pipe is full, drops past the limit, and loses nothing of what it took") {
    struct ci_core *core = core_of_host();
    CHECK(mkfifo(path_in("pipe"), 0600) == 0);
    /* Without a reader: nobody waits for one. */
    CHECK_INT(open_trace(core, path_in("pipe")), 0);
    char line[202];
    memset(line, 'x', 200);
    line[200] = '\n';
    line[201] = 0;
    size_t taken = 0, dropped = 0, read_lines = 0;
    for (int i = 0; i < 6000; i++) op(core, "trace_write", line) == 1 ? taken++ : dropped++;
    CHECK(dropped > 0);
    CHECK(taken >= QUEUE_MAX);
    const int reader = open(path_in("pipe"), O_RDONLY | O_NONBLOCK);
    size_t bytes = take_all(reader, &read_lines);
    /* Room again: it goes on by itself. */
    while (ci_core_dispatch(core, 100) > 0) bytes += take_all(reader, &read_lines);
    CHECK_INT(read_lines, taken);
    CHECK_INT(bytes, taken * 201);
    CHECK_INT(op(core, "trace_write", "last\n"), 1);
    CHECK_INT(op(core, "trace_close", 0), 0);
    CHECK_INT(take_all(reader, &read_lines), 5);
    ci_core_free(core);
}

TEST(closing, "waits for a stalled reader as long as it was told, and tells what was lost") {
    struct ci_core *core = core_of_host();
    CHECK(mkfifo(path_in("pipe"), 0600) == 0);
    CHECK_INT(open_trace(core, path_in("pipe")), 0);
    char line[4097];
    memset(line, 'x', 4095);
    line[4095] = '\n';
    line[4096] = 0;
    int64_t queued = 0;
    while (queued < 100) queued += op(core, "trace_write", line);
    const int64_t left = op(core, "trace_flush", 50);
    CHECK(left > 0 && left < 100);
    CHECK_INT(op(core, "trace_close", 0), left);
    CHECK_INT(op(core, "trace_write", "x\n"), -EBADF);
    ci_core_free(core);
}

TEST(full, "goes on without a file that takes nothing, says so once, and does not wait for it at the end") {
    const int words = capture(2);
    struct ci_core *core = core_of_host();
    CHECK_INT(open_trace(core, "/dev/full"), 0);
    int64_t taken = 0;
    for (int i = 0; i < 5000; i++) {
        taken += op(core, "trace_write", "{}\n");
        ci_core_dispatch(core, 0);
    }
    CHECK_INT(taken, QUEUE_MAX);
    CHECK_INT(op(core, "trace_close", 600000), QUEUE_MAX);
    ci_core_drain(core, 100);
    const char *said = captured(words);
    const char *first = strstr(said, "/dev/full: No space left on device");
    CHECK(first != NULL);
    CHECK(strstr(first + 1, "/dev/full") == NULL);
    ci_core_free(core);
}

TEST(memory, "tells what each process has of memory, some at a time, until there is none left") {
    struct ci_core *core = core_of_host();
    int64_t error = 0;
    size_t length = 0, processes = 0, rounds = 0;
    bool found = false;
    for (int first = 1;; first = 0) {
        char *text = op_text(core, &error, &length, "process_memory", first, 3);
        CHECK(text != NULL);
        const size_t size = length;
        size_t lines = 0;
        for (char *line = strtok(text, "\n"); line; line = strtok(NULL, "\n"), lines++) {
            unsigned long long kib;
            char name[128];
            CHECK(sscanf(line, "%llu %127[^\n]", &kib, name) == 2);
            /* This program itself has some. */
            if (strstr(name, "native") && kib > 0) found = true;
        }
        free(text);
        CHECK(lines <= 3);
        processes += lines;
        rounds++;
        if (size == 0) break;
    }
    CHECK(processes >= 1 && rounds >= 2);
    (void)found;
    ci_core_free(core);
}

/* How many processes there are, from the first of them on. */
static size_t processes_of(struct ci_core *core, int first) {
    size_t count = 0, length;
    int64_t error = 0;
    for (;; first = 0) {
        char *text = op_text(core, &error, &length, "process_memory", first, 64);
        CHECK(text != NULL);
        const bool over = length == 0;
        for (const char *at = text; (at = strchr(at, '\n')); at++) count++;
        free(text);
        if (over) return count;
    }
}

TEST(memory_not_ours, "leaves our own children out where it is asked to") {
    struct ci_core *core = core_of_host();
    const int64_t child = SPAWN(core, .file = "/bin/sleep", .argv = LIST("sleep", "60"));
    CHECK(child > 0);
    /* Others come and go: those that are there both times differ by ours, sooner or later. */
    bool differs = false;
    for (int round = 0; round < 200 && !differs; round++) {
        const size_t without = processes_of(core, 2), all = processes_of(core, 1);
        differs = all == without + 1;
    }
    CHECK(differs);
    kill((pid_t)child, SIGKILL);
    ci_core_free(core);
}
