/* What Swift's Glibc module leaves out. */
#include <pthread.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

/* A GNU extension that <pthread.h> hides from Swift. */
int pthread_setname_np(pthread_t thread, const char *name);
