/* steps.c: steps that change what the child is, each once good and once bad; and lists of steps that are none. */
#define _GNU_SOURCE
#include "steps.h"

#include <sched.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/syscall.h>

static void strip_prefix(char *ret, size_t size, const char *text) {
    size_t length = 0;
    for (const char *at = text; *at && length + 1 < size;) {
        if (strncmp(at, "[case] ", 7) == 0) at += 7;
        const char *end = strchr(at, '\n');
        const size_t line = end ? (size_t)(end - at) + 1 : strlen(at);
        for (size_t i = 0; i < line && length + 1 < size; i++) ret[length++] = at[i];
        at += line;
    }
    ret[length] = 0;
}

const char *say_after(struct ci_core *core, int out, const struct ci_ints *steps, const char *const *texts,
                      const char *script) {
    static char said[8192];
    const int64_t pid = SPAWN(core, SHELL(script), .steps = steps, .texts = texts, .stdio = INTS(-1, -2, -1));
    CHECK(pid > 0);
    const struct event started = await_event(core, CI_EVENT_STARTED, pid);
    if (started.b) FAIL("step %d failed with error %d", started.b - CI_FAILURE_STEP, started.c);
    CHECK_INT(await_exit(core, pid), 0);
    strip_prefix(said, sizeof said, captured(out));
    return said;
}

void check_done(struct ci_core *core, const struct ci_ints *steps, const char *const *texts) {
    struct event event;
    const int64_t pid = SPAWN(core, .file = "", .steps = steps, .texts = texts);
    CHECK(pid > 0);
    const struct event started = await_event(core, CI_EVENT_STARTED, pid);
    if (started.b) FAIL("step %d failed with error %d", started.b - CI_FAILURE_STEP, started.c);
    CHECK_INT(await_exit(core, pid), 0);
    CHECK(!take_event(core, CI_EVENT_REFUSED, pid, &event));
}

/* For messages: the first of the steps. */
#define CI_STEP(name, shares, operands, documentation) #name,
static const char *const step_names[] = {"",
#include "ci_steps.def"
};
#undef CI_STEP

void check_fails(struct ci_core *core, const struct ci_ints *steps, const char *const *texts, int place, int error) {
    const int64_t pid = SPAWN(core, .file = "", .steps = steps, .texts = texts);
    CHECK(pid > 0);
    const struct event started = await_event(core, CI_EVENT_STARTED, pid);
    if (started.b != CI_FAILURE_STEP + place || started.c != error)
        FAIL("%s: step %d failed with error %d, not step %d with error %d", step_names[steps->items[0] & 255],
             started.b - CI_FAILURE_STEP, started.c, place, error);
    CHECK_INT(await_exit(core, pid), 77);
}

#define USER CI_STEP_user, 1, 1500

TEST(changes_the_child, "does each step that changes what the child is") {
    need_root();
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    const struct {
        const struct ci_ints *steps;
        const char *const *texts;
        const char *script, *said;
    } cases[] = {
        {INTS(CI_STEP_limit, 5, 7, WIDE(100), WIDE(200)), NULL, "ulimit -Sn; ulimit -Hn", "100\n200\n"},
        {INTS(CI_STEP_blocking, 2, 0, 1), NULL, "true", ""},
        {INTS(CI_STEP_nice, 1, 5), NULL, "nice", "5\n"},
        {INTS(CI_STEP_scheduler, 3, 3, 0, 0), NULL, "cut -d' ' -f41 /proc/self/stat", "3\n"},
        {INTS(CI_STEP_affinity, 1, 1), NULL, "grep -c '^Cpus_allowed_list:.0$' /proc/self/status", "1\n"},
        {INTS(CI_STEP_io_priority, 2, 3, 0), NULL, "ionice", "idle\n"},
        {INTS(CI_STEP_timer_slack, 2, WIDE(5000000000)), NULL, "cat /proc/self/timerslack_ns", "5000000000\n"},
        {INTS(CI_STEP_write_file, 2, 0, 1), LIST("/proc/self/oom_score_adj", "500"), "cat /proc/self/oom_score_adj",
         "500\n"},
        {INTS(CI_STEP_namespaces, 1, CLONE_NEWUTS, CI_STEP_hostname, 1, 0), LIST("probe"), "uname -n", "probe\n"},
        {INTS(CI_STEP_namespaces, 1, CLONE_NEWNET, CI_STEP_loopback, 0), NULL,
         "grep -c 127.0.0.1 /proc/self/net/fib_trie | grep -v '^0$' > /dev/null && echo up", "up\n"},
        {INTS(CI_STEP_bounding, 2, 33, 0), NULL, "grep CapBnd /proc/self/status", "CapBnd:\t0000000000000021\n"},
        {INTS(CI_STEP_keep_capabilities, 0, USER, CI_STEP_capabilities, 2, 32, 0), NULL,
         "grep -E 'Cap(Inh|Eff|Amb)' /proc/self/status",
         "CapInh:\t0000000000000020\nCapEff:\t0000000000000020\nCapAmb:\t0000000000000020\n"},
        {INTS(CI_STEP_secure_bits, 1, 1), NULL, "grep CapEff /proc/self/status", "CapEff:\t0000000000000000\n"},
        {INTS(CI_STEP_no_new_privileges, 0), NULL, "grep NoNewPrivs /proc/self/status", "NoNewPrivs:\t1\n"},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        CHECK_TEXT(say_after(core, out, cases[i].steps, cases[i].texts, cases[i].script), cases[i].said);
    ci_core_free(core);
}

TEST(tells_which_failed, "tells by its number which step failed, and ends with the exit code of that step") {
    need_root();
    struct ci_core *core = core_of_addon();
    static char long_name[100];
    memset(long_name, 'x', sizeof long_name - 1);
    const struct {
        const struct ci_ints *steps;
        const char *const *texts;
        int place, error;
    } cases[] = {
        {INTS(CI_STEP_limit, 5, 99, 0, 0, 0, 0), NULL, 0, EINVAL},
        {INTS(USER, CI_STEP_nice, 1, -5), NULL, 1, EACCES},
        {INTS(CI_STEP_scheduler, 3, 99, 0, 0), NULL, 0, EINVAL},
        {INTS(CI_STEP_affinity, 1, 0), NULL, 0, EINVAL},
        {INTS(CI_STEP_io_priority, 2, 5, 0), NULL, 0, EINVAL},
        {INTS(CI_STEP_write_file, 2, 0, 0), LIST("/no/such/file"), 0, ENOENT},
        {INTS(CI_STEP_directory, 2, 0, 0), LIST("/no/such/directory"), 0, ENOENT},
        {INTS(CI_STEP_namespaces, 1, 1), NULL, 0, EINVAL},
        {INTS(USER, CI_STEP_namespaces, 1, CLONE_NEWNS), NULL, 1, EPERM},
        {INTS(CI_STEP_namespaces, 1, CLONE_NEWUTS, CI_STEP_hostname, 1, 0), LIST(long_name), 1, EINVAL},
        {INTS(CI_STEP_namespaces, 1, CLONE_NEWNET, USER, CI_STEP_loopback, 0), NULL, 2, EPERM},
        {INTS(USER, CI_STEP_bounding, 2, 0, 0), NULL, 1, EPERM},
        {INTS(CI_STEP_secure_bits, 1, 32, CI_STEP_keep_capabilities, 0), NULL, 1, EPERM},
        {INTS(USER, CI_STEP_capabilities, 2, 32, 0), NULL, 1, EPERM},
        {INTS(USER, CI_STEP_secure_bits, 1, 1), NULL, 1, EPERM},
        {INTS(CI_STEP_filter, 3, 6, 0, 0), NULL, 0, EINVAL},
        {INTS(CI_STEP_landlock_begin, 2, 0, 0), NULL, 0, ENOMSG},
        {INTS(CI_STEP_landlock_begin, 2, 2, 0, CI_STEP_landlock_allow, 3, 0, 2, 0), LIST("/no/such/path"), 1, ENOENT},
        {INTS(USER, CI_STEP_landlock_begin, 2, 2, 0, CI_STEP_landlock_enforce, 0), NULL, 2, EPERM},
    };
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++)
        check_fails(core, cases[i].steps, cases[i].texts, cases[i].place, cases[i].error);
    ci_core_free(core);
}

TEST(raises_as_far_as_it_may, "raises a limit as far as it may where it may not go so far, and tells of it") {
    need_root();
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    const struct ci_ints *steps = INTS(CI_STEP_limit, 5, 7, WIDE(50), WIDE(100), USER,
                                       CI_STEP_limit | CI_STEP_FORGIVE, 5, 7, WIDE(200), WIDE(300));
    const int64_t pid = SPAWN(core, SHELL("ulimit -Sn; ulimit -Hn"), .steps = steps, .stdio = INTS(-1, -2, -1));
    const struct event refused = await_event(core, CI_EVENT_REFUSED, pid);
    CHECK_INT(refused.b, 2);
    CHECK_INT(refused.c, EPERM);
    CHECK_INT(await_exit(core, pid), 0);
    CHECK_TEXT(captured(out), "[case] 100\n[case] 100\n");
    ci_core_free(core);
}

TEST(goes_on_where_forgiven, "tells of a forgiven refusal and goes on, but not of what is missing if that is optional") {
    need_root();
    struct ci_core *core = core_of_addon();
    struct event event;
    const struct ci_ints *steps =
        INTS(CI_STEP_tree_take | CI_STEP_OPTIONAL, 3, 0, 0, 0, CI_STEP_tree_hide | CI_STEP_OPTIONAL, 1, 1, USER,
             CI_STEP_namespaces | CI_STEP_FORGIVE, 1, CLONE_NEWNS, CI_STEP_nice | CI_STEP_FORGIVE, 1, -5,
             CI_STEP_write_file | CI_STEP_FORGIVE, 2, 0, 0);
    const int64_t pid = SPAWN(core, .file = "/bin/true", .steps = steps, .texts = LIST("/no/such", "/etc/passwd/x"));
    CHECK_INT(await_event(core, CI_EVENT_STARTED, pid).b, 0);
    CHECK(take_event(core, CI_EVENT_REFUSED, pid, &event) && event.b == 3 && event.c == EPERM);
    CHECK(take_event(core, CI_EVENT_REFUSED, pid, &event) && event.b == 4 && event.c == EACCES);
    CHECK(take_event(core, CI_EVENT_REFUSED, pid, &event) && event.b == 5 && event.c == ENOENT);
    CHECK(!take_event(core, CI_EVENT_REFUSED, pid, &event));
    CHECK_INT(await_exit(core, pid), 0);
    /* What is plainly wrong is neither. */
    check_fails(core, INTS(CI_STEP_namespaces | CI_STEP_FORGIVE, 1, 1), NULL, 0, EINVAL);
    check_fails(core, INTS(CI_STEP_write_file | CI_STEP_FORGIVE, 2, 0, 0), LIST("/"), 0, EISDIR);
    check_fails(core, INTS(USER, CI_STEP_namespaces | CI_STEP_OPTIONAL, 1, CLONE_NEWNS), NULL, 1, EPERM);
    ci_core_free(core);
}

TEST(refuses_bad_lists, "refuses lists of steps that cannot be read, without a child") {
    struct ci_core *core = core_of_addon();
    const struct ci_ints *lists[] = {
        INTS(0, 0),                                /* no step */
        INTS(255, 0),                              /* nor this */
        INTS(-1, 0),
        INTS(CI_STEP_nice),                        /* no count */
        INTS(CI_STEP_nice, 1),                     /* no operand */
        INTS(CI_STEP_nice, 0),
        INTS(CI_STEP_nice, 2, 1, 1),               /* one too many */
        INTS(CI_STEP_nice, -1),
        INTS(CI_STEP_nice, INT32_MAX, 1),
        INTS(CI_STEP_write_file, 2, 0, 1),         /* no such text */
        INTS(CI_STEP_write_file, 2, -1, 0),
        INTS(CI_STEP_timer_slack, 1, 1),           /* half a number */
        INTS(CI_STEP_make_file, 4, 0, 0, 0, 0),
        INTS(CI_STEP_umask, 1, 18, CI_STEP_umask), /* good, then bad */
    };
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++)
        CHECK_INT(op(core, "spawn", "case", "/bin/true", LIST("true"), LIST("A=1"), INTS(-1, -1, -1), NO_INTS, "", 0,
                     lists[i], LIST("text"), "", 6 + 7 * 16 + 256),
                  -EINVAL);
    ci_core_free(core);
}

/* One that answers EPERM for unlinkat(2), and lets all else pass. */
#define NO_REMOVAL CI_STEP_filter, 8, 0x20, 0, 0x15 | 1 << 24, SYS_unlinkat, 0x06, 0x00050001, 0x06, 0x7fff0000
#define MAKE_REGULAR (1 << 8)

TEST(confines, "filters system calls, and denies what no rule of landlock allows") {
    need_root();
    int out = capture(1);
    struct ci_core *core = core_of_addon();
    char script[2048];
    write_text(path_in("file"), "x");
    snprintf(script, sizeof script, "rm %s/file 2>/dev/null || echo kept", folder());
    CHECK_TEXT(say_after(core, out, INTS(NO_REMOVAL), NULL, script), "kept\n");
    const struct ci_ints *rules =
        INTS(CI_STEP_landlock_begin, 2, MAKE_REGULAR, 0, CI_STEP_landlock_allow, 3, 0, MAKE_REGULAR, 0,
             CI_STEP_landlock_allow, 3, 1, MAKE_REGULAR, 0, CI_STEP_landlock_enforce, 0,
             /* Another set of rules, which has to allow as well. */
             CI_STEP_landlock_begin, 2, 1 << 1, 0, CI_STEP_landlock_allow, 3, 0, 1 << 1, 0,
             CI_STEP_landlock_allow, 3, 2, 1 << 1, 0, CI_STEP_landlock_enforce, 0);
    CHECK(mkdir(path_in("in"), 0755) == 0 && mkdir(path_in("out"), 0755) == 0);
    snprintf(script, sizeof script,
             "(: > %s/in/a) 2>/dev/null && echo made; (: > %s/out/a) 2>/dev/null || echo not made; "
             "(echo > %s/file) 2>/dev/null || echo not written",
             folder(), folder(), folder());
    CHECK_TEXT(say_after(core, out, rules, LIST(path_in("in"), path_in("file"), "/dev/null"), script),
               "made\nnot made\nnot written\n");
    ci_core_free(core);
}
