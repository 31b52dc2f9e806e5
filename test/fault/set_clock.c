/* Preloaded into the server by a fault test: the wall clock is ahead by the milliseconds that stand in the eight bytes of the file
 * that SET_CLOCK names, so that the test can set it while the server runs. The steady clock is left alone, as by the kernel. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

static atomic_llong *ahead_ms;
static int (*real)(clockid_t, struct timespec *);

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("SET_CLOCK");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *p = mmap(NULL, sizeof *ahead_ms, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    ahead_ms = p != MAP_FAILED ? p : NULL;
    close(fd);
}

int clock_gettime(clockid_t which, struct timespec *out)
{
    if (real == NULL)
        real = (int (*)(clockid_t, struct timespec *))dlsym(RTLD_NEXT, "clock_gettime");
    int rc = real(which, out);
    if (rc == 0 && ahead_ms != NULL && (which == CLOCK_REALTIME || which == CLOCK_REALTIME_COARSE)) {
        long long ms = (long long)out->tv_sec * 1000 + out->tv_nsec / 1000000 + atomic_load(ahead_ms);
        out->tv_sec = (time_t)(ms / 1000);
        out->tv_nsec = (long)(ms % 1000) * 1000000 + out->tv_nsec % 1000000;
    }
    return rc;
}

int gettimeofday(struct timeval *restrict out, void *restrict zone)
{
    struct timespec now;
    (void)zone;
    int rc = clock_gettime(CLOCK_REALTIME, &now);
    *out = (struct timeval){.tv_sec = now.tv_sec, .tv_usec = now.tv_nsec / 1000};
    return rc;
}

time_t time(time_t *out)
{
    struct timespec now;
    clock_gettime(CLOCK_REALTIME, &now);
    if (out != NULL)
        *out = now.tv_sec;
    return now.tv_sec;
}
