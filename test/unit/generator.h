/* Runs a generator of tools/ on files that a test made, and tells what it said. */
#ifndef CADRE_TEST_GENERATOR_H
#define CADRE_TEST_GENERATOR_H

#include "temporary.h"

#include "base/buf.h"

#include <fcntl.h>
#include <ftw.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

static inline int remove_one(const char *path, const struct stat *st, int kind, struct FTW *ftw)
{
    (void)st, (void)kind, (void)ftw;
    return remove(path);
}

static inline void remove_folder(void *folder)
{
    nftw(folder, remove_one, 8, FTW_DEPTH | FTW_PHYS);
}

/* A new empty folder, gone with the arena. */
static inline const char *scratch(struct arena *arena)
{
    char *folder = arena_alloc_raw(arena, 256);
    temporary_folder(folder, 256, "generator");
    arena_defer(arena, remove_folder, folder);
    return folder;
}

static inline void put_file(const char *path, const char *text)
{
    FILE *f = fopen(path, "wb");
    ASSERT(f != NULL);
    ASSERT(fwrite(text, 1, strlen(text), f) == strlen(text));
    ASSERT(fclose(f) == 0);
}

/* Exit status of the program; *said is what it wrote to standard error. */
static inline int run_generator(struct arena *arena, const char *const *argv, struct str *said)
{
    int ends[2], status = -1;
    ASSERT(pipe(ends) == 0);
    pid_t child = fork();
    ASSERT(child >= 0);
    if (child == 0) {
        dup2(ends[1], STDERR_FILENO);
        close(ends[0]);
        close(ends[1]);
        execv(argv[0], (char *const *)(uintptr_t)argv);
        _exit(127);
    }
    close(ends[1]);
    struct buf b = buf_new(arena, 1024);
    char chunk[512];
    for (ssize_t n; (n = read(ends[0], chunk, sizeof chunk)) > 0;)
        buf_add(&b, chunk, (size_t)n);
    close(ends[0]);
    ASSERT(waitpid(child, &status, 0) == child);
    *said = buf_text(&b);
    return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
}

#endif
