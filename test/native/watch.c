/* watch.c: changes of files, of the clock, and of the other end of a descriptor. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/inotify.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "check.h"

static void check_silence(struct ci_core *core, enum ci_event_kind kind, int64_t a) {
    struct event event;
    for (int i = 0; i < 3; i++) CHECK(ci_core_dispatch(core, 10) >= 0);
    CHECK(!take_event(core, kind, a, &event));
}

TEST(changed, "tells what was asked for of a file, and nothing else") {
    struct ci_core *core = core_of_host();
    write_text(path_in("file"), "one");
    const int64_t watch = op(core, "file_watch", path_in("file"), IN_CLOSE_WRITE | IN_ATTRIB);
    CHECK(watch > 0);
    read_text(path_in("file"));
    check_silence(core, CI_EVENT_FILE, watch);
    write_text(path_in("file"), "two");
    CHECK_INT(await_event(core, CI_EVENT_FILE, watch).b, IN_CLOSE_WRITE);
    CHECK(chmod(path_in("file"), 0600) == 0);
    CHECK_INT(await_event(core, CI_EVENT_FILE, watch).b, IN_ATTRIB);
    ci_core_free(core);
}

TEST(appears, "tells that something appears in a directory, once for many") {
    struct ci_core *core = core_of_host();
    const int64_t watch = op(core, "file_watch", folder(), IN_CREATE | IN_MOVED_TO);
    CHECK(watch > 0);
    for (int i = 0; i < 500; i++) {
        char name[16];
        snprintf(name, sizeof name, "%d", i);
        write_text(path_in(name), "x");
    }
    CHECK_INT(await_event(core, CI_EVENT_FILE, watch).b, IN_CREATE);
    size_t told = 1;
    struct event event;
    while (ci_core_dispatch(core, 20) > 0)
        while (take_event(core, CI_EVENT_FILE, watch, &event)) told++;
    CHECK(told < 20);
    ci_core_free(core);
}

TEST(shared, "answers the same number for the same file, and adds to what was asked for") {
    struct ci_core *core = core_of_host();
    write_text(path_in("file"), "one");
    CHECK(symlink("file", path_in("link")) == 0);
    const int64_t watch = op(core, "file_watch", path_in("file"), IN_CLOSE_WRITE);
    CHECK_INT(op(core, "file_watch", path_in("link"), IN_ATTRIB), watch);
    CHECK(op(core, "file_watch", path_in("link"), IN_ATTRIB | IN_DONT_FOLLOW) != watch);
    write_text(path_in("file"), "two");
    CHECK_INT(await_event(core, CI_EVENT_FILE, watch).b, IN_CLOSE_WRITE);
    CHECK(chmod(path_in("file"), 0600) == 0);
    CHECK_INT(await_event(core, CI_EVENT_FILE, watch).b, IN_ATTRIB);
    ci_core_free(core);
}

TEST(gone, "tells that a watch is over when its file is gone or it is taken back") {
    struct ci_core *core = core_of_host();
    write_text(path_in("file"), "one");
    write_text(path_in("other"), "one");
    int64_t watch = op(core, "file_watch", path_in("file"), IN_DELETE_SELF);
    CHECK(unlink(path_in("file")) == 0);
    CHECK_INT(await_event(core, CI_EVENT_FILE, watch).b, IN_DELETE_SELF | IN_IGNORED);
    CHECK_INT(op(core, "file_unwatch", (int)watch), -EINVAL);
    watch = op(core, "file_watch", path_in("other"), IN_CLOSE_WRITE);
    CHECK_INT(op(core, "file_unwatch", (int)watch), 0);
    CHECK_INT(await_event(core, CI_EVENT_FILE, watch).b, IN_IGNORED);
    write_text(path_in("other"), "two");
    check_silence(core, CI_EVENT_FILE, watch);
    ci_core_free(core);
}

TEST(overflow, "tells that changes were lost, to nobody in particular") {
    struct ci_core *core = core_of_host();
    write_text(path_in("one"), "x");
    write_text(path_in("two"), "x");
    CHECK(op(core, "file_watch", path_in("one"), IN_OPEN) > 0);
    CHECK(op(core, "file_watch", path_in("two"), IN_OPEN) > 0);
    const int limit = atoi(read_text("/proc/sys/fs/inotify/max_queued_events"));
    CHECK(limit > 0);
    /* Alternating, so that the kernel cannot take two for one. */
    for (int i = 0; i <= limit; i++) close(open(path_in(i % 2 ? "one" : "two"), O_RDONLY));
    bool lost = false;
    while (!lost) {
        CHECK(ci_core_dispatch(core, 1000) > 0);
        size_t count;
        const int32_t *events = ci_core_events(core, &count);
        for (size_t i = 0; i < count; i++, events += CI_EVENT_WIDTH)
            if (events[0] == CI_EVENT_FILE && events[1] == -1 && events[2] & IN_Q_OVERFLOW) lost = true;
        ci_core_forget_events(core);
    }
    ci_core_free(core);
}

TEST(unwatchable, "refuses to watch what is not there, and takes back nothing that was not given") {
    struct ci_core *core = core_of_host();
    CHECK_INT(op(core, "file_unwatch", 1), -EINVAL);
    CHECK_INT(op(core, "file_watch", path_in("nothing"), IN_CREATE), -ENOENT);
    CHECK_INT(op(core, "file_watch", "", IN_CREATE), -ENOENT);
    CHECK_INT(op(core, "file_unwatch", 77), -EINVAL);
    CHECK_INT(op(core, "file_unwatch", -1), -EINVAL);
    ci_core_free(core);
}

TEST(clock_set, "tells that the wall clock was set, each time, and not that it goes on") {
    struct ci_core *core = core_of_host();
    CHECK_INT(op(core, "clock_watch"), 0);
    CHECK_INT(op(core, "clock_watch"), 0);
    check_silence(core, CI_EVENT_CLOCK, 0);
    for (int i = 0; i < 2; i++) {
        struct timespec now;
        CHECK(clock_gettime(CLOCK_REALTIME, &now) == 0);
        /* To what it is: some microseconds are lost. Where that is not allowed, nobody sets it. */
        if (clock_settime(CLOCK_REALTIME, &now) < 0) {
            CHECK_INT(errno, EPERM);
            check_silence(core, CI_EVENT_CLOCK, 0);
            continue;
        }
        await_event(core, CI_EVENT_CLOCK, 0);
        check_silence(core, CI_EVENT_CLOCK, 0);
    }
    ci_core_free(core);
}

TEST(hang_up, "tells once that the other end of a descriptor is gone, not that there is something to read") {
    struct ci_core *core = core_of_host();
    int pair[2], pipes[2];
    CHECK(socketpair(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0, pair) == 0);
    CHECK(pipe2(pipes, O_CLOEXEC) == 0);
    CHECK_INT(op(core, "descriptor_watch", pair[0], 1), 0);
    CHECK_INT(op(core, "descriptor_watch", pipes[0], 1), 0);
    CHECK(write(pair[1], "x", 1) == 1 && write(pipes[1], "x", 1) == 1);
    check_silence(core, CI_EVENT_READABLE, pair[0]);
    check_silence(core, CI_EVENT_READABLE, pipes[0]);
    close(pair[1]);
    CHECK_INT(await_event(core, CI_EVENT_READABLE, pair[0]).b, 1);
    check_silence(core, CI_EVENT_READABLE, pair[0]);
    close(pipes[1]);
    CHECK_INT(await_event(core, CI_EVENT_READABLE, pipes[0]).b, 1);
    ci_core_free(core);
}

TEST(hang_up_of_file, "says that a regular file has no other end") {
    struct ci_core *core = core_of_host();
    write_text(path_in("file"), "x");
    const int fd = open(path_in("file"), O_RDONLY | O_CLOEXEC), before = count_descriptors();
    CHECK_INT(op(core, "descriptor_watch", fd, 1), -EPERM);
    CHECK_INT(count_descriptors(), before);
    CHECK_INT(op(core, "descriptor_close", fd), 0);
    ci_core_free(core);
}
