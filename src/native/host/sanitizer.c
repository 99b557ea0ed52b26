/* sanitizer.c: of the build that only tests run: how AddressSanitizer behaves, whatever the environment says, which is the
 * services' own. The engine's heap ends with the process, so leaks are looked for in the tests of the core. */
#include "host.h"

#ifdef __SANITIZE_ADDRESS__
const char *__asan_default_options(void);
const char *__asan_default_options(void) { return "detect_leaks=0"; }
#else
typedef int host_has_no_sanitizer;
#endif
