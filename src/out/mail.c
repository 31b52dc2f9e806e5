/* Mails: see mail.h. */
#include "out/mail.h"

#include <curl/curl.h>
#include <jansson.h>
#include <pthread.h>
#include <sodium.h>
#include <stdatomic.h>

#include "base/clock.h"
#include "base/log.h"
#include "base/utf8.h"
#include "gen/out/mail_sql.h"

#define TOPIC "mail"
#define POLL_MS 1000
#define AT_ONCE 20
#define AGAIN_MS (2 * MS_PER_MINUTE) /* grows with each attempt */
#define ATTEMPTS_MOST 8
#define SEND_SECONDS 60L

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

/* ---- the text of a mail ---------------------------------------------------------------------------------------------------- */

static bool one_line(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return s.n != 0 && utf8_valid(s);
}

static bool is_address(struct str s)
{
    size_t at;
    return one_line(s) && str_find(s, S("@"), &at) && !str_find(s, S(" "), NULL) && !str_find(s, S("<"), NULL) &&
           !str_find(s, S(">"), NULL);
}

static void base64(struct buf *b, struct arena *a, struct str s)
{
    size_t cap = sodium_base64_encoded_len(s.n, sodium_base64_VARIANT_ORIGINAL);
    char *z = arena_alloc_raw(a, cap);
    sodium_bin2base64(z, cap, (const unsigned char *)s.p, s.n, sodium_base64_VARIANT_ORIGINAL);
    buf_z(b, z);
}

/* RFC 2047: encoded words of at most 75 characters, none of which cuts a character. */
static void header_text(struct buf *b, struct arena *a, struct str s)
{
    bool plain = s.n < 60;
    for (size_t i = 0; i < s.n && plain; i++)
        plain = (unsigned char)s.p[i] < 0x80;
    if (plain) {
        buf_str(b, s);
        return;
    }
    for (bool first = true; s.n != 0; first = false) {
        struct str part = utf8_clip(s, 42);
        buf_z(b, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        base64(b, a, part);
        buf_z(b, "?=");
        s = str_sub(s, part.n, s.n);
    }
}

static void header_date(struct buf *b, int64_t now)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_from_ms(zone_utc(), now);
    buf_printf(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[weekday_of(day_from_ms(zone_utc(), now))], c.day,
               months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

static void body_text(struct buf *b, struct arena *a, struct str text)
{
    struct buf lines = buf_new(a, text.n + 64), coded = buf_new(a, text.n * 4 / 3 + 64);
    for (struct str line; str_line(&text, &line);) {
        buf_str(&lines, line);
        buf_z(&lines, "\r\n");
    }
    base64(&coded, a, buf_text(&lines));
    struct str rest = buf_text(&coded);
    for (; rest.n != 0; rest = str_sub(rest, 76, rest.n)) {
        buf_str(b, str_sub(rest, 0, 76));
        buf_z(b, "\r\n");
    }
}

enum rc mail_format(struct arena *a, const struct mail *m, struct str from, int64_t now, struct str *out)
{
    struct buf b = buf_new(a, 1024 + m->text.n * 3 / 2);
    struct str domain = from;
    unsigned char id[16];
    char hex[2 * sizeof id + 1];
    size_t at;
    if (!is_address(m->to) || !is_address(from) || !one_line(m->subject))
        return RC_INVALID;
    if (str_find(from, S("@"), &at))
        domain = str_sub(from, at + 1, from.n);
    randombytes_buf(id, sizeof id);
    sodium_bin2hex(hex, sizeof hex, id, sizeof id);
    header_date(&b, now);
    buf_printf(&b, "From: Cadre <%.*s>\r\nTo: <%.*s>\r\nSubject: ", STR_ARG(from), STR_ARG(m->to));
    header_text(&b, a, m->subject);
    buf_printf(&b, "\r\nMessage-ID: <%s@%.*s>\r\n", hex, STR_ARG(domain));
    buf_z(&b, "Auto-Submitted: auto-generated\r\nMIME-Version: 1.0\r\nContent-Type: text/plain; charset=UTF-8\r\n"
              "Content-Transfer-Encoding: base64\r\n\r\n");
    body_text(&b, a, m->text);
    *out = buf_text(&b);
    return RC_OK;
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

static enum rc send_by_smtp(struct arena *a, const struct mail *m, int64_t now)
{
    struct str bytes;
    TRY(mail_format(a, m, str_from(set.from), now, &bytes));
    CURL *curl = curl_easy_init();
    if (curl == NULL)
        return RC_BUSY;
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
    curl_easy_cleanup(curl);
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

struct sending {
    struct arena *a;
    const struct row_outbox_due *row;
    int64_t now;
    bool taken, wanted;
    struct mail mail;
};

static const struct mail_kind *kind_of(struct str word)
{
    for (size_t i = 0; i < kind_count; i++)
        if (str_eq_z(word, kinds[i].kind))
            return &kinds[i];
    return NULL;
}

static enum rc write_mail(struct db *tx, struct sending *s)
{
    json_t *o = json_loadb(s->row->payload.p, s->row->payload.n, 0, NULL);
    const struct mail_kind *kind = kind_of(str_from(json_string_value(json_object_get(o, "kind"))));
    struct str about = str_dup(s->a, str_from(json_string_value(json_object_get(o, "about"))));
    json_decref(o);
    if (kind == NULL)
        return RC_NOT_FOUND;
    return kind->write(tx, s->a, about, s->now, &s->mail);
}

/* Takes the row for a while and writes its mail: whatever happens after, it is tried again until it was sent. */
static enum rc take(struct db *tx, void *arg, struct err *e)
{
    struct sending *s = arg;
    (void)e;
    s->mail = (struct mail){.again = s->row->attempts != 0};
    s->wanted = false;
    TRY(sql_outbox_take(tx, s->row->id, s->row->due_at, s->now + AGAIN_MS * (s->row->attempts + 1)));
    s->taken = db_changes(tx) != 0;
    if (!s->taken)
        return RC_OK;
    enum rc rc = s->row->attempts < ATTEMPTS_MOST ? write_mail(tx, s) : RC_NOT_FOUND;
    s->wanted = rc == RC_OK;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc finish(struct db *tx, void *arg, struct err *e)
{
    const struct sending *s = arg;
    (void)e;
    return sql_outbox_done(tx, s->row->id, s->now);
}

static enum rc send_one(struct db *db, struct arena *a, const struct row_outbox_due *row, int64_t now, int64_t *sent)
{
    struct sending s = {.a = a, .row = row, .now = now};
    TRY(store_write(db, take, &s, NULL));
    if (!s.taken)
        return RC_OK;
    if (s.wanted && set.server == NULL)
        print_line(s.mail.line);
    else if (s.wanted && send_by_smtp(a, &s.mail, now) == RC_BUSY)
        return RC_OK; /* again, later */
    if (s.wanted && sent != NULL)
        ++*sent;
    return store_write(db, finish, &s, NULL);
}

enum rc mail_send_due(struct db *db, int64_t now, int64_t *sent)
{
    struct arena *a = arena_new(0);
    struct rows_outbox_due rows;
    enum rc rc = sql_outbox_due(db, a, S(TOPIC), now, AT_ONCE, now + CLOCK_SKEW_MS, AGAIN_MS, &rows);
    if (sent != NULL)
        *sent = 0;
    for (size_t i = 0; rc == RC_OK && i < rows.n; i++)
        rc = send_one(db, a, &rows.v[i], now, sent);
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

static bool wait_or_stop(struct mailer *m)
{
    pthread_mutex_lock(&m->lock);
    if (!m->stopping)
        steady_cond_wait(&m->wake, &m->lock, POLL_MS);
    bool stop = m->stopping;
    pthread_mutex_unlock(&m->lock);
    return stop;
}

static void *mailer_run(void *arg)
{
    struct mailer *m = arg;
    do {
        if (mail_send_due(m->db, clock_now(), NULL) != RC_OK)
            log_event(LOG_WARN, "mail.outbox", "cannot be read now");
    } while (!wait_or_stop(m));
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
