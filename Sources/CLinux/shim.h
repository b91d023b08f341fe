/* What Swift's Glibc module leaves out. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

/* A GNU extension that <pthread.h> hides from Swift. */
int pthread_setname_np(pthread_t thread, const char *name);

/* GNU extensions that <sys/resource.h> hides from Swift. */
#include <sys/resource.h>
int prlimit(__pid_t process, int resource, const struct rlimit *limit, struct rlimit *former);

/* The same of <spawn.h>. */
#include <spawn.h>
int posix_spawn_file_actions_addclosefrom_np(posix_spawn_file_actions_t *actions, int from);
