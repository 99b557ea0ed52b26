/* accept.c: connections that are taken here, and what is said of who is at their other end. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

enum { STREAM = 1, PACKETS = 5 };

static int64_t listen_at(struct ci_core *core, int kind, const char *address, const struct ci_ints *options) {
    int64_t result;
    char *answer = op_text(core, &result, NULL, "listener_open", kind, address, 0, 0, 16, options, NO_LIST, 0666, -1, -1);
    if (!answer) return result;
    result = strtol(answer, NULL, 10);
    free(answer);
    return result;
}

/* The connection's descriptor, or a negative errno; the rest of the answer in `ret`. */
static int64_t take(struct ci_core *core, int64_t listener, const struct ci_ints *options, char ret[256]) {
    int64_t result;
    char *answer = op_text(core, &result, NULL, "socket_accept", (int)listener, options), *end;
    if (!answer) return result;
    result = strtol(answer, &end, 10);
    snprintf(ret, 256, "%s", end);
    free(answer);
    return result;
}

static const struct ci_ints none;

static int option_of(int64_t fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    CHECK(getsockopt((int)fd, level, name, &value, &size) == 0);
    return value;
}

static int connect_v4(int64_t port) {
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static int connect_v6(int64_t port) {
    struct sockaddr_in6 address = {.sin6_family = AF_INET6, .sin6_port = htons((uint16_t)port)};
    address.sin6_addr = in6addr_loopback;
    const int fd = socket(AF_INET6, SOCK_STREAM | SOCK_CLOEXEC, 0);
    CHECK(connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

static socklen_t local_address(struct sockaddr_un *ret, const char *name) {
    const size_t length = strlen(name);
    *ret = (struct sockaddr_un){.sun_family = AF_UNIX};
    memcpy(ret->sun_path, name, length);
    if (name[0] == '@') ret->sun_path[0] = 0;
    return (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length + (name[0] == '@' ? 0 : 1));
}

static int connect_local(int kind, const char *to, const char *from) {
    struct sockaddr_un address;
    const int fd = socket(AF_UNIX, kind | SOCK_CLOEXEC, 0);
    if (from) {
        const socklen_t length = local_address(&address, from);
        CHECK(bind(fd, (const struct sockaddr *)&address, length) == 0);
    }
    const socklen_t length = local_address(&address, to);
    CHECK(connect(fd, (const struct sockaddr *)&address, length) == 0);
    return fd;
}

static int own_port(int fd) {
    union {
        struct sockaddr any;
        struct sockaddr_in v4;
        struct sockaddr_in6 v6;
    } address;
    socklen_t length = sizeof address;
    CHECK(getsockname(fd, &address.any, &length) == 0);
    return ntohs(address.any.sa_family == AF_INET ? address.v4.sin_port : address.v6.sin6_port);
}

TEST(accept_inet, "takes connections one by one and says both ends; nobody there is no reason to wait") {
    struct ci_core *core = core_of_host();
    const int64_t listener = listen_at(core, STREAM, "127.0.0.1", &none), port = op(core, "listener_port", (int)listener);
    char said[256], expected[256];
    CHECK_INT(take(core, listener, &none, said), -EAGAIN);
    const int one = connect_v4(port), two = connect_v4(port);
    const int clients[] = {one, two};
    for (int i = 0; i < 2; i++) {
        const int64_t fd = take(core, listener, &none, said);
        CHECK(fd > 0);
        snprintf(expected, sizeof expected, " inet 127.0.0.1 %d 127.0.0.1 %d", (int)port, own_port(clients[i]));
        CHECK_TEXT(said, expected);
        /* Whoever gets it may wait on it, and nobody else gets it by chance. */
        CHECK_INT(fcntl((int)fd, F_GETFL) & O_NONBLOCK, 0);
        CHECK_INT(fcntl((int)fd, F_GETFD), FD_CLOEXEC);
        close((int)fd);
        close(clients[i]);
    }
    CHECK_INT(take(core, listener, &none, said), -EAGAIN);
    CHECK_INT(take(core, -1, &none, said), -EBADF);
    ci_core_free(core);
    close((int)listener);
}

TEST(accept_v6, "tells IPv6 as such, and IPv4 that comes in by IPv6 as IPv4") {
    struct ci_core *core = core_of_host();
    const int64_t listener = listen_at(core, STREAM, "::", &none), port = op(core, "listener_port", (int)listener);
    char said[256], expected[256];
    int client = connect_v6(port);
    int64_t fd = take(core, listener, &none, said);
    snprintf(expected, sizeof expected, " inet6 ::1 %d ::1 %d", (int)port, own_port(client));
    CHECK_TEXT(said, expected);
    close((int)fd);
    close(client);
    client = connect_v4(port);
    fd = take(core, listener, &none, said);
    snprintf(expected, sizeof expected, " inet 127.0.0.1 %d 127.0.0.1 %d", (int)port, own_port(client));
    CHECK_TEXT(said, expected);
    close((int)fd);
    close(client);
    ci_core_free(core);
    close((int)listener);
}

TEST(accept_local, "tells process and user of a local peer, and its name if it has one") {
    struct ci_core *core = core_of_host();
    char path[200], abstract[64], said[256], expected[512];
    snprintf(path, sizeof path, "%s", path_in("a client"));
    snprintf(abstract, sizeof abstract, "@accept-tests-%d", own_number());
    const struct {
        int kind, socket;
        const char *from;
    } cases[] = {{STREAM, SOCK_STREAM, NULL}, {PACKETS, SOCK_SEQPACKET, path}, {STREAM, SOCK_STREAM, abstract}};
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        const int64_t listener = listen_at(core, cases[i].kind, path_in("accepting"), &none);
        const int client = connect_local(cases[i].socket, path_in("accepting"), cases[i].from);
        const int64_t fd = take(core, listener, &none, said);
        CHECK(fd > 0);
        snprintf(expected, sizeof expected, " unix %d %d %s", (int)getpid(), (int)getuid(),
                 cases[i].from ? cases[i].from : "");
        CHECK_TEXT(said, expected);
        close((int)fd);
        close(client);
        close((int)listener);
    }
    ci_core_free(core);
}

TEST(accept_options, "gives each connection the options that it does not have from its listener") {
    struct ci_core *core = core_of_host();
    const int inet[] = {5, 1, 6, 77, 9, 1, 10, 3, 15, 33};
    const int local[] = {10, 3, 13, 40000, 18, 1};
    const struct ci_ints for_inet = {inet, 10}, for_local = {local, 6};
    char said[256];
    int64_t listener = listen_at(core, STREAM, "127.0.0.1", &none);
    int client = connect_v4(op(core, "listener_port", (int)listener));
    int64_t fd = take(core, listener, &for_inet, said);
    CHECK_INT(option_of(fd, IPPROTO_TCP, TCP_KEEPIDLE), 77);
    CHECK_INT(option_of(fd, IPPROTO_TCP, TCP_NODELAY), 1);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_PRIORITY), 3);
    CHECK_INT(option_of(fd, IPPROTO_IP, IP_TTL), 33);
    close((int)fd);
    close(client);
    close((int)listener);
    listener = listen_at(core, STREAM, path_in("options"), &none);
    client = connect_local(SOCK_STREAM, path_in("options"), NULL);
    fd = take(core, listener, &for_local, said);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_PRIORITY), 3);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_SNDBUF), 80000);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_PASSCRED), 1);
    close((int)fd);
    close(client);
    close((int)listener);
    ci_core_free(core);
}

TEST(accept_gone, "comes to those behind the ones who have gone again, whether the kernel still tells of them or not") {
    struct ci_core *core = core_of_host();
    const int64_t listener = listen_at(core, STREAM, "127.0.0.1", &none), port = op(core, "listener_port", (int)listener);
    const struct linger at_once = {.l_onoff = 1};
    for (int i = 0; i < 5; i++) {
        const int gone = connect_v4(port);
        CHECK(setsockopt(gone, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once) == 0);
        close(gone);
    }
    const int client = connect_v4(port);
    char said[256], expected[256];
    snprintf(expected, sizeof expected, " inet 127.0.0.1 %d 127.0.0.1 %d", (int)port, own_port(client));
    int tries = 0;
    do {
        const int64_t fd = take(core, listener, &none, said);
        CHECK(fd > 0);
        close((int)fd);
    } while (strcmp(said, expected) && ++tries < 6);
    CHECK_TEXT(said, expected);
    close(client);
    close((int)listener);
    ci_core_free(core);
}

TEST(accept_exhausted, "says that there is no descriptor left, and loses nobody for that") {
    struct ci_core *core = core_of_host();
    const int64_t listener = listen_at(core, STREAM, "127.0.0.1", &none), port = op(core, "listener_port", (int)listener);
    const int client = connect_v4(port);
    struct rlimit before, none_left;
    CHECK(getrlimit(RLIMIT_NOFILE, &before) == 0);
    none_left = before;
    none_left.rlim_cur = 3;
    char said[256];
    CHECK(setrlimit(RLIMIT_NOFILE, &none_left) == 0);
    const int64_t refused = take(core, listener, &none, said);
    CHECK(setrlimit(RLIMIT_NOFILE, &before) == 0);
    CHECK_INT(refused, -EMFILE);
    const int64_t fd = take(core, listener, &none, said);
    CHECK(fd > 0);
    close((int)fd);
    close(client);
    close((int)listener);
    ci_core_free(core);
}
