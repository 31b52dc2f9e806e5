/* The pages of rules: the list, one rule with what it would do and whom it does not know, writing and removing it; and a statement that
 * became somebody's evidence, for who may see that evidence. */
#include "auth/session.h"
#include "base/clock.h"
#include "campus/xapi/lexical.h"
#include "campus/xapi/resources.h"
#include "campus/xapi/rule.h"
#include "gen/campus/xapi/fact_view.h"
#include "gen/campus/xapi/rule_form_view.h"
#include "gen/campus/xapi/rule_view.h"
#include "gen/campus/xapi/rules_view.h"
#include "gen/msg_xapi.h"
#include "programme/evidence/evidence.h"
#include "programme/framework/framework.h"
#include "programme/people/people.h"
#include "programme/programme/programme.h"

#define PAGE_ROWS 50
#define UNKNOWN_SHOWN 50
#define TOOLS_MOST 500

static const struct target site = {0};

static struct str rule_path(struct ctx *c, int64_t id, const char *end)
{
    return str_printf(c->a, "/site/xapi/rules/%" PRId64 "%s", id, end);
}

static struct page rule_page(struct ctx *c, struct str title, int64_t id)
{
    struct crumb *crumbs = ARENA_ARRAY(c->a, 3, struct crumb);
    crumbs[0] = (struct crumb){tr(c, M_xapi_clients_title), S("/site/xapi")};
    crumbs[1] = (struct crumb){tr(c, M_xapi_rules_title), S("/site/xapi/rules")};
    crumbs[2] = (struct crumb){tr(c, M_xapi_rule), rule_path(c, id, "")};
    return (struct page){.title = title, .section = "/site/xapi", .crumbs = crumbs, .crumb_count = id != 0 ? 3 : 2};
}

static struct str state_word(struct ctx *c, struct str state)
{
    return tr(c, str_eq_z(state, "on") ? M_xapi_rule_is_on : str_eq_z(state, "off") ? M_xapi_rule_is_off : M_xapi_rule_is_draft);
}

/* ---- the list ------------------------------------------------------------------------------------------------------------------------------ */

enum rc xapi_get_rules(struct ctx *c)
{
    struct rows_xapi_rule_list rows;
    struct view_xapi_rules v = {0};
    int64_t after = 0;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    (void)str_to_int(request_query(c->rq, "after"), &after);
    TRY(sql_xapi_rule_list(c->db, c->a, after, PAGE_ROWS + 1, &rows));
    v.rules_count = rows.n <= PAGE_ROWS ? rows.n : PAGE_ROWS;
    struct view_xapi_rules_rules *list = ARENA_ARRAY(c->a, rows.n, struct view_xapi_rules_rules);
    for (size_t i = 0; i < v.rules_count; i++) {
        const struct row_xapi_rule_list *r = &rows.v[i];
        list[i] = (struct view_xapi_rules_rules){.href = rule_path(c, r->id, ""), .activity = r->activity, .prefix = r->prefix != 0, .verb = r->verb, .kind = evidence_kind_word(c, r->kind),
                                                 .state = r->state, .state_word = state_word(c, r->state), .matched = r->matched, .unknown = r->unknown};
    }
    v.rules = list;
    if (rows.n > PAGE_ROWS)
        v.more = str_printf(c->a, "/site/xapi/rules?after=%" PRId64, rows.v[PAGE_ROWS - 1].id);
    struct page page = {.title = tr(c, M_xapi_rules_title), .section = "/site/xapi"};
    struct crumb crumb = {tr(c, M_xapi_clients_title), S("/site/xapi")}, action = {tr(c, M_xapi_rule_new), S("/site/xapi/rules/new")};
    page.crumbs = &crumb;
    page.crumb_count = 1;
    page.actions = &action;
    page.action_count = 1;
    return view_xapi_rules_page(c, &page, &v);
}

/* ---- writing one ----------------------------------------------------------------------------------------------------------------------------- */

struct writing {
    struct xapi_rule_new n;
    int64_t id, version, by, now, made;
};

static enum rc put(struct db *tx, void *arg, struct err *e)
{
    struct writing *w = arg;
    w->made = w->id;
    return xapi_rule_put(tx, &w->made, w->version, &w->n, w->by, w->now, e);
}

/* What the rule says now; a new one has only usual values. */
static enum rc choose(struct ctx *c, struct form *f, const struct row_xapi_rule_find *r)
{
    struct rows_xapi_client_list tools;
    struct rows_xapi_rule_competencies chosen = {0};
    struct competency *all = NULL;
    size_t count = 0, n = 0;
    TRY(sql_xapi_client_list(c->db, c->a, TOOLS_MOST, &tools));
    struct choice *from = ARENA_ARRAY(c->a, tools.n + 1, struct choice);
    from[n++] = (struct choice){.value = S("0"), .label = tr(c, M_xapi_rule_any_tool)};
    for (size_t i = 0; i < tools.n; i++)
        from[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, tools.v[i].id), .label = tools.v[i].name};
    form_add(f, (struct field){.name = "tool", .kind = FIELD_CHOICE, .label = M_xapi_rule_tool, .hint = M_xapi_rule_tool_hint, .required = true, .choices = from, .choice_count = n,
                               .value = r != NULL && !r->client_id_null ? str_printf(c->a, "%" PRId64, r->client_id) : S("0")});
    form_add(f, (struct field){.name = "home_page", .kind = FIELD_TEXT, .label = M_xapi_rule_home, .hint = M_xapi_rule_home_hint, .max = 500, .value = r != NULL ? r->home_page : STR_NONE});
    struct choice *kinds = ARENA_ARRAY(c->a, xapi_rule_kind_count, struct choice);
    for (size_t i = 0; i < xapi_rule_kind_count; i++)
        kinds[i] = (struct choice){.value = str_from(xapi_rule_kinds[i]), .label = evidence_kind_word(c, str_from(xapi_rule_kinds[i]))};
    form_add(f, (struct field){.name = "kind", .kind = FIELD_CHOICE, .label = M_xapi_rule_kind, .required = true, .choices = kinds, .choice_count = xapi_rule_kind_count,
                               .value = r != NULL ? r->kind : kinds[0].value});
    enum rc rc = framework_outline(c->db, c->a, 0, lang_tag(c->lang), false, &all, &count);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (r != NULL)
        TRY(sql_xapi_rule_competencies(c->db, c->a, r->id, &chosen));
    struct choice *competencies = ARENA_ARRAY(c->a, count, struct choice);
    struct str *values = ARENA_ARRAY(c->a, chosen.n, struct str);
    n = 0;
    for (size_t i = 0; i < count; i++)
        if (str_eq_z(all[i].kind, "competency"))
            competencies[n++] = (struct choice){.value = str_printf(c->a, "%" PRId64, all[i].competency), .label = str_printf(c->a, "%.*s %.*s", STR_ARG(all[i].code), STR_ARG(all[i].title))};
    for (size_t i = 0; i < chosen.n; i++)
        values[i] = str_printf(c->a, "%" PRId64, chosen.v[i].competency_id);
    if (n != 0)
        form_add(f, (struct field){.name = "competencies", .kind = FIELD_MANY, .label = M_xapi_rule_competencies, .hint = M_xapi_rule_competencies_hint, .choices = competencies, .choice_count = n,
                                   .values = values, .value_count = chosen.n});
    struct choice *uses = ARENA_ARRAY(c->a, 4, struct choice);
    uses[0] = (struct choice){.value = S("0"), .label = tr(c, M_xapi_rule_no_use)};
    for (size_t i = 0; i < 3; i++) {
        static const char *const letters[] = {"I", "P", "A"};
        uses[i + 1] = (struct choice){.value = str_from(letters[i]), .label = evidence_use_word(c, str_from(letters[i]))};
    }
    form_add(f, (struct field){.name = "use", .kind = FIELD_CHOICE, .label = M_xapi_rule_use, .required = true, .choices = uses, .choice_count = 4, .value = r != NULL && r->use.p != NULL ? r->use : S("0")});
    form_add(f, (struct field){.name = "level", .kind = FIELD_INT, .label = M_xapi_rule_level, .hint = M_xapi_rule_level_hint, .min = 1, .max = 9,
                               .value = r != NULL && !r->level_null ? str_printf(c->a, "%" PRId64, r->level) : STR_NONE});
    return RC_OK;
}

static enum rc rule_form(struct ctx *c, struct str action, const struct row_xapi_rule_find *r, struct form **out)
{
    struct form *f = *out = form_new(c->a, c->lang, c->zone, action, M_xapi_rule_save);
    f->cancel = r != NULL ? rule_path(c, r->id, "") : S("/site/xapi/rules");
    form_add(f, (struct field){.name = "activity", .kind = FIELD_TEXT, .label = M_xapi_rule_activity, .hint = M_xapi_rule_activity_hint, .required = true, .max = 1000, .value = r != NULL ? r->activity : STR_NONE});
    form_add(f, (struct field){.name = "prefix", .kind = FIELD_BOOL, .label = M_xapi_rule_prefix, .value = r != NULL && r->prefix != 0 ? S("1") : S("")});
    form_add(f, (struct field){.name = "verb", .kind = FIELD_TEXT, .label = M_xapi_rule_verb, .hint = M_xapi_rule_verb_hint, .required = true, .max = 1000,
                               .value = r != NULL ? r->verb : S("http://adlnet.gov/expapi/verbs/completed")});
    form_add(f, (struct field){.name = "least", .kind = FIELD_INT, .label = M_xapi_rule_least, .hint = M_xapi_rule_least_hint, .min = 0, .max = 100,
                               .value = r != NULL && !r->least_null ? str_printf(c->a, "%" PRId64, r->least) : STR_NONE});
    TRY(choose(c, f, r));
    if (r != NULL)
        form_add_version(f, r->version);
    return RC_OK;
}

static bool read_rule(struct ctx *c, struct form *f, struct xapi_rule_new *n)
{
    struct str home = form_text(f, "home_page"), use = form_text(f, "use");
    const struct field *many = form_field(f, "competencies");
    *n = (struct xapi_rule_new){.activity = form_text(f, "activity"), .verb = form_text(f, "verb"), .home_page = home, .kind = form_text(f, "kind"), .use = str_eq_z(use, "0") ? STR_NONE : use,
                                .prefix = form_bool(f, "prefix"), .least = form_int(f, "least", -1), .level = form_int(f, "level", 0)};
    (void)str_to_int(form_text(f, "tool"), &n->client);
    if (!xapi_is_iri(n->activity))
        form_error(f, "activity", M_xapi_rule_no_iri, NULL);
    if (!xapi_is_iri(n->verb))
        form_error(f, "verb", M_xapi_rule_no_iri, NULL);
    if (home.n != 0 && !xapi_is_iri(home))
        form_error(f, "home_page", M_xapi_rule_no_iri, NULL);
    int64_t *ids = ARENA_ARRAY(c->a, many != NULL ? many->value_count : 0, int64_t);
    for (size_t i = 0; many != NULL && i < many->value_count; i++)
        if (str_to_int(many->values[i], &ids[n->competency_count]))
            n->competency_count++;
    n->competencies = ids;
    return form_ok(f);
}

static enum rc handle_form(struct ctx *c, const struct row_xapi_rule_find *r, struct str action)
{
    struct form *f;
    struct writing w = {.id = r != NULL ? r->id : 0, .by = c->who->person, .now = c->now};
    struct page page = rule_page(c, tr(c, r != NULL ? M_xapi_rule_edit : M_xapi_rule_new), w.id);
    TRY(rule_form(c, action, r, &f));
    struct view_xapi_rule_form v = {.f = f};
    if (c->rq->method != METHOD_POST)
        return view_xapi_rule_form_page(c, &page, &v);
    if (!form_read(f, c->rq->form, c->rq->form_count) || !read_rule(c, f, &w.n)) {
        page.status = 422;
        return view_xapi_rule_form_page(c, &page, &v);
    }
    w.version = form_int(f, "version", 0);
    enum rc rc = ctx_write(c, put, &w);
    if (page_edit_failed(c, f, rc, r != NULL ? r->version : 0, &page.status))
        return view_xapi_rule_form_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, rule_path(c, w.made, ""), M_xapi_rule_saved);
}

enum rc xapi_handle_rule_new(struct ctx *c)
{
    TRY(access_require(c, P_SITE_CHANGE, &site));
    return handle_form(c, NULL, S("/site/xapi/rules/new"));
}

static enum rc open_rule(struct ctx *c, struct row_xapi_rule_find *r)
{
    int64_t id;
    TRY(access_require(c, P_SITE_CHANGE, &site));
    TRY(request_id(c->rq, 0, &id));
    return sql_xapi_rule_find(c->db, c->a, id, r);
}

enum rc xapi_handle_rule_edit(struct ctx *c)
{
    struct row_xapi_rule_find r;
    TRY(open_rule(c, &r));
    return handle_form(c, &r, rule_path(c, r.id, "/edit"));
}

/* ---- one ------------------------------------------------------------------------------------------------------------------------------------- */

static enum rc competencies_text(struct ctx *c, int64_t rule, struct str *out)
{
    struct rows_xapi_rule_competencies rows;
    struct buf b = buf_new(c->a, 256);
    TRY(sql_xapi_rule_competencies(c->db, c->a, rule, &rows));
    for (size_t i = 0; i < rows.n; i++) {
        buf_z(&b, i != 0 ? "; " : "");
        buf_str(&b, rows.v[i].code);
        buf_ch(&b, ' ');
        buf_str(&b, rows.v[i].title);
    }
    *out = buf_text(&b);
    return RC_OK;
}

/* Each actor once, the newest first. */
static enum rc unknown_actors(struct ctx *c, int64_t rule, struct view_xapi_rule *v)
{
    struct rows_xapi_rule_unknown rows;
    TRY(sql_xapi_rule_unknown(c->db, c->a, rule, UNKNOWN_SHOWN, &rows));
    struct view_xapi_rule_actors *list = ARENA_ARRAY(c->a, rows.n, struct view_xapi_rule_actors);
    for (size_t i = 0; i < rows.n; i++) {
        json_t *statement;
        TRY(xapi_parse(c->a, rows.v[i].body, &statement, &c->err));
        struct str name = xapi_actor_text(c->a, statement);
        size_t k = 0;
        while (k < v->actors_count && !str_eq(list[k].name, name))
            k++;
        if (k == v->actors_count)
            list[v->actors_count++] = (struct view_xapi_rule_actors){.name = name, .at = rows.v[i].seq / XAPI_SEQ_MS};
    }
    v->actors = list;
    return RC_OK;
}

static struct form *step_form(struct ctx *c, const struct row_xapi_rule_find *r, const char *step, msg_id label, bool quiet)
{
    struct form *f = form_new(c->a, c->lang, c->zone, rule_path(c, r->id, step), label);
    form_add_version(f, r->version);
    f->quiet = quiet;
    f->no_warn = true;
    return f;
}

enum rc xapi_get_rule(struct ctx *c)
{
    struct row_xapi_rule_find r;
    struct xapi_dry dry = {0};
    TRY(open_rule(c, &r));
    bool on = str_eq_z(r.state, "on");
    struct view_xapi_rule v = {.activity = r.activity, .prefix = r.prefix != 0, .verb = r.verb, .kind = evidence_kind_word(c, r.kind), .use = evidence_use_word(c, r.use), .home_page = r.home_page,
                               .state = r.state, .state_word = state_word(c, r.state), .matched = r.matched, .unknown = r.unknown, .on = on, .edit = rule_path(c, r.id, "/edit"), .remove = rule_path(c, r.id, "/remove")};
    v.least = r.least_null ? (struct opt_int){0} : SOME_INT(r.least);
    v.level = r.level_null ? (struct opt_int){0} : SOME_INT(r.level);
    TRY(competencies_text(c, r.id, &v.competencies));
    TRY(unknown_actors(c, r.id, &v));
    if (on) {
        v.step = step_form(c, &r, "/off", M_xapi_rule_off, true);
        v.again = step_form(c, &r, "/again", M_xapi_rule_again, true);
    } else {
        TRY(xapi_rule_try(c->db, c->a, &r, &dry));
        v.looked = dry.looked;
        v.matching = dry.matching;
        v.known = dry.known;
        v.strangers = dry.matching - dry.known;
        v.newest = !dry.all;
        v.step = step_form(c, &r, "/on", M_xapi_rule_on, false);
    }
    struct page page = rule_page(c, tr(c, M_xapi_rule), 0);
    return view_xapi_rule_page(c, &page, &v);
}

struct switching {
    int64_t id, version, by, now;
    const char *state;
    bool again, remove;
};

static enum rc turn(struct db *tx, void *arg, struct err *e)
{
    const struct switching *s = arg;
    return s->remove ? xapi_rule_remove(tx, s->id, s->version, s->by, s->now, e) : xapi_rule_switch(tx, s->id, s->version, s->state, s->again, s->by, s->now, e);
}

static enum rc step(struct ctx *c, const char *state, bool again, msg_id said)
{
    struct row_xapi_rule_find r;
    struct switching s = {.by = c->who->person, .now = c->now, .state = state, .again = again};
    TRY(open_rule(c, &r));
    struct form *f = step_form(c, &r, "", said, true);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return RC_MALFORMED;
    s.id = r.id;
    s.version = form_int(f, "version", 0);
    TRY(ctx_write(c, turn, &s));
    return page_redirect(c, rule_path(c, r.id, ""), said);
}

enum rc xapi_post_rule_on(struct ctx *c)
{
    return step(c, "on", false, M_xapi_rule_now_on);
}

enum rc xapi_post_rule_off(struct ctx *c)
{
    return step(c, "off", false, M_xapi_rule_now_off);
}

enum rc xapi_post_rule_again(struct ctx *c)
{
    return step(c, "on", true, M_xapi_rule_looks_again);
}

enum rc xapi_handle_rule_remove(struct ctx *c)
{
    struct row_xapi_rule_find r;
    TRY(open_rule(c, &r));
    struct form *f = step_form(c, &r, "/remove", M_xapi_rule_remove, false);
    f->danger = true;
    f->cancel = rule_path(c, r.id, "");
    struct page page = rule_page(c, tr(c, M_xapi_rule_remove), r.id);
    struct view_xapi_rule_form v = {.lead = tr(c, M_xapi_rule_remove_text), .f = f};
    if (c->rq->method != METHOD_POST)
        return view_xapi_rule_form_page(c, &page, &v);
    if (!form_read(f, c->rq->form, c->rq->form_count))
        return RC_MALFORMED;
    struct switching s = {.id = r.id, .version = form_int(f, "version", 0), .by = c->who->person, .now = c->now, .remove = true};
    enum rc rc = ctx_write(c, turn, &s);
    if (page_edit_failed(c, f, rc, r.version, &page.status))
        return view_xapi_rule_form_page(c, &page, &v);
    TRY(rc);
    return page_redirect(c, S("/site/xapi/rules"), M_xapi_rule_removed);
}

/* ---- a statement that became evidence ------------------------------------------------------------------------------------------------------------ */

enum rc xapi_describe_statements(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out)
{
    struct rows_xapi_describe rows;
    TRY(sql_xapi_describe(c->db, c->a, EVIDENCE_IDS(ids), &rows));
    for (size_t i = 0; i < rows.n; i++) {
        json_t *statement;
        TRY(xapi_parse(c->a, rows.v[i].body, &statement, &c->err));
        evidence_put(ids, count, rows.v[i].seq, (struct evidence_label){xapi_object_text(c->a, statement, lang_tag(c->lang)), str_printf(c->a, "/statements/%" PRId64, rows.v[i].seq)}, out);
    }
    return RC_OK;
}

static enum rc note_view(struct db *tx, void *arg, struct err *e)
{
    const struct target *t = arg;
    (void)e;
    return audit_note(tx, clock_now(), t->holder, "evidence_view", t->person, NULL, 0);
}

enum rc xapi_get_fact(struct ctx *c)
{
    struct row_xapi_fact row;
    int64_t seq;
    json_t *statement;
    TRY(request_id(c->rq, 0, &seq));
    TRY(sql_xapi_fact(c->db, c->a, seq, &row));
    struct target target = {.person = row.person_id};
    if (row.person_id != c->who->person)
        TRY(programme_person_target(c, row.person_id, &target));
    TRY(access_require(c, P_EVIDENCE_VIEW, &target));
    TRY(xapi_parse(c->a, row.body, &statement, &c->err));
    json_t *verb = json_object_get(statement, "verb"), *result = json_object_get(statement, "result"), *scaled = json_object_get(json_object_get(result, "score"), "scaled");
    const char *tag, *word = json_string_value(json_object_get(verb, "id"));
    json_t *text;
    json_object_foreach(json_object_get(verb, "display"), tag, text)
    {
        word = json_string_value(text);
        if (str_eq(str_from(tag), lang_tag(c->lang)))
            break;
    }
    struct view_xapi_fact v = {.tool = row.tool, .verb = str_from(word), .activity = str_from(json_string_value(json_object_get(json_object_get(statement, "object"), "id"))),
                               .at = seq / XAPI_SEQ_MS, .stored = seq / XAPI_SEQ_MS};
    (void)xapi_timestamp(str_from(json_string_value(json_object_get(statement, "timestamp"))), &v.at);
    v.percent = json_is_number(scaled) ? SOME_INT((int64_t)(json_number_value(scaled) * 100 + 0.5)) : (struct opt_int){0};
    v.passed = json_is_true(json_object_get(result, "success"));
    v.failed = json_is_false(json_object_get(result, "success"));
    char *all = json_dumps(statement, JSON_INDENT(2) | JSON_ENSURE_ASCII);
    v.statement = str_dup(c->a, str_from(all));
    free(all);
    if (row.person_id != c->who->person) {
        struct target note = {.person = row.person_id, .holder = c->who->person};
        TRY(ctx_write(c, note_view, &note));
    }
    struct page page = {.title = xapi_object_text(c->a, statement, lang_tag(c->lang)), .section = "/evidence"};
    return view_xapi_fact_page(c, &page, &v);
}
