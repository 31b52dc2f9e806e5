/* Reminding who was asked to verify hours: one mail about all that wait, once for each of them. */
#include "out/mail.h"
#include "programme/hours/inside.h"
#include "programme/people/people.h"

#define TOGETHER 200
#define COUNTED_MOST 500

enum rc hours_remind(struct db *tx, struct arena *a, int64_t now, bool *more)
{
    struct rows_hours_to_remind rows;
    TRY(sql_hours_to_remind(tx, a, now - HOURS_REMIND_DAYS * MS_PER_DAY, TOGETHER, &rows));
    for (size_t k = 0; k < rows.n; k++) {
        TRY(sql_hours_reminded(tx, rows.v[k].supervisor_id, now));
        if (db_changes(tx) != 0) /* else an earlier row was hers as well */
            TRY(mail_ask(tx, "hours_remind", str_printf(a, "%" PRId64, rows.v[k].supervisor_id), now));
    }
    *more = rows.n == TOGETHER;
    return RC_OK;
}

enum rc hours_days_job(struct db *db, struct arena *a, int64_t job, struct str args, struct err *e)
{
    (void)a;
    (void)job;
    (void)args;
    return job_portions(db, hours_remind, e);
}

enum rc hours_write_remind_mail(struct db *tx, struct arena *a, struct str about, int64_t now, struct mail *out)
{
    struct rows_hours_to_verify rows;
    struct person_details d = {.language = STR_NONE};
    int64_t person;
    (void)now;
    if (!str_to_int(about, &person))
        return RC_NOT_FOUND;
    TRY(people_find(tx, a, person, &d, NULL));
    TRY(sql_hours_to_verify(tx, a, person, COUNTED_MOST, &rows));
    if (d.email.n == 0 || rows.n == 0)
        return RC_NOT_FOUND; /* decided meanwhile */
    int lang = lang_find(d.language);
    const struct msg_arg args[] = {MSG_TEXT("name", d.display_name), MSG_NUM("n", (int64_t)rows.n), MSG_TEXT("link", mail_link(a, S("/hours/verify")))};
    *out = (struct mail){.to = d.email, .subject = msg_format(a, lang, M_placement_mail_remind_subject, args, COUNT_OF(args)),
                         .text = msg_format(a, lang, M_placement_mail_remind_text, args, COUNT_OF(args)),
                         .line = msg_format(a, lang, M_placement_mail_remind_line, args, COUNT_OF(args))};
    return RC_OK;
}
