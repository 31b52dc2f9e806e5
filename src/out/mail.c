/* Mails: the outbox, the mail server, the thread. See mail.h; what people want is decided in mail_wish.c, how a mail is written in mail_text.c. */
#include <curl/curl.h>
#include <jansson.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

#include "base/log.h"
#include "out/mail_inside.h"

#define TOPIC "mail"
#define POLL_MS 1000
#define AT_ONCE 20
#define AGAIN_MS (2 * MS_PER_MINUTE) /* grows with each attempt */
#define ATTEMPTS_MOST 8
#define SEND_SECONDS 60L
#define TOGETHER_MOST 30 /* mails in one */
#define HELD_MS (26 * MS_PER_HOUR) /* longer than any mail is held */
#define DIGEST_HOUR 7

static struct mail_settings set;
static struct str base;
static const struct mail_kind *kinds;
static size_t kind_count;

void mail_configure(const struct mail_settings *settings, const struct mail_kind *k, size_t count)
{
    set = *settings;
    kinds = k;
    kind_count = count;
}

void mail_set_base(struct str url)
{
    while (str_ends(url, S("/")))
        url.n--;
    base = url;
}

bool mail_has_server(void)
{
    return set.server != NULL;
}

struct str mail_link(struct arena *a, struct str path)
{
    return str_concat(a, base, path);
}

enum rc mail_ask(struct db *tx, const char *kind, struct str about, int64_t now)
{
    struct arena *a = arena_new(0);
    struct buf b = buf_new(a, 256);
    buf_z(&b, "{\"kind\":");
    buf_json(&b, str_from(kind));
    buf_z(&b, ",\"about\":");
    buf_json(&b, about.p != NULL ? about : S(""));
    buf_ch(&b, '}');
    enum rc rc = sql_outbox_add(tx, db_new_id(tx), S(TOPIC), buf_text(&b), now);
    arena_free(a);
    return rc;
}

/* ---- handing it over --------------------------------------------------------------------------------------------------------- */

static size_t give_bytes(char *into, size_t size, size_t count, void *arg)
{
    struct str *rest = arg;
    size_t n = size * count < rest->n ? size * count : rest->n;
    if (n != 0)
        memcpy(into, rest->p, n);
    *rest = str_sub(*rest, n, rest->n);
    return n;
}

/* A mail server that keeps silent does not hold up the end: curl asks at least once a second whether to go on. */
static _Atomic bool ending;

static int give_up(void *arg, curl_off_t a, curl_off_t b, curl_off_t c, curl_off_t d)
{
    (void)arg, (void)a, (void)b, (void)c, (void)d;
    return atomic_load(&ending);
}

/* On a connection that serves all of what is taken at once. */
static enum rc send_by_smtp(CURL *curl, struct arena *a, const struct mail *m, int64_t now)
{
    struct str bytes;
    TRY(mail_format(a, m, str_from(set.from), now, &bytes));
    if (curl == NULL)
        return RC_BUSY;
    curl_easy_reset(curl); /* the connection stays */
    struct curl_slist *to = curl_slist_append(NULL, str_printf(a, "<%.*s>", STR_ARG(m->to)).p);
    curl_easy_setopt(curl, CURLOPT_URL, set.server);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "smtp,smtps");
    curl_easy_setopt(curl, CURLOPT_USE_SSL, (long)(set.plain ? CURLUSESSL_TRY : CURLUSESSL_ALL));
    if (set.user != NULL) {
        curl_easy_setopt(curl, CURLOPT_USERNAME, set.user);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, set.password != NULL ? set.password : "");
    }
    curl_easy_setopt(curl, CURLOPT_MAIL_FROM, str_printf(a, "<%s>", set.from).p);
    curl_easy_setopt(curl, CURLOPT_MAIL_RCPT, to);
    curl_easy_setopt(curl, CURLOPT_UPLOAD, 1L);
    curl_easy_setopt(curl, CURLOPT_READFUNCTION, give_bytes);
    curl_easy_setopt(curl, CURLOPT_READDATA, &bytes);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_NOPROGRESS, 0L);
    curl_easy_setopt(curl, CURLOPT_XFERINFOFUNCTION, give_up);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT, SEND_SECONDS);
    CURLcode got = curl_easy_perform(curl);
    if (got != CURLE_OK) /* says what the server said, never to whom */
        log_event(LOG_WARN, "mail.failed", "curl=%d reason=\"%s\"", (int)got, curl_easy_strerror(got));
    curl_slist_free_all(to);
    return got == CURLE_OK ? RC_OK : RC_BUSY;
}

/* The terminal is the administrator's; the log, which goes elsewhere too, never sees this. */
static void print_line(struct str line)
{
    if (str_empty(line))
        return;
    fprintf(stdout, "%.*s\n", STR_ARG(line));
    fflush(stdout);
}

/* ---- the outbox ---------------------------------------------------------------------------------------------------------------- */

/* What is taken at once, and what became of it. */
struct sending {
    int64_t id, due_at, attempts;
    struct str payload;
    bool held;             /* it waited for others */
    bool taken, wanted, put_off;
    struct mail mail;
    int64_t with[TOGETHER_MOST]; /* further rows that this mail stands for */
    size_t with_count;
};

struct batch {
    struct arena *a;
    struct sending *list;
    size_t count;
    int64_t now;
};

static const struct mail_kind *kind_of(struct str word)
{
    for (size_t i = 0; i < kind_count; i++)
        if (str_eq_z(word, kinds[i].kind))
            return &kinds[i];
    return NULL;
}

static enum rc write_mail(struct db *tx, struct arena *a, struct str payload, int64_t now, struct mail *m, enum mail_sort *sort)
{
    json_t *o = json_loadb(payload.p, payload.n, 0, NULL);
    const struct mail_kind *kind = kind_of(str_from(json_string_value(json_object_get(o, "kind"))));
    struct str about = str_dup(a, str_from(json_string_value(json_object_get(o, "about"))));
    json_decref(o);
    if (kind == NULL)
        return RC_NOT_FOUND;
    *sort = kind->sort;
    return kind->write(tx, a, about, now, m);
}

static int digest_hour(void)
{
    return set.digest_hour > 0 && set.digest_hour < 24 ? set.digest_hour : DIGEST_HOUR;
}

/* The others that waited with this one go along, as one mail. */
static enum rc add_others(struct db *tx, struct arena *a, struct sending *s, const struct mail_reader *reader, int64_t now, enum mail_sort *sort)
{
    struct rows_mail_held_with rows;
    struct mail mails[TOGETHER_MOST + 1];
    size_t count = 1;
    mails[0] = s->mail;
    TRY(sql_mail_held_with(tx, a, s->id, now, TOGETHER_MOST, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        const struct row_mail_held_with *r = &rows.v[i];
        struct mail_reader same;
        enum mail_wish wish;
        enum mail_sort other;
        int64_t until;
        TRY(sql_outbox_take(tx, r->id, r->due_at, now + AGAIN_MS * (r->attempts + 1)));
        if (db_changes(tx) == 0)
            continue; /* another server has it */
        mails[count] = (struct mail){.again = r->attempts != 0};
        s->with[s->with_count++] = r->id;
        enum rc rc = write_mail(tx, a, r->payload, now, &mails[count], &other);
        if (rc == RC_NOT_FOUND)
            continue; /* it goes no more: it is done with the others */
        TRY(rc);
        TRY(mail_wish_of(tx, a, other, mails[count].to, true, now, digest_hour(), &same, &wish, &until));
        if (wish == MAIL_STAYS || same.person != reader->person)
            continue;
        *sort = other == *sort ? *sort : MAIL_all;
        count++;
    }
    if (count > 1) {
        bool again = s->mail.again;
        mail_put_together(a, reader->lang, mails, count, &s->mail);
        s->mail.again = again;
    }
    return RC_OK;
}

/* Whatever happens after, what was taken is tried again until it was sent. */
static enum rc take_one(struct db *tx, struct arena *a, struct sending *s, int64_t now)
{
    struct mail_reader reader;
    enum mail_sort sort = MAIL_owed;
    enum mail_wish wish;
    int64_t until;
    s->mail = (struct mail){.again = s->attempts != 0};
    s->wanted = s->put_off = false;
    s->with_count = 0;
    TRY(sql_outbox_take(tx, s->id, s->due_at, now + AGAIN_MS * (s->attempts + 1)));
    s->taken = db_changes(tx) != 0;
    if (!s->taken || s->attempts >= ATTEMPTS_MOST)
        return RC_OK;
    enum rc rc = write_mail(tx, a, s->payload, now, &s->mail, &sort);
    if (rc != RC_OK)
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    s->mail.id = s->id;
    if (set.server == NULL) { /* the terminal is told each by itself */
        s->wanted = true;
        return RC_OK;
    }
    TRY(mail_wish_of(tx, a, sort, s->mail.to, s->held || s->attempts != 0, now, digest_hour(), &reader, &wish, &until));
    s->put_off = wish == MAIL_WAITS;
    s->wanted = wish == MAIL_GOES;
    if (s->put_off) {
        TRY(sql_mail_hold(tx, s->id, reader.person));
        return sql_outbox_hold(tx, s->id, until);
    }
    if (!s->wanted)
        return RC_OK;
    if (s->held)
        TRY(add_others(tx, a, s, &reader, now, &sort));
    s->mail.id = s->id;
    if (reader.person != 0) {
        TRY(sql_mail_sent_trim(tx, reader.person, now - MS_PER_HOUR));
        TRY(sql_mail_sent_note(tx, s->id, reader.person, now));
    }
    return mail_add_stop(tx, a, &reader, sort, &s->mail);
}

static enum rc take(struct db *tx, void *arg, struct err *e)
{
    const struct batch *b = arg;
    (void)e;
    for (size_t i = 0; i < b->count; i++)
        TRY(take_one(tx, b->a, &b->list[i], b->now));
    return RC_OK;
}

static enum rc finish_row(struct db *tx, int64_t id, int64_t now)
{
    TRY(sql_mail_let_go(tx, id));
    return sql_outbox_done(tx, id, now);
}

static enum rc finish(struct db *tx, void *arg, struct err *e)
{
    const struct batch *b = arg;
    (void)e;
    for (size_t i = 0; i < b->count; i++) {
        const struct sending *s = &b->list[i];
        if (!s->taken || s->put_off)
            continue;
        TRY(finish_row(tx, s->id, b->now));
        for (size_t k = 0; k < s->with_count; k++)
            TRY(finish_row(tx, s->with[k], b->now));
    }
    return RC_OK;
}

static enum rc give_back(struct db *tx, void *arg, struct err *e)
{
    const struct batch *b = arg;
    (void)e;
    for (size_t i = 0; i < b->count; i++)
        if (b->list[i].taken && b->list[i].wanted) {
            TRY(sql_outbox_give_back(tx, b->list[i].id, b->list[i].due_at));
            for (size_t k = 0; k < b->list[i].with_count; k++)
                TRY(sql_outbox_give_back(tx, b->list[i].with[k], b->list[i].due_at));
        }
    return RC_OK;
}

/* One after the other, each noted as sent when it was: killed in between, at most one is sent twice. Before others could take them again,
 * those that were not tried are given back. */
static enum rc send_taken(struct db *db, const struct batch *b, int64_t *sent)
{
    CURL *curl = curl_easy_init();
    uint64_t began = clock_steady_us();
    enum rc rc = RC_OK;
    for (size_t i = 0; i < b->count && rc == RC_OK; i++) {
        struct batch one = {b->a, &b->list[i], 1, b->now};
        if (!b->list[i].wanted)
            continue;
        if (atomic_load(&ending) || (int64_t)(clock_steady_us() - began) / 1000 > AGAIN_MS - SEND_SECONDS * MS_PER_SECOND) {
            struct batch rest = {b->a, &b->list[i], b->count - i, b->now};
            rc = store_write(db, give_back, &rest, NULL);
            break;
        }
        if (send_by_smtp(curl, b->a, &b->list[i].mail, b->now) == RC_BUSY) /* again, later */
            continue;
        ++*sent;
        rc = store_write(db, finish, &one, NULL);
    }
    curl_easy_cleanup(curl);
    return rc;
}

static enum rc send_batch(struct db *db, struct batch *b, int64_t *sent)
{
    enum rc rc = store_write(db, take, b, NULL);
    if (rc != RC_OK)
        return rc;
    if (set.server != NULL)
        TRY(send_taken(db, b, sent));
    struct batch rest = {b->a, ARENA_ARRAY(b->a, b->count, struct sending), 0, b->now};
    for (size_t i = 0; i < b->count; i++) {
        if (b->list[i].wanted && set.server == NULL) {
            print_line(b->list[i].mail.line);
            ++*sent;
        }
        if (!b->list[i].wanted || set.server == NULL)
            rest.list[rest.count++] = b->list[i];
    }
    return rest.count != 0 ? store_write(db, finish, &rest, NULL) : RC_OK;
}

enum rc mail_send_due(struct db *db, int64_t now, int64_t *sent)
{
    struct arena *a = arena_new(0);
    struct rows_outbox_due rows;
    int64_t gone = 0;
    enum rc rc = sql_outbox_due(db, a, S(TOPIC), now, AT_ONCE, now + CLOCK_SKEW_MS, AGAIN_MS, HELD_MS, &rows);
    struct batch b = {.a = a, .now = now};
    if (rc == RC_OK) {
        b.list = ARENA_ARRAY(a, rows.n, struct sending);
        for (; b.count < rows.n; b.count++) {
            const struct row_outbox_due *r = &rows.v[b.count];
            b.list[b.count] = (struct sending){.id = r->id, .due_at = r->due_at, .attempts = r->attempts, .payload = r->payload, .held = r->held != 0};
        }
        rc = b.count != 0 ? send_batch(db, &b, &gone) : RC_OK;
    }
    /* One that cannot be written holds up none of the others. */
    for (size_t i = 0; rc != RC_OK && b.count > 1 && i < b.count; i++) {
        struct batch one = {a, &b.list[i], 1, now};
        enum rc alone = send_batch(db, &one, &gone);
        if (alone != RC_OK)
            log_event(LOG_ERROR, "mail.write", "outbox=%" PRId64 " rc=%d", b.list[i].id, (int)alone);
    }
    if (sent != NULL)
        *sent = gone;
    arena_free(a);
    return rc;
}

/* ---- the thread ---------------------------------------------------------------------------------------------------------------- */

struct mailer {
    struct db *db;
    pthread_t thread;
    pthread_mutex_t lock;
    pthread_cond_t wake;
    bool stopping;
};

static bool wait_or_stop(struct mailer *m, bool wait)
{
    pthread_mutex_lock(&m->lock);
    if (wait && !m->stopping)
        steady_cond_wait(&m->wake, &m->lock, POLL_MS);
    bool stop = m->stopping;
    pthread_mutex_unlock(&m->lock);
    return stop;
}

static void *mailer_run(void *arg)
{
    struct mailer *m = arg;
    int64_t sent;
    do {
        if (mail_send_due(m->db, clock_now(), &sent) != RC_OK)
            log_event(LOG_WARN, "mail.outbox", "cannot be read now");
    } while (!wait_or_stop(m, sent < AT_ONCE)); /* as many as are taken at once, and all of them sent: more may wait */
    return NULL;
}

enum rc mailer_start(struct store *s, struct mailer **out, struct err *e)
{
    struct mailer *m = calloc(1, sizeof *m);
    ASSERT(m != NULL);
    enum rc rc = store_connect(s, &m->db, e);
    if (rc != RC_OK) {
        free(m);
        return rc;
    }
    curl_global_init(CURL_GLOBAL_DEFAULT);
    atomic_store(&ending, false);
    pthread_mutex_init(&m->lock, NULL);
    steady_cond_init(&m->wake);
    ASSERT(pthread_create(&m->thread, NULL, mailer_run, m) == 0);
    *out = m;
    return RC_OK;
}

void mailer_stop(struct mailer *m)
{
    if (m == NULL)
        return;
    pthread_mutex_lock(&m->lock);
    m->stopping = true;
    atomic_store(&ending, true);
    pthread_cond_signal(&m->wake);
    pthread_mutex_unlock(&m->lock);
    pthread_join(m->thread, NULL);
    db_close(m->db);
    pthread_cond_destroy(&m->wake);
    pthread_mutex_destroy(&m->lock);
    curl_global_cleanup();
    free(m);
}
