/* The kind of public speaking and its rules; see room_speech.h. What always holds: the outline, the transcript and the own line are hers alone;
 * nobody sees a rating, and none becomes evidence, before everybody who was asked has rated, a peer and somebody of the faculty among them, or
 * she waits for nobody else. */
#include <sodium.h>

#include "auth/session.h"
#include "base/json_set.h"
#include "gen/programme/practice/room_speaking_view.h"
#include "programme/practice/rating.h"
#include "programme/practice/room_speech.h"
#include "view/markdown.h"

#define PREPARE_SECONDS 600
#define DEBRIEF_SECONDS 900
#define OBSERVERS_MOST PRACTICE_RATERS_MOST
#define PHASE_SPEAK 1

/* ---- the plan ------------------------------------------------------------------------------------------------------------------------ */

static void read_plan(struct arena *a, const struct sections *s, struct problems *p, struct room_plan *out)
{
    struct speaking *t = ARENA_NEW(a, struct speaking);
    struct room_phase *phases = ARENA_ARRAY(a, 3, struct room_phase);
    struct room_part *part = ARENA_NEW(a, struct room_part);
    speaking_read(a, s, p, t);
    phases[0] = (struct room_phase){S("prepare"), S(""), S(""), PREPARE_SECONDS, ROOM_PREPARE};
    phases[PHASE_SPEAK] = (struct room_phase){S("speak"), S(""), S(""), t->red, ROOM_PLAY};
    phases[2] = (struct room_phase){S("debrief"), S(""), S(""), DEBRIEF_SECONDS, ROOM_DEBRIEF};
    *part = (struct room_part){.name = S("speaker"), .seats = 1, .debrief = S("")};
    *out = (struct room_plan){.anybody = true, .briefing = t->task, .debrief = t->debrief, .guide = S(""), .facilitator = S(""), .parts = part,
                              .part_count = 1, .observers = OBSERVERS_MOST, .phases = phases, .phase_count = 3};
}

static void name_plan(int lang, struct room_plan *plan)
{
    static const msg_id titles[] = {M_speaking_prepare, M_speaking_speak, M_speaking_debrief};
    static const msg_id texts[] = {M_speaking_prepare_text, M_speaking_speak_text, M_speaking_debrief_text};
    struct room_phase *phases = (struct room_phase *)(uintptr_t)plan->phases; /* ours: read_plan made them */
    for (size_t k = 0; k < plan->phase_count; k++) {
        phases[k].title = msg_text(lang, titles[k]);
        phases[k].text = msg_text(lang, texts[k]);
    }
    plan->guide = msg_text(lang, M_speaking_guide);
    plan->parts[0].title = msg_text(lang, M_speaking_speaker);
    plan->parts[0].shared = msg_text(lang, M_speaking_speaker_shared);
    plan->parts[0].hidden = msg_text(lang, M_speaking_speaker_hidden);
}

/* ---- reading ------------------------------------------------------------------------------------------------------------------------- */

enum speech_signal speech_signal_at(const struct speaking *s, int64_t second)
{
    return second >= s->red ? SPEECH_RED : second >= s->amber ? SPEECH_AMBER : second >= s->green ? SPEECH_GREEN : SPEECH_GO;
}

bool speech_is_faculty(const struct speech *s, int64_t person)
{
    for (size_t k = 0; k < s->faculty.n; k++)
        if (s->faculty.v[k].person_id == person)
            return true;
    return false;
}

bool speech_has_rated(const struct speech *s, int64_t person)
{
    for (size_t k = 0; k < s->given.n; k++)
        if (s->given.v[k].rater_id == person)
            return true;
    return false;
}

bool speech_rates(const struct speech *s, const struct row_room_seats *who)
{
    return who != s->speaker && (str_eq_z(who->seat, "observer") || speech_has_rated(s, who->person_id));
}

static void count_raters(const struct room *r, struct speech *out)
{
    for (size_t k = 0; k < r->seats.n; k++) {
        const struct row_room_seats *who = &r->seats.v[k];
        if (!speech_rates(out, who))
            continue;
        if (!speech_has_rated(out, who->person_id))
            out->owing++;
        else if (speech_is_faculty(out, who->person_id))
            out->by_faculty++;
        else
            out->by_peers++;
    }
}

enum rc speech_read(struct db *db, struct arena *a, const struct room *r, int64_t now, struct speech *out)
{
    struct problems ignored = problems_new(a);
    *out = (struct speech){.kept = {.outline = S(""), .transcript = S(""), .reflection = S(""), .seconds_null = true, .shown_at_null = true}};
    speaking_read(a, &r->text, &ignored, &out->text);
    for (size_t k = 0; k < r->seats.n; k++)
        if (str_eq_z(r->seats.v[k].seat, "part"))
            out->speaker = &r->seats.v[k];
    struct row_speech_find kept;
    enum rc rc = sql_speech_find(db, a, r->r.id, &kept);
    if (rc != RC_OK && rc != RC_NOT_FOUND)
        return rc;
    if (rc == RC_OK && out->speaker != NULL && kept.person_id == out->speaker->person_id)
        out->kept = kept;
    out->shown = !out->kept.shown_at_null;
    if (r->phase != NULL && r->phase->shows == ROOM_PLAY) {
        out->second = (r->phase->seconds * 1000 - r->left) / 1000;
        out->signal = speech_signal_at(&out->text, out->second);
    }
    TRY(sql_room_ratings(db, a, r->r.id, &out->given));
    TRY(sql_speech_faculty(db, a, r->r.id, r->r.programme_id, now / MS_PER_DAY, &out->faculty));
    count_raters(r, out);
    return RC_OK;
}

/* ---- rules --------------------------------------------------------------------------------------------------------------------------- */

static enum rc show(struct db *tx, struct arena *a, const struct room *r, const struct speech *s, int64_t now)
{
    struct rows_speech_rating_ids ids;
    TRY(sql_speech_claim(tx, r->r.id, s->speaker->person_id));
    TRY(sql_speech_show(tx, r->r.id, now));
    TRY(sql_speech_rating_ids(tx, a, r->r.id, &ids));
    for (size_t k = 0; k < ids.n; k++)
        TRY(practice_rating_add_evidence(tx, a, ids.v[k].rating_id, r->r.programme_id, now));
    for (size_t k = 0; k < r->seats.n; k++)
        if (speech_rates(s, &r->seats.v[k]) && !speech_has_rated(s, r->seats.v[k].person_id))
            TRY(sql_room_take(tx, r->r.id, r->seats.v[k].person_id, S("none"), S("")));
    return sql_room_touch(tx, r->r.id, now);
}

static enum rc ratings_shown(struct db *db, struct arena *a, const struct room *r, bool *shown)
{
    struct row_speech_find kept;
    enum rc rc = sql_speech_find(db, a, r->r.id, &kept);
    *shown = rc == RC_OK && !kept.shown_at_null;
    return rc == RC_NOT_FOUND ? RC_OK : rc;
}

static enum rc rated(struct db *tx, struct arena *a, const struct room *r, int64_t now, struct err *e)
{
    struct room there; /* somebody may have been asked meanwhile */
    struct speech s;
    TRY(room_read(tx, a, r->r.id, 0, now, &there));
    TRY(speech_read(tx, a, &there, now, &s));
    if (s.shown || s.speaker == NULL)
        return err_set(e, RC_CONFLICT, M_speaking_shown_already, NULL);
    return s.owing == 0 && s.by_peers != 0 && s.by_faculty != 0 ? show(tx, a, &there, &s, now) : RC_OK;
}

static enum rc read_own(struct db *tx, struct arena *a, int64_t room, int64_t speaker, int64_t now, struct room *r, struct speech *s, struct err *e)
{
    TRY(room_read(tx, a, room, speaker, now, r));
    TRY(speech_read(tx, a, r, now, s));
    if (s->speaker == NULL || s->speaker->person_id != speaker || !r->revealed)
        return err_set(e, RC_CONFLICT, M_speaking_not_yet, NULL);
    return s->shown ? err_set(e, RC_CONFLICT, M_speaking_shown_already, NULL) : RC_OK;
}

enum rc speech_ask(struct db *tx, struct arena *a, int64_t room, int64_t speaker, int64_t rater, int64_t now, struct err *e)
{
    struct room r;
    struct speech s;
    TRY(read_own(tx, a, room, speaker, now, &r, &s, e));
    if (rater == speaker)
        return err_set(e, RC_INVALID, M_speaking_not_yourself, NULL);
    if (s.by_peers + s.by_faculty + s.owing >= PRACTICE_RATERS_MOST)
        return err_set(e, RC_CONFLICT, M_speaking_raters_many, "%d", PRACTICE_RATERS_MOST);
    TRY(sql_speech_claim(tx, room, speaker));
    TRY(sql_room_come_in(tx, room, rater, 0, NULL));
    TRY(sql_room_take(tx, room, rater, S("observer"), S("")));
    TRY(sql_room_touch(tx, room, now));
    return audit_note(tx, now, speaker, "room_ask", rater, "room", room);
}

enum rc speech_show(struct db *tx, struct arena *a, int64_t room, int64_t speaker, int64_t now, struct err *e)
{
    struct room r;
    struct speech s;
    TRY(read_own(tx, a, room, speaker, now, &r, &s, e));
    return s.given.n != 0 ? show(tx, a, &r, &s, now) : err_set(e, RC_CONFLICT, M_speaking_none_given, NULL);
}

static void turns(struct arena *a, const struct room *r, int64_t out[ROOM_TURNS])
{
    struct problems ignored = problems_new(a);
    struct speaking *t = ARENA_NEW(a, struct speaking);
    speaking_read(a, &r->text, &ignored, t);
    int64_t before = r->played - (r->phase->seconds * 1000 - r->left); /* played in an earlier go */
    out[0] = before + t->green * 1000;
    out[1] = before + t->amber * 1000;
    out[2] = before + t->red * 1000;
}

static struct str clock_text(struct arena *a, int64_t seconds)
{
    return str_printf(a, "%" PRId64 ":%02" PRId64, seconds / 60, seconds % 60);
}

/* How long she spoke. */
static enum rc ending(struct db *tx, struct arena *a, const struct room *r, struct str *words)
{
    (void)tx;
    *words = clock_text(a, r->played / 1000);
    return RC_OK;
}

/* ---- the panel ----------------------------------------------------------------------------------------------------------------------- */

static struct html prose(struct ctx *c, struct str text)
{
    return markdown_render(c->a, text, (struct markdown_options){.lang = c->lang, .heading_shift = 2});
}

static void fill_signal(struct ctx *c, const struct room *r, const struct speech *s, struct view_room_speaking *v)
{
    static const char *const words[] = {[SPEECH_NOT_YET] = "", [SPEECH_GO] = "go", [SPEECH_GREEN] = "green", [SPEECH_AMBER] = "amber", [SPEECH_RED] = "red"};
    v->signal = str_from(words[s->signal]);
    v->stands = s->signal != SPEECH_NOT_YET && !r->runs;
    v->spoken = clock_text(c->a, s->second);
    v->green_at = clock_text(c->a, s->text.green);
    v->amber_at = clock_text(c->a, s->text.amber);
    v->red_at = clock_text(c->a, s->text.red);
    v->before = !r->revealed;
}

/* The words of the exercise, else those of the language it is written in. */
static size_t read_fillers(struct arena *a, const struct room *r, const struct speaking *t, struct str *out)
{
    size_t n = t->filler_count;
    memcpy(out, t->fillers, n * sizeof *out);
    if (n != 0)
        return n;
    int lang = lang_find(r->r.language);
    struct str list = str_dup(a, msg_text(lang >= 0 ? lang : 0, M_speaking_fillers)), one;
    while (n < SPEAKING_FILLERS_MOST && str_cut(&list, ',', &one))
        out[n++] = str_trim(one);
    return n;
}

static void fill_counts(struct ctx *c, const struct room *r, const struct speech *s, struct view_room_speaking *v)
{
    struct str fillers[SPEAKING_FILLERS_MOST];
    struct speech_counts n;
    if (s->kept.transcript.n == 0)
        return;
    size_t count = read_fillers(c->a, r, &s->text, fillers);
    int64_t seconds = s->kept.seconds_null ? r->played / 1000 : s->kept.seconds;
    speech_count(c->a, s->kept.transcript, fillers, count, &n);
    int64_t pace = speech_pace(n.words, seconds);
    struct view_room_speaking_counts *o = ARENA_NEW(c->a, struct view_room_speaking_counts);
    struct view_room_speaking_counts_fillers *list = ARENA_ARRAY(c->a, count, struct view_room_speaking_counts_fillers);
    *o = (struct view_room_speaking_counts){.words = (int64_t)n.words, .spoken = clock_text(c->a, seconds), .slow = s->text.slow, .fast = s->text.fast,
                                            .filler_sum = (int64_t)n.filler_sum, .sentences = (int64_t)n.sentences, .longest = (int64_t)n.longest,
                                            .longest_text = n.longest_text, .fillers = list};
    if (pace != 0) {
        o->pace = SOME_INT(pace);
        o->against = pace < s->text.slow ? S("slower") : pace > s->text.fast ? S("faster") : S("within");
    }
    for (size_t k = 0; k < count; k++)
        if (n.fillers[k] != 0)
            list[o->fillers_count++] = (struct view_room_speaking_counts_fillers){fillers[k], (int64_t)n.fillers[k]};
    v->counts = o;
}

struct form *speech_own_form(struct ctx *c, const struct room *r, const struct speech *s)
{
    struct form *f = form_new(c->a, c->lang, c->zone, room_path(c, r->r.id, "/speech"), r->revealed ? M_speaking_keep_after : M_speaking_keep_outline);
    f->draft = str_printf(c->a, "speech-%" PRId64 "-%s", r->r.id, r->revealed ? "after" : "outline");
    f->quiet = true;
    if (!r->revealed) {
        form_add(f, (struct field){.name = "outline", .kind = FIELD_LONG_TEXT, .label = M_speaking_outline, .hint = M_speaking_outline_hint,
                                   .max = SPEECH_OUTLINE_MOST, .rows = 6, .value = s->kept.outline});
        return f;
    }
    int64_t seconds = s->kept.seconds_null ? r->played / 1000 : s->kept.seconds;
    form_add(f, (struct field){.name = "reflection", .kind = FIELD_LONG_TEXT, .label = M_speaking_reflection,
                               .max = SPEECH_REFLECTION_MOST, .rows = 2, .value = s->kept.reflection});
    form_add(f, (struct field){.name = "transcript", .kind = FIELD_LONG_TEXT, .label = M_speaking_transcript, .hint = M_speaking_transcript_hint,
                               .max = SPEECH_TRANSCRIPT_MOST, .rows = 8, .value = s->kept.transcript});
    form_add(f, (struct field){.name = "seconds", .kind = FIELD_INT, .label = M_speaking_seconds, .hint = M_speaking_seconds_hint, .required = true,
                               .min = 1, .max = SPEECH_SECONDS_MOST, .value = str_printf(c->a, "%" PRId64, seconds > 0 ? seconds : s->text.red)});
    form_add_version(f, s->kept.version);
    return f;
}

static enum rc fill_recording(struct ctx *c, const struct room *r, bool own, struct view_room_speaking *v)
{
    struct row_speech_recording_find x;
    enum rc rc = sql_speech_recording_find(c->db, c->a, r->r.id, &x);
    v->recording_page = own ? room_path(c, r->r.id, "/recording") : S("");
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    struct view_room_speaking_recording *o = ARENA_NEW(c->a, struct view_room_speaking_recording);
    *o = (struct view_room_speaking_recording){.video = str_starts(x.type, S("video/")), .type = x.type, .size = (x.size + 1048575) / 1048576, .at = x.at,
                                               .file = room_path(c, r->r.id, "/recording/file")};
    v->recording = o;
    return RC_OK;
}

static void fill_raters(struct ctx *c, const struct room *r, const struct speech *s, bool own, struct view_room_speaking *v)
{
    struct view_room_speaking_raters *list = ARENA_ARRAY(c->a, r->seats.n, struct view_room_speaking_raters);
    for (size_t k = 0; k < r->seats.n; k++)
        if (speech_rates(s, &r->seats.v[k]))
            list[v->raters_count++] = (struct view_room_speaking_raters){r->seats.v[k].name, speech_is_faculty(s, r->seats.v[k].person_id),
                                                                         speech_has_rated(s, r->seats.v[k].person_id)};
    v->raters = list;
    v->shown = s->shown;
    if (!own || s->shown)
        return;
    v->ask = room_path(c, r->r.id, "/raters");
    v->show_now = s->given.n != 0 ? room_path(c, r->r.id, "/shown") : S("");
}

static enum rc panel(struct ctx *c, const struct room *r, struct view_any *out)
{
    struct speech s;
    struct view_room_speaking *v = ARENA_NEW(c->a, struct view_room_speaking);
    TRY(speech_read(c->db, c->a, r, c->now, &s));
    *v = (struct view_room_speaking){.signal = S("")};
    bool own = s.speaker != NULL && s.speaker == r->me;
    fill_signal(c, r, &s, v);
    v->own = own;
    v->speaks = s.signal != SPEECH_NOT_YET;
    if (own && !r->revealed) {
        v->tips_text = s.text.tips;
        v->tips = prose(c, v->tips_text);
        v->outline = s.kept.outline;
        v->outline_html = prose(c, v->outline);
        if (room_is_open(r) && !v->speaks)
            v->f = speech_own_form(c, r, &s);
    }
    if (r->revealed && s.speaker != NULL) {
        v->after = true;
        fill_raters(c, r, &s, own, v);
        if (own || speech_rates(&s, r->me))
            TRY(fill_recording(c, r, own, v));
        if (own) {
            v->reflection = s.kept.reflection;
            fill_counts(c, r, &s, v);
            v->f = speech_own_form(c, r, &s);
        }
    }
    *out = (struct view_any){&view_room_speaking_def, v};
    return RC_OK;
}

const struct room_kind room_speaking = {.kind = PRACTICE_SPEAKING, .read = read_plan, .name = name_plan, .panel = panel, .turns = turns, .ending = ending,
                                        .shown = ratings_shown, .rated = rated};

/* ---- what is held about a person ----------------------------------------------------------------------------------------------------- */

static enum rc export_recording(struct db *db, struct arena *a, int64_t room, json_t *o)
{
    struct row_speech_recording_bytes x;
    enum rc rc = sql_speech_recording_bytes(db, a, room, &x);
    if (rc == RC_NOT_FOUND)
        return RC_OK;
    TRY(rc);
    size_t cap = sodium_base64_ENCODED_LEN(x.bytes.n, sodium_base64_VARIANT_ORIGINAL);
    char *z = ARENA_ARRAY(a, cap, char);
    sodium_bin2base64(z, cap, (const unsigned char *)x.bytes.p, x.bytes.n, sodium_base64_VARIANT_ORIGINAL);
    json_set_words(o, "recording_type", x.type);
    json_set_text(o, "recording_base64", str_from(z));
    return RC_OK;
}

enum rc speech_export(struct db *db, struct arena *a, int64_t person, json_t *into)
{
    struct rows_speech_export rows;
    TRY(sql_speech_export(db, a, person, &rows));
    json_t *list = json_new_list(into, "speeches");
    for (size_t k = 0; k < rows.n; k++) {
        json_t *o = json_new_item(list);
        json_set_int(o, "room", rows.v[k].room_id);
        json_set_words(o, "outline", rows.v[k].outline);
        json_set_words(o, "transcript", rows.v[k].transcript);
        json_set_words(o, "reflection", rows.v[k].reflection);
        json_set_int_unless(o, "seconds", rows.v[k].seconds_null, rows.v[k].seconds);
        json_set_time_unless(a, o, "ratings_shown", rows.v[k].shown_at_null, rows.v[k].shown_at);
        TRY(export_recording(db, a, rows.v[k].room_id, o));
    }
    return RC_OK;
}

enum rc speech_erase(struct db *tx, int64_t person)
{
    TRY(sql_speech_erase_recordings(tx, person));
    return sql_speech_erase(tx, person);
}

enum rc speech_drop(struct db *tx, int64_t room)
{
    TRY(sql_speech_recording_drop(tx, room));
    return sql_speech_drop(tx, room);
}

enum rc speech_retain(struct db *tx, struct arena *a, int64_t before, int64_t most, bool *more)
{
    struct rows_speech_recording_old rows;
    TRY(sql_speech_recording_old(tx, a, before, most, &rows));
    for (size_t k = 0; k < rows.n; k++)
        TRY(sql_speech_recording_drop(tx, rows.v[k].room_id));
    *more = rows.n == (size_t)most;
    return RC_OK;
}
