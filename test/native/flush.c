/* flush.c: what waits at a listener is thrown away. */
#define _GNU_SOURCE
#include <arpa/inet.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

enum { FIFO = 0, STREAM = 1, DATAGRAM = 2, PACKETS = 5 };

static bool has_something(int fd) {
    struct pollfd poll_fd = {.fd = fd, .events = POLLIN};
    return poll(&poll_fd, 1, 0) == 1;
}

static int connect_to(int type, const char *path) {
    struct sockaddr_un address = {.sun_family = AF_UNIX};
    memcpy(address.sun_path, path, strlen(path) + 1);
    int fd = socket(AF_UNIX, type | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0 && connect(fd, (const struct sockaddr *)&address, sizeof address) == 0);
    return fd;
}

TEST(flushed, "throws away connections, datagrams and what is in a pipe, and leaves a listener as blocking as it was") {
    struct ci_core *core = core_of_host();
    const struct {
        int kind, type;
        const char *name;
    } kinds[] = {{STREAM, SOCK_STREAM, "stream"}, {DATAGRAM, SOCK_DGRAM, "datagram"}, {PACKETS, SOCK_SEQPACKET, "packets"}};
    for (size_t i = 0; i < sizeof kinds / sizeof *kinds; i++) {
        const int fd = (int)open_listener(core, kinds[i].kind, path_in(kinds[i].name), 0);
        CHECK_INT(op(core, "listener_flush", fd), 0);
        for (int round = 0; round < 3; round++) {
            const int client = connect_to(kinds[i].type, path_in(kinds[i].name));
            CHECK(send(client, "x", 1, 0) == 1);
            /* One of them is gone before anybody looks. */
            if (round > 0 || kinds[i].kind == DATAGRAM) close(client);
        }
        CHECK(has_something(fd));
        CHECK_INT(op(core, "listener_flush", fd), 3);
        CHECK(!has_something(fd));
        CHECK_INT(fcntl(fd, F_GETFL) & O_NONBLOCK, 0);
        CHECK_INT(op(core, "descriptor_close", fd), 0);
    }
    const int fifo = (int)open_listener(core, FIFO, path_in("fifo"), 0);
    CHECK_INT(op(core, "listener_flush", fifo), 0);
    CHECK(write(fifo, "some text", 9) == 9);
    CHECK_INT(op(core, "listener_flush", fifo), 1);
    CHECK(!has_something(fifo));
    CHECK_INT(fcntl(fifo, F_GETFL) & O_NONBLOCK, 0);
    CHECK_INT(op(core, "descriptor_close", fifo), 0);
    CHECK_INT(op(core, "listener_flush", 9999), -EBADF);
    ci_core_free(core);
}

TEST(endless, "does not stay with whoever sends without end") {
    struct ci_core *core = core_of_host();
    const int fd = (int)open_listener(core, DATAGRAM, "127.0.0.1", 0);
    struct sockaddr_in address = {.sin_family = AF_INET, .sin_port = htons((uint16_t)op(core, "listener_port", fd))};
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    int size = 8 << 20, client = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    need_root();
    CHECK(setsockopt(fd, SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof size) == 0);
    for (int i = 0; i < 1500; i++) CHECK(sendto(client, "", 0, 0, (const struct sockaddr *)&address, sizeof address) == 0);
    CHECK_INT(op(core, "listener_flush", fd), 1024);
    CHECK_INT(op(core, "listener_flush", fd), 476);
    close(client);
    CHECK_INT(op(core, "descriptor_close", fd), 0);
    ci_core_free(core);
}
