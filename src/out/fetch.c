/* See fetch.h. libcurl, one handle for a request: what is asked of other servers is rare beside what is served. */
#include "out/fetch.h"

#include <curl/curl.h>
#include <pthread.h>
#include <time.h>

#include "base/buf.h"
#include "base/log.h"
#include "gen/msg_outside.h"

#define AT_ONCE 4
#define WAIT_S 5
#define LIMIT ((size_t)1 << 20)
#define TIMEOUT_MS 10000
#define HEADERS_LIMIT ((size_t)64 << 10)

/* ---- how many at once ----------------------------------------------------------------------------------------------------------------- */

static pthread_mutex_t lock = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t left_one = PTHREAD_COND_INITIALIZER;
static pthread_once_t once = PTHREAD_ONCE_INIT;
static int under_way;

static void begin_curl(void)
{
    curl_global_init(CURL_GLOBAL_DEFAULT);
}

static bool enter(void)
{
    struct timespec until;
    pthread_once(&once, begin_curl);
    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += WAIT_S;
    pthread_mutex_lock(&lock);
    int waited = 0;
    while (under_way == AT_ONCE && waited == 0)
        waited = pthread_cond_timedwait(&left_one, &lock, &until);
    bool in = under_way < AT_ONCE;
    under_way += in;
    pthread_mutex_unlock(&lock);
    return in;
}

static void leave(void)
{
    pthread_mutex_lock(&lock);
    under_way--;
    pthread_cond_signal(&left_one);
    pthread_mutex_unlock(&lock);
}

/* ---- addresses ------------------------------------------------------------------------------------------------------------------------ */

bool fetch_address_ok(struct str url)
{
    struct str rest, host;
    for (size_t i = 0; i < url.n; i++)
        if ((unsigned char)url.p[i] <= ' ' || (unsigned char)url.p[i] >= 0x7f || url.p[i] == '\\')
            return false;
    bool safe = str_starts(url, S("https://"));
    if (!safe && !str_starts(url, S("http://")))
        return false;
    rest = str_sub(url, safe ? 8 : 7, url.n);
    size_t end = 0;
    while (end < rest.n && rest.p[end] != '/' && rest.p[end] != '?' && rest.p[end] != '#')
        end++;
    host = str_sub(rest, 0, end);
    if (host.n == 0 || str_find(host, S("@"), NULL))
        return false;
    size_t port = host.n;
    while (port > 0 && host.p[port - 1] != ':' && host.p[port - 1] != ']')
        port--;
    struct str name = port > 0 && host.p[port - 1] == ':' ? str_sub(host, 0, port - 1) : host;
    return name.n != 0 && (safe || str_eq(name, S("localhost")) || str_eq(name, S("127.0.0.1")) || str_eq(name, S("[::1]")));
}

static bool one_line(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return true;
}

/* ---- what comes back ------------------------------------------------------------------------------------------------------------------ */

struct answer {
    struct arena *a;
    struct buf body;
    size_t limit, header_bytes;
    bool too_large;
    struct fetched *out;
};

static size_t take_body(char *p, size_t size, size_t count, void *arg)
{
    struct answer *w = arg;
    size_t n = size * count;
    w->too_large |= n > w->limit - w->body.n;
    if (w->too_large)
        return 0; /* ends it */
    buf_str(&w->body, (struct str){p, n});
    return n;
}

static bool named(struct str line, struct str name, struct str *value)
{
    if (line.n <= name.n || line.p[name.n] != ':' || !str_eq_nocase(str_sub(line, 0, name.n), name))
        return false;
    *value = str_trim(str_sub(line, name.n + 1, line.n));
    return true;
}

static size_t take_header(char *p, size_t size, size_t count, void *arg)
{
    struct answer *w = arg;
    size_t n = size * count;
    struct str line = {p, n}, value;
    w->header_bytes += n;
    w->too_large |= w->header_bytes > HEADERS_LIMIT;
    if (w->too_large)
        return 0;
    if (named(line, S("content-type"), &value))
        w->out->type = str_dup(w->a, value);
    else if (named(line, S("location"), &value))
        w->out->location = str_dup(w->a, value);
    else if (named(line, S("etag"), &value))
        w->out->etag = str_dup(w->a, value);
    else if (named(line, S("link"), &value))
        w->out->link = w->out->link.n == 0 ? str_dup(w->a, value) : str_printf(w->a, "%.*s, %.*s", STR_ARG(w->out->link), STR_ARG(value));
    return n;
}

/* ---- the request ---------------------------------------------------------------------------------------------------------------------- */

static enum rc perform(CURL *curl, struct answer *w, struct err *e)
{
    char why[CURL_ERROR_SIZE] = "";
    curl_easy_setopt(curl, CURLOPT_ERRORBUFFER, why);
    CURLcode got = curl_easy_perform(curl);
    if (w->too_large)
        return err_set(e, RC_TOO_LARGE, M_outside_fetch_too_large, "%zu", w->limit);
    if (got != CURLE_OK)
        return err_set(e, RC_BUSY, M_outside_fetch_failed, "%s", why[0] != '\0' ? why : curl_easy_strerror(got));
    long status = 0;
    curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &status);
    w->out->status = (int)status;
    w->out->body = buf_text(&w->body);
    return RC_OK;
}

/* curl copies what it is given, but for the body. */
static enum rc prepare(CURL *curl, struct arena *a, const struct fetch *f, struct curl_slist **headers)
{
    for (size_t i = 0; i < f->header_count; i++) {
        if (!one_line(f->headers[i].value))
            return RC_INVALID;
        *headers = curl_slist_append(*headers, str_printf(a, "%s: %.*s", f->headers[i].name, STR_ARG(f->headers[i].value)).p);
    }
    *headers = curl_slist_append(*headers, "Expect:"); /* no round trip before a body */
    curl_easy_setopt(curl, CURLOPT_URL, str_printf(a, "%.*s", STR_ARG(f->url)).p);
    curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(curl, CURLOPT_PROXY, str_starts(f->url, S("http://")) ? "" : NULL); /* this machine is asked without one */
    curl_easy_setopt(curl, CURLOPT_USERAGENT, "Cadre/" CADRE_VERSION);
    curl_easy_setopt(curl, CURLOPT_HTTPHEADER, *headers);
    curl_easy_setopt(curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(curl, CURLOPT_TIMEOUT_MS, (long)(f->timeout_ms != 0 ? f->timeout_ms : TIMEOUT_MS));
    if (f->body.p != NULL) {
        curl_easy_setopt(curl, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)f->body.n);
        curl_easy_setopt(curl, CURLOPT_POSTFIELDS, f->body.p);
    }
    if (f->method != NULL)
        curl_easy_setopt(curl, CURLOPT_CUSTOMREQUEST, f->method);
    if (f->user.p != NULL) {
        curl_easy_setopt(curl, CURLOPT_HTTPAUTH, (long)CURLAUTH_BASIC);
        curl_easy_setopt(curl, CURLOPT_USERNAME, str_printf(a, "%.*s", STR_ARG(f->user)).p);
        curl_easy_setopt(curl, CURLOPT_PASSWORD, str_printf(a, "%.*s", STR_ARG(f->password)).p);
    }
    return RC_OK;
}

enum rc fetch_send(struct arena *a, const struct fetch *f, struct fetched *out, struct err *e)
{
    *out = (struct fetched){.body = S(""), .type = S(""), .link = S(""), .location = S(""), .etag = S("")};
    if (!fetch_address_ok(f->url))
        return err_field(e, RC_INVALID, M_outside_fetch_address, "url", NULL);
    if (!enter())
        return err_set(e, RC_BUSY, M_outside_fetch_many, NULL);
    struct answer w = {.a = a, .body = buf_new(a, 4096), .limit = f->limit != 0 ? f->limit : LIMIT, .out = out};
    struct curl_slist *headers = NULL;
    CURL *curl = curl_easy_init();
    enum rc rc = curl != NULL ? prepare(curl, a, f, &headers) : RC_BUSY;
    if (rc == RC_OK) {
        curl_easy_setopt(curl, CURLOPT_WRITEFUNCTION, take_body);
        curl_easy_setopt(curl, CURLOPT_WRITEDATA, &w);
        curl_easy_setopt(curl, CURLOPT_HEADERFUNCTION, take_header);
        curl_easy_setopt(curl, CURLOPT_HEADERDATA, &w);
        rc = perform(curl, &w, e);
    }
    curl_slist_free_all(headers);
    curl_easy_cleanup(curl);
    leave();
    return rc;
}
