/* Forms: a handler lists the fields once; reading, checking, showing again with errors, and the CSRF token follow from
 * that list. A form lives in the request's arena.
 *
 *     struct form *f = form_new(c->a, S("/account/password"), M_account_change);
 *     form_add(f, (struct field){.name = "old", .kind = FIELD_PASSWORD, .label = M_account_old, .required = true});
 *     if (c->rq->method == METHOD_POST && form_read(f, c->rq->form, c->rq->form_count)) { ... rule ... }
 *     the view has a field `f: form` and says {{form f}}
 */
#ifndef CADRE_VIEW_FORM_H
#define CADRE_VIEW_FORM_H

#include "base/err.h"
#include "view/view.h"

struct part; /* http/request.h: name, value, filename, type */

enum field_kind {
    FIELD_TEXT,
    FIELD_LONG_TEXT, /* textarea */
    FIELD_EMAIL,
    FIELD_PASSWORD, /* never written back */
    FIELD_INT,
    FIELD_REAL,
    FIELD_DAY,    /* <input type=date>, YYYY-MM-DD */
    FIELD_WHEN,   /* <input type=datetime-local>, wall clock in the programme's zone */
    FIELD_CHOICE, /* one of choices: radios up to 6, a select above */
    FIELD_MANY,   /* some of choices: checkboxes */
    FIELD_BOOL,   /* one checkbox */
    FIELD_FILE,
    FIELD_HIDDEN,
};

struct choice {
    struct str value;
    struct str label;
    struct str hint;
};

struct field {
    const char *name;
    enum field_kind kind;
    msg_id label;
    struct str label_text; /* instead of label, for texts that come from data (a quiz question) */
    msg_id hint;
    bool required;
    int64_t min, max; /* numbers and days: the range when max > min; texts: the fewest and the most characters
                         (max 0: 200, long 20000); files: max is the most bytes (0: what the route takes) */
    int rows;                 /* of a long text: how high it is; 0: 4 */
    const struct choice *choices;
    size_t choice_count;
    const char *autocomplete; /* the HTML token, "email", "current-password" */
    bool select;              /* one of choices as a list to open, also where they are few */
    bool boxed;               /* choices as large targets: quizzes, anchored scales */
    bool no_draft;            /* the browser keeps no draft of it: what is sealed on the server */
    /* what was given, or what to show first: */
    struct str value;
    struct str *values; /* FIELD_MANY */
    size_t value_count;
    struct str filename; /* FIELD_FILE */
    struct str error;    /* ready text, empty when right */
};

struct form {
    struct arena *a;
    struct str action;
    msg_id submit;
    struct str submit_text; /* instead of submit, for a text that comes from data */
    msg_id second;    /* a further button beside it, which sends second=1: a preview; 0: none */
    msg_id intro;     /* legend of the whole, 0: none */
    struct str draft; /* key under which the browser keeps what was typed; empty: no draft */
    struct field *fields;
    size_t count;
    struct str error;        /* about the whole form, ready text */
    int lang;                /* errors are written in this language */
    const struct zone *zone; /* for FIELD_WHEN */
    bool get;                /* a search: sent as a query, without a token */
    bool danger;             /* the button is that of a step that cannot be undone */
    bool keep;               /* what is sent without a network waits on the device: docs/look.md, "Observing" */
    bool quiet;              /* the button is not the main one of the page: one of many in a list */
    bool no_warn;            /* leaving it half filled in needs no question: signing in, searching */
    struct str cancel;       /* address of a way out; empty: none */
};

struct form *form_new(struct arena *a, int lang, const struct zone *zone, struct str action, msg_id submit);
/* The result may move with the next form_add. */
struct field *form_add(struct form *f, struct field field);
/* The hidden field "version": which state of the thing the person saw when she began; form_int(f, "version", 0) reads it. */
void form_add_version(struct form *f, int64_t version);
/* After a conflict: what was typed stays, and saving once more is a decision about the state that is there now. */
void form_set_version(struct form *f, int64_t version);
/* Takes the values and checks each against its field. False when any is wrong: show the form again with status 422. */
bool form_read(struct form *f, const struct part *parts, size_t count);
bool form_ok(const struct form *f);
/* Puts an error beside a field ("" or an unknown name: on top). */
void form_error(struct form *f, const char *name, msg_id msg, const char *detail);
/* Puts what a rule said (e->field, e->msg, e->detail) where it belongs. */
void form_fail(struct form *f, const struct err *e);

struct field *form_field(struct form *f, const char *name); /* NULL when there is none of that name */
struct str form_text(const struct form *f,
                     const char *name); /* trimmed (not a password), newlines as LF; never no value */
struct str form_label(const struct form *f, const struct field *field);
int64_t form_int(const struct form *f, const char *name, int64_t otherwise);
double form_real(const struct form *f, const char *name, double otherwise);
bool form_bool(const struct form *f, const char *name);
bool form_has(const struct form *f, const char *name, struct str value); /* FIELD_MANY: is value ticked */
bool form_day(const struct form *f, const char *name, int64_t *day);     /* false when left empty */
bool form_when(const struct form *f, const char *name, int64_t *ms);

/* What to put into field.value so that FIELD_DAY and FIELD_WHEN show it first. */
struct str form_day_value(const struct form *f, int64_t day);
struct str form_when_value(const struct form *f, int64_t ms);

/* Writes the whole form: error summary, fields, token, button. The view's {{form f}} calls this. */
void form_html(struct view_env *env, const struct form *f);
void form_json(struct view_env *env, const struct form *f);

#endif
