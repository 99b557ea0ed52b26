/* socket.c: listeners, and a look whether somebody knocks. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

enum { STREAM = 1, DATAGRAM = 2, PACKETS = 5 };

static int64_t open_listener(struct ci_core *core, int kind, const char *address, int port) {
    return op(core, "listener_open", kind, address, port, 16, 0);
}

static int knock_v4(int port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK(connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static void knock_local(int kind, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    const size_t length = strlen(path);
    memcpy(address.sun_path, path, length);
    if (path[0] == '@') address.sun_path[0] = 0;
    int fd = socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK(connect(fd, (const struct sockaddr *)&address,
                  (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length)) == 0);
    CHECK(write(fd, "x", 1) == 1);
}

TEST(knock, "tells once that somebody knocks, and again only when it is asked again") {
    struct ci_core *core = core_of_host();
    int64_t fd = open_listener(core, STREAM, "127.0.0.1", 0), port = op(core, "listener_port", (int)fd);
    CHECK(port > 0);
    CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), 0);
    CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), 0);
    struct event event;
    CHECK(ci_core_dispatch(core, 20) >= 0);
    CHECK(!take_event(core, CI_EVENT_READABLE, fd, &event));
    close(knock_v4((int)port));
    await_event(core, CI_EVENT_READABLE, fd);
    CHECK(ci_core_dispatch(core, 20) >= 0);
    CHECK(!take_event(core, CI_EVENT_READABLE, fd, &event));
    /* Nobody took the client: it is still there. */
    CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), 0);
    await_event(core, CI_EVENT_READABLE, fd);
    ci_core_free(core);
    close((int)fd);
}

TEST(unwatch, "7. says nothing any more of a descriptor that is no longer watched, or closed") {
    struct ci_core *core = core_of_host();
    int64_t fd = open_listener(core, STREAM, "127.0.0.1", 0), port = op(core, "listener_port", (int)fd);
    CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), 0);
    CHECK_INT(op(core, "descriptor_unwatch", (int)fd), 0);
    CHECK_INT(op(core, "descriptor_unwatch", (int)fd), -ENOENT);
    close(knock_v4((int)port));
    CHECK(ci_core_dispatch(core, 20) >= 0);
    struct event event;
    CHECK(!take_event(core, CI_EVENT_READABLE, fd, &event));
    CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), 0);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    CHECK_INT(op(core, "descriptor_unwatch", (int)fd), -ENOENT);
    CHECK_INT(op(core, "descriptor_close", (int)fd), -EBADF);
    CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), -EBADF);
    CHECK(ci_core_dispatch(core, 20) >= 0);
    CHECK(!take_event(core, CI_EVENT_READABLE, fd, &event));
    ci_core_free(core);
}

TEST(local, "listens on paths and abstract names, for streams, packets and datagrams") {
    struct ci_core *core = core_of_host();
    char abstract[64];
    snprintf(abstract, sizeof abstract, "@native-tests-%d", (int)getpid());
    const struct {
        int kind, socket;
        const char *address;
    } cases[] = {{STREAM, SOCK_STREAM, path_in("stream")},
                 {PACKETS, SOCK_SEQPACKET, path_in("packets")},
                 {DATAGRAM, SOCK_DGRAM, path_in("datagram")},
                 {STREAM, SOCK_STREAM, abstract}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        int64_t fd = open_listener(core, cases[i].kind, cases[i].address, 0);
        if (fd < 0) FAIL("%s: errno %lld", cases[i].address, (long long)-fd);
        CHECK_INT(op(core, "listener_port", (int)fd), -EAFNOSUPPORT);
        CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), 0);
        knock_local(cases[i].socket, cases[i].address);
        await_event(core, CI_EVENT_READABLE, fd);
        CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    }
    ci_core_free(core);
}

TEST(six, "listens on IPv6, and on IPv6 only if it is told") {
    struct ci_core *core = core_of_host();
    int64_t fd = op(core, "listener_open", STREAM, "::", 0, 16, 1);
    CHECK(fd >= 0);
    int only;
    socklen_t size = sizeof only;
    CHECK(getsockopt((int)fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size) == 0);
    CHECK_INT(only, 1);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    fd = op(core, "listener_open", STREAM, "::", 0, 16, 0);
    CHECK(getsockopt((int)fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, &size) == 0);
    CHECK_INT(only, 0);
    close(knock_v4((int)op(core, "listener_port", (int)fd)));
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    ci_core_free(core);
}

TEST(refuses, "refuses addresses that are none, and those that are taken") {
    struct ci_core *core = core_of_host();
    char longest[200];
    memset(longest, 'a', sizeof longest);
    longest[0] = '/';
    longest[sizeof longest - 1] = 0;
    const int before = count_descriptors();
    CHECK_INT(open_listener(core, STREAM, "localhost", 80), -EINVAL);
    CHECK_INT(open_listener(core, STREAM, "", 80), -EINVAL);
    CHECK_INT(open_listener(core, STREAM, "127.0.0.1", 65536), -EINVAL);
    CHECK_INT(open_listener(core, STREAM, "127.0.0.1", -1), -EINVAL);
    CHECK_INT(open_listener(core, STREAM, longest, 0), -ENAMETOOLONG);
    CHECK_INT(open_listener(core, STREAM, "/no/such/folder/socket", 0), -ENOENT);
    int64_t fd = open_listener(core, STREAM, "127.0.0.1", 0);
    CHECK_INT(open_listener(core, STREAM, "127.0.0.1", (int)op(core, "listener_port", (int)fd)), -EADDRINUSE);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    CHECK_INT(count_descriptors(), before);
    ci_core_free(core);
}

TEST(handed_over, "hands a listener over as descriptor 3, with LISTEN_FDS= and LISTEN_PID=, open for clients already there") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    int64_t fd = open_listener(core, STREAM, "127.0.0.1", 0);
    close(knock_v4((int)op(core, "listener_port", (int)fd)));
    int64_t pid = SPAWN(core, SHELL("test $LISTEN_PID = $$ && readlink /proc/self/fd/3 | cut -d: -f1"),
                        .stdio = INTS(-1, -2, -1), .descriptors = INTS((int32_t)fd),
                        .environment = LIST("LISTEN_FDS=1", "LISTEN_PID=0000000000"));
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[case] socket\n");
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    ci_core_free(core);
}

TEST(blocking, "hands a listener over in blocking mode, the default of NonBlocking= in systemd.service(5)") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    int64_t fd = open_listener(core, STREAM, "127.0.0.1", 0);
    int64_t pid = SPAWN(core, .file = "/bin/grep", .argv = LIST("grep", "^flags", "/proc/self/fdinfo/3"),
                        .stdio = INTS(-1, -2, -1), .descriptors = INTS((int32_t)fd));
    CHECK_INT(await_exit(core, pid), 0);
    long flags = 0;
    CHECK(sscanf(captured(out), "[case] flags:\t%lo", &flags) == 1);
    CHECK_INT(flags & O_NONBLOCK, 0);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    ci_core_free(core);
}
