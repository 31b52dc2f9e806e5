/* Whom somebody means who types into a form: forms of coordinators take a number, an e-mail address or the beginnings of a name,
 * so that nobody has to look for a number first and no page carries the names of thousands to choose from. */
#include "programme/people/inside.h"

#define CHOICES 12

/* Two of one name are told apart by their cohort, and by the address for those who may see it. */
static enum rc ask_which(struct ctx *c, struct form *f, int64_t programme, struct field *field, const struct rows_people_named *rows)
{
    struct target t = {.programme = programme};
    bool addresses = access_allows(c, P_PERSON_CHANGE, &t);
    if (rows->n > CHOICES) {
        form_error(f, field->name, M_people_named_many, NULL);
        return RC_OK;
    }
    struct choice *choices = ARENA_ARRAY(c->a, rows->n, struct choice);
    for (size_t i = 0; i < rows->n; i++)
        choices[i] = (struct choice){.value = str_printf(c->a, "%" PRId64, rows->v[i].person_id),
                                     .label = rows->v[i].display_name,
                                     .hint = addresses && rows->v[i].email.n != 0 ? rows->v[i].email : rows->v[i].cohort_title};
    field->kind = FIELD_CHOICE;
    field->choices = choices;
    field->choice_count = rows->n;
    field->value = STR_NONE;
    form_error(f, field->name, M_people_named_several, NULL);
    return RC_OK;
}

enum rc people_read_person(struct ctx *c, struct form *f, const char *name, int64_t programme, int64_t *person)
{
    struct str text = form_text(f, name);
    struct words_wanted from;
    struct str to[WORDS_WANTED];
    struct rows_people_named rows;
    *person = 0;
    if (str_to_int(text, person))
        return RC_OK;
    if (str_find(text, S("@"), NULL)) {
        enum rc rc = people_by_email(c->db, c->a, text, person);
        if (rc == RC_NOT_FOUND)
            form_error(f, name, M_people_named_none, NULL);
        return rc == RC_NOT_FOUND ? RC_OK : rc;
    }
    people_search_words(c->a, text, &from);
    for (size_t i = 0; i < WORDS_WANTED; i++) {
        if (i >= from.n)
            from.v[i] = S("");
        to[i] = people_behind_all(c->a, from.v[i]);
    }
    rows.n = 0;
    if (from.n != 0)
        TRY(sql_people_named(c->db, c->a, programme, from.v[0], to[0], from.v[1], to[1], from.v[2], to[2], CHOICES + 1, &rows));
    if (rows.n == 0)
        form_error(f, name, M_people_named_none, NULL);
    else if (rows.n == 1)
        *person = rows.v[0].person_id;
    else
        return ask_which(c, f, programme, form_field(f, name), &rows);
    return RC_OK;
}
