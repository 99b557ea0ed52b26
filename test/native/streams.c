/* streams.c: standard streams that the child opens itself. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <termios.h>
#include <unistd.h>

#include "check.h"

#define OPEN(stream, flags) CI_STEP_stream_open, 4, stream, 0, flags, 0644

enum { WAIT = 1, FORCE = 2, FAIL_IF_TAKEN = 3, SHARED = 4 };
#define TERMINAL(stream, how) CI_STEP_terminal, 3, stream, 0, how

static int run_with(struct ci_core *core, const char *script, const char *path, const struct ci_ints *steps) {
    int64_t pid = SPAWN(core, SHELL(script), .name = "u", .steps = steps, .texts = LIST(path), .stdio = INTS(-1, -2, -2));
    return await_exit(core, pid);
}

TEST(open_input, "opens a file as the standard input") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    write_text(path_in("in"), "from the file\n");
    CHECK_INT(run_with(core, "cat", path_in("in"), INTS(OPEN(0, O_RDONLY))), 0);
    CHECK_TEXT(captured(out), "[u] from the file\n");
    ci_core_free(core);
}

TEST(open_both, "has one opening for input and output, which the copy shares") {
    struct ci_core *core = core_of_host();
    write_text(path_in("both"), "one\n");
    CHECK_INT(run_with(core, "cat >/dev/null; echo two", path_in("both"),
                       INTS(OPEN(0, O_RDWR | O_CREAT), CI_STEP_stream_copy, 2, 0, 1)), 0);
    CHECK_TEXT(read_text(path_in("both")), "one\ntwo\n");
    ci_core_free(core);
}

TEST(open_fails, "tells which step failed where a path cannot be opened") {
    struct ci_core *core = core_of_host();
    int64_t pid = SPAWN(core, SHELL("true"), .steps = INTS(OPEN(1, O_WRONLY | O_CREAT)), .texts = LIST(path_in("no/such")));
    const struct event event = await_event(core, CI_EVENT_STARTED, pid);
    CHECK_INT(failed_step(event), CI_STEP_stream_open);
    CHECK_INT(event.c, ENOENT);
    CHECK_INT(await_exit(core, pid), 77);
    ci_core_free(core);
}

TEST(fifo, "waits for the other end of a FIFO in the child, while all others go on") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    CHECK(mkfifo(path_in("fifo"), 0600) == 0);
    int64_t pid = SPAWN(core, SHELL("echo through"), .steps = INTS(OPEN(1, O_WRONLY)), .texts = LIST(path_in("fifo")));
    await_exit(core, SPAWN(core, SHELL("echo other"), .name = "u", .stdio = INTS(-1, -2, -1)));
    CHECK_TEXT(captured(out), "[u] other\n");
    CHECK_INT(run_with(core, "cat", path_in("fifo"), INTS(OPEN(0, O_RDONLY))), 0);
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[u] through\n");
    ci_core_free(core);
}

TEST(unix_socket, "connects to a Unix socket, and ends the direction that the stream is not for") {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    struct ci_core *core = core_of_host();
    char text[16] = "";
    snprintf(address.sun_path, sizeof address.sun_path, "%s", path_in("socket"));
    const int listener = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(bind(listener, (const struct sockaddr *)&address, sizeof address) == 0 && listen(listener, 4) == 0);
    CHECK_INT(run_with(core, "echo hello", path_in("socket"), INTS(OPEN(1, O_WRONLY | O_CREAT))), 0);
    const int peer = accept4(listener, NULL, NULL, SOCK_CLOEXEC);
    CHECK(peer >= 0);
    CHECK_INT(read(peer, text, sizeof text - 1), 6);
    CHECK_TEXT(text, "hello\n");
    signal(SIGPIPE, SIG_IGN);
    CHECK(write(peer, "x", 1) < 0 && errno == EPIPE);
    CHECK(close(listener) == 0);
    CHECK_INT(run_with(core, "true", path_in("socket"), INTS(OPEN(1, O_WRONLY))), 77);
    ci_core_free(core);
}

static char terminal[64];

static int make_terminal(void) {
    const int reader = posix_openpt(O_RDWR | O_NOCTTY | O_NONBLOCK | O_CLOEXEC);
    CHECK(reader >= 0 && grantpt(reader) == 0 && unlockpt(reader) == 0);
    CHECK(ptsname_r(reader, terminal, sizeof terminal) == 0);
    return reader;
}

TEST(controlling, "makes a terminal the controlling one of the child, for input and, copied, for output") {
    const int reader = make_terminal();
    struct ci_core *core = core_of_host();
    CHECK(write(reader, "typed\n", 6) == 6);
    CHECK_INT(run_with(core, "read x; [ -t 1 ] && echo got $x >/dev/tty", terminal,
                       INTS(TERMINAL(0, FAIL_IF_TAKEN), CI_STEP_stream_copy, 2, 0, 1)), 0);
    CHECK(strstr(captured(reader), "got typed\r\n") != NULL);
    ci_core_free(core);
}

TEST(taken, "fails where the terminal is another session's, takes it away, goes on without, or waits, as it is told") {
    need_root();
    const int reader = make_terminal();
    int out = capture(1);
    struct ci_core *core = core_of_host();
    int64_t owner = SPAWN(core, SHELL("while read x; do :; done"), .steps = INTS(TERMINAL(0, FAIL_IF_TAKEN)), .texts = LIST(terminal));
    await_event(core, CI_EVENT_STARTED, owner);
    CHECK_INT(run_with(core, "echo none", terminal, INTS(TERMINAL(0, FAIL_IF_TAKEN))), 77);
    CHECK_INT(run_with(core, "[ -t 0 ] && echo shared", terminal, INTS(TERMINAL(0, WAIT | SHARED))), 0);
    CHECK_TEXT(captured(out), "[u] shared\n");
    int64_t patient = SPAWN(core, SHELL("echo waited"), .name = "u", .steps = INTS(TERMINAL(0, WAIT)), .texts = LIST(terminal),
                            .stdio = INTS(-1, -2, -1));
    ci_core_dispatch(core, 200);
    CHECK_INT(run_with(core, "echo forced", terminal, INTS(TERMINAL(0, FORCE))), 0);
    CHECK_INT(await_exit(core, patient), 0);
    CHECK_TEXT(captured(out), "[u] forced\n[u] waited\n");
    CHECK_INT(op(core, "process_signal", (int)owner, SIGKILL), 0);
    await_exit(core, owner);
    CHECK(close(reader) == 0);
    ci_core_free(core);
}

TEST(no_terminal, "fails where the path is no terminal") {
    struct ci_core *core = core_of_host();
    CHECK_INT(run_with(core, "true", "/dev/null", INTS(TERMINAL(0, FAIL_IF_TAKEN))), 77);
    CHECK_INT(run_with(core, "true", "/dev/null", INTS(TERMINAL(1, 0))), 77);
    CHECK_INT(run_with(core, "true", "/dev/null", INTS(CI_STEP_terminal_reset, 3, 0, 0, 1)), 77);
    ci_core_free(core);
}

TEST(reset, "puts the modes of a terminal right") {
    struct termios modes;
    const int reader = make_terminal();
    struct ci_core *core = core_of_host();
    const int own = open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(own >= 0 && tcgetattr(own, &modes) == 0);
    cfmakeraw(&modes);
    modes.c_cc[VINTR] = 'x';
    CHECK(tcsetattr(own, TCSANOW, &modes) == 0);
    CHECK_INT(run_with(core, "true", terminal, INTS(CI_STEP_terminal_reset, 3, 0, 0, 1)), 0);
    CHECK(tcgetattr(own, &modes) == 0);
    CHECK((modes.c_lflag & ICANON) && (modes.c_lflag & ECHO) && (modes.c_oflag & OPOST) && (modes.c_iflag & ICRNL));
    CHECK_INT(modes.c_cc[VINTR], 3);
    CHECK(close(reader) == 0);
    ci_core_free(core);
}

TEST(hangup, "hangs up those who have the terminal open") {
    need_root();
    char byte;
    const int reader = make_terminal();
    struct ci_core *core = core_of_host();
    const int own = open(terminal, O_RDWR | O_NOCTTY | O_CLOEXEC);
    CHECK(own >= 0);
    CHECK_INT(run_with(core, "true", terminal, INTS(CI_STEP_terminal_reset, 3, 0, 1, 0)), 0);
    CHECK_INT(read(own, &byte, 1), 0);
    CHECK(close(reader) == 0);
    ci_core_free(core);
}
