/* ci_socket_option.c: what a listener is told besides its address, systemd.socket(5): a table of socket options. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <sys/socket.h>

#include "ci_internal.h"

/* By the numbers of listener_open. */
enum {
    IPV6_ONLY = 1,
    REUSE_PORT,
    FREE_BIND,
    TRANSPARENT,
    KEEP_ALIVE,
    KEEP_ALIVE_TIME,
    KEEP_ALIVE_INTERVAL,
    KEEP_ALIVE_PROBES,
    NO_DELAY,
    PRIORITY,
    DEFER_ACCEPT,
    RECEIVE_BUFFER,
    SEND_BUFFER,
    TYPE_OF_SERVICE,
    TIME_TO_LIVE,
    MARK,
    BROADCAST,
    PASS_CREDENTIALS,
    PASS_SECURITY,
    PASS_PACKET_INFO,
    PIPE_SIZE,
};

/* What has the option; of anything else it is not asked. */
enum { LOCAL = 1, V4 = 2, V6 = 4, TCP = 8, FIFO = 16 };

/* linux/in6.h, which not every C library has. */
#define CI_IPV6_TRANSPARENT 75
#define CI_IPV6_FREEBIND 78

static const struct row {
    unsigned char option, whom;
    short level, name;
} rows[] = {
    {IPV6_ONLY, V6, IPPROTO_IPV6, IPV6_V6ONLY},
    {REUSE_PORT, V4 | V6, SOL_SOCKET, SO_REUSEPORT},
    {FREE_BIND, V4, IPPROTO_IP, IP_FREEBIND},
    {FREE_BIND, V6, IPPROTO_IPV6, CI_IPV6_FREEBIND},
    {TRANSPARENT, V4, IPPROTO_IP, IP_TRANSPARENT},
    {TRANSPARENT, V6, IPPROTO_IPV6, CI_IPV6_TRANSPARENT},
    {KEEP_ALIVE, TCP, SOL_SOCKET, SO_KEEPALIVE},
    {KEEP_ALIVE_TIME, TCP, IPPROTO_TCP, TCP_KEEPIDLE},
    {KEEP_ALIVE_INTERVAL, TCP, IPPROTO_TCP, TCP_KEEPINTVL},
    {KEEP_ALIVE_PROBES, TCP, IPPROTO_TCP, TCP_KEEPCNT},
    {NO_DELAY, TCP, IPPROTO_TCP, TCP_NODELAY},
    {PRIORITY, LOCAL | V4 | V6, SOL_SOCKET, SO_PRIORITY},
    {DEFER_ACCEPT, TCP, IPPROTO_TCP, TCP_DEFER_ACCEPT},
    {RECEIVE_BUFFER, LOCAL | V4 | V6, SOL_SOCKET, SO_RCVBUFFORCE},
    {SEND_BUFFER, LOCAL | V4 | V6, SOL_SOCKET, SO_SNDBUFFORCE},
    {TYPE_OF_SERVICE, V4 | V6, IPPROTO_IP, IP_TOS},
    {TIME_TO_LIVE, V4 | V6, IPPROTO_IP, IP_TTL},
    {TIME_TO_LIVE, V6, IPPROTO_IPV6, IPV6_UNICAST_HOPS},
    {MARK, V4 | V6, SOL_SOCKET, SO_MARK},
    {BROADCAST, V4, SOL_SOCKET, SO_BROADCAST},
    {PASS_CREDENTIALS, LOCAL, SOL_SOCKET, SO_PASSCRED},
    {PASS_SECURITY, LOCAL, SOL_SOCKET, SO_PASSSEC},
    {PASS_PACKET_INFO, V4, IPPROTO_IP, IP_PKTINFO},
    {PASS_PACKET_INFO, V6, IPPROTO_IPV6, IPV6_RECVPKTINFO},
    {PIPE_SIZE, FIFO, 0, 0},
};

static int set(int fd, const struct row *row, int value) {
    if (row->option == PIPE_SIZE) return fcntl(fd, F_SETPIPE_SZ, value) < 0 ? -errno : 0;
    if (setsockopt(fd, row->level, row->name, &value, sizeof value) == 0) return 0;
    /* Beyond the limit of the system only an administrator gets; up to it, anybody. */
    if (errno == EPERM && row->name == SO_RCVBUFFORCE && row->level == SOL_SOCKET)
        return setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &value, sizeof value) < 0 ? -errno : 0;
    if (errno == EPERM && row->name == SO_SNDBUFFORCE && row->level == SOL_SOCKET)
        return setsockopt(fd, SOL_SOCKET, SO_SNDBUF, &value, sizeof value) < 0 ? -errno : 0;
    return -errno;
}

static int whom_of(int family, int kind) {
    switch (family) {
    case AF_UNIX:
        return LOCAL;
    case AF_INET:
        return V4 | (kind == SOCK_STREAM ? TCP : 0);
    case AF_INET6:
        return V6 | (kind == SOCK_STREAM ? TCP : 0);
    default:
        return FIFO;
    }
}

int ci_socket_options(int fd, int family, int kind, struct ci_ints options, char *ret_refused, size_t size) {
    const int whom = whom_of(family, kind);
    size_t at = 0;
    ret_refused[0] = 0;
    for (size_t i = 0; i + 1 < options.count; i += 2) {
        int error = 0;
        for (size_t j = 0; j < sizeof rows / sizeof *rows; j++)
            if (rows[j].option == options.items[i] && (rows[j].whom & whom)) {
                const int one = set(fd, &rows[j], options.items[i + 1]);
                if (one < 0) error = one;
            }
        if (error == 0) continue;
        /* Whom it listens to is no detail. */
        if (options.items[i] == IPV6_ONLY) return error;
        const int written = snprintf(ret_refused + at, size - at, " %d %d", (int)options.items[i], -error);
        if (written < 0 || (size_t)written >= size - at) return -E2BIG;
        at += (size_t)written;
    }
    return 0;
}
