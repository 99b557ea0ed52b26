/* stat.c: for the prebuilt addons, which fit glibc and musl: see scripts/build-addon.mjs. glibc has had these four as
 * symbols since 2.33 only. On both machines what the kernel fills in is what either library's headers say. */
#ifdef CI_ANY_LIBC
#define _GNU_SOURCE
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

int fstatat(int directory, const char *restrict path, struct stat *restrict ret, int flags) {
    return (int)syscall(SYS_newfstatat, directory, path, ret, flags);
}

int stat(const char *restrict path, struct stat *restrict ret) { return fstatat(AT_FDCWD, path, ret, 0); }

int lstat(const char *restrict path, struct stat *restrict ret) {
    return fstatat(AT_FDCWD, path, ret, AT_SYMLINK_NOFOLLOW);
}

int fstat(int fd, struct stat *ret) { return (int)syscall(SYS_fstat, fd, ret); }
#else
typedef int stat_is_the_library_s;
#endif
