/* ci.h: the one public header of the core: what container-init needs from Linux, without any JavaScript in it.
 *
 * A `struct ci_core` is one single-threaded event source. Its owner waits on ci_core_fd(), calls ci_core_dispatch(),
 * and takes the events that piled up. Everything else is an operation of the table in ci_ops.def, called by name and
 * signature, so that a binding is one trampoline and not one function an operation.
 *
 * Conventions: negative errno on failure; outputs named ret_ are untouched on failure; nothing here blocks on a child.
 */
#ifndef CI_H
#define CI_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct ci_core;

enum ci_core_flags {
    /* Every signal is already blocked in this (single) thread: read them from a signalfd. Without it, handlers that
     * write to a pipe are installed for the signals asked for, as a many-threaded host needs. */
    CI_CORE_SIGNALFD = 1,
    /* A thread runs the relays, so that whoever owns the core delays no byte of theirs. */
    CI_CORE_RELAY_THREAD = 2,
};

/* An event is four numbers: its kind and three operands. */
enum ci_event_kind {
    CI_EVENT_STARTED = 1,  /* pid, step that failed or 0 once exec succeeded, errno */
    CI_EVENT_EXITED = 2,   /* pid, 0 exited | 1 killed | 2 killed with a core dump (+4: its
                            * process group is empty), exit code or signal */
    CI_EVENT_SIGNAL = 3,   /* signal, sender's pid or 0, how often (standard signals may coalesce) */
    CI_EVENT_READABLE = 4, /* descriptor that was watched (once), 1 if its other end is gone, 0 */
    CI_EVENT_EMPTY = 5,    /* group watch, 0, 0: the group holds no process any more */
    CI_EVENT_UNPLACED = 6, /* pid, errno, 0: could not be moved into its cgroup and runs outside */
    CI_EVENT_FILE = 7,     /* watch of file_watch (-1: all of them), what happened as bits of inotify(7), 0 */
    CI_EVENT_CLOCK = 8,    /* 0, 0, 0: the wall clock was set */
    CI_EVENT_REFUSED = 9,  /* pid, number of a step that was refused and passed over (from 0), errno */
    CI_EVENT_RELAY = 10,   /* relay, 1 no client for its idle time | 2 a client was refused | 3 cannot accept |
                            * 4 has as many clients as it may, errno of 2 and 3 */
};
#define CI_EVENT_WIDTH 4

/* What the child was doing when it failed. */
enum ci_failure {
    CI_FAILURE_NONE,
    CI_FAILURE_SESSION,
    CI_FAILURE_STDIO,
    CI_FAILURE_DESCRIPTORS,
    CI_FAILURE_EXEC,
    CI_FAILURE_STEP = 16, /* plus the number of the step, from 0 */
};

/* The steps of ci_steps.def, from 1. */
enum ci_step {
    CI_STEP_NONE,
#define CI_STEP(name, shares, operands, documentation) CI_STEP_##name,
#include "ci_steps.def"
#undef CI_STEP
};
/* What to do about a failure of a step. */
enum ci_leniency { CI_STEP_FORGIVE = 256, CI_STEP_OPTIONAL = 512 };
#define CI_STEP_EXIT 65536

int ci_core_new(unsigned flags, struct ci_core **ret_core);
/* Releases what the core holds; processes are left alone. */
void ci_core_free(struct ci_core *core);
/* Readable when ci_core_dispatch() has something to do. */
int ci_core_fd(const struct ci_core *core);
/* Whether nothing is being waited for: no event can come any more. */
bool ci_core_is_idle(const struct ci_core *core);
/* Handles what is ready, waiting at most `timeout_ms` (-1: for ever) for something to be. */
int ci_core_dispatch(struct ci_core *core, int timeout_ms);
/* The events since the last ci_core_forget_events(): CI_EVENT_WIDTH numbers each. */
const int32_t *ci_core_events(const struct ci_core *core, size_t *ret_count);
void ci_core_forget_events(struct ci_core *core);

/* Writes out what services and we ourselves have said so far; waits at most `timeout_ms` for readers that stall. */
void ci_core_drain(struct ci_core *core, int timeout_ms);

/* Ends every process this one answers for: SIGTERM, at most `grace_ms`, SIGKILL, until all are reaped. PID 1 means
 * every process of its namespace; anybody else means its descendants. True if SIGKILL was needed. */
bool ci_terminate_all(struct ci_core *core, int grace_ms);
/* Writes one whole line about ourselves to stderr without allocating; for the moment when nothing else works. */
void ci_last_words(const char *text, const char *detail);

/* ---- the operation table ------------------------------------------------------------------------------------- */

struct ci_string {
    const char *text; /* NUL-terminated */
    size_t length;
};
struct ci_strings {
    const char *const *items; /* each NUL-terminated; the list ends with NULL */
    size_t count;
};
struct ci_ints {
    const int32_t *items;
    size_t count;
};
union ci_argument {
    int64_t number;
    struct ci_string string;
    struct ci_strings list;
    struct ci_ints ints;
};
/* A number, or text that the binding frees with free(). */
struct ci_result {
    int64_t number;
    char *text;
    size_t length;
};

#define CI_OP_MAX_ARGUMENTS 16
typedef void (*ci_operation)(struct ci_core *core, const union ci_argument *arguments, struct ci_result *result);
struct ci_op {
    const char *name;
    const char *parameters; /* "name:type name:type ..."; a type is int, string, list or ints */
    ci_operation call;
};
extern const struct ci_op ci_ops[];
extern const size_t ci_op_count;
/* One letter a parameter: i s l n. Returns how many there are. */
size_t ci_op_types(const struct ci_op *op, char ret_types[CI_OP_MAX_ARGUMENTS]);

#endif
