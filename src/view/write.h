/* What generated views call to write values that need more than escaping. Handlers do not include this. */
#ifndef CADRE_VIEW_WRITE_H
#define CADRE_VIEW_WRITE_H

#include "view/view.h"

void view_html(struct buf *b, struct html h);
/* An address as a whole attribute value: of this site (/..., ?..., #...) or https:, http:, mailto:; anything else is
 * "#". */
void view_url(struct buf *b, struct str url);
bool view_url_safe(struct str url);
/* As people read it, in the language of env, e.g. 3.20 or 3,20: two decimals. */
void view_real(struct view_env *env, double v);
/* <time datetime=...>12 November 2026, 14:05</time>, and the same without the element for <title> and the like. */
void view_time(struct view_env *env, int64_t ms);
void view_time_text(struct view_env *env, int64_t ms);
void view_day(struct view_env *env, int64_t day);
void view_day_text(struct view_env *env, int64_t day);

void view_json_time(struct buf *b, int64_t ms); /* "2026-11-12T13:05:00Z" */
void view_json_day(struct buf *b, int64_t day);

/* Arguments of messages; texts are as people read them. */
struct msg_arg view_arg_text(const char *name, struct str text);
struct msg_arg view_arg_int(const char *name, int64_t v);
struct msg_arg view_arg_real(struct view_env *env, const char *name, double v);
struct msg_arg view_arg_time(struct view_env *env, const char *name, int64_t ms);
struct msg_arg view_arg_day(struct view_env *env, const char *name, int64_t day);

/* The same texts for handlers and mails: in the arena. */
struct str view_time_str(struct arena *a, int lang, const struct zone *zone, int64_t ms);
struct str view_day_str(struct arena *a, int lang, int64_t day);

#endif
