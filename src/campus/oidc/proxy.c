/* Who somebody is, said by a reverse proxy: it has signed her in by SAML and names her in headers. They are believed only of requests that came
 * in through the socket which that proxy alone may open, and only for a sign-in that this browser has begun here. */
#include "base/log.h"
#include "base/utf8.h"
#include "campus/oidc/inside.h"

#define VALUE_MOST 300 /* bytes */

/* What a header says: no value when it is not there, there twice, or what Apache writes for nothing. */
static struct str said(struct ctx *c, struct str name, size_t most)
{
    struct str value = STR_NONE;
    size_t times = 0;
    for (size_t i = 0; i < c->rq->header_count && name.n != 0; i++)
        if (str_eq_nocase(c->rq->headers[i].name, name)) {
            value = c->rq->headers[i].value;
            times++;
        }
    bool good = times == 1 && value.n != 0 && value.n <= most && utf8_is_text(value) && !str_eq_z(value, "(null)");
    return good ? value : STR_NONE;
}

/* From anywhere else a header is not looked at; that one was there is worth a line. */
static enum rc not_by_proxy(struct ctx *c, const struct provider *p)
{
    if (request_header(c->rq, str_z(c->a, p->row.subject_header)).p != NULL)
        log_event(LOG_WARN, "sign_on.forged", "provider=%" PRId64 " a header from elsewhere", p->row.id);
    return sign_on_refuse(c, p, SIGN_ON_SOCKET, S(""));
}

enum rc sign_on_get_proxy(struct ctx *c)
{
    struct row_sign_on_start_find start;
    struct provider p;
    enum sign_on_refusal why;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(provider_load(c->db, c->a, id, &p));
    if (!provider_is_proxy(&p))
        return RC_NOT_FOUND;
    if (!c->rq->by_proxy)
        return not_by_proxy(c, &p);
    if (c->rq->method == METHOD_HEAD)
        return page_redirect(c, S("/sign-in"), 0);
    TRY(sign_on_claim(c, &start, &why));
    if (why == SIGN_ON_FINE && start.provider_id != id)
        why = SIGN_ON_LOST;
    if (why == SIGN_ON_FINE && p.row.active == 0)
        why = SIGN_ON_OFF;
    struct arrival v = {.p = &p, .link_to = why != SIGN_ON_FINE || start.link_to_null ? 0 : start.link_to};
    v.n = (struct newcomer){.subject = said(c, p.row.subject_header, SUBJECT_MOST),
                            .roster_id = said(c, p.row.roster_claim, VALUE_MOST),
                            .email = p.row.by_address != 0 ? said(c, p.row.mail_header, VALUE_MOST) : STR_NONE,
                            .display = said(c, p.row.name_header, VALUE_MOST)};
    if (why == SIGN_ON_FINE && v.n.subject.n == 0)
        why = SIGN_ON_SUBJECT;
    return why != SIGN_ON_FINE ? sign_on_refuse(c, &p, why, S("")) : sign_on_finish(c, &v, start.back);
}
