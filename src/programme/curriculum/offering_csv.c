/* How far the people of an offering are, as a table for a spreadsheet. */
#include "programme/curriculum/pages.h"

static void put_day(struct ctx *c, struct buf *b, bool absent, int64_t ms)
{
    buf_ch(b, ',');
    if (!absent)
        day_format(b, day_from_ms(c->zone, ms));
}

/* Progress comes sorted by person; people come by name. */
static const struct row_offering_progress *find(const struct rows_offering_progress *rows, int64_t person,
                                                int64_t session)
{
    size_t low = 0, high = rows->n;
    while (low < high) {
        size_t mid = low + (high - low) / 2;
        const struct row_offering_progress *r = &rows->v[mid];
        if (r->person_id < person || (r->person_id == person && r->session_id < session))
            low = mid + 1;
        else
            high = mid;
    }
    bool hit = low < rows->n && rows->v[low].person_id == person && rows->v[low].session_id == session;
    return hit ? &rows->v[low] : NULL;
}

static struct str state_word(struct ctx *c, struct str state)
{
    return tr(c, str_eq(state, S("completed"))   ? M_curriculum_completed
                 : str_eq(state, S("withdrawn")) ? M_curriculum_withdrawn
                                                 : M_curriculum_enrolled);
}

void offering_csv(struct ctx *c, struct buf *b, const struct rows_offering_everybody *people,
                  const struct rows_offering_progress *progress, const struct rows_session_list *sessions)
{
    buf_csv(b, tr(c, M_curriculum_name));
    buf_ch(b, ',');
    buf_csv(b, tr(c, M_curriculum_state));
    buf_ch(b, ',');
    buf_csv(b, tr(c, M_curriculum_completed));
    for (size_t s = 0; s < sessions->n; s++) {
        if (sessions->v[s].retired)
            continue;
        buf_ch(b, ',');
        buf_csv(b,
                str_printf(c->a, "%.*s: %.*s", STR_ARG(sessions->v[s].title), STR_ARG(tr(c, M_curriculum_completed))));
        buf_ch(b, ',');
        buf_csv(
            b, str_printf(c->a, "%.*s: %.*s", STR_ARG(sessions->v[s].title), STR_ARG(tr(c, M_curriculum_csv_percent))));
    }
    buf_z(b, "\r\n");
    for (size_t i = 0; i < people->n; i++) {
        const struct row_offering_everybody *p = &people->v[i];
        buf_csv(b, p->display_name);
        buf_ch(b, ',');
        buf_csv(b, state_word(c, p->state));
        put_day(c, b, p->completed_at_null, p->completed_at);
        for (size_t s = 0; s < sessions->n; s++) {
            if (sessions->v[s].retired)
                continue;
            const struct row_offering_progress *r = find(progress, p->person_id, sessions->v[s].id);
            put_day(c, b, r == NULL || r->completed_at_null, r != NULL ? r->completed_at : 0);
            buf_ch(b, ',');
            if (r != NULL && !r->best_percent_null)
                buf_int(b, r->best_percent);
        }
        buf_z(b, "\r\n");
    }
}
