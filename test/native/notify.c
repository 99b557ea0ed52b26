/* notify.c: the sockets of sd_notify(3), and what people may send to them. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <signal.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <unistd.h>

#include "check.h"

struct open_socket {
    int fd;
    struct sockaddr_un address;
    socklen_t length;
};

static struct open_socket open_notify(struct ci_core *core) {
    int64_t error;
    size_t length;
    struct open_socket opened = {.fd = (int)op(core, "notify_open", ""), .address = {.sun_family = AF_UNIX}};
    CHECK(opened.fd >= 0);
    char *address = op_text(core, &error, &length, "notify_address", opened.fd);
    CHECK(address != NULL && address[0] == '@' && length > 1 && strlen(address) == length);
    memcpy(opened.address.sun_path + 1, address + 1, length - 1);
    opened.length = (socklen_t)(offsetof(struct sockaddr_un, sun_path) + length);
    free(address);
    return opened;
}

/* Sends text with descriptors from a socket of its own. */
static void send_with(const struct open_socket *to, const char *text, size_t length, const int *fds, size_t count) {
    union {
        struct cmsghdr aligned;
        char bytes[CMSG_SPACE(200 * sizeof(int))];
    } control;
    memset(&control, 0, sizeof control);
    struct iovec part = {(void *)(uintptr_t)text, length};
    struct msghdr message = {.msg_name = (void *)(uintptr_t)&to->address, .msg_namelen = to->length, .msg_iov = &part,
                             .msg_iovlen = 1};
    if (count) {
        message.msg_control = &control;
        message.msg_controllen = CMSG_SPACE(count * sizeof(int));
        struct cmsghdr *head = CMSG_FIRSTHDR(&message);
        head->cmsg_level = SOL_SOCKET;
        head->cmsg_type = SCM_RIGHTS;
        head->cmsg_len = CMSG_LEN(count * sizeof(int));
        memcpy(CMSG_DATA(head), fds, count * sizeof(int));
    }
    int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
    CHECK(fd >= 0);
    CHECK(sendmsg(fd, &message, 0) == (ssize_t)length);
    close(fd);
}

static void say(const struct open_socket *to, const char *text) { send_with(to, text, strlen(text), NULL, 0); }

/* Takes one message; its text is the caller's. The head is checked against `wanted`, descriptors left out. */
static char *receive(struct ci_core *core, int fd, const char *wanted, size_t *ret_length) {
    int64_t error;
    size_t length;
    char *joined = op_text(core, &error, &length, "notify_receive", fd);
    if (!joined) FAIL("no message: %lld", (long long)error);
    char *end = memchr(joined, '\n', length);
    CHECK(end != NULL);
    if (strncmp(joined, wanted, strlen(wanted)) != 0 || (size_t)(end - joined) < strlen(wanted))
        FAIL("the head is \"%.*s\", not \"%s\"", (int)(end - joined), joined, wanted);
    if (ret_length) *ret_length = length - (size_t)(end + 1 - joined);
    memmove(joined, end + 1, length - (size_t)(end + 1 - joined) + 1);
    return joined;
}

static const char *own_head(int lost) {
    static char head[64];
    snprintf(head, sizeof head, "%d %u %u %d", (int)getpid(), (unsigned)getuid(), (unsigned)getgid(), lost);
    return head;
}

static void check_empty(struct ci_core *core, int fd) {
    int64_t error;
    CHECK(op_text(core, &error, NULL, "notify_receive", fd) == NULL);
    CHECK_INT(error, -EAGAIN);
}

TEST(told, "hands on what was said and who the kernel says it was") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    CHECK_INT(op(core, "descriptor_watch", opened.fd, 0), 0);
    check_empty(core, opened.fd);
    say(&opened, "READY=1\nSTATUS=up");
    await_event(core, CI_EVENT_READABLE, opened.fd);
    char *text = receive(core, opened.fd, own_head(0), NULL);
    CHECK_TEXT(text, "READY=1\nSTATUS=up");
    free(text);
    check_empty(core, opened.fd);
    CHECK_INT(op(core, "descriptor_close", opened.fd), 0);
    ci_core_free(core);
}

TEST(own_address, "has an address of its own for each socket, and does not hand it to what it starts") {
    struct ci_core *core = core_of_host();
    const struct open_socket one = open_notify(core), two = open_notify(core);
    CHECK(memcmp(one.address.sun_path, two.address.sun_path, sizeof one.address.sun_path) != 0);
    CHECK(fcntl(one.fd, F_GETFD) & FD_CLOEXEC);
    CHECK(fcntl(one.fd, F_GETFL) & O_NONBLOCK);
    say(&two, "two");
    check_empty(core, one.fd);
    free(receive(core, two.fd, own_head(0), NULL));
    int64_t error;
    CHECK(op_text(core, &error, NULL, "notify_address", 0) == NULL && error < 0);
    CHECK(op_text(core, &error, NULL, "notify_address", 9999) == NULL);
    CHECK_INT(error, -EBADF);
    CHECK(op_text(core, &error, NULL, "notify_receive", 9999) == NULL);
    CHECK_INT(error, -EBADF);
    ci_core_free(core);
    close(one.fd);
    close(two.fd);
}

TEST(odd_texts, "takes empty texts, NUL bytes and bytes that are no UTF-8 as they are") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    static const char odd[] = "A=1\0\n\xff\xfe\0B=2";
    size_t length;
    send_with(&opened, "", 0, NULL, 0);
    send_with(&opened, odd, sizeof odd - 1, NULL, 0);
    free(receive(core, opened.fd, own_head(0), &length));
    CHECK_INT(length, 0);
    char *text = receive(core, opened.fd, own_head(0), &length);
    CHECK_INT(length, sizeof odd - 1);
    CHECK(memcmp(text, odd, length) == 0);
    free(text);
    ci_core_free(core);
    close(opened.fd);
}

TEST(too_long, "takes 4096 bytes, drops what is longer, and says so") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    char text[70000];
    size_t length;
    memset(text, 'x', sizeof text);
    send_with(&opened, text, 4096, NULL, 0);
    send_with(&opened, text, 4097, NULL, 0);
    send_with(&opened, text, sizeof text, NULL, 0);
    free(receive(core, opened.fd, own_head(0), &length));
    CHECK_INT(length, 4096);
    for (int i = 0; i < 2; i++) {
        free(receive(core, opened.fd, own_head(1), &length));
        CHECK_INT(length, 0);
    }
    check_empty(core, opened.fd);
    ci_core_free(core);
    close(opened.fd);
}

/* Reads the descriptors behind the four numbers of the head. */
static int take_descriptors(struct ci_core *core, int fd, int lost, int *ret_fds) {
    int64_t error;
    char *joined = op_text(core, &error, NULL, "notify_receive", fd);
    CHECK(joined != NULL);
    int count = -4, said_lost = -1;
    for (char *at = strtok(joined, "\n"), *word = strtok(at, " "); word; word = strtok(NULL, " "), count++) {
        if (count == -1) said_lost = atoi(word);
        if (count >= 0) ret_fds[count] = atoi(word);
    }
    CHECK_INT(said_lost, lost);
    free(joined);
    return count;
}

TEST(descriptors, "hands on descriptors, closed at exec, and closes them when it is told") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    int pipe_fds[2], fds[64];
    CHECK(pipe2(pipe_fds, O_CLOEXEC) == 0);
    const int before = count_descriptors();
    send_with(&opened, "FDSTORE=1", 9, pipe_fds, 2);
    CHECK_INT(take_descriptors(core, opened.fd, 0, fds), 2);
    CHECK_INT(count_descriptors(), before + 2);
    CHECK(fcntl(fds[0], F_GETFD) & FD_CLOEXEC);
    char byte = 0;
    CHECK(write(fds[1], "x", 1) == 1 && read(pipe_fds[0], &byte, 1) == 1 && byte == 'x');
    for (int i = 0; i < 2; i++) CHECK_INT(op(core, "descriptor_close", fds[i]), 0);
    CHECK_INT(count_descriptors(), before);
    ci_core_free(core);
    close(opened.fd);
}

TEST(many_descriptors, "takes 64 descriptors, and of more or of a text that is too long none: none is leaked") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    int sent[200], fds[64];
    for (size_t i = 0; i < 200; i++) sent[i] = 0;
    const int before = count_descriptors();
    char text[5000];
    memset(text, 'x', sizeof text);
    send_with(&opened, "64", 2, sent, 64);
    CHECK_INT(take_descriptors(core, opened.fd, 0, fds), 64);
    CHECK_INT(count_descriptors(), before + 64);
    for (int i = 0; i < 64; i++) CHECK_INT(op(core, "descriptor_close", fds[i]), 0);
    for (size_t count = 65; count < 200; count += 67) {
        send_with(&opened, "many", 4, sent, count);
        CHECK_INT(take_descriptors(core, opened.fd, 2, fds), 0);
        CHECK_INT(count_descriptors(), before);
    }
    send_with(&opened, text, sizeof text, sent, 3);
    CHECK_INT(take_descriptors(core, opened.fd, 1, fds), 0);
    CHECK_INT(count_descriptors(), before);
    /* What is never read goes with the socket. */
    send_with(&opened, "unread", 6, sent, 10);
    CHECK_INT(op(core, "descriptor_close", opened.fd), 0);
    CHECK_INT(count_descriptors(), before - 1);
    ci_core_free(core);
}

TEST(no_room, "drops a message whose descriptors find no room, and leaks none") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    int sent[20], fds[64];
    for (size_t i = 0; i < 20; i++) sent[i] = 0;
    send_with(&opened, "twenty", 6, sent, 20);
    send_with(&opened, "none", 4, NULL, 0);
    const int before = count_descriptors();
    struct rlimit limit, less;
    CHECK(getrlimit(RLIMIT_NOFILE, &limit) == 0);
    /* Room for some of them only. */
    int top = dup(0);
    close(top);
    less = (struct rlimit){(rlim_t)top + 5, limit.rlim_max};
    CHECK(setrlimit(RLIMIT_NOFILE, &less) == 0);
    CHECK_INT(take_descriptors(core, opened.fd, 2, fds), 0);
    free(receive(core, opened.fd, own_head(0), NULL));
    CHECK(setrlimit(RLIMIT_NOFILE, &limit) == 0);
    CHECK_INT(count_descriptors(), before);
    ci_core_free(core);
    close(opened.fd);
}

TEST(other_process, "tells which child said it, and who that runs as") {
    need_root();
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    const pid_t child = fork();
    if (child == 0) {
        if (setgid(1600) < 0 || setuid(1500) < 0) _exit(1);
        say(&opened, "READY=1");
        for (;;) pause();
    }
    CHECK_INT(op(core, "descriptor_watch", opened.fd, 0), 0);
    await_event(core, CI_EVENT_READABLE, opened.fd);
    char head[64];
    snprintf(head, sizeof head, "%d 1500 1600 0", (int)child);
    free(receive(core, opened.fd, head, NULL));
    CHECK(kill(child, SIGKILL) == 0);
    ci_core_free(core);
    close(opened.fd);
}

TEST(before_end, "tells that there is something to read before it tells the end of the process that wrote it") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    for (int round = 0; round < 50; round++) {
        const pid_t child = fork();
        if (child == 0) {
            say(&opened, "READY=1");
            _exit(3);
        }
        CHECK(op(core, "process_adopt", (int)child) >= 0);
        siginfo_t info;
        CHECK(waitid(P_PID, (id_t)child, &info, WEXITED | WNOWAIT) == 0);
        /* Only now: so the signal of its end comes first in the set of what is ready. */
        CHECK_INT(op(core, "descriptor_watch", opened.fd, 0), 0);
        int at = 0, read_at = -1, end_at = -1;
        while (end_at < 0) {
            CHECK(ci_core_dispatch(core, 1000) >= 0);
            size_t count;
            const int32_t *events = ci_core_events(core, &count);
            for (size_t i = 0; i < count; i++, at++, events += CI_EVENT_WIDTH) {
                if (events[0] == CI_EVENT_READABLE && events[1] == opened.fd) read_at = at;
                if (events[0] == CI_EVENT_EXITED && events[1] == child) end_at = at;
            }
            ci_core_forget_events(core);
        }
        if (read_at < 0 || read_at > end_at) FAIL("the end came first (round %d)", round);
        char head[64];
        snprintf(head, sizeof head, "%d ", (int)child);
        free(receive(core, opened.fd, head, NULL));
    }
    ci_core_free(core);
    close(opened.fd);
}

TEST(flooded, "gives everybody a turn while somebody floods a socket") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    const pid_t flooder = fork();
    if (flooder == 0) {
        const int fd = socket(AF_UNIX, SOCK_DGRAM, 0);
        for (;;) sendto(fd, "WATCHDOG=1", 10, 0, (const struct sockaddr *)&opened.address, opened.length);
    }
    CHECK_INT(op(core, "descriptor_watch", opened.fd, 0), 0);
    await_event(core, CI_EVENT_READABLE, opened.fd);
    const int64_t pid = SPAWN(core, SHELL("exit 3"));
    struct event event;
    /* As the port does: a few messages a turn, and the next look at the socket after everybody else's. */
    for (;;) {
        CHECK_INT(op(core, "descriptor_watch", opened.fd, 0), 0);
        CHECK(ci_core_dispatch(core, 1000) >= 0);
        if (take_event(core, CI_EVENT_EXITED, pid, &event)) break;
        if (!take_event(core, CI_EVENT_READABLE, opened.fd, &event)) continue;
        int64_t error;
        for (int i = 0; i < 16; i++) free(op_text(core, &error, NULL, "notify_receive", opened.fd));
    }
    CHECK_INT(event.c, 3);
    CHECK(kill(flooder, SIGKILL) == 0);
    ci_core_free(core);
    close(opened.fd);
}

TEST(sends, "sends to a path and to an abstract name, and refuses what is neither") {
    struct ci_core *core = core_of_host();
    const struct open_socket opened = open_notify(core);
    char abstract[128];
    snprintf(abstract, sizeof abstract, "@%s", opened.address.sun_path + 1);
    CHECK_INT(op(core, "notify_send", abstract, "READY=1"), 0);
    char *text = receive(core, opened.fd, own_head(0), NULL);
    CHECK_TEXT(text, "READY=1");
    free(text);
    const int64_t fd = open_listener(core, 2, path_in("notify"), 0);
    CHECK(fd >= 0);
    CHECK_INT(op(core, "notify_send", path_in("notify"), "STATUS=x"), 0);
    char received[16] = "";
    CHECK_INT(recv((int)fd, received, sizeof received, 0), 8);
    const int before = count_descriptors();
    CHECK_INT(op(core, "notify_send", path_in("nobody"), "x"), -ENOENT);
    CHECK_INT(op(core, "notify_send", "@container-init-nobody", "x"), -ECONNREFUSED);
    CHECK_INT(op(core, "notify_send", "127.0.0.1", "x"), -EAFNOSUPPORT);
    CHECK_INT(op(core, "notify_send", "vsock:2:1", "x"), -EINVAL);
    CHECK_INT(op(core, "notify_send", "", "x"), -EINVAL);
    /* A reader that stalls: nobody waits for it. */
    int64_t outcome = 0;
    for (int i = 0; i < 100000 && outcome == 0; i++) outcome = op(core, "notify_send", path_in("notify"), "STATUS=x");
    CHECK_INT(outcome, -EAGAIN);
    CHECK_INT(count_descriptors(), before);
    ci_core_free(core);
}
