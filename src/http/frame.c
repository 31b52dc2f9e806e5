/* An answer within a page of somebody else's: see page_frame. What nobody may frame is left out by browsers, and who looks at it sees an empty
 * box without a word: a session that began in a frame and has ended there, or the sign-in page. So in its place goes a page that is about
 * nobody and does nothing, with a link that opens a window of its own: that one may be framed by anybody. For dispatch.c. */
#include "http/inside.h"

#include "gen/http/frame_view.h"
#include "gen/msg_error.h"
#include "http/parse.h"

/* Of a browser that shows it there: only they say so, and scripts cannot. */
static bool asked_in_frame(const struct request *rq)
{
    struct str dest = request_header(rq, "Sec-Fetch-Dest");
    return str_eq(dest, S("iframe")) || str_eq(dest, S("frame"));
}

static bool is_page(const struct response *rs)
{
    for (size_t i = 0; i < rs->header_count; i++)
        if (str_eq_nocase(rs->headers[i].name, S("Content-Security-Policy")))
            return false;
    return rs->type == NULL && rs->fixed.p == NULL && rs->body.n != 0 && (rs->status < 300 || rs->status >= 400);
}

/* What was said of the bytes that go: page_compress. */
static void forget_encoding(struct response *rs)
{
    size_t kept = 0;
    for (size_t i = 0; i < rs->header_count; i++)
        if (!str_eq_nocase(rs->headers[i].name, S("Content-Encoding")))
            rs->headers[kept++] = rs->headers[i];
    rs->header_count = kept;
}

void frame_answer(struct ctx *c, struct actor *nobody)
{
    const struct request *rq = c->rq;
    if (c->framed_by.n != 0 || !asked_in_frame(rq) || !is_page(c->rs))
        return;
    bool reads = rq->method == METHOD_GET || rq->method == METHOD_HEAD;
    struct view_frame v = {.href = reads && is_local_address(rq->target) ? rq->target : S("/")};
    struct page page = {.title = tr(c, M_error_frame), .narrow = true, .status = c->rs->status};
    *nobody = (struct actor){0};
    c->who = nobody;
    c->session = NULL;
    forget_encoding(c->rs);
    c->rs->body = buf_new(c->a, 8192);
    page_write(c, &page, &view_frame_def, &v, &c->rs->body);
    page_frame(c, S("*"), S(""));
}
