/* Writing an opportunity: what it is, at which competencies it aims, when it opens and how it ended. */
#include "programme/framework/framework.h"
#include "programme/placement/inside.h"

#define AIMS_MOST 12

static struct choice *kind_choices(struct ctx *c, size_t *count)
{
    static const char *const kinds[] = {"clinic", "project", "community", "digital"};
    struct choice *out = ARENA_ARRAY(c->a, COUNT_OF(kinds), struct choice);
    for (size_t k = 0; k < COUNT_OF(kinds); k++)
        out[k] = (struct choice){.value = str_from(kinds[k]), .label = placement_kind_name(c, str_from(kinds[k]))};
    *count = COUNT_OF(kinds);
    return out;
}

static enum rc aim_choices(struct ctx *c, int64_t programme, struct choice **out, size_t *count)
{
    struct competency *all = NULL;
    size_t n = 0;
    *count = 0;
    enum rc rc = framework_outline(c->db, c->a, programme, lang_tag(c->lang), false, &all, &n);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    *out = ARENA_ARRAY(c->a, n, struct choice);
    for (size_t k = 0; k < n; k++)
        if (str_eq_z(all[k].kind, "competency"))
            (*out)[(*count)++] = (struct choice){.value = str_printf(c->a, "%" PRId64, all[k].competency), .label = all[k].title, .hint = all[k].code};
    return RC_OK;
}

static enum rc make_form(struct ctx *c, struct str action, int64_t programme, const struct row_placement_find *o, struct form **out)
{
    struct choice *kinds, *aims = NULL;
    size_t kind_count, aim_count;
    kinds = kind_choices(c, &kind_count);
    TRY(aim_choices(c, programme, &aims, &aim_count));
    struct form *f = *out = form_new(c->a, c->lang, c->zone, action, M_placement_save);
    f->draft = str_printf(c->a, "placement-%" PRId64, o->id);
    form_add_version(f, o->version);
    form_add(f, (struct field){.name = "title", .kind = FIELD_TEXT, .label = M_placement_field_title, .required = true, .value = o->title});
    form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_placement_field_kind, .required = true, .choices = kinds, .choice_count = kind_count, .value = o->kind});
    form_add(f, (struct field){.name = "place", .kind = FIELD_TEXT, .label = M_placement_field_place, .hint = M_placement_field_place_hint, .required = true, .value = o->place});
    form_add(f, (struct field){.name = "population", .kind = FIELD_TEXT, .label = M_placement_field_population, .value = o->population});
    form_add(f, (struct field){.name = "partners", .kind = FIELD_TEXT, .label = M_placement_field_partners, .value = o->partners});
    form_add(f, (struct field){.name = "about", .kind = FIELD_LONG_TEXT, .label = M_placement_field_about, .hint = M_placement_field_about_hint, .max = 8000, .rows = 8, .value = o->about});
    form_add(f, (struct field){.name = "ratio", .kind = FIELD_INT, .label = M_placement_field_ratio, .hint = M_placement_field_ratio_hint, .required = true, .min = 1, .max = 100, .value = str_printf(c->a, "%" PRId64, o->ratio)});
    form_add(f, (struct field){.name = "notice", .kind = FIELD_INT, .label = M_placement_field_notice, .hint = M_placement_field_notice_hint, .required = true, .max = 60, .value = str_printf(c->a, "%" PRId64, o->notice_days)});
    struct choice *swaps = ARENA_ARRAY(c->a, 3, struct choice);
    swaps[0] = (struct choice){S("free"), tr(c, M_placement_swaps_free), tr(c, M_placement_swaps_free_hint)};
    swaps[1] = (struct choice){S("approved"), tr(c, M_placement_swaps_approved), tr(c, M_placement_swaps_approved_hint)};
    swaps[2] = (struct choice){S("none"), tr(c, M_placement_swaps_none), STR_NONE};
    form_add(f, (struct field){.name = "swaps", .kind = FIELD_CHOICE, .label = M_placement_field_swaps, .required = true, .choices = swaps, .choice_count = 3, .value = o->swaps});
    struct field *field = form_add(f, (struct field){.name = "aims", .kind = FIELD_MANY, .label = M_placement_field_aims, .hint = M_placement_field_aims_hint, .choices = aims, .choice_count = aim_count});
    if (o->id != 0) {
        struct rows_placement_competencies rows;
        TRY(sql_placement_competencies(c->db, c->a, o->id, lang_tag(c->lang), &rows));
        field->values = ARENA_ARRAY(c->a, rows.n, struct str);
        for (size_t k = 0; k < rows.n; k++)
            field->values[k] = str_printf(c->a, "%" PRId64, rows.v[k].competency_id);
        field->value_count = rows.n;
    }
    return RC_OK;
}

struct saving {
    struct arena *a;
    struct placement_opportunity o;
    int64_t person, now;
    int64_t saved; /* out */
};

static enum rc save(struct db *tx, void *arg, struct err *e)
{
    struct saving *s = arg;
    struct placement_opportunity o = s->o;
    TRY(placement_save(tx, s->a, &o, s->now, e));
    TRY(audit_note(tx, s->now, s->person, "placement_change", 0, "opportunity", o.id));
    s->saved = o.id;
    return RC_OK;
}

static void read_aims(struct ctx *c, struct form *f, struct placement_opportunity *o)
{
    const struct field *field = form_field(f, "aims");
    int64_t *list = ARENA_ARRAY(c->a, field->value_count, int64_t);
    for (size_t k = 0; k < field->value_count && o->competency_count < AIMS_MOST; k++)
        if (str_to_int(field->values[k], &list[o->competency_count]))
            o->competency_count++;
    o->competencies = list;
}

static enum rc handle(struct ctx *c, struct str action, const struct row_placement_find *o, struct page *page)
{
    struct form *f;
    TRY(make_form(c, action, o->programme_id, o, &f));
    f->cancel = o->id != 0 ? placement_path(c, o->id, "") : S("/placements");
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return placement_send_form(c, page, STR_NONE, f);
    struct saving s = {.a = c->a, .person = c->who->person, .now = c->now};
    s.o = (struct placement_opportunity){.id = o->id, .programme = o->programme_id, .version = form_int(f, "version", 0), .kind = form_text(f, "kind"),
                                         .title = form_text(f, "title"), .place = form_text(f, "place"), .population = form_text(f, "population"),
                                         .partners = form_text(f, "partners"), .about = form_text(f, "about"), .ratio = form_int(f, "ratio", 4),
                                         .notice_days = form_int(f, "notice", 0), .swaps = form_text(f, "swaps")};
    read_aims(c, f, &s.o);
    int64_t id = s.o.id;
    enum rc rc = ctx_write(c, save, &s);
    struct row_placement_find now = *o;
    if (rc == RC_CONFLICT && id != 0)
        TRY(sql_placement_find(c->db, c->a, id, &now));
    if (page_edit_failed(c, f, rc, now.version, &page->status))
        return placement_send_form(c, page, STR_NONE, f);
    TRY(rc);
    return page_redirect(c, placement_path(c, s.saved, ""), M_placement_saved);
}

enum rc placement_handle_new(struct ctx *c)
{
    struct programme p;
    TRY(programme_current(c, &p));
    struct target t = {.programme = p.id};
    TRY(access_require(c, P_PLACEMENT_MANAGE, &t));
    struct row_placement_find o = {.programme_id = p.id, .kind = S("clinic"), .ratio = 4, .notice_days = 3, .swaps = S("free")};
    struct page page = placement_page(c, tr(c, M_placement_new), STR_NONE, 0);
    return handle(c, S("/placements/new"), &o, &page);
}

enum rc placement_handle_edit(struct ctx *c)
{
    struct row_placement_find o;
    TRY(placement_open_to_manage(c, &o));
    struct page page = placement_page(c, tr(c, M_placement_edit), o.title, o.id);
    return handle(c, placement_path(c, o.id, "/edit"), &o, &page);
}

/* ---- opening and closing ------------------------------------------------------------------------------------------------------------ */

struct stating {
    struct arena *a;
    int64_t id, version, person, today, now;
    struct str state, ending;
};

static enum rc set_state(struct db *tx, void *arg, struct err *e)
{
    const struct stating *s = arg;
    TRY(placement_set_state(tx, s->a, s->id, s->version, s->state, s->ending, s->today, e));
    return audit_note(tx, s->now, s->person, "placement_state", 0, "opportunity", s->id);
}

enum rc placement_handle_state(struct ctx *c)
{
    struct row_placement_find o;
    TRY(placement_open_to_manage(c, &o));
    bool closes = str_eq_z(o.state, "open");
    struct form *f = form_new(c->a, c->lang, c->zone, placement_path(c, o.id, "/state"), closes ? M_placement_close : M_placement_publish);
    f->danger = closes;
    f->cancel = placement_path(c, o.id, "");
    form_add_version(f, o.version);
    if (closes)
        form_add(f, (struct field){.name = "ending", .kind = FIELD_LONG_TEXT, .label = M_placement_ending, .hint = M_placement_ending_hint, .max = 2000});
    struct page page = placement_page(c, tr(c, closes ? M_placement_close : M_placement_publish), o.title, o.id);
    struct str note = tr(c, closes ? M_placement_close_note : M_placement_publish_note);
    if (c->rq->method != METHOD_POST || !form_read(f, c->rq->form, c->rq->form_count))
        return placement_send_form(c, &page, note, f);
    struct stating s = {.a = c->a, .id = o.id, .version = form_int(f, "version", 0), .person = c->who->person, .today = c->today, .now = c->now,
                        .state = closes ? S("closed") : S("open"), .ending = closes ? form_text(f, "ending") : S("")};
    enum rc rc = ctx_write(c, set_state, &s);
    if (page_form_failed(c, f, rc, &page.status))
        return placement_send_form(c, &page, note, f);
    TRY(rc);
    return page_redirect(c, f->cancel, closes ? M_placement_closed : M_placement_published);
}
