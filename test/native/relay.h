/* relay.h: clients and targets for the cases about relays. All of it happens in turns with the core, which a case may have
 * with or without a thread for its relays. */
#ifndef RELAY_H
#define RELAY_H

#include "check.h"

/* Two cases of one: relays in the core's own loop, and run by a thread. No descriptor may be left by either. */
#define TEST_RELAY(id, sentence)                                                                          \
    static void id(struct ci_core *core);                                                                 \
    TEST(id##_host, sentence) { relay_case(core_of_host(), id); }                                         \
    TEST(id##_thread, sentence ", run by a thread") { relay_case(core_bare(CI_CORE_RELAY_THREAD), id); } \
    static void id(struct ci_core *core)
void relay_case(struct ci_core *core, void (*run)(struct ci_core *core));

/* Gives the core a turn until the condition holds. */
#define UNTIL(core, condition)                                                                    \
    for (const int64_t until_end = relay_now() + 20000; !(condition); relay_turn(core))           \
        if (relay_now() > until_end) FAIL("%s does not come true", #condition)
int64_t relay_now(void);
void relay_turn(struct ci_core *core);
/* Some turns, in which what must not happen would. */
void relay_rest(struct ci_core *core);

enum { NO_LIMIT = -1 };
struct place {
    int fd; /* a listening socket */
    char address[128];
    int port;
};
/* `127.0.0.1`, `::1`, `/path` or `@abstract`; port 0: any. */
struct place place_at(const char *address, int port);
/* Where nobody listens any more. */
struct place place_of_nobody(void);
int call_place(const struct place *place);
/* The next one who calls there. */
int answer(struct ci_core *core, const struct place *place);

struct limits {
    int connect_ms, idle_ms, most, header;
};
/* A relay from one place to another, which accepts already. */
int64_t relay_between(struct ci_core *core, const struct place *from, const struct place *to, struct limits limits);
/* How many clients it has. */
int64_t relay_clients(struct ci_core *core, int64_t relay);
/* Closes the relay and the places, of which the second one may be NULL. */
void end_relay(struct ci_core *core, int64_t relay, const struct place *from, const struct place *to);
#define FREELY ((struct limits){NO_LIMIT, NO_LIMIT, 0, 0})

void say(int fd, const char *text);
void hear(struct ci_core *core, int fd, const char *text);
void hear_bytes(struct ci_core *core, int fd, const void *bytes, size_t length);
void hear_end(struct ci_core *core, int fd);
/* The other side has broken the connection off. */
void hear_reset(struct ci_core *core, int fd);
/* Closes it so that the other side knows that it is broken off. */
void reset(int fd);
/* Nothing is to be heard, and it is not the end either. */
void check_quiet(struct ci_core *core, int fd);
bool is_quiet(int fd);

/* A stream of bytes that both sides know, and how far they are. */
struct stream {
    uint64_t state;
    size_t left;
};
struct stream stream_of(uint64_t seed, size_t length);
/* Writes or reads (and compares) some of it, at most so many bytes; true once it is over. */
bool stream_send(struct stream *stream, int fd, size_t most);
bool stream_take(struct stream *stream, int fd, size_t most);

struct event await_relay(struct ci_core *core, int64_t relay, int what);
bool has_told(struct ci_core *core, int64_t relay);

#endif
