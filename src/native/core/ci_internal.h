/* ci_internal.h: what the files of the core share with each other and with nobody else. */
#ifndef CI_INTERNAL_H
#define CI_INTERNAL_H

#include <dirent.h>
#include <netinet/in.h>
#include <signal.h>
#include <sys/socket.h>
#include <sys/types.h>
#include <sys/un.h>
#include <time.h>

#include "ci.h"

/* One descriptor in an epoll set. Embedded at the head of what it belongs to; a source that goes away while a batch of
 * ready descriptors is being handled stays allocated until the batch is done (ci_loop_retire). */
struct ci_source {
    void (*ready)(struct ci_core *core, struct ci_source *source, uint32_t events);
    struct ci_source *next_retired;
    int fd;
    bool watched, retired;
};

/* An epoll set. */
struct ci_loop {
    int epoll_fd;
    struct ci_source *retired;
    size_t watched; /* sources in the set */
    bool dispatching;
    bool threaded; /* another thread may be about to handle what is retired meanwhile */
};
#define CI_LOOP_BATCH 64
struct epoll_event;
int ci_loop_open(struct ci_loop *loop);
void ci_loop_close(struct ci_loop *loop);
int ci_loop_watch(struct ci_loop *loop, struct ci_source *source, uint32_t events);
void ci_loop_unwatch(struct ci_loop *loop, struct ci_source *source);
/* Closes the descriptor and frees the allocation that begins with `source`, now or after the batch. */
void ci_loop_retire(struct ci_loop *loop, struct ci_source *source);
/* Waits for at most CI_LOOP_BATCH ready descriptors; answers how many there are. */
int ci_loop_wait(struct ci_loop *loop, struct epoll_event *ret_ready, int timeout_ms);
void ci_loop_handle(struct ci_loop *loop, struct ci_core *core, const struct epoll_event *ready, int count);
/* The same with the core's own set. */
int ci_source_watch(struct ci_core *core, struct ci_source *source, uint32_t events);
void ci_source_unwatch(struct ci_core *core, struct ci_source *source);
void ci_source_retire(struct ci_core *core, struct ci_source *source);

/* Where lines go: our own stdout or stderr. While its reader stalls, the pumps that write to it are paused. */
struct ci_stream {
    struct ci_source writable; /* waits for room; its fd is the stream's */
    bool may_block, stalled;
    bool is_own;    /* the descriptor is our own opening of the stream, and does not block */
    bool is_socket;
    bool is_terminal, has_colour;
    char *backlog; /* our own log texts not yet written; stderr only */
    size_t backlog_length, backlog_capacity;
    unsigned dropped;      /* log texts lost to a full backlog */
};

struct ci_pump;
struct ci_sink;
struct ci_trace;
struct ci_child;
struct ci_group;
struct ci_watch;

/* Longer lines are cut into pieces of this size. */
#define CI_LINE_MAX 16384
/* Names before and in lines; longer ones are cut. */
#define CI_NAME_MAX 256
/* The longest line in its longest spelling: six characters a byte in JSON. */
#define CI_RENDERED_MAX (6 * (CI_LINE_MAX + 2 * CI_NAME_MAX) + 512)

#define CI_CHILD_BUCKETS 256
struct ci_core {
    struct ci_loop loop;
    unsigned flags;
    bool reaps_all;
    int null_fd;
    int32_t *events;
    size_t event_count, event_capacity; /* in numbers, not in events */

    struct ci_child *children[CI_CHILD_BUCKETS];
    int64_t orphans;
    struct ci_group *groups;
    struct ci_killed *killed; /* cgroups that cgroup.kill was used on */
    int32_t next_group;
    bool foreign_ended;    /* some process ended that its own parent has to reap */
    struct ci_source look; /* a timer, while some group tells nobody that it is empty; its fd is -1 until then */
    struct ci_pump *pumps;
    struct ci_sink *sinks;       /* files that services write to */
    struct ci_stream streams[2]; /* stdout, stderr */
    bool says_json;              /* how lines are written there */

    struct ci_source signals;
    sigset_t signals_taken;
    int signal_pipe_write;

    struct ci_trace *trace;    /* where the boot trace goes; NULL without one */
    DIR *processes;            /* where process_memory is; NULL if it is nowhere */
    bool processes_without_ours;
    struct ci_watch *watches;  /* of descriptor_watch */
    struct ci_relays *relays; /* NULL until the first one */
    struct ci_plan_block *spare_blocks; /* for the next children */
    size_t spare_block_count;
    uint64_t ignored;         /* signals that are ignored, one bit each; 0: not asked yet */
    struct ci_source files;   /* the inotify instance; its fd is -1 until somebody watches a file */
    struct ci_source clock;   /* a timer that is cancelled when the clock is set; its fd is -1 until somebody asks */
    char scratch[65536 + 4096]; /* what is read into; one reader at a time */
    time_t second;              /* the time of the last JSON line, to the second, and its text */
    char second_text[24];
    char rendered[CI_RENDERED_MAX]; /* the line that is being written */
};

/* Appends an event; without memory for it the process cannot keep its promises and ends. */
void ci_emit(struct ci_core *core, enum ci_event_kind kind, int32_t a, int32_t b, int32_t c);

/* A process we started and have not reaped, or one that was adopted and has not ended. */
struct ci_child {
    struct ci_child *next;
    pid_t pid;
    bool started;              /* the `started` event is out */
    struct ci_source *status;  /* exec-status pipe, NULL once read */
    struct ci_plan_block *block; /* what the child reads and its stack, NULL once it has exec'd */
    struct ci_source *pidfd;   /* NULL where the reaper tells of it */
    bool is_foreign;           /* adopted, and not ours to reap when this was last known; has a pidfd */
    struct ci_pump *pumps[2];
};
struct ci_child *ci_child_find(struct ci_core *core, pid_t pid);
int ci_child_add(struct ci_core *core, pid_t pid, struct ci_child **ret_child);
void ci_child_drop(struct ci_core *core, struct ci_child *child);
/* Watches a child by pidfd, where not everything is reaped. */
int ci_child_watch(struct ci_core *core, struct ci_child *child, int pidfd);
/* The same, whoever is reaped. Takes the descriptor. */
int ci_child_watch_pidfd(struct ci_core *core, struct ci_child *child, int pidfd);
/* Reads what the exec-status pipe holds and emits `started` when it has ended. */
void ci_child_read_status(struct ci_core *core, struct ci_child *child);
/* Reaps all that can be reaped now. */
void ci_reap(struct ci_core *core);

/* What the child is to do: its own copy, which stays in place until it has exec'd or is reaped. */
struct ci_child_plan {
    char *file;
    char **argv, **environment;
    int32_t *descriptors;
    size_t descriptor_count;
    const int32_t *steps; /* as the spawn operation has them */
    size_t step_length;   /* in numbers */
    char **texts;
    int stdio[3];
    int status_fd;
    int cgroup_procs; /* cgroup.procs to write itself into, or -1 */
    bool shares;      /* no step keeps it from sharing our memory */
    uint64_t reset;   /* signals to be given back their default, one bit each, SIGHUP's the lowest */
    unsigned flags;
};
#define CI_DESCRIPTORS_MAX 64
enum { CI_SPAWN_IGNORE_SIGPIPE = 2 };
/* What the child says over the status pipe: a failure, after which it leaves; or with CI_FAILURE_NONE a failed cgroup
 * placement; or, below 0, that step -1 - `failure` was refused and passed over. */
struct ci_child_report {
    int32_t failure, error;
};
/* Says it; if the parent is gone there is nobody to tell. */
void ci_child_report(int status_fd, int failure, long error);
/* Ends the child. */
_Noreturn void ci_child_leave(int code);

/* Reads one step behind the other; see ci_step.c. */
struct ci_step_call {
    const struct ci_child_plan *plan;
    const int32_t *operands;
    size_t count;
    struct ci_step_state *state;
};
/* What steps leave to those after them. */
#define CI_TREES_MAX 512
struct ci_step_state {
    int trees[CI_TREES_MAX]; /* slots: a descriptor, or -1 */
    int landlock;            /* a set of rules, or -1 */
    int32_t copied;          /* bytes of files */
    int root;                /* what files are made and removed in, or -1 for where all the others are, too */
};
/* A step answers 0 or a negative errno. */
#define CI_STEP(name, shares, operands, documentation) long ci_step_##name(const struct ci_step_call *call);
#include "ci_steps.def"
#undef CI_STEP
/* The way to a directory from `root`, -1 for the machine's, without links that somebody else than root has put there:
 * -ENOLINK. What is missing on it is made, the last part with this mode, unless `mode` is below 0. Answers a descriptor
 * for a place (O_PATH). */
long ci_folder_open(int root, const char *path, long mode, bool *ret_made);
/* The directory that the last part of the path is in. */
long ci_folder_of(int root, const char *path, bool make, const char **ret_name);
/* open(2), without such links. */
long ci_folder_file(const char *path, long flags, long permissions);
/* The operand as text, and the number in two operands. */
const char *ci_step_text(const struct ci_step_call *call, size_t operand);
uint64_t ci_step_wide(const struct ci_step_call *call, size_t operand);
/* Puts a descriptor in the place of a standard stream, without the original; between the clone and exec. */
long ci_stream_place(long fd, int stream);
/* Does all steps of the plan, or ends the child. */
void ci_steps_run(const struct ci_child_plan *plan, int status_fd);
/* -EINVAL for steps that cannot be read. Tells whether all of them may be done in shared memory. */
int ci_steps_check(const struct ci_ints *steps, size_t text_count, bool *ret_shares);

/* Between the clone and exec: no allocation, no lock, no C library state. */
_Noreturn void ci_child_run(const struct ci_child_plan *plan);

/* A plan with the memory it points into and the stack of its child. Made from the arguments of the spawn operation,
 * stdio and pipes left to the caller. */
struct ci_plan_block {
    size_t size;
    void *stack;
    size_t stack_size;
    struct ci_plan_block *next; /* spare */
    struct ci_child_plan plan;
};
int ci_plan_new(struct ci_core *core, const union ci_argument *arguments, struct ci_plan_block **ret_block);
/* Keeps a few for the next. */
void ci_plan_free(struct ci_core *core, struct ci_plan_block *block);
void ci_plan_free_all(struct ci_core *core);

/* Makes the child run the plan, placed in the cgroup if the kernel does that. Answers its pid, -1 with errno set. Without
 * `ret_pidfd` there is no pidfd. */
pid_t ci_clone(struct ci_child_plan *plan, int cgroup_fd, void *stack, size_t stack_size, int *ret_pidfd,
               bool *ret_placed);

/* How the lines of a service are called and which are kept: SyslogIdentifier=, SyslogLevel=, SyslogLevelPrefix= and
 * LogLevelMax= of systemd.exec(5). */
struct ci_label {
    const char *unit;       /* with its suffix */
    const char *identifier; /* empty: the unit's name without its suffix */
    int level;              /* of a line that says none */
    int level_max;          /* lines of higher numbers are dropped */
    bool takes_level;       /* `<3>` at the beginning of a line is its level */
};
/* Lines from a pipe to a stream. Answers the writing end, which is the caller's to close. */
int ci_pump_new(struct ci_core *core, const struct ci_label *label, struct ci_stream *target, int *ret_write_fd,
                struct ci_pump **ret_pump);
/* Bytes as they come from a pipe to a file. The pump closes the writing end once nobody owns it. */
int ci_pump_new_raw(struct ci_core *core, struct ci_sink *sink, int *ret_write_fd, struct ci_pump **ret_pump);
/* A child record points to the pump: it stays until ci_pump_forget() even if its pipe ends. */
void ci_pump_own(struct ci_pump *pump);
/* The writing end of a raw pump, -1 once it is closed. */
int ci_pump_write_fd(const struct ci_pump *pump);
/* Closes the writing end if nobody owns the pump. */
void ci_pump_settle(struct ci_pump *pump);
/* Takes what the pipe holds now and ends the last line even if it is not terminated. */
void ci_pump_flush(struct ci_core *core, struct ci_pump *pump);
/* Goes on with the pumps that waited for this stream. */
void ci_pump_resume(struct ci_core *core, struct ci_stream *target);
/* The pump's child is gone: nobody but the pipe's end frees it from now on. */
void ci_pump_forget(struct ci_core *core, struct ci_pump *pump);
void ci_pump_flush_all(struct ci_core *core);
/* Whether a stalled stream keeps some pump from text, in its hands or still in its pipe. */
bool ci_pump_waiting(const struct ci_core *core);
void ci_pump_free_all(struct ci_core *core);

/* Writes what there is room for; the rest is lost, which is said once. */
void ci_sink_write(struct ci_core *core, struct ci_sink *sink, const char *text, size_t length);
/* This pump of the sink is gone; with the last one the sink is closed. */
void ci_sink_release(struct ci_core *core, struct ci_sink *sink, const struct ci_pump *pump);
/* The pump behind a descriptor that output_file gave; NULL if it is none. */
struct ci_pump *ci_sink_pump(const struct ci_core *core, int fd);
/* Lets go of the pumps that no child has taken. */
void ci_sink_settle(const struct ci_core *core);

/* One line of a service, or a piece of it. */
struct ci_line {
    struct ci_string unit, name, text;
    int level;
    bool has_identifier, goes_on;
};
/* Looks at what the stream is: call once it is open. */
void ci_render_setup(struct ci_stream *stream);
/* Whether lines go to the stream as they are, with their prefix. */
bool ci_render_is_plain(const struct ci_core *core, const struct ci_stream *stream);
/* The line with its newline, in the core's buffer: the next call reuses it. */
struct ci_string ci_render_line(struct ci_core *core, const struct ci_stream *stream, const struct ci_line *line);
struct ci_string ci_render_own(struct ci_core *core, int level, const char *unit, const char *text, size_t length);
/* Where to cut a text that is longer than CI_LINE_MAX: not within a character. */
size_t ci_render_cut(const char *text);

/* Queues a line about ourselves, or about a unit, for stderr. Levels are those of syslog(3). */
void ci_say(struct ci_core *core, int level, const char *unit, const char *text);

void ci_stream_open(struct ci_stream *stream, int fd);
void ci_stream_close(struct ci_core *core, struct ci_stream *stream);
/* Whether a write would go through now; if not, the stream is stalled and resumes its pumps by itself. */
bool ci_stream_ready(struct ci_core *core, struct ci_stream *stream);
/* Writes prefix, text and a newline in one system call where the stream takes it in one; a rest it does not take now is
 * kept. False: it took nothing. */
bool ci_stream_line(struct ci_core *core, struct ci_stream *stream, const char *prefix, size_t prefix_length,
                    const char *text, size_t length);
/* Writes a text that is a whole line, or keeps it for later; past the backlog's limit it is dropped and counted. */
void ci_stream_queue(struct ci_core *core, struct ci_stream *stream, const char *text, size_t length);

/* Checks every watched group and emits `empty` for those that are. */
void ci_group_check(struct ci_core *core);
/* Looks at the groups by a timer from now on, where nobody would tell that one is empty. */
void ci_group_look_if_needed(struct ci_core *core);
void ci_group_free_all(struct ci_core *core);
/* Whether a number may be signalled as a process group: neither everybody's nor our own. */
bool ci_group_is_valid(pid_t leader);
/* The process group that an operand named `leaders` means, 0 for none: see ci_cgroup.c. */
pid_t ci_group_of(int32_t number);
/* Whether cgroup.kill was used on a cgroup. clone3(2) puts no process in there that lives: see ci_kill.c. */
bool ci_killed_has(const struct ci_core *core, const char *cgroup);
/* The cgroup is gone; one of that name is another one. */
void ci_killed_forget(struct ci_core *core, const char *cgroup);
void ci_killed_free_all(struct ci_core *core);
/* 1, 0, or -1 if it cannot be told: then there is nothing to wait for either. */
int ci_cgroup_populated(const char *cgroup);
/* Calls `each` for the processes of a cgroup and of those below it, until it answers false. */
void ci_members_each(const char *cgroup, bool (*each)(void *data, pid_t pid), void *data);

/* The parent's pid, -1 if there is no such process; `ret_state` is a letter of proc(5), or NULL. */
pid_t ci_process_parent(pid_t pid, char *ret_state);
bool ci_process_is_below(pid_t pid, pid_t ancestor);
bool ci_process_in_cgroup(pid_t pid, const char *cgroup);
/* Calls `each` for every process of our namespace, until it answers false. */
void ci_process_each(bool (*each)(void *data, pid_t pid), void *data);

void ci_signal_close(struct ci_core *core);
/* Tells of every watched descriptor that is readable by now. */
void ci_watch_look(struct ci_core *core);
void ci_watch_free_all(struct ci_core *core);
void ci_files_close(struct ci_core *core);
void ci_clock_close(struct ci_core *core);
/* Cuts off every client of every relay. */
void ci_relays_free(struct ci_core *core);

/* sockaddr_vm of vsock(7) and sockaddr_nl of netlink(7), of kernel headers that not every C library has. */
struct ci_vsock {
    sa_family_t family;
    uint16_t reserved;
    uint32_t port, cid;
    uint8_t zero[4];
};
struct ci_netlink {
    sa_family_t family;
    uint16_t reserved;
    uint32_t port, groups;
};
#define CI_AF_VSOCK 40
union ci_address {
    struct sockaddr any;
    struct ci_vsock vsock;
    struct ci_netlink netlink;
    struct sockaddr_in v4;
    struct sockaddr_in6 v6;
    struct sockaddr_un local;
};
/* Numeric IPv4 or IPv6 (with `%interface`), `/path`, `@abstract`, `vsock:CID`, or `netlink:GROUPS`. Answers the address's length, negative errno if the text is none. */
int ci_address_parse(const struct ci_string *text, int64_t port, union ci_address *ret);
/* An address for people, as in unit files. */
void ci_address_format(const union ci_address *address, socklen_t length, char *ret, size_t size);
bool ci_address_equals(const union ci_address *one, socklen_t one_length, const union ci_address *other, socklen_t length);
/* The options that were refused follow the descriptor, each with its errno. */
#define CI_LISTENER_ANSWER_MAX 512
/* Sets pairs of an option of listener_open and its value. What is refused is told as ` OPTION ERRNO`, each. */
int ci_socket_options(int fd, int family, int kind, struct ci_ints options, char *ret_refused, size_t size);
/* The same for those whose values are texts; behind what is told already. */
int ci_socket_texts(int fd, int family, int kind, const struct ci_strings *texts, char *ret_refused, size_t size);
/* The kinds of listener_open that are sockets have the numbers of socket(2). */
enum { CI_LISTENER_FIFO = 0, CI_LISTENER_SPECIAL = 16, CI_LISTENER_SPECIAL_WRITABLE = 17, CI_LISTENER_QUEUE = 18 };
/* A regular file or a device, to be read, or to be written as well. */
int ci_special_open(const char *path, bool writable);
/* A queue of mq_overview(7) to read from, made if it is not there, with this mode and owner. */
int ci_queue_open(const char *name, mode_t mode, uid_t uid, gid_t gid, struct ci_ints options);

/* Whether an error of accept(2) is about the one who came, or one that the network lets pass by: the next one may do
 * better. */
bool ci_accept_is_passing(int error);

/* Gives a copy of the text as the result. */
void ci_result_text(struct ci_result *result, const char *text, size_t length);
/* Path helper: `directory/name` into `ret`, -ENAMETOOLONG if it does not fit. */
int ci_path_join(char *ret, size_t size, const char *directory, const char *name);
int ci_write_file(const char *directory, const char *name, const char *text);
/* Reads at most size-1 bytes and ends them with NUL; answers how many. */
ssize_t ci_read_file(const char *directory, const char *name, char *ret, size_t size);

int64_t ci_now_ms(void);

void ci_trace_free(struct ci_core *core);
/* Writes what was queued since it was last called. */
void ci_trace_settle(struct ci_core *core);
void ci_memory_close(struct ci_core *core);

#define CI_OP(name, result, parameters, documentation) \
    void ci_op_##name(struct ci_core *core, const union ci_argument *arguments, struct ci_result *result_out);
#include "ci_ops.def"
#undef CI_OP

#endif
