/* ci_relay_pipe.c: pipes for bulk: splice(2) moves bytes from one socket to the other through them, without a copy. A few
 * empty ones are kept for the next client, as long as there is one. */
#define _GNU_SOURCE
#include <fcntl.h>
#include <stdlib.h>
#include <unistd.h>

#include "ci_relay.h"

#define KEPT 8
/* What an unprivileged process may ask for, pipe(7). */
#define PIPE_BYTES (1 << 20)

static void drop(struct ci_relay_pipe *pipe) {
    close(pipe->fds[0]);
    close(pipe->fds[1]);
    free(pipe);
}

struct ci_relay_pipe *ci_relay_pipe_take(struct ci_relays *set) {
    struct ci_relay_pipe *pipe = set->pipes;
    if (pipe) {
        set->pipes = pipe->next;
        set->pipe_count--;
        return pipe;
    }
    pipe = malloc(sizeof *pipe);
    if (!pipe) return NULL;
    if (pipe2(pipe->fds, O_NONBLOCK | O_CLOEXEC) < 0) {
        free(pipe);
        return NULL;
    }
    if (pipe->fds[0] >= set->descriptor_limit || pipe->fds[1] >= set->descriptor_limit) {
        drop(pipe);
        return NULL;
    }
    /* Refused, it is a smaller one. */
    fcntl(pipe->fds[1], F_SETPIPE_SZ, PIPE_BYTES);
    return pipe;
}

void ci_relay_pipe_give(struct ci_relays *set, struct ci_relay_pipe *pipe, bool is_empty) {
    if (!is_empty || set->pipe_count == KEPT) {
        drop(pipe);
        return;
    }
    pipe->next = set->pipes;
    set->pipes = pipe;
    set->pipe_count++;
}

void ci_relay_pipes_close(struct ci_relays *set) {
    while (set->pipes) {
        struct ci_relay_pipe *pipe = set->pipes;
        set->pipes = pipe->next;
        drop(pipe);
    }
    set->pipe_count = 0;
}
