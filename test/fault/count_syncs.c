/* Preloaded into the server by a fault test: counts calls that make a file durable in the eight bytes of the file that
 * COUNT_SYNCS names, so that the test can see that nothing is acknowledged before one. */
#include <dlfcn.h>
#include <fcntl.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <sys/mman.h>
#include <unistd.h>

static atomic_long *count;

__attribute__((constructor)) static void begin(void)
{
    const char *path = getenv("COUNT_SYNCS");
    int fd = path != NULL ? open(path, O_RDWR | O_CLOEXEC) : -1;
    if (fd < 0)
        return;
    void *p = mmap(NULL, sizeof *count, PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0);
    count = p != MAP_FAILED ? p : NULL;
    close(fd);
}

static int call(const char *name, int fd)
{
    int (*real)(int) = (int (*)(int))dlsym(RTLD_NEXT, name);
    int rc = real(fd);
    if (count != NULL)
        atomic_fetch_add(count, 1);
    return rc;
}

int fsync(int fd)
{
    return call("fsync", fd);
}

int fdatasync(int fd)
{
    return call("fdatasync", fd);
}
