/* check.h: the whole of our C test framework, and the few helpers that every case needs.
 *
 * A case registers itself; the program lists the cases (--list) or runs one by its name, in a process of its own, so
 * that each has its own children, signals and descriptors. A failed CHECK says where and ends the process. Around it is
 * another one, which ends the case when it takes too long, and in any case whatever processes it has left. */
#ifndef CHECK_H
#define CHECK_H

#include <errno.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

#include "ci.h"

struct test {
    const char *name;
    const char *file;
    void (*run)(void);
    struct test *next;
};
void test_register(struct test *test);

/* The name is a sentence about what the core does. */
#define TEST(id, sentence)                                                \
    static void id(void);                                                 \
    static struct test id##_test = {sentence, __FILE__, id, NULL};        \
    __attribute__((constructor)) static void id##_register(void) { test_register(&id##_test); } \
    static void id(void)

_Noreturn void check_failed(const char *file, int line, const char *format, ...) __attribute__((format(printf, 3, 4)));
#define FAIL(...) check_failed(__FILE__, __LINE__, __VA_ARGS__)
#define CHECK(condition) \
    do { if (!(condition)) FAIL("%s", #condition); } while (0)
#define CHECK_INT(actual, wanted)                                                              \
    do {                                                                                       \
        const int64_t check_actual = (int64_t)(actual), check_wanted = (int64_t)(wanted);      \
        if (check_actual != check_wanted)                                                      \
            FAIL("%s is %lld, not %lld", #actual, (long long)check_actual, (long long)check_wanted); \
    } while (0)
#define CHECK_TEXT(actual, wanted) check_text(__FILE__, __LINE__, #actual, actual, wanted)
void check_text(const char *file, int line, const char *what, const char *actual, const char *wanted);
/* Called at the end of the case, be it good or bad. */
void at_end(void (*clean_up)(void));
/* Ends the case as failed where it does not run as root: it must not look as if it had passed. */
void need_root(void);

/* Calls an operation by its name. Arguments by the letters of its parameters: i int, s const char *, l const char
 * *const * (ended by NULL), n const struct ci_ints *. */
int64_t op(struct ci_core *core, const char *name, ...);
/* As op(), for an operation that answers text. NULL: it answered a number, in *ret_error. The text is the caller's. */
char *op_text(struct ci_core *core, int64_t *ret_error, size_t *ret_length, const char *name, ...);

/* A plain listener: the descriptor that listener_open answers with, or a negative errno. */
int64_t open_listener(struct ci_core *core, int kind, const char *address, int port);

#define INTS(...) (&(const struct ci_ints){(const int32_t[]){__VA_ARGS__}, sizeof((const int32_t[]){__VA_ARGS__}) / 4})
#define NO_INTS (&(const struct ci_ints){NULL, 0})
#define NO_LIST ((const char *const[]){NULL})
#define LIST(...) ((const char *const[]){__VA_ARGS__, NULL})

/* What to spawn; what is not said is as a plain service has it, with all three streams at the null device. */
struct request {
    const char *name, *file, *directory, *cgroup, *identifier;
    const char *const *argv, *const *environment;
    bool has_identity;
    int uid, gid;
    const struct ci_ints *groups, *descriptors, *stdio;
    bool has_umask;
    int umask;
    int flags; /* 1 a missing directory is no failure, 2 ignore SIGPIPE, 4 set the groups even if there are none */
    /* Done ahead of what the fields above ask for: number (and leniency), count of operands, operands. */
    const struct ci_ints *steps;
    const char *const *texts;
    int lines; /* as the operation has it; 0: as a plain service */
};
int64_t spawn_request(struct ci_core *core, const struct request *request);
#define SPAWN(core, ...) spawn_request(core, &(const struct request){__VA_ARGS__})
/* A shell that runs `script`. */
#define SHELL(script) .file = "/bin/sh", .argv = LIST("sh", "-c", script)

struct event {
    int32_t kind, a, b, c;
    bool alone; /* of an exit: its process group is empty */
};
/* The step, by its number in the table, that the last request failed with; its exit code is 77. */
int failed_step(struct event event);
/* Waits for an event of this kind about `a`; others are kept for later. Fails the case after a long while. */
struct event await_event(struct ci_core *core, enum ci_event_kind kind, int64_t a);
/* Whether there is such an event by now, without waiting. Takes it if so. */
bool take_event(struct ci_core *core, enum ci_event_kind kind, int64_t a, struct event *ret_event);
/* Waits for the end of a process of ours: its exit code, or 128 and the signal. */
int await_exit(struct ci_core *core, int64_t pid);

/* A core that reaps all, with signals by handler, as the addon has it; or with a signalfd, as the executable has it. */
struct ci_core *core_of_addon(void);
struct ci_core *core_of_host(void);
/* For names that other cases at the same time do not have. */
int own_number(void);
/* Whether reap_all has to ask the kernel for them. */
int takes_orphans(void);
struct ci_core *core_bare(unsigned flags);

/* A folder of this case's own, removed at its end. */
const char *folder(void);
/* `folder/name`; overwritten by the eighth call after. */
const char *path_in(const char *name);
void write_text(const char *path, const char *text);
/* All of a file, in a buffer that the next call reuses. */
const char *read_text(const char *path);
/* Waits until the file is there and not empty. */
const char *await_text(const char *path);

/* Puts a pipe in the place of our stdout (1) or stderr (2), before the core is made; answers the reading end. */
int capture(int descriptor);
/* What the pipe holds now, read without waiting. The next call reuses the buffer. */
const char *captured(int descriptor);
int count_descriptors(void);
int64_t now_ms(void);
void sleep_ms(int millis);

#endif
