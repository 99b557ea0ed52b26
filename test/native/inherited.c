/* inherited.c: listeners that were open when we started. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

enum { FIFO = 0, STREAM = 1, DATAGRAM = 2, PACKETS = 5 };

/* What is said of a listener that is opened here, as if somebody else had done so. */
static void describes(struct ci_core *core, int kind, const char *address, int port, const char *wanted) {
    char text[512];
    const int fd = (int)open_listener(core, kind, address, port);
    CHECK(fd >= 0);
    snprintf(text, sizeof text, wanted, kind ? (int)op(core, "listener_port", fd) : 0);
    CHECK_INT(fcntl(fd, F_SETFD, 0), 0);
    int64_t result;
    char *answer = op_text(core, &result, NULL, "inherited_describe", fd);
    CHECK_TEXT(answer, text);
    free(answer);
    CHECK_INT(fcntl(fd, F_GETFD), FD_CLOEXEC);
    CHECK_INT(op(core, "inherited_matches", fd, kind, address, kind ? (int)op(core, "listener_port", fd) : 0), 1);
    CHECK_INT(op(core, "inherited_matches", fd, kind == STREAM ? DATAGRAM : STREAM, address, port), 0);
    CHECK_INT(op(core, "descriptor_close", fd), 0);
}

TEST(described, "describes inherited listeners by kind and address, and closes them on exec from then on") {
    struct ci_core *core = core_of_host();
    char wanted[512];
    describes(core, STREAM, "127.0.0.1", 0, "1 127.0.0.1:%d");
    describes(core, DATAGRAM, "0.0.0.0", 0, "2 0.0.0.0:%d");
    describes(core, STREAM, "::1", 0, "1 [::1]:%d");
    snprintf(wanted, sizeof wanted, "1 %s", path_in("listener"));
    describes(core, STREAM, path_in("listener"), 0, wanted);
    snprintf(wanted, sizeof wanted, "0 %s", path_in("fifo"));
    describes(core, FIFO, path_in("fifo"), 0, wanted);
    describes(core, PACKETS, "@container-init-inherited", 0, "5 @container-init-inherited");
    ci_core_free(core);
}

TEST(told_apart, "tells inherited listeners apart by their address, however it is written") {
    struct ci_core *core = core_of_host();
    const int four = (int)open_listener(core, STREAM, "0.0.0.0", 0), six = (int)open_listener(core, STREAM, "::1", 0);
    const int local = (int)open_listener(core, STREAM, path_in("a"), 0);
    const int four_port = (int)op(core, "listener_port", four), six_port = (int)op(core, "listener_port", six);
    CHECK_INT(op(core, "inherited_matches", four, STREAM, "*", four_port), 1);
    CHECK_INT(op(core, "inherited_matches", four, STREAM, "*", four_port + 1), 0);
    CHECK_INT(op(core, "inherited_matches", four, STREAM, "127.0.0.1", four_port), 0);
    CHECK_INT(op(core, "inherited_matches", six, STREAM, "0:0:0:0:0:0:0:1", six_port), 1);
    CHECK_INT(op(core, "inherited_matches", six, STREAM, "*", six_port), 0);
    CHECK_INT(op(core, "inherited_matches", local, STREAM, path_in("a"), 0), 1);
    CHECK_INT(op(core, "inherited_matches", local, STREAM, path_in("ab"), 0), 0);
    CHECK_INT(op(core, "inherited_matches", local, STREAM, "@a", 0), 0);
    CHECK_INT(op(core, "inherited_matches", local, STREAM, "no address", 0), 0);
    close(four);
    close(six);
    close(local);
    ci_core_free(core);
}

TEST(no_listener, "takes no descriptor for a listener at which nobody can arrive") {
    struct ci_core *core = core_of_host();
    int pipes[2], pair[2];
    CHECK(pipe2(pipes, O_CLOEXEC) == 0 && socketpair(AF_UNIX, SOCK_STREAM, 0, pair) == 0);
    CHECK_INT(op(core, "inherited_describe", pipes[0]), -ENOTSOCK);
    CHECK_INT(op(core, "inherited_describe", pair[0]), -ENOTSOCK);
    CHECK_INT(op(core, "inherited_describe", ci_core_fd(core)), -ENOTSOCK);
    CHECK_INT(op(core, "inherited_describe", 9999), -EBADF);
    CHECK_INT(op(core, "inherited_matches", pair[0], STREAM, "@a", 0), 0);
    CHECK_INT(op(core, "inherited_adopt", pair[0], NO_INTS, NO_LIST), -ENOTSOCK);
    for (int i = 0; i < 2; i++) {
        close(pipes[i]);
        close(pair[i]);
    }
    ci_core_free(core);
}

TEST(adopted, "adopts a listener as a duplicate with its own options, and leaves the original open") {
    struct ci_core *core = core_of_host();
    const int before = count_descriptors();
    const int original = (int)open_listener(core, STREAM, "127.0.0.1", 0);
    int64_t result;
    int on = 0;
    socklen_t size = sizeof on;
    /* 9: no delay; 21 is for pipes, and not asked of a socket. */
    char *answer = op_text(core, &result, NULL, "inherited_adopt", original, INTS(9, 1, 21, 4096), NO_LIST);
    CHECK(answer);
    char *end;
    const int copy = (int)strtol(answer, &end, 10);
    CHECK_TEXT(end, "");
    free(answer);
    CHECK(copy != original && fcntl(copy, F_GETFD) == FD_CLOEXEC);
    CHECK(getsockopt(original, IPPROTO_TCP, TCP_NODELAY, &on, &size) == 0 && on == 1);
    CHECK_INT(op(core, "listener_port", copy), op(core, "listener_port", original));
    CHECK_INT(op(core, "descriptor_close", copy), 0);
    CHECK_INT(op(core, "inherited_matches", original, STREAM, "127.0.0.1", (int)op(core, "listener_port", original)), 1);
    CHECK_INT(op(core, "descriptor_close", original), 0);
    CHECK_INT(count_descriptors(), before);
    ci_core_free(core);
}
