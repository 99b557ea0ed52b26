/* ci_socket_option.c: what a listener is told besides its address, systemd.socket(5): a table of socket options. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
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
    BIND_TO_DEVICE,
    CONGESTION,
    TIMESTAMP,
    TIMESTAMP_NS,
    PASS_PIDFD,
    PASS_RIGHTS,
    /* 28 and 29 are of message queues. */
};

/* What has the option; of anything else it is not asked. */
enum { LOCAL = 1, V4 = 2, V6 = 4, TCP = 8, FIFO = 16, OTHER = 32, SOCKET = LOCAL | V4 | V6 | OTHER };

/* linux/in6.h, which not every C library has. */
#define CI_IPV6_TRANSPARENT 75
#define CI_IPV6_FREEBIND 78
/* asm-generic/socket.h of newer kernels. */
#define CI_SO_PASSPIDFD 76
#define CI_SO_PASSRIGHTS 83

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
    {PRIORITY, SOCKET, SOL_SOCKET, SO_PRIORITY},
    {DEFER_ACCEPT, TCP, IPPROTO_TCP, TCP_DEFER_ACCEPT},
    {RECEIVE_BUFFER, SOCKET, SOL_SOCKET, SO_RCVBUFFORCE},
    {SEND_BUFFER, SOCKET, SOL_SOCKET, SO_SNDBUFFORCE},
    {TYPE_OF_SERVICE, V4 | V6, IPPROTO_IP, IP_TOS},
    {TIME_TO_LIVE, V4 | V6, IPPROTO_IP, IP_TTL},
    {TIME_TO_LIVE, V6, IPPROTO_IPV6, IPV6_UNICAST_HOPS},
    {MARK, V4 | V6, SOL_SOCKET, SO_MARK},
    {BROADCAST, V4, SOL_SOCKET, SO_BROADCAST},
    {PASS_CREDENTIALS, LOCAL | OTHER, SOL_SOCKET, SO_PASSCRED},
    {PASS_SECURITY, LOCAL, SOL_SOCKET, SO_PASSSEC},
    {PASS_PACKET_INFO, V4, IPPROTO_IP, IP_PKTINFO},
    {PASS_PACKET_INFO, V6, IPPROTO_IPV6, IPV6_RECVPKTINFO},
    {PIPE_SIZE, FIFO, 0, 0},
    {TIMESTAMP, SOCKET, SOL_SOCKET, SO_TIMESTAMP},
    {TIMESTAMP_NS, SOCKET, SOL_SOCKET, SO_TIMESTAMPNS},
    {PASS_PIDFD, LOCAL | OTHER, SOL_SOCKET, CI_SO_PASSPIDFD},
    {PASS_RIGHTS, LOCAL, SOL_SOCKET, CI_SO_PASSRIGHTS},
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
    case AF_UNSPEC:
        return FIFO;
    default:
        return OTHER;
    }
}

static bool tell(int option, int error, char *ret_refused, size_t size) {
    const size_t at = strlen(ret_refused);
    const int written = snprintf(ret_refused + at, size - at, " %d %d", option, -error);
    return written >= 0 && (size_t)written < size - at;
}

int ci_socket_options(int fd, int family, int kind, struct ci_ints options, char *ret_refused, size_t size) {
    const int whom = whom_of(family, kind);
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
        if (!tell(options.items[i], error, ret_refused, size)) return -E2BIG;
    }
    return 0;
}

int ci_socket_texts(int fd, int family, int kind, const struct ci_strings *texts, char *ret_refused, size_t size) {
    const int whom = whom_of(family, kind);
    for (size_t i = 0; i + 1 < texts->count; i += 2) {
        const int option = atoi(texts->items[i]);
        const char *value = texts->items[i + 1];
        const bool device = option == BIND_TO_DEVICE;
        if (!(whom & (device ? V4 | V6 : TCP))) continue;
        const int level = device ? SOL_SOCKET : IPPROTO_TCP, name = device ? SO_BINDTODEVICE : TCP_CONGESTION;
        if (setsockopt(fd, level, name, value, (socklen_t)strlen(value) + 1) == 0) continue;
        const int error = -errno;
        /* Where it listens is no detail. */
        if (device) return error;
        if (!tell(option, error, ret_refused, size)) return -E2BIG;
    }
    return 0;
}
