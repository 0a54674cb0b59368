// What glibc declares only for GNU's dialect of C, which Swift's Glibc module is not built with: descriptors that no
// child inherits, and posix_spawn's steps for the child's folder and descriptors.
#ifndef DSPY_SWIFT_CSYSTEM_SHIM_H
#define DSPY_SWIFT_CSYSTEM_SHIM_H
#include <fcntl.h>
#include <spawn.h>
#include <unistd.h>

#ifdef __linux__
extern int pipe2(int ends[2], int flags);
extern int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
extern int posix_spawn_file_actions_addchdir_np(posix_spawn_file_actions_t *actions, const char *path);

static inline int dspy_pipe(int ends[2]) { return pipe2(ends, O_CLOEXEC); }
static const short dspy_spawn_own_session = 0x80;
#else
static inline int dspy_pipe(int ends[2]) {
    if (pipe(ends) != 0) return -1;
    fcntl(ends[0], F_SETFD, FD_CLOEXEC);
    fcntl(ends[1], F_SETFD, FD_CLOEXEC);
    return 0;
}
static const short dspy_spawn_own_session = POSIX_SPAWN_SETSID;
#endif
#endif
