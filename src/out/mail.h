/* Mails. Whoever wants one sent puts its kind and what it is about into the outbox, inside the closure that causes it; a thread
 * writes the mail when it is due, in a closure of its own, and hands it to the mail server. So nothing waits for a mail
 * server, a mail is never sent for a change that was rolled back, and no secret lies in the outbox. Without a mail server
 * the line that the mail stands for is printed on the server's terminal.
 *
 * What is not owed comes as its reader wants it: at once, once a day together, or never. Who is sent several within minutes gets the rest
 * together. Such a mail carries an address that stops mails of its sort by one click, without signing in (RFC 8058). */
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
    int digest_hour;      /* of the day, in the reader's zone: when mails of a day come together */
};

/* What mails are about, as people choose. Owed: what somebody asked for herself or must have to do what she was asked; it always comes. */
#define MAIL_SORTS(X) X(owed) X(mentoring) X(feedback) X(shifts) X(panel) X(evaluation)
enum mail_sort {
#define X(word) MAIL_##word,
    MAIL_SORTS(X)
#undef X
        MAIL_SORT_COUNT,
    MAIL_all = MAIL_SORT_COUNT, /* of several sorts: mails put together */
};
const char *mail_sort_word(enum mail_sort sort); /* in the database and in forms; "all" */

struct mail {
    struct str to;        /* one address */
    struct str subject;
    struct str text;      /* plain text */
    struct str line;      /* what to print where there is no mail server; empty: nothing */
    bool again;           /* told to whom writes it: an earlier attempt to send this mail failed */
    /* set by the mailer: */
    int64_t id;           /* names it for good, however often it is tried; 0: drawn */
    int lang;             /* of the text */
    struct str stop;      /* the address that stops mails of its sort; empty: none */
};

/* How a kind of mail is written, inside a closure. about: what mail_ask was given. RC_NOT_FOUND: nothing to send. */
struct mail_kind {
    const char *kind;
    enum rc (*write)(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out);
    enum mail_sort sort;
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

/* What a person wants: "once", "daily" or "never" for a sort. */
#define MAIL_HOWS(X) X(once) X(daily) X(never)
enum rc mail_choice(struct db *db, struct arena *a, int64_t person, enum mail_sort sort, struct str *how) MUST_CHECK;
/* Inside a closure. how: one of these words. */
enum rc mail_choose(struct db *tx, int64_t person, enum mail_sort sort, struct str how) MUST_CHECK;
/* Whom and what an address in a mail stops. RC_NOT_FOUND. Sort MAIL_all: all of them. */
enum rc mail_stop_find(struct db *db, struct arena *a, struct str token, int64_t *person, enum mail_sort *sort) MUST_CHECK;
/* Inside a closure: stops, or puts back what was before. */
enum rc mail_stop(struct db *tx, int64_t person, enum mail_sort sort, bool stops) MUST_CHECK;
/* Inside a closure: what people wanted and what waits for them is forgotten. */
enum rc mail_forget(struct db *tx, int64_t person) MUST_CHECK;

struct mailer; /* the thread */
enum rc mailer_start(struct store *s, struct mailer **out, struct err *e) MUST_CHECK;
void mailer_stop(struct mailer *m);
/* Sends what is due, on the calling thread: tests. *sent (NULL allowed) counts mails and lines. */
enum rc mail_send_due(struct db *db, int64_t now, int64_t *sent) MUST_CHECK;

/* The mail as RFC 5322 has it, as text and as HTML of the same words, lines ending in CRLF. RC_INVALID when an address or the subject holds a control character. */
enum rc mail_format(struct arena *a, const struct mail *m, struct str from, int64_t now, struct str *out) MUST_CHECK;

#endif
