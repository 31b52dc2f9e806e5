/* Opening the listening socket: see listen.h. Names are looked up, so that "localhost:8080" works. */
#include "http/listen.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netdb.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define BACKLOG 1024

static enum rc failed(const char *address, int fd, struct err *e)
{
    int why = errno;
    if (fd >= 0)
        close(fd);
    return err_set(e, RC_CONFLICT, 0, "cannot listen on %s: %s", address, strerrordesc_np(why));
}

enum rc listen_unix(const char *path, const char *address, mode_t mode, int *out, struct err *e)
{
    struct sockaddr_un name = {.sun_family = AF_UNIX};
    size_t n = strlen(path);
    if (n == 0 || n >= sizeof name.sun_path)
        return err_set(e, RC_INVALID, 0, "not an address to listen on: %s", address);
    memcpy(name.sun_path, path, n);
    struct stat st;
    if (stat(path, &st) == 0 && S_ISSOCK(st.st_mode))
        unlink(path); /* left behind by a server that was killed */
    int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    if (fd < 0 || bind(fd, (const struct sockaddr *)&name, sizeof name) != 0 || (mode != 0 && chmod(path, mode) != 0) ||
        listen(fd, BACKLOG) != 0)
        return failed(address, fd, e);
    *out = fd;
    return RC_OK;
}

static enum rc open_unix(struct server *s, const char *path, struct err *e)
{
    TRY(listen_unix(path, s->address, 0, &s->listen_fd, e));
    memcpy(s->unlink_path, path, strlen(path) + 1);
    return RC_OK;
}

/* "[::1]:80" and "host:80" into host and port. */
static bool split_address(const char *address, char host[static 100], const char **port)
{
    const char *colon = strrchr(address, ':');
    if (colon == NULL || colon[1] == '\0' || strspn(colon + 1, "0123456789") != strlen(colon + 1) ||
        strlen(colon + 1) > 5 || strtoul(colon + 1, NULL, 10) > UINT16_MAX)
        return false;
    size_t n = (size_t)(colon - address);
    if (n >= 2 && address[0] == '[' && colon[-1] == ']') {
        address++;
        n -= 2;
    } else if (memchr(address, ':', n) != NULL) {
        return false;
    }
    if (n == 0 || n >= 100)
        return false;
    memcpy(host, address, n);
    host[n] = '\0';
    *port = colon + 1;
    return true;
}

static void tell_address(struct server *s, int fd)
{
    struct sockaddr_storage at = {0};
    socklen_t n = sizeof at;
    char host[64], port[8];
    if (getsockname(fd, (struct sockaddr *)&at, &n) != 0 ||
        getnameinfo((const struct sockaddr *)&at, n, host, sizeof host, port, sizeof port,
                    NI_NUMERICHOST | NI_NUMERICSERV) != 0)
        return;
    snprintf(s->address, sizeof s->address, at.ss_family == AF_INET6 ? "[%s]:%s" : "%s:%s", host, port);
}

static enum rc open_tcp(struct server *s, struct err *e)
{
    char host[100];
    const char *port;
    struct addrinfo hints = {.ai_flags = AI_PASSIVE, .ai_socktype = SOCK_STREAM}, *found = NULL;
    if (!split_address(s->address, host, &port) || getaddrinfo(host, port, &hints, &found) != 0)
        return err_set(e, RC_INVALID, 0,
                       "not an address to listen on: %s (write 127.0.0.1:8080, [::1]:8080 or unix:/path)", s->address);
    int fd = socket(found->ai_family, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
    int on = 1;
    bool open = fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on) == 0 &&
                bind(fd, found->ai_addr, found->ai_addrlen) == 0 && listen(fd, BACKLOG) == 0;
    int why = errno;
    freeaddrinfo(found);
    errno = why;
    if (!open)
        return failed(s->address, fd, e);
    tell_address(s, fd);
    s->listen_fd = fd;
    return RC_OK;
}

enum rc listen_open(struct server *s, struct err *e)
{
    return strncmp(s->address, "unix:", 5) == 0 ? open_unix(s, s->address + 5, e) : open_tcp(s, e);
}

void listen_shut(struct server *s)
{
    shutdown(s->listen_fd, SHUT_RDWR);
    if (s->unlink_path[0] != '\0')
        unlink(s->unlink_path);
    s->unlink_path[0] = '\0';
}

void listen_close(struct server *s)
{
    listen_shut(s);
    close(s->listen_fd);
    s->listen_fd = -1;
}

void peer_describe(const struct sockaddr *address, struct conn *conn)
{
    if (address != NULL && address->sa_family == AF_INET) {
        const struct sockaddr_in *in = (const void *)address;
        inet_ntop(AF_INET, &in->sin_addr, conn->address, sizeof conn->address);
        conn->local = (ntohl(in->sin_addr.s_addr) >> 24) == 127;
    } else if (address != NULL && address->sa_family == AF_INET6) {
        const struct sockaddr_in6 *in6 = (const void *)address;
        inet_ntop(AF_INET6, &in6->sin6_addr, conn->address, sizeof conn->address);
        conn->local = IN6_IS_ADDR_LOOPBACK(&in6->sin6_addr);
    } else {
        snprintf(conn->address, sizeof conn->address, "local");
        conn->local = true;
    }
}
