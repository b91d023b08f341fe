/* What Swift's Glibc module leaves out. */
#include <pthread.h>
#include <semaphore.h>
#include <sys/eventfd.h>
#include <sys/signalfd.h>

/* GNU extensions that <pthread.h> and <semaphore.h> hide from Swift. */
int pthread_setname_np(pthread_t thread, const char *name);
int sem_clockwait(sem_t *semaphore, clockid_t clock, const struct timespec *deadline);
