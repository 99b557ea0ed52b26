/* cgroups.c: what cgroups.h promises. */
#define _GNU_SOURCE
#include "cgroups.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>

#include "check.h"

static char made_cgroup[512];

/* What a case that failed has left in it goes first. */
static void drop_cgroup(void) {
    char path[600];
    snprintf(path, sizeof path, "%s/cgroup.kill", made_cgroup);
    FILE *file = fopen(path, "w");
    if (file) {
        fputs("1", file);
        fclose(file);
    }
    for (int i = 0; i < 500 && rmdir(made_cgroup) < 0 && errno == EBUSY; i++) sleep_ms(2);
    umount2(path_in("cgroups"), MNT_DETACH);
}

const char *make_cgroup(void) {
    char *path = made_cgroup;
    const size_t size = sizeof made_cgroup;
    need_root();
    CHECK(unshare(CLONE_NEWNS) == 0);
    CHECK(mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL) == 0);
    snprintf(path, size, "%s", path_in("cgroups"));
    CHECK(mkdir(path, 0755) == 0);
    if (mount("none", path, "cgroup2", 0, NULL) < 0) FAIL("this case needs cgroup v2: %s", strerror(errno));
    const size_t length = strlen(path);
    snprintf(path + length, size - length, "/native-tests-%d", own_number());
    CHECK(mkdir(path, 0755) == 0);
    at_end(drop_cgroup);
    return path;
}

void remove_cgroup(struct ci_core *core, const char *cgroup) {
    CHECK_INT(op(core, "group_remove", cgroup), 0);
}

void check_member(const char *cgroup, int64_t pid, bool wanted) {
    char path[600], line[32];
    snprintf(path, sizeof path, "%s/cgroup.procs", cgroup);
    snprintf(line, sizeof line, "%lld\n", (long long)pid);
    if ((strstr(read_text(path), line) != NULL) != wanted)
        FAIL("process %lld is %sin the cgroup", (long long)pid, wanted ? "not " : "");
}
