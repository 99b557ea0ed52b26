/* ci_clone.c: making the child.
 *
 * A fork copies our page tables and makes every page of ours fault once more: for a process with a JavaScript heap that
 * is most of the price of a service. So the child shares our memory until it execs, on a stack of its own, while we go
 * on: unlike vfork(2), nothing waits for it. What it reads lives in its block (struct ci_plan_block), which stays until
 * the child has exec'd or is reaped.
 *
 * A child that gives something up on its way (ci_steps.def: identity, capabilities, namespaces) gets a real fork: others
 * that have as little could look into a process that still shares our memory. So does every child where the kernel or a
 * seccomp profile refuses the better ways. */
#define _GNU_SOURCE
#include <errno.h>
#include <sched.h>
#include <signal.h>
#include <stdint.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "ci_internal.h"

#define PIDFD 0x00001000ULL
#define INTO_CGROUP 0x200000000ULL

/* The kernel's struct clone_args (clone(2)), spelled out because not every C library ships the kernel's headers. */
struct clone_arguments {
    uint64_t flags, pidfd, child_tid, parent_tid, exit_signal, stack, stack_size, tls, set_tid, set_tid_size, cgroup;
};

static int child_main(void *argument) { ci_child_run(argument); }

#if defined(SYS_clone3) && defined(__x86_64__)
/* The child comes back from the call on another stack and cannot return: it calls `entry` from there. */
static long clone3_onto(struct clone_arguments *arguments, int (*entry)(void *), void *argument) {
    long result;
    register int (*function)(void *) __asm__("r12") = entry;
    register void *data __asm__("r13") = argument;
    __asm__ volatile(
        "syscall\n\t"
        "test %%rax, %%rax\n\t"
        "jnz 1f\n\t"
        "xor %%ebp, %%ebp\n\t"
        "mov %%r13, %%rdi\n\t"
        "call *%%r12\n\t"
        "ud2\n"
        "1:"
        : "=a"(result)
        : "a"(SYS_clone3), "D"(arguments), "S"(sizeof *arguments), "r"(function), "r"(data)
        : "rcx", "r11", "memory");
    return result;
}
#elif defined(SYS_clone3) && defined(__aarch64__)
static long clone3_onto(struct clone_arguments *arguments, int (*entry)(void *), void *argument) {
    register long number __asm__("x8") = SYS_clone3;
    register long result __asm__("x0") = (long)arguments;
    register long size __asm__("x1") = sizeof *arguments;
    register int (*function)(void *) __asm__("x19") = entry;
    register void *data __asm__("x20") = argument;
    __asm__ volatile(
        "svc 0\n\t"
        "cbnz x0, 1f\n\t"
        "mov x29, 0\n\t"
        "mov x0, x20\n\t"
        "blr x19\n\t"
        "brk 1\n"
        "1:"
        : "+r"(result)
        : "r"(number), "r"(size), "r"(function), "r"(data)
        : "memory", "x30");
    return result;
}
#else
static long clone3_onto(struct clone_arguments *arguments, int (*entry)(void *), void *argument) {
    (void)arguments, (void)entry, (void)argument;
    return -ENOSYS;
}
#endif

static pid_t share_memory(struct ci_child_plan *plan, int cgroup_fd, void *stack, size_t size, int *pidfd,
                          bool *placed) {
    const unsigned flags = CLONE_VM | (pidfd ? (unsigned)PIDFD : 0);
    struct clone_arguments arguments = {.flags = flags, .pidfd = (uint64_t)(uintptr_t)pidfd,
                                        .exit_signal = SIGCHLD, .stack = (uint64_t)(uintptr_t)stack,
                                        .stack_size = size};
    if (cgroup_fd >= 0) {
        const int procs = plan->cgroup_procs;
        arguments.flags |= INTO_CGROUP;
        arguments.cgroup = (uint64_t)cgroup_fd;
        plan->cgroup_procs = -1;
        long pid = clone3_onto(&arguments, child_main, plan);
        *placed = pid >= 0;
        if (pid >= 0) return (pid_t)pid;
        plan->cgroup_procs = procs;
        arguments.flags &= ~INTO_CGROUP;
        arguments.cgroup = 0;
    }
    long pid = clone3_onto(&arguments, child_main, plan);
    if (pid >= 0) return (pid_t)pid;
    return clone(child_main, (char *)stack + size, (int)flags | SIGCHLD, plan, pidfd);
}

static pid_t fork_plainly(struct ci_child_plan *plan, int cgroup_fd, int *pidfd, bool *placed) {
#ifdef SYS_clone3
    struct clone_arguments arguments = {.flags = pidfd ? PIDFD : 0, .pidfd = (uint64_t)(uintptr_t)pidfd,
                                        .exit_signal = SIGCHLD};
    const int procs = plan->cgroup_procs;
    if (cgroup_fd >= 0) {
        arguments.flags |= INTO_CGROUP;
        arguments.cgroup = (uint64_t)cgroup_fd;
        plan->cgroup_procs = -1;
        long pid = syscall(SYS_clone3, &arguments, sizeof arguments);
        if (pid == 0) ci_child_run(plan);
        *placed = pid > 0;
        if (pid > 0) return (pid_t)pid;
        plan->cgroup_procs = procs;
    }
#else
    (void)cgroup_fd, (void)placed;
#endif
    pid_t pid = fork();
    if (pid == 0) ci_child_run(plan);
#ifdef SYS_pidfd_open
    if (pid > 0 && pidfd) *pidfd = (int)syscall(SYS_pidfd_open, pid, 0);
#endif
    if (pidfd && *pidfd < 0) *pidfd = -1;
    return pid;
}

pid_t ci_clone(struct ci_child_plan *plan, int cgroup_fd, void *stack, size_t stack_size, int *ret_pidfd,
               bool *ret_placed) {
    *ret_placed = false;
    if (ret_pidfd) *ret_pidfd = -1;
    if (plan->shares) {
        pid_t pid = share_memory(plan, cgroup_fd, stack, stack_size, ret_pidfd, ret_placed);
        if (pid > 0) return pid;
        if (ret_pidfd) *ret_pidfd = -1;
    }
    return fork_plainly(plan, cgroup_fd, ret_pidfd, ret_placed);
}
