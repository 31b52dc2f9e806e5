/* A file that appears whole or not at all: written under a temporary name in the same folder, flushed to the disk, then
 * linked to its name, which must be free. */
#include "store/internal.h"

#include <errno.h>
#include <fcntl.h>
#include <libgen.h>
#include <unistd.h>

enum rc new_file_begin(struct new_file *f, const char *path, struct err *e)
{
    *f = (struct new_file){.final = path};
    if (access(path, F_OK) == 0)
        return err_set(e, RC_CONFLICT, 0, "%s exists already", path);
    int n = snprintf(f->path, sizeof f->path, "%s.part-XXXXXX", path);
    if (n < 0 || (size_t)n >= sizeof f->path)
        return err_set(e, RC_INVALID, 0, "the path is too long");
    int fd = mkstemp(f->path); /* readable by its owner alone: it holds everything */
    if (fd < 0) {
        f->path[0] = '\0';
        return err_set(e, RC_INVALID, 0, "%s cannot be made: %s", path, strerror(errno));
    }
    close(fd);
    return RC_OK;
}

static bool flush(const char *path, int flags)
{
    int fd = open(path, flags | O_CLOEXEC);
    if (fd < 0)
        return false;
    bool ok = fsync(fd) == 0;
    close(fd);
    return ok;
}

enum rc new_file_commit(struct new_file *f, struct err *e)
{
    char folder[sizeof f->path];
    snprintf(folder, sizeof folder, "%s", f->path);
    bool ok = flush(f->path, O_RDWR) && renameat2(AT_FDCWD, f->path, AT_FDCWD, f->final, RENAME_NOREPLACE) == 0;
    if (!ok && errno == EINVAL) /* a file system that cannot refuse to replace */
        ok = link(f->path, f->final) == 0 && unlink(f->path) == 0;
    if (!ok) {
        int error = errno;
        new_file_abandon(f);
        return err_set(e, error == EEXIST ? RC_CONFLICT : RC_BUSY, 0, "%s: %s", f->final, strerror(error));
    }
    f->path[0] = '\0';
    if (!flush(dirname(folder), O_RDONLY | O_DIRECTORY))
        return err_set(e, RC_BUSY, 0, "%s: the folder cannot be flushed: %s", f->final, strerror(errno));
    return RC_OK;
}

void new_file_abandon(struct new_file *f)
{
    if (f->path[0] == '\0')
        return;
    unlink(f->path);
    f->path[0] = '\0';
}
