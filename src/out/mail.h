/* Mails. Whoever wants one sent puts its kind and what it is about into the outbox, inside the closure that causes it; a thread
 * writes the mail when it is due, in a closure of its own, and hands it to the mail server. So nothing waits for a mail
 * server, a mail is never sent for a change that was rolled back, and no secret lies in the outbox. Without a mail server
 * the line that the mail stands for is printed on the server's terminal. */
#ifndef CADRE_OUT_MAIL_H
#define CADRE_OUT_MAIL_H

#include "base/buf.h"
#include "store/store.h"

struct mail_settings {
    const char *server;   /* "smtp://mail.example.org:587", "smtps://..."; NULL: none, mails go to the terminal */
    const char *user;     /* NULL: no sign-in at the mail server */
    const char *password;
    const char *from;     /* "cadre@example.org" */
    bool plain;           /* allow a mail server without TLS: one on this machine */
};

struct mail {
    struct str to;        /* one address */
    struct str subject;
    struct str text;      /* plain text */
    struct str line;      /* what to print where there is no mail server; empty: nothing */
    bool again;           /* told to whom writes it: an earlier attempt to send this mail failed */
};

/* How a kind of mail is written, inside a closure. about: what mail_ask was given. RC_NOT_FOUND: nothing to send. */
struct mail_kind {
    const char *kind;
    enum rc (*write)(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
};

/* Once, before any thread: the strings must stay. Without a call there is no mail server. */
void mail_configure(const struct mail_settings *settings, const struct mail_kind *kinds, size_t count);
bool mail_has_server(void);
/* Where links in mails lead, "https://cadre.example.org"; before mailer_start. */
void mail_set_base(struct str url);
/* "https://cadre.example.org/people/12" for "/people/12"; in the arena. */
struct str mail_link(struct arena *a, struct str path);

/* Inside a closure: asks for a mail. about is forgotten as soon as the mail was sent. */
enum rc mail_ask(struct db *tx, const char *kind, struct str about, int64_t now) MUST_CHECK;

struct mailer; /* the thread */
enum rc mailer_start(struct store *s, struct mailer **out, struct err *e) MUST_CHECK;
void mailer_stop(struct mailer *m);
/* Sends what is due, on the calling thread: tests. *sent (NULL allowed) counts mails and lines. */
enum rc mail_send_due(struct db *db, int64_t now, int64_t *sent) MUST_CHECK;

/* The mail as RFC 5322 has it, lines ending in CRLF. RC_INVALID when an address or the subject holds a control character. */
enum rc mail_format(struct arena *a, const struct mail *m, struct str from, int64_t now, struct str *out) MUST_CHECK;

#endif
