/* steps.h: children that do steps of ci_steps.def, and what they say. */
#ifndef STEPS_H
#define STEPS_H

#include "check.h"

/* What the child's script says on its stdout, each line without its prefix. `out` is what capture(1) gave. */
const char *say_after(struct ci_core *core, int out, const struct ci_ints *steps, const char *const *texts,
                      const char *script);
/* Does the steps and ends; fails the case if one of them fails or is refused. */
void check_done(struct ci_core *core, const struct ci_ints *steps, const char *const *texts);
/* Does the steps; this one has to fail with this error, by its place, and the child to end with its exit code. */
void check_fails(struct ci_core *core, const struct ci_ints *steps, const char *const *texts, int place, int error);

#define WIDE(value) (int32_t)(uint32_t)(value), (int32_t)((uint64_t)(value) >> 32)

#endif
