/* Cycles of testing: what was tried, what was expected, what happened, what was decided. */
#include "programme/improve/inside.h"

static struct form *cycle_form(struct ctx *c, const struct row_improve_cycle_find *x, struct str action, struct str back)
{
    static const char *const scales[] = {"small", "wider", "all"}, *const decisions[] = {"adopt", "adapt", "abandon"};
    struct form *f = form_new(c->a, c->lang, c->zone, action, M_improve_cycle_save);
    f->cancel = back;
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_improve_cycle_title, .required = true, .max = IMPROVE_TITLE_MOST, .value = x->title});
    form_add(f, (struct field){.name = "from", .kind = FIELD_DAY, .label = M_improve_cycle_from, .required = true, .value = x->id != 0 ? form_day_value(f, x->from_day) : STR_NONE});
    form_add(f, (struct field){.name = "until", .kind = FIELD_DAY, .label = M_project_cycle_until, .hint = M_project_cycle_until_hint, .value = x->id != 0 && !x->until_day_null ? form_day_value(f, x->until_day) : STR_NONE});
    form_add(f, (struct field){.name = "prediction", .kind = FIELD_LONG_TEXT, .label = M_improve_prediction, .hint = M_improve_prediction_hint, .required = true, .rows = 3, .max = IMPROVE_WORDS_MOST, .value = x->prediction});
    form_add(f, (struct field){.name = "scale", .kind = FIELD_CHOICE, .label = M_improve_scale, .required = true, .choices = improve_choices(c, scales, NULL, 3), .choice_count = 3, .value = x->scale});
    form_add(f, (struct field){.name = "who", .kind = FIELD_TEXT, .label = M_improve_cycle_who, .hint = M_improve_cycle_who_hint, .max = 200, .value = x->who});
    form_add(f, (struct field){.name = "result", .kind = FIELD_LONG_TEXT, .label = M_improve_result_optional, .rows = 3, .max = IMPROVE_WORDS_MOST, .value = x->result});
    form_add(f, (struct field){.name = "decision", .kind = FIELD_CHOICE, .label = M_improve_decision_optional, .choices = improve_choices(c, decisions, NULL, 3), .choice_count = 3, .value = x->decision});
    form_add_version(f, x->version);
    return f;
}

struct cycling {
    struct improve_cycle x;
    int64_t id, version, project, now;
};

/* False when its end lies before its beginning. */
static bool read_cycle(struct form *f, struct improve_cycle *x)
{
    *x = (struct improve_cycle){.title = form_text(f, "title"), .prediction = form_text(f, "prediction"), .scale = form_text(f, "scale"), .who = form_text(f, "who"),
                                .result = form_text(f, "result"), .decision = form_text(f, "decision")};
    (void)form_day(f, "from", &x->from_day);
    if (form_day(f, "until", &x->until_day) && x->until_day < x->from_day)
        form_error(f, "until", M_project_cycle_until_early, NULL);
    return form_ok(f);
}

static enum rc add_cycle(struct db *tx, void *arg, struct err *e)
{
    struct cycling *x = arg;
    (void)e;
    return improve_add_cycle(tx, x->project, &x->x, x->now, &x->id);
}

static enum rc save_cycle(struct db *tx, void *arg, struct err *e)
{
    struct cycling *x = arg;
    return improve_save_cycle(tx, x->id, x->version, &x->x, e);
}

enum rc improve_handle_cycle_new(struct ctx *c)
{
    struct row_improve_find p;
    TRY(improve_open(c, P_PROJECT_CHANGE, &p));
    struct row_improve_cycle_find none = {.version = 1, .until_day_null = true};
    struct page page = improve_page(c, &p, tr(c, M_improve_add_cycle));
    struct form *f = cycle_form(c, &none, improve_path(c, p.id, "/cycles/new"), improve_path(c, p.id, "#cycles"));
    struct cycling x = {.project = p.id, .now = c->now};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_cycle(f, &x.x))
        return improve_send_form(c, &page, tr(c, M_improve_cycle_note), f);
    TRY(ctx_write(c, add_cycle, &x));
    return page_redirect(c, improve_path(c, p.id, "#cycles"), M_improve_saved);
}

enum rc improve_handle_cycle(struct ctx *c)
{
    struct row_improve_cycle_find k;
    struct row_improve_find p;
    int64_t id;
    TRY(request_id(c->rq, 0, &id));
    TRY(sql_improve_cycle_find(c->db, c->a, id, &k));
    TRY(improve_open_id(c, P_PROJECT_CHANGE, k.project_id, &p));
    struct page page = improve_page(c, &p, tr(c, M_improve_cycle_edit));
    struct form *f = cycle_form(c, &k, str_printf(c->a, "/project-cycles/%" PRId64, id), improve_path(c, p.id, "#cycles"));
    struct cycling x = {.id = id};
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count) || !read_cycle(f, &x.x))
        return improve_send_form(c, &page, S(""), f);
    x.version = form_int(f, "version", 0);
    enum rc rc = ctx_write(c, save_cycle, &x);
    if (page_edit_failed(c, f, rc, k.version, &page.status))
        return improve_send_form(c, &page, S(""), f);
    TRY(rc);
    return page_redirect(c, improve_path(c, p.id, "#cycles"), M_improve_saved);
}
