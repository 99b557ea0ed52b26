/* socket.c: listeners, and a look whether somebody knocks. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

enum { FIFO = 0, STREAM = 1, DATAGRAM = 2, PACKETS = 5 };

struct file {
    int mode, uid, gid;
};

/* The descriptor, or a negative errno. No option may be refused. */
static int64_t open_file(struct ci_core *core, int kind, const char *address, int port, const struct ci_ints *options,
                         struct file file) {
    int64_t result;
    char *answer = op_text(core, &result, NULL, "listener_open", kind, address, port, 0, 16, options, NO_LIST, file.mode, file.uid,
                           file.gid);
    if (!answer) return result;
    char *end;
    result = strtol(answer, &end, 10);
    CHECK_TEXT(end, "");
    free(answer);
    return result;
}

static int64_t open_with(struct ci_core *core, int kind, const char *address, int port, const struct ci_ints *options) {
    return open_file(core, kind, address, port, options, (struct file){0666, -1, -1});
}

static int option_of(int64_t fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    CHECK(getsockopt((int)fd, level, name, &value, &size) == 0);
    return value;
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
    snprintf(abstract, sizeof abstract, "@native-tests-%d", own_number());
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
    int64_t fd = open_with(core, STREAM, "::", 0, INTS(1, 1));
    CHECK(fd >= 0);
    CHECK_INT(option_of(fd, IPPROTO_IPV6, IPV6_V6ONLY), 1);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    fd = open_with(core, STREAM, "::", 0, INTS(1, 0));
    CHECK_INT(option_of(fd, IPPROTO_IPV6, IPV6_V6ONLY), 0);
    close(knock_v4((int)op(core, "listener_port", (int)fd)));
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    CHECK_INT(open_listener(core, STREAM, "fe80::1%no-such-link", 80), -ENODEV);
    fd = open_listener(core, STREAM, "::1%lo", 0);
    CHECK(fd >= 0);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    ci_core_free(core);
}

TEST(any, "listens on every address of both kinds where only a port is said") {
    struct ci_core *core = core_of_host();
    int64_t fd = open_with(core, STREAM, "*", 0, INTS(1, 0));
    CHECK(fd >= 0);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_DOMAIN), AF_INET6);
    close(knock_v4((int)op(core, "listener_port", (int)fd)));
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    ci_core_free(core);
}

TEST(options, "sets the options of a listener that it can have, and tells which the kernel refuses") {
    struct ci_core *core = core_of_host();
    const struct ci_ints *all = INTS(2, 1, 3, 1, 5, 1, 6, 100, 7, 20, 8, 3, 9, 1, 12, 65536, 14, 16, 15, 9, 18, 1, 20, 1);
    int64_t fd = open_with(core, STREAM, "127.0.0.1", 0, all);
    CHECK(fd >= 0);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_REUSEPORT), 1);
    CHECK_INT(option_of(fd, IPPROTO_IP, IP_FREEBIND), 1);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_KEEPALIVE), 1);
    CHECK_INT(option_of(fd, IPPROTO_TCP, TCP_KEEPIDLE), 100);
    CHECK_INT(option_of(fd, IPPROTO_TCP, TCP_KEEPINTVL), 20);
    CHECK_INT(option_of(fd, IPPROTO_TCP, TCP_KEEPCNT), 3);
    CHECK_INT(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_RCVBUF), 2 * 65536);
    CHECK_INT(option_of(fd, IPPROTO_IP, IP_TOS), 16);
    CHECK_INT(option_of(fd, IPPROTO_IP, IP_TTL), 9);
    /* Two at one port, as both say that they share it. */
    const int port = (int)op(core, "listener_port", (int)fd);
    int64_t other = open_with(core, STREAM, "127.0.0.1", port, all);
    CHECK(other >= 0);
    CHECK_INT(op(core, "descriptor_close", (int)other), 0);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);

    fd = open_with(core, DATAGRAM, path_in("log"), 0, all);
    CHECK(fd >= 0);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_PASSCRED), 1);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);

    int64_t error;
    char *answer = op_text(core, &error, NULL, "listener_open", STREAM, "127.0.0.1", 0, 0, 16, INTS(9, 1, 15, 1000, 8, -1),
                           NO_LIST, 0666, -1, -1);
    int number, first, why, second;
    CHECK_INT(sscanf(answer, "%d %d %d %d", &number, &first, &why, &second), 4);
    CHECK_INT(first, 15);
    CHECK_INT(why, EINVAL);
    CHECK_INT(second, 8);
    CHECK_INT(op(core, "descriptor_close", number), 0);
    free(answer);
    ci_core_free(core);
}

static void check_node(const char *path, mode_t type, int mode, int uid, int gid) {
    struct stat status;
    CHECK(lstat(path, &status) == 0);
    CHECK_INT(status.st_mode & S_IFMT, type);
    CHECK_INT(status.st_mode & 07777, mode);
    CHECK_INT(status.st_uid, uid);
    CHECK_INT(status.st_gid, gid);
}

TEST(node, "gives the file of a socket its mode whatever the umask, its owner, and the name that it is bound to") {
    need_root();
    struct ci_core *core = core_of_host();
    umask(077);
    const char *path = path_in("node");
    int64_t fd = open_file(core, STREAM, path, 0, NO_INTS, (struct file){0660, 1234, 4321});
    CHECK(fd >= 0);
    check_node(path, S_IFSOCK, 0660, 1234, 4321);
    struct sockaddr_un address;
    socklen_t length = sizeof address;
    CHECK(getsockname((int)fd, (struct sockaddr *)&address, &length) == 0);
    CHECK_TEXT(address.sun_path, path);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    /* It stays, and makes way for the next one; so does a link, and what it leads to stays. */
    fd = open_file(core, DATAGRAM, path, 0, NO_INTS, (struct file){0, -1, -1});
    CHECK(fd >= 0);
    check_node(path, S_IFSOCK, 0, 0, 0);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    const char *link = path_in("link"), *file = path_in("file");
    write_text(file, "precious");
    CHECK(symlink(file, link) == 0);
    fd = open_listener(core, STREAM, link, 0);
    CHECK(fd >= 0);
    check_node(link, S_IFSOCK, 0666, 0, 0);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    CHECK_TEXT(read_text(file), "precious");
    CHECK_INT(open_listener(core, STREAM, file, 0), -EEXIST);
    CHECK_INT(open_listener(core, STREAM, folder(), 0), -EEXIST);
    CHECK_TEXT(read_text(file), "precious");
    ci_core_free(core);
}

TEST(fifo, "listens on a FIFO, made or there already, with its mode and owner") {
    need_root();
    struct ci_core *core = core_of_host();
    umask(077);
    const char *path = path_in("fifo"), *file = path_in("file");
    int64_t fd = open_file(core, FIFO, path, 0, INTS(21, 65536), (struct file){0622, 1234, 4321});
    CHECK(fd >= 0);
    check_node(path, S_IFIFO, 0622, 1234, 4321);
    CHECK_INT(fcntl((int)fd, F_GETFL) & O_NONBLOCK, 0);
    struct stat before, after;
    CHECK(stat(path, &before) == 0);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    fd = open_file(core, FIFO, path, 0, NO_INTS, (struct file){0600, -1, -1});
    CHECK(stat(path, &after) == 0);
    CHECK(before.st_ino == after.st_ino);
    CHECK_INT(after.st_mode & 07777, 0600);
    CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), 0);
    int writer = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC);
    CHECK(writer >= 0 && write(writer, "x", 1) == 1);
    await_event(core, CI_EVENT_READABLE, fd);
    CHECK_INT(op(core, "descriptor_close", (int)fd), 0);
    write_text(file, "precious");
    CHECK_INT(open_file(core, FIFO, file, 0, NO_INTS, (struct file){0666, -1, -1}), -EEXIST);
    CHECK_TEXT(read_text(file), "precious");
    ci_core_free(core);
}

TEST(refuses, "5. refuses addresses that are none, and those that are taken") {
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
    fd = open_listener(core, DATAGRAM, "127.0.0.1", 0);
    CHECK_INT(open_listener(core, DATAGRAM, "127.0.0.1", (int)op(core, "listener_port", (int)fd)), -EADDRINUSE);
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

TEST(non_blocking, "hands over listeners in the mode that is asked for, and leaves what comes behind them as it is") {
    int out = capture(1);
    struct ci_core *core = core_of_host();
    const int32_t fds[] = {(int32_t)open_listener(core, STREAM, "127.0.0.1", 0),
                           (int32_t)open_listener(core, STREAM, "127.0.0.1", 0)};
    for (int32_t off = 1; off >= 0; off--) {
        const struct ci_ints steps = {(const int32_t[]){CI_STEP_blocking, 2, 1, off}, 4};
        int64_t pid = SPAWN(core, .file = "/bin/true", .stdio = INTS(-1, -2, -1), .steps = &steps,
                            .descriptors = INTS(fds[0], fds[1]));
        CHECK_INT(await_exit(core, pid), 0);
        CHECK_INT((fcntl(fds[0], F_GETFL) & O_NONBLOCK) != 0, off);
        CHECK_INT(fcntl(fds[1], F_GETFL) & O_NONBLOCK, 0);
    }
    CHECK_TEXT(captured(out), "");
    for (int i = 0; i < 2; i++) CHECK_INT(op(core, "descriptor_close", (int)fds[i]), 0);
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
