/*
 * Steps the time of day of one process while it runs: LD_PRELOAD this and write nanoseconds (a native int64) into the file CHAOS_CLOCK_FILE.
 * The monotonic clock stays true, as it does when an administrator or NTP steps a machine's clock.
 *
 * Not Debian's faketime, for two reasons (0.9.10): it does not know cnd_timedwait, in which librdkafka waits until a time of day, so that every wait of
 * the client lasts for the step or not at all; and it calls setenv before main, after which the Swift runtime no longer finds the command line.
 *
 * The file is mapped, so that a look at the clock costs no system call. A wait until a time of day is put back into true time when it begins.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <fcntl.h>
#include <pthread.h>
#include <semaphore.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <threads.h>
#include <time.h>
#include <unistd.h>

static const int64_t second = 1000000000;
static const volatile int64_t none;
static const volatile int64_t *offset = &none;

static int (*true_gettime)(clockid_t, struct timespec *);
static int (*true_cond_timedwait)(pthread_cond_t *, pthread_mutex_t *, const struct timespec *);
static int (*true_cnd_timedwait)(cnd_t *, mtx_t *, const struct timespec *);
static int (*true_sem_timedwait)(sem_t *, const struct timespec *);

static void prepare(void) {
  if (true_gettime) return;
  true_cond_timedwait = dlvsym(RTLD_NEXT, "pthread_cond_timedwait", "GLIBC_2.3.2");
  true_cnd_timedwait = dlsym(RTLD_NEXT, "cnd_timedwait");
  true_sem_timedwait = dlsym(RTLD_NEXT, "sem_timedwait");
  true_gettime = dlsym(RTLD_NEXT, "clock_gettime");
}

__attribute__((constructor)) static void begin(void) {
  prepare();
  const char *path = getenv("CHAOS_CLOCK_FILE");
  int file = path ? open(path, O_RDONLY | O_CLOEXEC) : -1;
  if (file < 0) return;
  void *page = mmap(NULL, sizeof(int64_t), PROT_READ, MAP_SHARED, file, 0);
  close(file);
  if (page != MAP_FAILED) offset = page;
}

static struct timespec moved(struct timespec time, int64_t by) {
  int64_t all = time.tv_sec * second + time.tv_nsec + by;
  if (all < 0) all = 0;
  return (struct timespec){.tv_sec = all / second, .tv_nsec = all % second};
}

int clock_gettime(clockid_t clock, struct timespec *time) {
  prepare();
  int status = true_gettime(clock, time);
  if (status == 0 && (clock == CLOCK_REALTIME || clock == CLOCK_REALTIME_COARSE)) *time = moved(*time, *offset);
  return status;
}

int gettimeofday(struct timeval *restrict time, void *restrict zone) {
  (void)zone;
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  *time = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
  return 0;
}

time_t time(time_t *result) {
  struct timespec now;
  clock_gettime(CLOCK_REALTIME, &now);
  if (result) *result = now.tv_sec;
  return now.tv_sec;
}

int timespec_get(struct timespec *time, int base) {
  if (base != TIME_UTC) return 0;
  clock_gettime(CLOCK_REALTIME, time);
  return base;
}

int pthread_cond_timedwait(pthread_cond_t *restrict condition, pthread_mutex_t *restrict mutex, const struct timespec *restrict until) {
  prepare();
  struct timespec truly = moved(*until, -*offset);
  return true_cond_timedwait(condition, mutex, &truly);
}

int cnd_timedwait(cnd_t *restrict condition, mtx_t *restrict mutex, const struct timespec *restrict until) {
  prepare();
  struct timespec truly = moved(*until, -*offset);
  return true_cnd_timedwait(condition, mutex, &truly);
}

int sem_timedwait(sem_t *restrict semaphore, const struct timespec *restrict until) {
  prepare();
  struct timespec truly = moved(*until, -*offset);
  return true_sem_timedwait(semaphore, &truly);
}
