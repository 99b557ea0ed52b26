/* special.c: listeners that are neither ports nor files of sockets, and options whose values are texts. */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <mqueue.h>
#include <net/if.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

enum { STREAM = 1, DATAGRAM = 2, NETLINK = 3, SPECIAL = 16, SPECIAL_WRITABLE = 17, QUEUE = 18 };

struct wish {
    int protocol;
    const struct ci_ints *options;
    const char *const *texts;
    int mode;
};

/* The descriptor, or a negative errno; what was refused into `ret_refused`. */
static int64_t open_wish(struct ci_core *core, int kind, const char *address, int port, struct wish wish, char *ret_refused) {
    int64_t result;
    char *answer = op_text(core, &result, NULL, "listener_open", kind, address, port, wish.protocol, 16, wish.options,
                           wish.texts, wish.mode, -1, -1);
    if (!answer) return result;
    char *end;
    result = strtol(answer, &end, 10);
    snprintf(ret_refused, 64, "%s", end);
    free(answer);
    return result;
}

#define PLAIN ((struct wish){0, NO_INTS, NO_LIST, 0666})

static int option_of(int64_t fd, int level, int name) {
    int value = -1;
    socklen_t size = sizeof value;
    CHECK(getsockopt((int)fd, level, name, &value, &size) == 0);
    return value;
}

static void done(struct ci_core *core, int64_t fd) { CHECK_INT(op(core, "descriptor_close", (int)fd), 0); }

TEST(queues, "listens at a message queue, with the mode and the size that it is to have") {
    struct ci_core *core = core_of_host();
    char name[64], refused[64];
    snprintf(name, sizeof name, "/container-init-%d", own_number());
    const struct wish wish = {0, INTS(28, 3, 29, 100), NO_LIST, 0640};
    const int64_t fd = open_wish(core, QUEUE, name, 0, wish, refused);
    CHECK(fd >= 0);
    CHECK_TEXT(refused, "");
    struct mq_attr attributes;
    struct stat status;
    CHECK(mq_getattr((mqd_t)fd, &attributes) == 0 && fstat((int)fd, &status) == 0);
    CHECK_INT(attributes.mq_maxmsg, 3);
    CHECK_INT(attributes.mq_msgsize, 100);
    CHECK_INT(attributes.mq_flags, 0);
    CHECK_INT(status.st_mode & 07777, 0640);
    CHECK_INT(op(core, "descriptor_watch", (int)fd, 0), 0);
    mqd_t sender = mq_open(name, O_WRONLY | O_CLOEXEC);
    CHECK(sender >= 0);
    CHECK(mq_send(sender, "one", 3, 0) == 0 && mq_send(sender, "two", 3, 0) == 0);
    await_event(core, CI_EVENT_READABLE, fd);
    CHECK_INT(op(core, "listener_flush", (int)fd), 2);
    CHECK(mq_getattr((mqd_t)fd, &attributes) == 0);
    CHECK_INT(attributes.mq_curmsgs, 0);
    done(core, fd);
    /* It outlives us, and its name does until it is taken away. */
    const int64_t again = open_wish(core, QUEUE, name, 0, PLAIN, refused);
    CHECK(again >= 0);
    done(core, again);
    CHECK_INT(op(core, "queue_remove", name), 0);
    CHECK_INT(op(core, "queue_remove", name), -ENOENT);
    mq_close(sender);
    ci_core_free(core);
}

TEST(netlink, "listens to a family of netlink, and to groups of it") {
    struct ci_core *core = core_of_host();
    char refused[64];
    const struct wish wish = {15, INTS(18, 1, 12, 65536), NO_LIST, 0666};
    const int64_t fd = open_wish(core, NETLINK, "netlink:1", 0, wish, refused);
    CHECK(fd >= 0);
    CHECK_TEXT(refused, "");
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_DOMAIN), AF_NETLINK);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_PROTOCOL), 15);
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_PASSCRED), 1);
    done(core, fd);
    CHECK_INT(open_wish(core, NETLINK, "netlink:", 0, wish, refused), -EINVAL);
    CHECK_INT(open_wish(core, NETLINK, "netlink:1x", 0, wish, refused), -EINVAL);
    CHECK_INT(open_wish(core, NETLINK, "netlink:4294967296", 0, wish, refused), -EINVAL);
    ci_core_free(core);
}

TEST(specials, "listens at files and devices, which are read, and written where they are to be") {
    struct ci_core *core = core_of_host();
    char refused[64];
    const int64_t zero = open_wish(core, SPECIAL, "/dev/zero", 0, PLAIN, refused);
    CHECK_INT(fcntl((int)zero, F_GETFL) & (O_ACCMODE | O_NONBLOCK), O_RDONLY);
    CHECK_INT(fcntl((int)zero, F_GETFD), FD_CLOEXEC);
    done(core, zero);
    const int64_t null = open_wish(core, SPECIAL_WRITABLE, "/dev/null", 0, PLAIN, refused);
    CHECK_INT(fcntl((int)null, F_GETFL) & O_ACCMODE, O_RDWR);
    done(core, null);
    write_text(path_in("file"), "text");
    const int64_t file = open_wish(core, SPECIAL, path_in("file"), 0, PLAIN, refused);
    CHECK(file >= 0);
    CHECK_INT(op(core, "descriptor_watch", (int)file, 0), -EPERM);
    done(core, file);
    CHECK_INT(open_wish(core, SPECIAL, "/", 0, PLAIN, refused), -EINVAL);
    CHECK_INT(open_wish(core, SPECIAL, path_in("nothing"), 0, PLAIN, refused), -ENOENT);
    CHECK(symlink("/dev/null", path_in("link")) == 0);
    CHECK_INT(open_wish(core, SPECIAL, path_in("link"), 0, PLAIN, refused), -ELOOP);
    ci_core_free(core);
}

TEST(vsock, "listens at an address of vsock, where the kernel has it, and describes it as units write it") {
    struct ci_core *core = core_of_host();
    char refused[64];
    const int64_t fd = open_wish(core, STREAM, "vsock:4294967295", 50007, PLAIN, refused);
    /* Not every kernel has it; and some have it without a transport. */
    if (fd != -EAFNOSUPPORT && fd != -ENODEV) {
        CHECK(fd >= 0);
        int64_t error;
        char *text = op_text(core, &error, NULL, "inherited_describe", (int)fd);
        CHECK_TEXT(text, "1 vsock::50007");
        free(text);
        CHECK_INT(op(core, "inherited_matches", (int)fd, STREAM, "vsock:4294967295", 50007), 1);
        CHECK_INT(op(core, "inherited_matches", (int)fd, STREAM, "vsock:2", 50007), 0);
        done(core, fd);
    }
    CHECK_INT(open_wish(core, STREAM, "vsock:2:3", 50007, PLAIN, refused), -EINVAL);
    CHECK_INT(open_wish(core, STREAM, "vsock:-1", 50007, PLAIN, refused), -EINVAL);
    ci_core_free(core);
}

TEST(texts, "binds to an interface and sets the congestion control, and says which of them is not to be had") {
    struct ci_core *core = core_of_host();
    char refused[64], name[32] = "";
    const struct wish wish = {0, INTS(25, 1), LIST("22", "lo", "23", "reno"), 0666};
    const int64_t fd = open_wish(core, STREAM, "127.0.0.1", 0, wish, refused);
    CHECK(fd >= 0);
    CHECK_TEXT(refused, "");
    socklen_t size = sizeof name;
    CHECK(getsockopt((int)fd, SOL_SOCKET, SO_BINDTODEVICE, name, &size) == 0);
    CHECK_TEXT(name, "lo");
    size = sizeof name;
    CHECK(getsockopt((int)fd, IPPROTO_TCP, TCP_CONGESTION, name, &size) == 0);
    CHECK_TEXT(name, "reno");
    CHECK_INT(option_of(fd, SOL_SOCKET, SO_TIMESTAMPNS), 1);
    done(core, fd);
    CHECK_INT(open_wish(core, STREAM, "127.0.0.1", 0, (struct wish){0, NO_INTS, LIST("22", "eth99"), 0666}, refused), -ENODEV);
    const struct wish odd = {0, INTS(9, 1), LIST("23", "nonsense"), 0666};
    const int64_t plain = open_wish(core, STREAM, "127.0.0.1", 0, odd, refused);
    CHECK(plain >= 0);
    CHECK_TEXT(refused, " 23 2");
    done(core, plain);
    /* Neither is for a local socket. */
    const int64_t local = open_wish(core, STREAM, "@container-init-texts", 0, wish, refused);
    CHECK(local >= 0);
    CHECK_TEXT(refused, "");
    done(core, local);
    ci_core_free(core);
}
