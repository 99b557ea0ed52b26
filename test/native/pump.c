/* pump.c: services' output on its way to our own stdout and stderr. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check.h"

static void check_output(const char *script, const char *wanted) {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL(script), .name = "u", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), wanted);
    ci_core_free(core);
}

TEST(prefixes, "puts the unit's name before each line, empty ones included") {
    check_output("printf 'one\\n\\n two\\n'", "[u] one\n[u] \n[u]  two\n");
}

TEST(joins_pieces, "joins a line that comes in pieces") {
    check_output("printf hel; sleep 0.05; printf 'lo\\nwor'; sleep 0.05; printf 'ld\\n'", "[u] hello\n[u] world\n");
}

TEST(ends_last_line, "ends the last line where the program did not") {
    check_output("printf 'one\\ntwo'", "[u] one\n[u] two\n");
}

TEST(says_nothing, "says nothing of a program that says nothing") { check_output("exit 0", ""); }

TEST(two_streams, "keeps stdout and stderr apart") {
    int out = capture(1), err = capture(2);
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("echo out; echo err >&2"), .name = "u", .stdio = INTS(-1, -2, -2));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[u] out\n");
    CHECK_TEXT(captured(err), "[u] err\n");
    ci_core_free(core);
}

TEST(before_exit, "writes all that a program said before it tells its end") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    for (int i = 0; i < 100; i++) {
        int64_t pid = SPAWN(core, .file = "/bin/echo", .argv = LIST("echo", "a"), .name = "u", .stdio = INTS(-1, -2, -1));
        await_exit(core, pid);
        CHECK_TEXT(captured(out), "[u] a\n");
    }
    ci_core_free(core);
}

TEST(cuts_long_lines, "cuts lines of more than 16 KiB into pieces, each with its prefix") {
    int out = capture(1);
    CHECK(fcntl(out, F_SETPIPE_SZ, 1 << 20) > 0);
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("head -c 40000 /dev/zero | tr '\\0' x; echo; head -c 16384 /dev/zero | tr '\\0' y; echo"),
                        .name = "u", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    const char *text = captured(out);
    const size_t wanted[] = {16384, 16384, 40000 - 2 * 16384, 16384};
    for (size_t i = 0; i < 4; i++) {
        CHECK(strncmp(text, "[u] ", 4) == 0);
        const char *end = strchr(text, '\n');
        CHECK(end != NULL);
        CHECK_INT(end - text - 4, wanted[i]);
        text = end + 1;
    }
    CHECK_TEXT(text, "");
    ci_core_free(core);
}

TEST(whole_lines, "never mixes the lines of two units") {
    int out = capture(1);
    CHECK(fcntl(out, F_SETPIPE_SZ, 1 << 20) > 0);
    struct ci_core *core = core_of_host();
    int64_t pids[8];
    for (int i = 0; i < 8; i++) {
        char script[128], name[16];
        snprintf(name, sizeof name, "u%d", i);
        snprintf(script, sizeof script, "for i in $(seq 200); do echo %d-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-%d; done", i, i);
        pids[i] = SPAWN(core, SHELL(script), .name = name, .stdio = INTS(-1, -2, -1));
    }
    for (int i = 0; i < 8; i++) CHECK_INT(await_exit(core, pids[i]), 0);
    int lines = 0;
    for (char *line = strtok((char *)(uintptr_t)captured(out), "\n"); line; line = strtok(NULL, "\n"), lines++) {
        char wanted[64];
        snprintf(wanted, sizeof wanted, "[u%c] %c-aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa-%c", line[2], line[2], line[2]);
        CHECK_TEXT(line, wanted);
    }
    CHECK_INT(lines, 1600);
    ci_core_free(core);
}

/* Fills the pipe in our stdout, as a reader does that has stopped reading. */
static int stall(int descriptor, size_t *ret_filled) {
    int out = capture(descriptor);
    char block[4096];
    memset(block, '.', sizeof block);
    const int flags = fcntl(descriptor, F_GETFL);
    CHECK(fcntl(descriptor, F_SETFL, flags | O_NONBLOCK) == 0);
    *ret_filled = 0;
    ssize_t written;
    while ((written = write(descriptor, block, sizeof block)) > 0) *ret_filled += (size_t)written;
    CHECK(fcntl(descriptor, F_SETFL, flags) == 0);
    return out;
}

struct reader {
    int descriptor, delay_ms;
    size_t length;
    char text[4 * 1024 * 1024];
};
static struct reader reader;

/* Comes late, reads slowly at first, and ends with the pipe's last writer. */
static void *read_all(void *argument) {
    (void)argument;
    sleep_ms(reader.delay_ms);
    fcntl(reader.descriptor, F_SETFL, 0);
    for (ssize_t got; (got = read(reader.descriptor, reader.text + reader.length,
                                  reader.length < 100000 ? 4096 : sizeof reader.text - 1 - reader.length)) > 0;
         reader.length += (size_t)got) {}
    reader.text[reader.length] = 0;
    return NULL;
}

static size_t count_lines(const char *text, const char *line) {
    size_t count = 0;
    for (const char *at = text; (at = strstr(at, line)); at += strlen(line)) count++;
    return count;
}

TEST(stalled_reader, "does not wait for a reader that has stopped reading; only the service behind it does") {
    size_t filled;
    int out = stall(1, &filled);
    struct ci_core *core = core_of_host();
    int64_t loud = SPAWN(core, SHELL("while :; do echo loud; done"), .name = "loud", .stdio = INTS(-1, -2, -1));
    int64_t quiet = SPAWN(core, SHELL("exit 5"), .name = "quiet", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, quiet), 5);
    /* With nowhere to put the text, its descriptor is not looked at: this does not spin. */
    for (int i = 0; i < 5; i++) ci_core_dispatch(core, 50);
    CHECK_INT(ci_core_dispatch(core, 50), 0);
    CHECK_INT(op(core, "process_signal", (int)loud, SIGKILL), 0);
    CHECK_INT(await_exit(core, loud), 128 + SIGKILL);
    CHECK_INT(strlen(captured(out)), filled);
    ci_core_free(core);
}

TEST(goes_on, "goes on where it stopped once somebody reads again, and loses nothing") {
    size_t filled;
    reader.descriptor = stall(1, &filled);
    reader.delay_ms = 300;
    struct ci_core *core = core_of_host();
    /* After the core blocked all signals: they must not end up in a thread that has not. */
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, read_all, NULL) == 0);
    int64_t a = SPAWN(core, SHELL("seq -f 'line-%06g' 20000"), .name = "a", .stdio = INTS(-1, -2, -1));
    int64_t b = SPAWN(core, SHELL("seq -f 'line-%06g' 20000"), .name = "b", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, a), 0);
    CHECK_INT(await_exit(core, b), 0);
    op(core, "drain", 10000);
    ci_core_free(core);
    CHECK(close(1) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_INT(count_lines(reader.text, "[a] line-"), 20000);
    CHECK_INT(count_lines(reader.text, "[b] line-"), 20000);
    for (int i = 1; i <= 20000; i += 777) {
        char line[32];
        snprintf(line, sizeof line, "[b] line-%06d\n", i);
        CHECK_INT(count_lines(reader.text, line), 1);
    }
}

TEST(drains, "writes the last words of services that are gone, if the reader comes in time") {
    size_t filled;
    reader.descriptor = stall(1, &filled);
    reader.delay_ms = 300;
    struct ci_core *core = core_of_host();
    int64_t a = SPAWN(core, SHELL("echo last words of a"), .name = "a", .stdio = INTS(-1, -2, -1));
    int64_t b = SPAWN(core, SHELL("echo last words of b; printf 'not ended'"), .name = "b", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, a), 0);
    CHECK_INT(await_exit(core, b), 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, read_all, NULL) == 0);
    op(core, "drain", 10000);
    ci_core_free(core);
    CHECK(close(1) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_INT(count_lines(reader.text, "[a] last words of a\n"), 1);
    CHECK_INT(count_lines(reader.text, "[b] last words of b\n"), 1);
    CHECK_INT(count_lines(reader.text, "[b] not ended\n"), 1);
}

TEST(half_a_line, "does not wait in the middle of a long line either, and writes the rest of it later") {
    size_t filled;
    char page[4096];
    int out = stall(1, &filled);
    CHECK(read(out, page, sizeof page) == (ssize_t)sizeof page);
    reader.descriptor = out;
    struct ci_core *core = core_of_host();
    int64_t a = SPAWN(core, SHELL("head -c 10000 /dev/zero | tr '\\0' x; echo"), .name = "a", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, a), 0);
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, read_all, NULL) == 0);
    op(core, "drain", 10000);
    ci_core_free(core);
    CHECK(close(1) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    const char *line = strstr(reader.text, "[a] ");
    CHECK(line != NULL);
    CHECK_INT(strspn(line + 4, "x"), 10000);
}

TEST(drain_ends, "drains no longer than it is told") {
    size_t filled;
    int out = stall(1, &filled);
    struct ci_core *core = core_of_host();
    int64_t a = SPAWN(core, SHELL("echo last words"), .name = "a", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, a), 0);
    op(core, "drain", 100);
    CHECK_INT(strlen(captured(out)), filled);
    ci_core_free(core);
}

TEST(reader_gone, "goes on without a reader: the lines go nowhere, the services live on") {
    signal(SIGPIPE, SIG_IGN);
    close(capture(1));
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("for i in 1 2 3; do echo a || exit 9; sleep 0.02; done"), .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    ci_core_free(core);
}

TEST(grandchild, "goes on reading what a grandchild says after the main process is gone") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("(sleep 0.3; echo late) & printf early"), .name = "u", .stdio = INTS(-1, -2, -1));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[u] early\n");
    while (op(core, "orphans_reaped") < 1) CHECK(ci_core_dispatch(core, 1000) >= 0);
    for (int i = 0; i < 3; i++) ci_core_dispatch(core, 20);
    CHECK_TEXT(captured(out), "[u] late\n");
    ci_core_free(core);
}

TEST(log_direct, "writes its own log to stderr at once") {
    int err = capture(2);
    struct ci_core *core = core_of_host();
    CHECK_INT(op(core, "say", 6, "", "hello"), 0);
    CHECK_TEXT(captured(err), "container-init: hello\n");
    ci_core_free(core);
}

TEST(log_backlog, "keeps its own log while nobody reads, drops whole texts past 256 KiB, and says how many") {
    size_t filled;
    reader.descriptor = stall(2, &filled);
    struct ci_core *core = core_of_host();
    char line[1024];
    memset(line, 'x', sizeof line);
    const int lines = 300, kept = 256;
    for (int i = 0; i < lines; i++) {
        line[snprintf(line, sizeof line, "line %03d ", i)] = ' ';
        /* With what stands before and behind it, 1 KiB. */
        line[1024 - 17] = 0;
        CHECK_INT(op(core, "say", 6, "", line), 0);
    }
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, read_all, NULL) == 0);
    op(core, "drain", 10000);
    op(core, "say", 6, "", "after");
    ci_core_free(core);
    CHECK(close(2) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_INT(count_lines(reader.text, "container-init: line "), kept);
    CHECK(strstr(reader.text, "line 255 ") != NULL);
    CHECK(strstr(reader.text, "line 256 ") == NULL);
    CHECK_INT(count_lines(reader.text, "container-init: warning: 44 log lines were lost while stderr had no reader\n"), 1);
    CHECK(strstr(reader.text, "\ncontainer-init: after\n") != NULL);
}

TEST(prints, "prints in full, waiting for a slow reader") {
    size_t filled;
    reader.descriptor = stall(1, &filled);
    reader.delay_ms = 100;
    pthread_t thread;
    CHECK(pthread_create(&thread, NULL, read_all, NULL) == 0);
    struct ci_core *core = core_of_host();
    char *text = malloc(1000001);
    CHECK(text != NULL);
    memset(text, 'p', 1000000);
    text[1000000] = 0;
    CHECK_INT(op(core, "print", 1, text), 0);
    free(text);
    ci_core_free(core);
    CHECK(close(1) == 0);
    CHECK(pthread_join(thread, NULL) == 0);
    CHECK_INT(reader.length, filled + 1000000);
}
