/* start_bytecode.c: the program of the plain executable: its bytecode is read and evaluated at every start. */
#include "host.h"

void program_load(int argc, char **argv) {
    (void)argc, (void)argv;
    engine_make();
    engine_take(part_evaluate(host.context, "main"));
}

/* Its heap is all its own. */
void program_rest(void) {}
