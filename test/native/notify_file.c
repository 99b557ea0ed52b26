/* notify_file.c: notification sockets that are files, for those in another network namespace. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include "check.h"

/* Sockets have short names: one in the working directory. */
static const char *in_folder(void) {
    CHECK(chdir(folder()) == 0);
    static char place[64];
    snprintf(place, sizeof place, "/proc/%d/cwd/socket", (int)getpid());
    return place;
}

static void send_from_elsewhere(const char *place, const char *text) {
    const pid_t pid = fork();
    if (pid == 0) {
        struct sockaddr_un address = {.sun_family = AF_UNIX};
        strcpy(address.sun_path, place);
        if (unshare(CLONE_NEWNET) < 0 || setgid(1500) < 0) _exit(1);
        const int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);
        const ssize_t sent = sendto(fd, text, strlen(text), 0, (const struct sockaddr *)&address, sizeof address);
        _exit(sent < 0 ? 2 : 0);
    }
    CHECK(pid > 0);
}

TEST(hears_from_elsewhere, "hears who is in another network, where its socket is a file that anybody may write to") {
    need_root();
    struct ci_core *core = core_of_addon();
    int64_t error;
    const char *place = in_folder();
    const int fd = (int)op(core, "notify_open", place);
    CHECK(fd >= 0);
    struct stat status;
    CHECK(stat("socket", &status) == 0 && S_ISSOCK(status.st_mode));
    CHECK_INT(status.st_mode & 07777, 0666);
    CHECK_INT(op(core, "descriptor_watch", fd, 0), 0);
    send_from_elsewhere(place, "READY=1");
    await_event(core, CI_EVENT_READABLE, fd);
    char *message = op_text(core, &error, NULL, "notify_receive", fd);
    CHECK(message != NULL && strstr(message, "\nREADY=1") != NULL);
    free(message);
    CHECK_INT(op(core, "descriptor_close", fd), 0);
    /* What an earlier one has left is in nobody's way. */
    CHECK(stat("socket", &status) == 0);
    const int again = (int)op(core, "notify_open", place);
    CHECK(again >= 0);
    CHECK_INT(op(core, "descriptor_close", again), 0);
    ci_core_free(core);
}

TEST(refuses_bad_places, "refuses a place where no socket can be, and leaves no descriptor") {
    struct ci_core *core = core_of_addon();
    char long_path[300] = "/";
    memset(long_path + 1, 'x', sizeof long_path - 2);
    const int before = count_descriptors();
    CHECK_INT(op(core, "notify_open", "/no/such/folder/socket"), -ENOENT);
    CHECK_INT(op(core, "notify_open", "relative"), -EINVAL);
    CHECK_INT(op(core, "notify_open", long_path), -ENAMETOOLONG);
    CHECK_INT(count_descriptors(), before);
    ci_core_free(core);
}
