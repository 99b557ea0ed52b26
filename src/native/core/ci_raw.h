/* ci_raw.h: system calls without the C library in between: no errno, which the child of ci_clone.c would share with its
 * parent, and no wrapper that tells threads which do not exist there. The result is the kernel's: negative errno. */
#ifndef CI_RAW_H
#define CI_RAW_H

#include <sys/syscall.h>

#if defined(__x86_64__)
static inline long ci_raw(long number, long a, long b, long c, long d, long e) {
    long result;
    register long r10 __asm__("r10") = d;
    register long r8 __asm__("r8") = e;
    __asm__ volatile("syscall"
                     : "=a"(result)
                     : "a"(number), "D"(a), "S"(b), "d"(c), "r"(r10), "r"(r8)
                     : "rcx", "r11", "memory");
    return result;
}
#elif defined(__aarch64__)
static inline long ci_raw(long number, long a, long b, long c, long d, long e) {
    register long x8 __asm__("x8") = number;
    register long x0 __asm__("x0") = a;
    register long x1 __asm__("x1") = b;
    register long x2 __asm__("x2") = c;
    register long x3 __asm__("x3") = d;
    register long x4 __asm__("x4") = e;
    __asm__ volatile("svc 0" : "+r"(x0) : "r"(x8), "r"(x1), "r"(x2), "r"(x3), "r"(x4) : "memory");
    return x0;
}
#else
#error "container-init runs on x86-64 and arm64"
#endif

#define CI_RAW_1(name, a) ci_raw(SYS_##name, (long)(a), 0, 0, 0, 0)
#define CI_RAW_2(name, a, b) ci_raw(SYS_##name, (long)(a), (long)(b), 0, 0, 0)
#define CI_RAW_3(name, a, b, c) ci_raw(SYS_##name, (long)(a), (long)(b), (long)(c), 0, 0)
#define CI_RAW_4(name, a, b, c, d) ci_raw(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), 0)
#define CI_RAW_5(name, a, b, c, d, e) ci_raw(SYS_##name, (long)(a), (long)(b), (long)(c), (long)(d), (long)(e))

/* Numbers that not every C library's headers know yet; since these, all machines have the same. */
#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif
#ifndef SYS_landlock_create_ruleset
#define SYS_landlock_create_ruleset 444
#define SYS_landlock_add_rule 445
#define SYS_landlock_restrict_self 446
#endif

#endif
