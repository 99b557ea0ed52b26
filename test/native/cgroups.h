/* cgroups.h: a cgroup of a case's own: cgroup v2, mounted for its process alone. */
#ifndef CGROUPS_H
#define CGROUPS_H

#include <stdbool.h>
#include <stdint.h>

struct ci_core;

/* Its path. Killed and removed at the end of the case. Needs root. */
const char *make_cgroup(void);
void remove_cgroup(struct ci_core *core, const char *cgroup);
void check_member(const char *cgroup, int64_t pid, bool wanted);

#endif
