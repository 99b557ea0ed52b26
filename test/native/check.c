/* check.c: what check.h promises. */
#define _GNU_SOURCE
#include "check.h"

#include <dirent.h>
#include <fcntl.h>
#include <ftw.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <time.h>
#include <unistd.h>

#include "guard.h"

#define PATIENCE_MS 20000

static struct test *tests;
/* Our own stderr, wherever the case puts the descriptor 2. */
static int report_fd = 2;
static char own_folder[256];

void test_register(struct test *test) {
    test->next = tests;
    tests = test;
}

static void (*clean_up)(void);

void at_end(void (*wanted)(void)) { clean_up = wanted; }

static void end_case(void) {
    void (*once)(void) = clean_up;
    clean_up = NULL;
    if (once) once();
}

_Noreturn void check_failed(const char *file, int line, const char *format, ...) {
    va_list arguments;
    const char *slash = strrchr(file, '/');
    dprintf(report_fd, "%s:%d: ", slash ? slash + 1 : file, line);
    va_start(arguments, format);
    vdprintf(report_fd, format, arguments);
    va_end(arguments);
    dprintf(report_fd, "\n");
    end_case();
    _exit(1);
}

void check_text(const char *file, int line, const char *what, const char *actual, const char *wanted) {
    if (!actual || strcmp(actual, wanted) != 0)
        check_failed(file, line, "%s is \"%s\", not \"%s\"", what, actual ? actual : "(null)", wanted);
}

void need_root(void) {
    if (geteuid() != 0) FAIL("this case needs root: run the native tests as root");
}

/* ---- operations ------------------------------------------------------------------------------------------------ */

static struct ci_result call(struct ci_core *core, const char *name, va_list list) {
    for (size_t i = 0; i < ci_op_count; i++) {
        if (strcmp(ci_ops[i].name, name) != 0) continue;
        char types[CI_OP_MAX_ARGUMENTS];
        union ci_argument arguments[CI_OP_MAX_ARGUMENTS];
        const size_t count = ci_op_types(&ci_ops[i], types);
        for (size_t at = 0; at < count; at++) {
            switch (types[at]) {
                case 'i': arguments[at].number = va_arg(list, int); break;
                case 's': {
                    const char *text = va_arg(list, const char *);
                    arguments[at].string = (struct ci_string){text, strlen(text)};
                    break;
                }
                case 'l': {
                    const char *const *items = va_arg(list, const char *const *);
                    size_t length = 0;
                    while (items[length]) length++;
                    arguments[at].list = (struct ci_strings){items, length};
                    break;
                }
                case 'n': arguments[at].ints = *va_arg(list, const struct ci_ints *); break;
                default: FAIL("operation %s has a parameter of type %c", name, types[at]);
            }
        }
        struct ci_result result = {0, NULL, 0};
        ci_ops[i].call(core, arguments, &result);
        return result;
    }
    FAIL("there is no operation %s", name);
}

int64_t op(struct ci_core *core, const char *name, ...) {
    va_list list;
    va_start(list, name);
    struct ci_result result = call(core, name, list);
    va_end(list);
    free(result.text);
    return result.number;
}

char *op_text(struct ci_core *core, int64_t *ret_error, size_t *ret_length, const char *name, ...) {
    va_list list;
    va_start(list, name);
    struct ci_result result = call(core, name, list);
    va_end(list);
    *ret_error = result.number;
    if (!result.text) return NULL;
    char *text = malloc(result.length + 1);
    CHECK(text != NULL);
    memcpy(text, result.text, result.length);
    text[result.length] = 0;
    free(result.text);
    if (ret_length) *ret_length = result.length;
    return text;
}

int64_t open_listener(struct ci_core *core, int kind, const char *address, int port) {
    int64_t result;
    char *answer = op_text(core, &result, NULL, "listener_open", kind, address, port, 0, 16, NO_INTS, NO_LIST, 0666, -1, -1);
    if (answer) result = atoi(answer);
    free(answer);
    return result;
}

/* The steps of the request that was made last, as numbers of the table. */
static int last_steps[32];
static size_t last_count;

int failed_step(struct event event) {
    const int index = event.b - CI_FAILURE_STEP;
    return index >= 0 && (size_t)index < last_count ? last_steps[index] : -1;
}

struct steps {
    int32_t numbers[4096];
    size_t count;
    const char *texts[17];
    size_t text_count;
};

static void add_step(struct steps *steps, int step, size_t count, const int32_t *operands) {
    CHECK(last_count < sizeof last_steps / sizeof *last_steps && steps->count + count + 2 < 4096);
    last_steps[last_count++] = step;
    steps->numbers[steps->count++] = step + 77 * CI_STEP_EXIT;
    steps->numbers[steps->count++] = (int32_t)count;
    for (size_t i = 0; i < count; i++) steps->numbers[steps->count++] = operands[i];
}

int64_t spawn_request(struct ci_core *core, const struct request *request) {
    const char *const path[] = {"PATH=/usr/bin:/bin", NULL};
    const char *const self[] = {request->file, NULL};
    static struct steps steps;
    steps.count = steps.text_count = last_count = 0;
    for (size_t i = 0; request->texts && request->texts[i]; i++) steps.texts[steps.text_count++] = request->texts[i];
    for (size_t at = 0; request->steps && at < request->steps->count;) {
        const int32_t *step = request->steps->items + at;
        add_step(&steps, step[0], (size_t)step[1], step + 2);
        at += 2 + (size_t)step[1];
    }
    if (request->groups || (request->flags & 4))
        add_step(&steps, CI_STEP_groups, request->groups ? request->groups->count : 0,
                 request->groups ? request->groups->items : NULL);
    if (request->has_identity && request->gid >= 0) add_step(&steps, CI_STEP_group, 1, &(int32_t){request->gid});
    if (request->has_identity && request->uid >= 0) add_step(&steps, CI_STEP_user, 1, &(int32_t){request->uid});
    if (request->has_umask) add_step(&steps, CI_STEP_umask, 1, &(int32_t){request->umask});
    steps.texts[steps.text_count] = request->directory ? request->directory : "/";
    const int32_t directory[] = {(int32_t)steps.text_count++, request->flags & 1};
    add_step(&steps, CI_STEP_directory, 2, directory);
    steps.texts[steps.text_count] = NULL;
    return op(core, "spawn", request->name ? request->name : "case", request->file,
              request->argv ? request->argv : self, request->environment ? request->environment : path,
              request->stdio ? request->stdio : INTS(-1, -1, -1),
              request->descriptors ? request->descriptors : NO_INTS, request->cgroup ? request->cgroup : "",
              request->flags & 2, &(const struct ci_ints){steps.numbers, steps.count}, steps.texts,
              request->identifier ? request->identifier : "", request->lines ? request->lines : 6 + 7 * 16 + 256);
}

/* ---- events ---------------------------------------------------------------------------------------------------- */

static struct event kept[4096];
static size_t kept_count;

static void collect(struct ci_core *core) {
    size_t count;
    const int32_t *events = ci_core_events(core, &count);
    for (size_t i = 0; i < count; i++) {
        CHECK(kept_count < sizeof kept / sizeof *kept);
        memcpy(&kept[kept_count++], events + i * CI_EVENT_WIDTH, CI_EVENT_WIDTH * sizeof *events);
    }
    ci_core_forget_events(core);
}

bool take_event(struct ci_core *core, enum ci_event_kind kind, int64_t a, struct event *ret_event) {
    collect(core);
    for (size_t i = 0; i < kept_count; i++) {
        if (kept[i].kind != (int32_t)kind || kept[i].a != a) continue;
        *ret_event = kept[i];
        /* How it ended, and whether it left its process group empty, are two answers in one number. */
        if (kind == CI_EVENT_EXITED) {
            ret_event->alone = (kept[i].b & 4) != 0;
            ret_event->b = kept[i].b & ~4;
        }
        memmove(kept + i, kept + i + 1, (--kept_count - i) * sizeof *kept);
        return true;
    }
    return false;
}

int64_t now_ms(void) {
    struct timespec now;
    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

struct event await_event(struct ci_core *core, enum ci_event_kind kind, int64_t a) {
    const int64_t end = now_ms() + PATIENCE_MS;
    struct event event;
    while (!take_event(core, kind, a, &event)) {
        if (now_ms() > end) FAIL("no event of kind %d about %lld came", (int)kind, (long long)a);
        CHECK(ci_core_dispatch(core, 100) >= 0);
    }
    return event;
}

int await_exit(struct ci_core *core, int64_t pid) {
    const struct event event = await_event(core, CI_EVENT_EXITED, pid);
    return event.b == 0 ? event.c : 128 + event.c;
}

struct ci_core *core_bare(unsigned flags) {
    struct ci_core *core;
    CHECK_INT(ci_core_new(flags, &core), 0);
    return core;
}

struct ci_core *core_of_addon(void) {
    struct ci_core *core = core_bare(0);
    CHECK_INT(op(core, "reap_all", takes_orphans()), 0);
    return core;
}

struct ci_core *core_of_host(void) {
    sigset_t all;
    sigfillset(&all);
    sigprocmask(SIG_SETMASK, &all, NULL);
    struct ci_core *core = core_bare(CI_CORE_SIGNALFD);
    CHECK_INT(op(core, "reap_all", takes_orphans()), 0);
    return core;
}

/* ---- files and streams ------------------------------------------------------------------------------------------ */

static pid_t folder_owner;

static int remove_entry(const char *path, const struct stat *status, int kind, struct FTW *walk) {
    (void)status, (void)kind, (void)walk;
    return remove(path);
}

static void remove_folder(void) {
    if (own_folder[0] && getpid() == folder_owner) nftw(own_folder, remove_entry, 16, FTW_DEPTH | FTW_PHYS);
}

const char *folder(void) {
    if (own_folder[0]) return own_folder;
    const char *base = getenv("NATIVE_TEST_FOLDER");
    CHECK(base != NULL);
    snprintf(own_folder, sizeof own_folder, "%s/XXXXXX", base);
    CHECK(mkdtemp(own_folder) != NULL);
    /* Children of other users look inside. */
    CHECK(chmod(own_folder, 0755) == 0);
    folder_owner = getpid();
    atexit(remove_folder);
    return own_folder;
}

const char *path_in(const char *name) {
    static char paths[8][512];
    static int next;
    char *path = paths[next++ % 8];
    snprintf(path, sizeof paths[0], "%s/%s", folder(), name);
    return path;
}

void write_text(const char *path, const char *text) {
    FILE *file = fopen(path, "w");
    CHECK(file != NULL);
    CHECK(fputs(text, file) >= 0);
    CHECK(fclose(file) == 0);
}

const char *read_text(const char *path) {
    static char text[262144];
    FILE *file = fopen(path, "r");
    text[0] = 0;
    if (!file) return text;
    text[fread(text, 1, sizeof text - 1, file)] = 0;
    fclose(file);
    return text;
}

const char *await_text(const char *path) {
    for (int64_t end = now_ms() + PATIENCE_MS; now_ms() < end; sleep_ms(2)) {
        const char *text = read_text(path);
        /* Whole lines only: the writer may be in the middle of one. */
        if (text[0] && text[strlen(text) - 1] == '\n') return text;
    }
    FAIL("nothing was written to %s", path);
}

int capture(int descriptor) {
    int fds[2];
    CHECK(pipe2(fds, O_CLOEXEC) == 0);
    CHECK(fcntl(fds[0], F_SETFL, O_NONBLOCK) == 0);
    CHECK(dup2(fds[1], descriptor) == descriptor);
    close(fds[1]);
    return fds[0];
}

const char *captured(int descriptor) {
    static char text[1048576];
    size_t length = 0;
    ssize_t got;
    while ((got = read(descriptor, text + length, sizeof text - 1 - length)) > 0) length += (size_t)got;
    text[length] = 0;
    return text;
}

int count_descriptors(void) {
    int count = 0;
    DIR *directory = opendir("/proc/self/fd");
    CHECK(directory != NULL);
    while (readdir(directory)) count++;
    closedir(directory);
    return count;
}

void sleep_ms(int millis) {
    const struct timespec pause = {millis / 1000, millis % 1000 * 1000000L};
    nanosleep(&pause, NULL);
}

static int run_case(const struct test *test) {
    report_fd = fcntl(2, F_DUPFD_CLOEXEC, 900);
    test->run();
    end_case();
    return 0;
}

int main(int argc, char **argv) {
    const bool list = argc == 2 && strcmp(argv[1], "--list") == 0;
    for (const struct test *test = tests; argc == 2 && test; test = test->next) {
        const char *slash = strrchr(test->file, '/');
        if (list) printf("%s\t%s\n", slash ? slash + 1 : test->file, test->name);
        else if (strcmp(test->name, argv[1]) == 0) return guard(run_case, test);
    }
    if (list) return 0;
    fprintf(stderr, "usage: %s --list | <name of a case>\n", argv[0]);
    return 2;
}
