/* ci_relay.h: what the files of the relays share: a relay accepts the clients of its listeners (doors), dials its
 * target for each of them, and carries the bytes both ways.
 *
 *   ci_relay.c         the operations, and what a relay is
 *   ci_relay_door.c    accepting, and when not to
 *   ci_relay_dial.c    the way to the target, and waiting for it while it is down
 *   ci_relay_client.c  one client and its connection to the target, from accept to close
 *   ci_relay_flow.c    one direction of it
 *   ci_relay_pipe.c    pipes for bulk
 *   ci_relay_header.c  the PROXY protocol
 *   ci_relay_timer.c   everything that happens by time
 *   ci_relay_thread.c  relays that a thread of their own runs
 *
 * All of it runs in one loop: the core's, or a thread's (CI_CORE_RELAY_THREAD), which holds the lock while it handles a
 * batch. So every function here is called by whoever holds the lock. */
#ifndef CI_RELAY_H
#define CI_RELAY_H

#include <pthread.h>

#include "ci_internal.h"

#define CI_RELAY_NEVER INT64_MAX
/* What is read at once; a read that fills it is taken for the beginning of bulk. */
#define CI_RELAY_BUFFER 65536

enum ci_relay_event { CI_RELAY_IDLE = 1, CI_RELAY_REFUSED = 2, CI_RELAY_UNACCEPTED = 3, CI_RELAY_FULL = 4 };
#define CI_RELAY_EVENTS 5

struct ci_relay_pipe {
    struct ci_relay_pipe *next; /* in the pool */
    int fds[2];
};

/* A socket: the client's (near) or the one to the target (far). The flags are what is known from events and answers of
 * the kernel, as an edge-triggered set needs: nothing is tried that is known to fail. */
struct ci_relay_end {
    struct ci_source source;
    struct ci_relay_client *client;
    uint32_t events; /* what it is watched for */
    int error;       /* it was reset, or cannot be written to any more */
    bool readable, writable;
    bool hung_up;    /* the other side says no more: what can be read now is all there is */
    bool gone;       /* the other side has let go of it altogether */
    bool careful;    /* a read that answers less than it could does not mean that there is no more */
    bool urgent;     /* there was urgent data: splice(2) stops there */
    bool is_tcp;
    bool sent;       /* something was written to it */
    bool delays;     /* TCP_NODELAY is still to be set, of use from the second write on */
};

/* One direction. */
struct ci_relay_flow {
    char *rest; /* bytes that the other side did not take yet */
    size_t rest_offset, rest_length;
    struct ci_relay_pipe *pipe;
    size_t piped; /* bytes in it */
    bool ended;   /* all is read */
    bool done;    /* all is written, and so is the end */
};

enum ci_relay_phase { CI_CLIENT_WAITING, CI_CLIENT_DIALING, CI_CLIENT_CONNECTED, CI_CLIENT_LEAVING, CI_CLIENT_PHASES };

/* Begins with its near end: retiring that frees all of it. */
struct ci_relay_client {
    struct ci_relay_end ends[2];   /* near, far */
    struct ci_relay_flow flows[2]; /* from near to far, from far to near */
    struct ci_relay *relay;
    struct ci_relay_client *previous, *next; /* in the list of its phase */
    uint64_t order;                /* of all that the relay has accepted */
    int64_t since;                 /* when it was accepted, or began to leave */
    enum ci_relay_phase phase;
    bool connected;
    bool has_header;               /* the header is in the flow already, or there is none */
};

struct ci_relay_list {
    struct ci_relay_client *first, *last;
};

/* A listener, or rather a duplicate of it. */
struct ci_relay_door {
    struct ci_source source;
    struct ci_relay *relay;
    struct ci_relay_door *next;
    int flags;       /* of its description, before */
    bool is_tcp;
    bool had_nodelay;
};

struct ci_relay {
    struct ci_relays *set;
    struct ci_relay *next;
    int32_t id;
    struct ci_relay_door *doors;
    union ci_address target;
    socklen_t target_length;
    int64_t connect_ms, idle_ms; /* -1: for ever */
    size_t most;                 /* 0: any number */
    int header;                  /* version, 0: none */

    struct ci_relay_list lists[CI_CLIENT_PHASES]; /* by age */
    size_t count;
    uint64_t accepted;
    bool accepts;         /* it is to */
    bool open;            /* and does: the doors are watched */
    bool closed;          /* forgotten, but some client still takes what its target has said */
    bool starved;         /* no descriptor for a dial: accepting more would not help */
    bool unaccepted_told;
    int64_t paused_until; /* accepting; 0: it is not paused */
    int64_t idle_at, close_at;
    int64_t idle_since; /* when the last client left, or it began to accept */
    bool idled;         /* it was told that nobody comes, and nobody has come since */
    int64_t refused_told_at, full_told_at;

    bool down;               /* the target refuses: one client probes, the others wait */
    bool checked;            /* the target was reached since, and it was not ourselves */
    bool reached;            /* and since it was told to accept */
    struct ci_relay_client *probe;
    int64_t down_since, dial_at; /* when the next one dials; 0: nobody is to */
    unsigned probes;
    int dial_error;

    uint32_t untold; /* events that the thread has for the core, as bits, and their values */
    int32_t values[CI_RELAY_EVENTS];
};

struct ci_relays {
    struct ci_core *core;
    struct ci_loop *loop; /* the core's, or the one below */
    struct ci_relay *first;
    int32_t last_id;
    struct ci_source *timer;
    int64_t timer_at;
    char *buffer; /* CI_RELAY_BUFFER; one user at a time */
    struct ci_relay_pipe *pipes;
    size_t pipe_count;
    int descriptor_limit; /* numbers from here on are left to others */

    bool threaded, running, stopping;
    struct ci_loop own;
    pthread_t thread;
    pthread_mutex_t lock;
    struct ci_source wake; /* in the thread's loop: it is to end */
    struct ci_source news; /* in the core's: the thread has something to tell */
};

/* ---- ci_relay.c */
void ci_relay_tell(struct ci_relay *relay, enum ci_relay_event event, int32_t value);
/* Frees the relays that are closed and have no client left. */
void ci_relays_sweep(struct ci_relays *set);

/* ---- ci_relay_door.c */
int ci_relay_door_add(struct ci_relay *relay, int listener);
void ci_relay_doors_close(struct ci_relay *relay);
/* Begins or ends to watch the doors, by what the relay is and has now. */
void ci_relay_doors_settle(struct ci_relay *relay);
/* The next client would leave PID 1 without descriptors for its own work: says so, and tries again a little later. */
void ci_relay_doors_pause(struct ci_relay *relay, int error);
void ci_relay_doors_resume(struct ci_relay *relay);
/* There is no descriptor for a dial: accepts nobody until there is one. */
void ci_relay_doors_starve(struct ci_relay *relay, int error);
/* Looks up how many descriptors there may be. */
void ci_relays_limit(struct ci_relays *set);

/* ---- ci_relay_dial.c */
/* The client waits, or dials at once if the target is not known to be down. */
void ci_relay_dial_new(struct ci_relay_client *client);
void ci_relay_dial_ready(struct ci_relay_client *client, struct ci_relay_end *end, uint32_t events);
/* It is time for the next probe. */
void ci_relay_dial_next(struct ci_relay *relay);
/* Nobody dials any more, or those who wait do so again. */
void ci_relay_dial_settle(struct ci_relay *relay);
/* The client stops dialing or waiting. */
void ci_relay_dial_forget(struct ci_relay_client *client);

/* ---- ci_relay_client.c */
/* Takes the descriptor, in any case. */
struct ci_relay_client *ci_relay_client_new(struct ci_relay_door *door, int fd);
void ci_relay_client_move(struct ci_relay_client *client, enum ci_relay_phase phase);
void ci_relay_client_watch(struct ci_relay_end *end);
/* Has one of its ends something, or has nobody? Carries on, and ends what is over. */
void ci_relay_client_run(struct ci_relay_client *client);
void ci_relay_client_ready(struct ci_core *core, struct ci_source *source, uint32_t events);
/* Ends it at once; with `reset` so that both sides know that it is broken off. */
void ci_relay_client_drop(struct ci_relay_client *client, bool reset);
/* It need not wait any longer for its last bytes to be taken. */
bool ci_relay_client_has_left(const struct ci_relay_client *client);
/* One of its ends was reset: the other one is to be, too. */
bool ci_relay_client_is_broken(const struct ci_relay_client *client);

/* ---- ci_relay_flow.c */
/* Carries what can be carried now, within bounds. */
void ci_relay_flow_run(struct ci_relay_client *client, int direction);
/* Nobody takes the rest any more. */
void ci_relay_flow_discard(struct ci_relays *set, struct ci_relay_flow *flow);

/* ---- ci_relay_pipe.c */
struct ci_relay_pipe *ci_relay_pipe_take(struct ci_relays *set);
void ci_relay_pipe_give(struct ci_relays *set, struct ci_relay_pipe *pipe, bool is_empty);
void ci_relay_pipes_close(struct ci_relays *set);

/* ---- ci_relay_header.c */
#define CI_RELAY_HEADER_MAX 232
/* Writes the header; answers its length. */
size_t ci_relay_header_write(const struct ci_relay_client *client, char *ret);

/* ---- ci_relay_timer.c */
/* Sees to it that the clock is looked at then. */
void ci_relays_alarm(struct ci_relays *set, int64_t at);
int ci_relays_timer_open(struct ci_relays *set);
void ci_relays_timer_close(struct ci_relays *set);

/* ---- ci_relay_thread.c */
int ci_relays_thread_open(struct ci_relays *set);
/* Ends the thread, if there is one, and waits for that. Without the lock. */
void ci_relays_thread_close(struct ci_relays *set);
void ci_relays_thread_tell(struct ci_relays *set);
/* Nothing where there is no thread. */
void ci_relays_lock(struct ci_relays *set);
void ci_relays_unlock(struct ci_relays *set);

#endif
