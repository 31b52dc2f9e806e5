/* Writing a form as HTML and as JSON. The markup is that of docs/look.md, and nothing else in the tree writes form
 * controls by hand where this will do: ids, errors, hints and the token always go together. */
#include "view/form.h"
#include "view/write.h"

#include "gen/msg_form.h"

#define RADIOS_MAX 6 /* choices; above, a select */

struct writer {
    struct view_env *env;
    struct buf *b;
    const struct form *f;
};

static struct str text(const struct writer *w, msg_id id)
{
    return msg_text(w->env->lang, id);
}

static void put(const struct writer *w, const char *literal)
{
    buf_z(w->b, literal);
}

static void attr(const struct writer *w, const char *name, struct str value)
{
    buf_ch(w->b, ' ');
    put(w, name);
    put(w, "=\"");
    buf_html(w->b, value);
    buf_ch(w->b, '"');
}

static bool visible(const struct field *fd)
{
    return fd->kind != FIELD_HIDDEN;
}

static bool is_radios(const struct field *fd)
{
    return fd->kind == FIELD_CHOICE && fd->choice_count <= RADIOS_MAX && !fd->select;
}

static bool is_group(const struct field *fd)
{
    return fd->kind == FIELD_MANY || is_radios(fd);
}

/* ---- the parts of a field
 * -------------------------------------------------------------------------------------------- */

static void id(const struct writer *w, const struct field *fd, const char *suffix)
{
    put(w, " id=\"f-");
    buf_html(w->b, str_from(fd->name));
    put(w, suffix);
    buf_ch(w->b, '"');
}

static void described_by(const struct writer *w, const struct field *fd)
{
    bool hint = fd->hint != 0, error = !str_empty(fd->error);
    struct str name = str_from(fd->name);
    if (!hint && !error)
        return;
    put(w, " aria-describedby=\"");
    if (hint) {
        put(w, "f-");
        buf_html(w->b, name);
        put(w, error ? "-hint f-" : "-hint");
    } else {
        put(w, "f-");
    }
    if (error) {
        buf_html(w->b, name);
        put(w, "-error");
    }
    buf_ch(w->b, '"');
}

static void label_text(const struct writer *w, const struct field *fd)
{
    buf_html(w->b, fd->label_text.p != NULL ? fd->label_text : text(w, fd->label));
    if (!fd->required && fd->kind != FIELD_BOOL && fd->kind != FIELD_MANY) {
        buf_ch(w->b, ' ');
        buf_html(w->b, text(w, M_form_optional));
    }
}

static void hint_and_error(const struct writer *w, const struct field *fd)
{
    if (fd->hint != 0) {
        put(w, "<p class=\"hint\"");
        id(w, fd, "-hint");
        put(w, ">");
        buf_html(w->b, text(w, fd->hint));
        put(w, "</p>\n");
    }
    if (!str_empty(fd->error)) {
        put(w, "<p class=\"error\"");
        id(w, fd, "-error");
        put(w, "><span class=\"vh\">");
        buf_html(w->b, text(w, M_form_error_prefix));
        put(w, "</span> ");
        buf_html(w->b, fd->error);
        put(w, "</p>\n");
    }
}

/* Name, id and what assistive technology needs, common to all controls. */
static void control(const struct writer *w, const struct field *fd)
{
    id(w, fd, "");
    attr(w, "name", str_from(fd->name));
    if (!str_empty(fd->error))
        put(w, " aria-invalid=\"true\"");
    described_by(w, fd);
    if (fd->autocomplete != NULL)
        attr(w, "autocomplete", str_from(fd->autocomplete));
    if (fd->no_draft)
        put(w, " data-nodraft");
}

/* ---- controls
 * -------------------------------------------------------------------------------------------------------- */

/* A real number as the language writes it, when it is one. */
static struct str shown_value(const struct writer *w, const struct field *fd)
{
    struct buf b = buf_new(w->env->a, 32);
    double v;
    size_t dot;
    if (fd->kind != FIELD_REAL || !str_to_real(fd->value, &v) || !str_find(fd->value, S("."), &dot))
        return fd->value;
    lang_real(&b, w->env->lang, 0.5, 1); /* "0,5": what stands between is the decimal sign */
    struct str half = buf_text(&b), sign = str_sub(half, 1, half.n - 2);
    struct buf out = buf_new(w->env->a, fd->value.n + sign.n);
    buf_str(&out, str_sub(fd->value, 0, dot));
    buf_str(&out, sign);
    buf_str(&out, str_sub(fd->value, dot + 1, fd->value.n));
    return buf_text(&out);
}

static void day_limits(const struct writer *w, const struct field *fd)
{
    if (fd->max <= fd->min)
        return;
    attr(w, "min", form_day_value(w->f, fd->min));
    attr(w, "max", form_day_value(w->f, fd->max));
}

static void input(const struct writer *w, const struct field *fd)
{
    static const char *const types[] = {
        [FIELD_TEXT] = " type=\"text\"",
        [FIELD_EMAIL] = " type=\"email\" spellcheck=\"false\"",
        [FIELD_PASSWORD] = " type=\"password\" spellcheck=\"false\"",
        [FIELD_INT] = " class=\"w-s\" type=\"text\" inputmode=\"numeric\"",
        [FIELD_REAL] = " class=\"w-s\" type=\"text\" inputmode=\"decimal\"",
        [FIELD_DAY] = " class=\"w-m\" type=\"date\"",
        [FIELD_WHEN] = " class=\"w-m\" type=\"datetime-local\"",
        [FIELD_FILE] = " type=\"file\"",
    };
    put(w, "<input");
    put(w, types[fd->kind]);
    control(w, fd);
    if (fd->kind == FIELD_DAY)
        day_limits(w, fd);
    if (fd->kind != FIELD_PASSWORD && fd->kind != FIELD_FILE && !str_empty(fd->value))
        attr(w, "value", shown_value(w, fd));
    put(w, ">\n");
}

static void textarea(const struct writer *w, const struct field *fd)
{
    buf_printf(w->b, "<textarea rows=\"%d\" dir=\"auto\"", fd->rows != 0 ? fd->rows : 4);
    control(w, fd);
    put(w, ">\n"); /* the parser drops this line break, so that one of the text's own survives */
    buf_html(w->b, fd->value);
    put(w, "</textarea>\n");
}

static void select_box(const struct writer *w, const struct field *fd)
{
    put(w, "<select");
    control(w, fd);
    put(w, ">\n");
    if (!fd->required || str_empty(fd->value)) {
        put(w, "<option value=\"\">");
        buf_html(w->b, text(w, M_form_choose));
        put(w, "</option>\n");
    }
    for (size_t i = 0; i < fd->choice_count; i++) {
        const struct choice *c = &fd->choices[i];
        put(w, "<option");
        attr(w, "value", c->value);
        put(w, fd->value.p != NULL && str_eq(c->value, fd->value) ? " selected>" : ">");
        buf_html(w->b, c->label);
        put(w, "</option>\n");
    }
    put(w, "</select>\n");
}

static void pick_text(const struct writer *w, struct str label, struct str hint)
{
    put(w, "<span>");
    buf_html(w->b, label);
    if (!str_empty(hint)) {
        put(w, " <small>");
        buf_html(w->b, hint);
        put(w, "</small>");
    }
    put(w, "</span></label>\n");
}

static void picks(const struct writer *w, const struct field *fd)
{
    bool many = fd->kind == FIELD_MANY;
    for (size_t i = 0; i < fd->choice_count; i++) {
        const struct choice *c = &fd->choices[i];
        char suffix[24] = "";
        if (i != 0) /* the first has the plain id: the summary leads there */
            snprintf(suffix, sizeof suffix, "-%zu", i + 1);
        put(w, many ? "<label class=\"pick\"><input type=\"checkbox\"" : "<label class=\"pick\"><input type=\"radio\"");
        id(w, fd, suffix);
        attr(w, "name", str_from(fd->name));
        attr(w, "value", c->value);
        if (fd->no_draft)
            put(w, " data-nodraft");
        bool on = many ? form_has(w->f, fd->name, c->value) : fd->value.p != NULL && str_eq(c->value, fd->value);
        put(w, on ? " checked>" : ">");
        pick_text(w, c->label, c->hint);
    }
}

static void group(const struct writer *w, const struct field *fd)
{
    put(w, fd->boxed ? "<fieldset class=\"field boxed" : "<fieldset class=\"field");
    put(w, str_empty(fd->error) ? "\"" : " wrong\"");
    described_by(w, fd);
    put(w, "><legend>");
    label_text(w, fd);
    put(w, "</legend>\n");
    hint_and_error(w, fd);
    picks(w, fd);
    put(w, "</fieldset>\n");
}

static void tick(const struct writer *w, const struct field *fd)
{
    hint_and_error(w, fd);
    put(w, "<label class=\"pick\"><input type=\"checkbox\" value=\"1\"");
    control(w, fd);
    put(w, str_eq(fd->value, S("1")) ? " checked>" : ">");
    pick_text(w, fd->label_text.p != NULL ? fd->label_text : text(w, fd->label), S(""));
}

static void field(const struct writer *w, const struct field *fd)
{
    if (is_group(fd)) {
        group(w, fd);
        return;
    }
    put(w, str_empty(fd->error) ? "<div class=\"field\">" : "<div class=\"field wrong\">");
    if (fd->kind == FIELD_BOOL) {
        tick(w, fd);
    } else {
        put(w, "<label for=\"f-");
        buf_html(w->b, str_from(fd->name));
        put(w, "\">");
        label_text(w, fd);
        put(w, "</label>\n");
        hint_and_error(w, fd);
        if (fd->kind == FIELD_LONG_TEXT)
            textarea(w, fd);
        else if (fd->kind == FIELD_CHOICE)
            select_box(w, fd);
        else
            input(w, fd);
    }
    put(w, "</div>\n");
}

static void hidden(const struct writer *w, const char *name, struct str value)
{
    put(w, "<input type=\"hidden\"");
    attr(w, "name", str_from(name));
    attr(w, "value", value);
    put(w, ">\n");
}

/* ---- the whole
 * ------------------------------------------------------------------------------------------------------- */

static void summary(const struct writer *w)
{
    put(w, "<div class=\"errors\" role=\"alert\" tabindex=\"-1\" aria-labelledby=\"errors-h\"><h2 id=\"errors-h\">");
    buf_html(w->b, text(w, M_form_summary_title));
    put(w, "</h2>\n<ul>\n");
    if (!str_empty(w->f->error)) {
        put(w, "<li>");
        buf_html(w->b, w->f->error);
        put(w, "</li>\n");
    }
    for (size_t i = 0; i < w->f->count; i++) {
        const struct field *fd = &w->f->fields[i];
        if (str_empty(fd->error))
            continue;
        put(w, "<li>");
        if (visible(fd)) {
            put(w, "<a href=\"#f-");
            buf_html(w->b, str_from(fd->name));
            put(w, "\">");
        }
        buf_html(w->b, fd->error);
        put(w, visible(fd) ? "</a></li>\n" : "</li>\n");
    }
    put(w, "</ul></div>\n");
}

static void open_form(const struct writer *w)
{
    bool file = false;
    for (size_t i = 0; i < w->f->count; i++)
        file |= w->f->fields[i].kind == FIELD_FILE;
    put(w, w->f->get ? "<form method=\"get\" action=\"" : "<form method=\"post\" action=\"");
    view_url(w->b, w->f->action);
    put(w, file ? "\" enctype=\"multipart/form-data\" novalidate" : "\" novalidate");
    if (!str_empty(w->f->draft))
        attr(w, "data-draft", w->f->draft);
    if (w->f->keep) {
        put(w, " data-keep");
        attr(w, "data-text-kept", text(w, M_form_kept));
        attr(w, "data-text-sent", text(w, M_form_kept_sent));
        attr(w, "data-text-refused", text(w, M_form_kept_refused));
        attr(w, "data-text-look", text(w, M_form_kept_look));
        attr(w, "data-text-full", text(w, M_form_kept_full));
    }
    if (w->f->no_warn)
        put(w, " data-nowarn");
    put(w, ">\n");
    if (!str_empty(w->env->csrf) && !w->f->get)
        hidden(w, "csrf", w->env->csrf);
}

static void buttons(const struct writer *w)
{
    put(w, w->f->danger  ? "<p class=\"actions\"><button class=\"btn danger\" type=\"submit\">"
           : w->f->quiet ? "<p class=\"actions\"><button class=\"btn second\" type=\"submit\">"
                         : "<p class=\"actions\"><button class=\"btn\" type=\"submit\">");
    buf_html(w->b, w->f->submit_text.n != 0 ? w->f->submit_text : text(w, w->f->submit != 0 ? w->f->submit : M_form_save));
    put(w, "</button>\n");
    if (w->f->second != 0) {
        put(w, "<button class=\"btn second\" type=\"submit\" name=\"second\" value=\"1\">");
        buf_html(w->b, text(w, w->f->second));
        put(w, "</button>\n");
    }
    if (!str_empty(w->f->cancel)) {
        put(w, "<a class=\"btn text\" href=\"");
        view_url(w->b, w->f->cancel);
        put(w, "\">");
        buf_html(w->b, text(w, M_form_cancel));
        put(w, "</a>\n");
    }
    put(w, "</p>\n");
}

void form_html(struct view_env *env, const struct form *f)
{
    struct writer w = {env, env->out, f};
    if (!form_ok(f))
        summary(&w);
    open_form(&w);
    for (size_t i = 0; i < f->count; i++)
        if (!visible(&f->fields[i]))
            hidden(&w, f->fields[i].name, f->fields[i].value);
    if (f->intro != 0) {
        put(&w, "<fieldset><legend><h2>");
        buf_html(w.b, text(&w, f->intro));
        put(&w, "</h2></legend>\n");
    }
    for (size_t i = 0; i < f->count; i++)
        if (visible(&f->fields[i]))
            field(&w, &f->fields[i]);
    if (f->intro != 0)
        put(&w, "</fieldset>\n");
    buttons(&w);
    put(&w, "</form>\n");
}

/* ---- JSON
 * ------------------------------------------------------------------------------------------------------------ */

static void member(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, ",\"%s\":", name);
    buf_json(b, value);
}

/* An empty text is told as null: there is no error, no hint. */
static struct str or_none(struct str s)
{
    return str_empty(s) ? STR_NONE : s;
}

static void json_choices(struct buf *b, const struct field *fd)
{
    buf_z(b, ",\"choices\":[");
    for (size_t i = 0; i < fd->choice_count; i++) {
        buf_z(b, i != 0 ? ",{\"value\":" : "{\"value\":");
        buf_json(b, fd->choices[i].value);
        member(b, "label", fd->choices[i].label);
        member(b, "hint", or_none(fd->choices[i].hint));
        buf_ch(b, '}');
    }
    buf_ch(b, ']');
}

static void json_value(struct buf *b, const struct field *fd)
{
    if (fd->kind == FIELD_BOOL) {
        buf_z(b, str_eq(fd->value, S("1")) ? ",\"value\":true" : ",\"value\":false");
        return;
    }
    if (fd->kind != FIELD_MANY) {
        bool secret = fd->kind == FIELD_PASSWORD || fd->kind == FIELD_FILE;
        member(b, "value", secret ? STR_NONE : or_none(fd->value));
        return;
    }
    buf_z(b, ",\"values\":[");
    for (size_t i = 0; i < fd->value_count; i++) {
        buf_z(b, i != 0 ? "," : "");
        buf_json(b, fd->values[i]);
    }
    buf_ch(b, ']');
}

static void json_field(const struct writer *w, const struct field *fd)
{
    static const char *const kinds[] = {"text", "long_text", "email", "password", "int",  "real",  "day",
                                        "when", "choice",    "many",  "bool",     "file", "hidden"};
    struct buf *b = w->b;
    buf_z(b, "{\"name\":");
    buf_json(b, str_from(fd->name));
    member(b, "kind", str_from(kinds[fd->kind]));
    member(b, "label", or_none(fd->label_text.p != NULL ? fd->label_text : text(w, fd->label)));
    member(b, "hint", or_none(text(w, fd->hint)));
    buf_z(b, fd->required ? ",\"required\":true" : ",\"required\":false");
    if (fd->kind == FIELD_CHOICE || fd->kind == FIELD_MANY)
        json_choices(b, fd);
    json_value(b, fd);
    member(b, "error", or_none(fd->error));
    buf_ch(b, '}');
}

void form_json(struct view_env *env, const struct form *f)
{
    struct writer w = {env, env->out, f};
    buf_z(w.b, "{\"method\":\"post\"");
    member(w.b, "action", f->action);
    member(w.b, "error", or_none(f->error));
    buf_z(w.b, ",\"fields\":[");
    for (size_t i = 0; i < f->count; i++) {
        buf_z(w.b, i != 0 ? "," : "");
        json_field(&w, &f->fields[i]);
    }
    buf_z(w.b, "]}");
}
