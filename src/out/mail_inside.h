/* What the files of mails share and nobody else includes. */
#ifndef CADRE_OUT_MAIL_INSIDE_H
#define CADRE_OUT_MAIL_INSIDE_H

#include "base/clock.h"
#include "gen/out/mail_sql.h"
#include "out/mail.h"

/* ---- mail_wish.c: inside the closure that writes a mail ---- */
struct mail_reader {
    int64_t person; /* 0: nobody of this site, or a mail that is owed: it goes at once */
    int lang;
    const struct zone *zone;
};
enum mail_wish {
    MAIL_GOES,
    MAIL_WAITS,  /* until *until: others will come with it */
    MAIL_STAYS,  /* she does not want it */
};
/* Whom a mail is for and what she wants of its sort. digest_hour: of the day, in her zone. */
enum rc mail_wish_of(struct db *tx, struct arena *a, enum mail_sort sort, struct str to, bool held, int64_t now, int digest_hour, struct mail_reader *reader,
                     enum mail_wish *wish, int64_t *until) MUST_CHECK;
/* What a mail that can be stopped carries: the address that stops it, and a line that says where to choose. */
enum rc mail_add_stop(struct db *tx, struct arena *a, const struct mail_reader *reader, enum mail_sort sort, struct mail *m) MUST_CHECK;

/* ---- mail_text.c ---- */
/* Several mails of one person as one. */
void mail_put_together(struct arena *a, int lang, const struct mail *mails, size_t count, struct mail *out);

#endif
