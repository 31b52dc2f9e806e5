/* Running another program: posix_spawn, a pidfd to wait on with a limit, /dev/null at its three streams. See child.h.
 */
#include "base/child.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "base/clock.h"

extern char **environ;

/* True when the process ended within the time. */
static bool wait_for(pid_t pid, unsigned seconds)
{
    uint64_t until = clock_steady_us() + (uint64_t)seconds * 1000000;
    struct pollfd p = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    bool ended = false;
    while (p.fd >= 0 && !ended) {
        uint64_t now = clock_steady_us();
        if (now >= until)
            break;
        ended = poll(&p, 1, (int)((until - now) / 1000) + 1) == 1;
    }
    if (p.fd >= 0)
        close(p.fd);
    return ended;
}

static bool spawn(const char *const *argv, pid_t *pid)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    sigset_t none, defaults;
    sigemptyset(&none);
    sigemptyset(&defaults);
    sigaddset(&defaults, SIGPIPE);
    sigaddset(&defaults, SIGTERM);
    sigaddset(&defaults, SIGINT);
    if (posix_spawn_file_actions_init(&files) != 0)
        return false;
    if (posix_spawnattr_init(&how) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return false;
    }
    bool ok = posix_spawn_file_actions_addopen(&files, 0, "/dev/null", O_RDONLY, 0) == 0 &&
              posix_spawn_file_actions_addopen(&files, 1, "/dev/null", O_WRONLY, 0) == 0 &&
              posix_spawn_file_actions_addopen(&files, 2, "/dev/null", O_WRONLY, 0) == 0 &&
              posix_spawn_file_actions_addclosefrom_np(&files, 3) == 0 &&
              posix_spawnattr_setsigmask(&how, &none) == 0 && posix_spawnattr_setsigdefault(&how, &defaults) == 0 &&
              posix_spawnattr_setflags(&how, POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF) == 0;
    union { /* posix_spawnp takes char *const *, but writes to none of it */
        const char *const *in;
        char *const *out;
    } words = {argv};
    ok = ok && posix_spawnp(pid, argv[0], &files, &how, words.out, environ) == 0;
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return ok;
}

enum child_end child_run(const char *const *argv, unsigned seconds)
{
    pid_t pid;
    int status = 0;
    if (!spawn(argv, &pid))
        return CHILD_MISSING;
    bool ended = wait_for(pid, seconds);
    if (!ended)
        kill(pid, SIGKILL);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        continue;
    if (!ended)
        return CHILD_STOPPED;
    return WIFEXITED(status) && WEXITSTATUS(status) == 0 ? CHILD_DONE : CHILD_FAILED;
}

static void remove_folder(void *arg)
{
    const char *path = arg;
    DIR *d = opendir(path);
    for (struct dirent *f; d != NULL && (f = readdir(d)) != NULL;)
        if (f->d_name[0] != '.')
            unlinkat(dirfd(d), f->d_name, 0);
    if (d != NULL)
        closedir(d);
    rmdir(path);
}

struct str child_folder(struct arena *a)
{
    const char *under = getenv("TMPDIR");
    struct str path = str_printf(a, "%s/cadre-XXXXXX", under != NULL && under[0] == '/' ? under : "/tmp");
    char *z = arena_alloc(a, path.n + 1);
    memcpy(z, path.p, path.n);
    if (mkdtemp(z) == NULL)
        return STR_NONE;
    arena_defer(a, remove_folder, z);
    return (struct str){z, path.n};
}
