/* The address under which a programme's Curriculum Inventory is fetched. */
#include "base/clock.h"
#include "campus/medbiq/medbiq.h"
#include "gen/msg_form.h"
#include "out/mail.h"

#define NAME_MOST 200

/* A day of the query; false: something else stands there. */
static bool read_day(struct ctx *c, const char *name, int64_t *day)
{
    struct str text = request_query(c->rq, name);
    return text.p == NULL || day_parse(text, day);
}

static enum rc get_inventory(struct ctx *c)
{
    struct medbiq_report r = {.site = mail_link(c->a, S("")), .institution = request_query(c->rq, "institution"), .today = c->today, .from = c->today - 365, .until = c->today};
    struct str xml;
    TRY(request_id(c->rq, 0, &r.programme));
    const struct target t = {.programme = r.programme};
    TRY(access_require(c, P_COVERAGE_VIEW, &t));
    if (!read_day(c, "from", &r.from) || !read_day(c, "until", &r.until) || r.until < r.from)
        return err_field(&c->err, RC_MALFORMED, M_form_not_day, "from", NULL);
    if (str_empty(r.institution) || r.institution.n > NAME_MOST)
        r.institution = request_header(c->rq, "Host");
    TRY(medbiq_write(c->db, c->a, &r, &xml));
    return page_download(c, "application/xml", S("curriculum-inventory.xml"), xml);
}

static const struct route routes[] = {
    {METHOD_GET, "/programmes/{id}/curriculum-inventory", P_COVERAGE_VIEW, BODY_NONE, RATE_PAGE, get_inventory},
};

const struct capability medbiq_capability = {
    .name = "medbiq",
    .routes = routes,
    .route_count = COUNT_OF(routes),
};
