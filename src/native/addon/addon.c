/* addon.c: the core in a Node process.
 *
 * Every row of the operation table becomes a function. The core's descriptors are waited for by a thread of ours that
 * does nothing else: it wakes the JavaScript thread, which dispatches, and waits until that is done. So all of the core
 * runs on the JavaScript thread and needs no lock. */
#define _GNU_SOURCE
#define NAPI_VERSION 8
#include <errno.h>
#include <node_api.h>
#include <poll.h>
#include <pthread.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include "../core/ci.h"

struct addon {
    struct ci_core *core;
    napi_threadsafe_function wake; /* NULL while nobody listens */
    pthread_t waiter;
    int done_fd; /* eventfd: the JavaScript thread has dispatched */
    int stop_fd; /* eventfd: the waiter is to end */
};

/* ---- arguments ------------------------------------------------------------------------------------------------ */

/* The memory that the arguments of one call live in. */
struct borrowed {
    void **blocks;
    size_t count, capacity;
};

static void *borrow(struct borrowed *borrowed, size_t size) {
    if (borrowed->count == borrowed->capacity) {
        size_t capacity = borrowed->capacity ? borrowed->capacity * 2 : 64;
        void **blocks = realloc(borrowed->blocks, capacity * sizeof *blocks);
        if (!blocks) return NULL;
        borrowed->blocks = blocks;
        borrowed->capacity = capacity;
    }
    void *block = calloc(1, size);
    if (block) borrowed->blocks[borrowed->count++] = block;
    return block;
}

static void give_back(struct borrowed *borrowed) {
    for (size_t i = 0; i < borrowed->count; i++) free(borrowed->blocks[i]);
    free(borrowed->blocks);
}

static bool convert_string(napi_env env, struct borrowed *borrowed, napi_value value, struct ci_string *ret) {
    size_t length;
    if (napi_get_value_string_utf8(env, value, NULL, 0, &length) != napi_ok) return false;
    char *text = borrow(borrowed, length + 1);
    if (!text || napi_get_value_string_utf8(env, value, text, length + 1, &length) != napi_ok) return false;
    *ret = (struct ci_string){text, length};
    return true;
}

static bool convert_list(napi_env env, struct borrowed *borrowed, napi_value value, struct ci_strings *ret) {
    uint32_t count;
    if (napi_get_array_length(env, value, &count) != napi_ok) return false;
    const char **items = borrow(borrowed, (count + 1) * sizeof *items);
    if (!items) return false;
    for (uint32_t i = 0; i < count; i++) {
        napi_value item;
        struct ci_string text;
        if (napi_get_element(env, value, i, &item) != napi_ok || !convert_string(env, borrowed, item, &text))
            return false;
        items[i] = text.text;
    }
    *ret = (struct ci_strings){items, count};
    return true;
}

static bool convert_ints(napi_env env, struct borrowed *borrowed, napi_value value, struct ci_ints *ret) {
    uint32_t count;
    if (napi_get_array_length(env, value, &count) != napi_ok) return false;
    int32_t *items = borrow(borrowed, (count + 1) * sizeof *items);
    if (!items) return false;
    for (uint32_t i = 0; i < count; i++) {
        napi_value item;
        if (napi_get_element(env, value, i, &item) != napi_ok || napi_get_value_int32(env, item, &items[i]) != napi_ok)
            return false;
    }
    *ret = (struct ci_ints){items, count};
    return true;
}

static bool convert(napi_env env, struct borrowed *borrowed, char type, napi_value value, union ci_argument *ret) {
    switch (type) {
        case 'i': return napi_get_value_int64(env, value, &ret->number) == napi_ok;
        case 's': return convert_string(env, borrowed, value, &ret->string);
        case 'l': return convert_list(env, borrowed, value, &ret->list);
        default: return convert_ints(env, borrowed, value, &ret->ints);
    }
}

static napi_value call_operation(napi_env env, napi_callback_info info) {
    size_t count = CI_OP_MAX_ARGUMENTS;
    napi_value arguments[CI_OP_MAX_ARGUMENTS], answer = NULL;
    void *data;
    struct addon *addon;
    napi_get_cb_info(env, info, &count, arguments, NULL, &data);
    napi_get_instance_data(env, (void **)&addon);
    const struct ci_op *op = data;

    char types[CI_OP_MAX_ARGUMENTS];
    union ci_argument converted[CI_OP_MAX_ARGUMENTS];
    memset(converted, 0, sizeof converted);
    struct borrowed borrowed = {NULL, 0, 0};
    bool good = count == ci_op_types(op, types);
    for (size_t i = 0; good && i < count; i++) good = convert(env, &borrowed, types[i], arguments[i], &converted[i]);
    if (!good) {
        give_back(&borrowed);
        napi_throw_type_error(env, NULL, op->name);
        return NULL;
    }
    struct ci_result result = {0, NULL, 0};
    op->call(addon->core, converted, &result);
    give_back(&borrowed);
    if (result.text)
        napi_create_string_utf8(env, result.text, result.length, &answer);
    else
        napi_create_int64(env, result.number, &answer);
    free(result.text);
    return answer;
}

/* ---- events --------------------------------------------------------------------------------------------------- */

/* The waiter: blocks in poll, never touches the core. */
static void *wait_for_events(void *argument) {
    struct addon *addon = argument;
    struct pollfd fds[2] = {{ci_core_fd(addon->core), POLLIN, 0}, {addon->stop_fd, POLLIN, 0}};
    for (;;) {
        if (poll(fds, 2, -1) < 0 && errno != EINTR) return NULL;
        if (fds[1].revents) return NULL;
        if (!fds[0].revents) continue;
        if (napi_call_threadsafe_function(addon->wake, NULL, napi_tsfn_blocking) != napi_ok) return NULL;
        struct pollfd done[2] = {{addon->done_fd, POLLIN, 0}, {addon->stop_fd, POLLIN, 0}};
        while (poll(done, 2, -1) < 0 && errno == EINTR) {}
        if (done[1].revents) return NULL;
        uint64_t ticks;
        if (read(addon->done_fd, &ticks, sizeof ticks) < 0) continue;
    }
}

static void deliver(napi_env env, napi_value handler, struct addon *addon) {
    size_t count;
    const int32_t *events = ci_core_events(addon->core, &count);
    if (!count) return;
    napi_value list, undefined, number;
    napi_create_array_with_length(env, count * CI_EVENT_WIDTH, &list);
    for (size_t i = 0; i < count * CI_EVENT_WIDTH; i++) {
        napi_create_int32(env, events[i], &number);
        napi_set_element(env, list, (uint32_t)i, number);
    }
    ci_core_forget_events(addon->core);
    napi_get_undefined(env, &undefined);
    /* An exception goes the way of any exception in a callback: Node's uncaughtException. */
    napi_call_function(env, undefined, handler, 1, &list, NULL);
}

static void woken(napi_env env, napi_value handler, void *context, void *data) {
    (void)data;
    struct addon *addon = context;
    const uint64_t tick = 1;
    if (env && handler) {
        while (ci_core_dispatch(addon->core, 0) > 0) {}
        deliver(env, handler, addon);
    }
    if (write(addon->done_fd, &tick, sizeof tick) < 0) return;
}

static void stop_waiting(struct addon *addon) {
    if (!addon->wake) return;
    const uint64_t tick = 1;
    if (write(addon->stop_fd, &tick, sizeof tick) == (ssize_t)sizeof tick) pthread_join(addon->waiter, NULL);
    napi_release_threadsafe_function(addon->wake, napi_tsfn_abort);
    addon->wake = NULL;
    uint64_t ticks;
    if (read(addon->stop_fd, &ticks, sizeof ticks) < 0) return;
}

static napi_value listen_to_events(napi_env env, napi_callback_info info) {
    size_t count = 1;
    napi_value handler, name;
    struct addon *addon;
    napi_get_cb_info(env, info, &count, &handler, NULL, NULL);
    napi_get_instance_data(env, (void **)&addon);
    stop_waiting(addon);
    napi_create_string_utf8(env, "container-init", NAPI_AUTO_LENGTH, &name);
    if (napi_create_threadsafe_function(env, handler, NULL, name, 0, 1, NULL, NULL, addon, woken, &addon->wake) !=
        napi_ok) {
        napi_throw_error(env, NULL, "container-init: cannot wait for events");
        return NULL;
    }
    /* The waiter takes no signals: handlers run on Node's own threads. */
    sigset_t all, before;
    sigfillset(&all);
    pthread_sigmask(SIG_SETMASK, &all, &before);
    int error = pthread_create(&addon->waiter, NULL, wait_for_events, addon);
    pthread_sigmask(SIG_SETMASK, &before, NULL);
    if (error) {
        napi_release_threadsafe_function(addon->wake, napi_tsfn_abort);
        addon->wake = NULL;
        napi_throw_error(env, NULL, "container-init: cannot start the thread that waits for events");
    }
    return NULL;
}

static napi_value close_binding(napi_env env, napi_callback_info info) {
    (void)info;
    struct addon *addon;
    napi_get_instance_data(env, (void **)&addon);
    stop_waiting(addon);
    return NULL;
}

/* Not process.exit(): nothing of the program is to run any more, and the handlers for `exit` would. */
static napi_value end_process(napi_env env, napi_callback_info info) {
    size_t count = 1;
    napi_value argument;
    int32_t code = 0;
    struct addon *addon;
    napi_get_cb_info(env, info, &count, &argument, NULL, NULL);
    napi_get_instance_data(env, (void **)&addon);
    if (napi_get_value_int32(env, argument, &code) != napi_ok) {
        napi_throw_type_error(env, NULL, "exit");
        return NULL;
    }
    ci_core_drain(addon->core, 500);
    _exit(code);
}

static void finalize(napi_env env, void *data, void *hint) {
    (void)env, (void)hint;
    struct addon *addon = data;
    stop_waiting(addon);
    ci_core_free(addon->core);
    close(addon->done_fd);
    close(addon->stop_fd);
    free(addon);
}

static void export(napi_env env, napi_value exports, const char *name, napi_callback callback, const void *data) {
    napi_value function;
    napi_create_function(env, name, NAPI_AUTO_LENGTH, callback, (void *)(uintptr_t)data, &function);
    napi_set_named_property(env, exports, name, function);
}

NAPI_MODULE_INIT() {
    struct addon *addon = calloc(1, sizeof *addon);
    if (!addon || ci_core_new(CI_CORE_RELAY_THREAD, &addon->core) < 0) {
        free(addon);
        napi_throw_error(env, NULL, "container-init: no descriptors or memory");
        return NULL;
    }
    addon->done_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    addon->stop_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
    napi_set_instance_data(env, addon, finalize, NULL);
    for (size_t i = 0; i < ci_op_count; i++) export(env, exports, ci_ops[i].name, call_operation, &ci_ops[i]);
    export(env, exports, "listen", listen_to_events, NULL);
    export(env, exports, "exit", end_process, NULL);
    export(env, exports, "close", close_binding, NULL);
    return exports;
}
