/* The socket that the server listens on, and who is at the other end of a connection. */
#ifndef CADRE_HTTP_LISTEN_H
#define CADRE_HTTP_LISTEN_H

#include <sys/socket.h>

#include "http/inside.h"

/* Opens s->listen_fd on s->address ("127.0.0.1:8080", "[::1]:0", "unix:/path") and writes back where it really listens.
 */
enum rc listen_open(struct server *s, struct err *e) MUST_CHECK;
/* A listening Unix socket, shown as address in errors; mode 0: as the process makes files. */
enum rc listen_unix(const char *path, const char *address, mode_t mode, int *fd, struct err *e) MUST_CHECK;
/* Nobody can connect any more, and a Unix socket's file is gone; the descriptor stays, for whoever still looks at it.
 */
void listen_shut(struct server *s);
/* The same, and closes it. */
void listen_close(struct server *s);
/* Fills conn->address and conn->local. address may be NULL. */
void peer_describe(const struct sockaddr *address, struct conn *conn);

#endif
