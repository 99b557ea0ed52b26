/* guard.h: what runs a case in a process of its own. */
#ifndef GUARD_H
#define GUARD_H

struct test;

/* The exit code of the case, or 1. */
int guard(int (*run)(const struct test *), const struct test *test);

#endif
