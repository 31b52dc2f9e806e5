/* The further socket. A proxy that has signed somebody in by another way (SAML) says in a header who she is. Anybody can write a header, so it is
 * believed only of requests that came in here: a Unix socket that the proxy alone may open. Connections are accepted by a thread of their own and
 * handed to the adapter, which treats them like all others; only conn->by_proxy tells them apart. */
#include "http/listen.h"

#include <errno.h>
#include <poll.h>
#include <sys/un.h>
#include <unistd.h>

#include "base/log.h"

#define DOOR_MODE 0660 /* its owner and its group: that of the proxy */

enum rc door_open(struct server *s, struct err *e)
{
    const char *path = s->set.sign_on_socket;
    s->door_fd = -1;
    if (path == NULL)
        return RC_OK;
    TRY(listen_unix(path, path, DOOR_MODE, &s->door_fd, e));
    memcpy(s->door_path, path, strlen(path) + 1);
    return RC_OK;
}

/* Until the socket is shut. */
static void *run_door(void *arg)
{
    struct server *s = arg;
    while (!atomic_load(&s->stopping)) {
        struct pollfd p = {.fd = s->door_fd, .events = POLLIN};
        if (poll(&p, 1, -1) < 0 && errno != EINTR)
            break;
        int fd = accept4(s->door_fd, NULL, NULL, SOCK_CLOEXEC | SOCK_NONBLOCK);
        if (fd >= 0) {
            adapter_take(s, fd);
        } else if (errno == EINVAL) { /* shut */
            break;
        } else if (errno != EAGAIN && errno != EINTR && errno != ECONNABORTED) {
            log_event(LOG_WARN, "http.door", "errno=%d", errno);
            nanosleep(&(struct timespec){.tv_nsec = 50000000}, NULL); /* no descriptors: what is open must end first */
        }
    }
    return NULL;
}

void door_start(struct server *s)
{
    if (s->door_fd < 0)
        return;
    pthread_attr_t small;
    pthread_attr_init(&small);
    ASSERT(pthread_attr_setstacksize(&small, STACK_SIZE) == 0 && pthread_create(&s->door, &small, run_door, s) == 0);
    pthread_attr_destroy(&small);
    s->door_runs = true;
}

void door_shut(struct server *s)
{
    if (s->door_fd < 0)
        return;
    shutdown(s->door_fd, SHUT_RDWR);
    unlink(s->door_path);
    if (s->door_runs)
        pthread_join(s->door, NULL);
    s->door_runs = false;
    close(s->door_fd);
    s->door_fd = -1;
}

bool door_is_way_of(const struct server *s, int fd)
{
    struct sockaddr_un at = {0};
    socklen_t n = sizeof at;
    return s->door_path[0] != '\0' && getsockname(fd, (struct sockaddr *)&at, &n) == 0 && at.sun_family == AF_UNIX &&
           strncmp(at.sun_path, s->door_path, sizeof at.sun_path) == 0;
}
