/* Reads courses from plain text; see content.h. The format is made to be written by hand: what is wrong is told by file
 * and line in words a teacher understands, and as much as can be told is told at once. */
#include "programme/curriculum/content.h"

#include "base/clock.h"
#include "base/utf8.h"
#include "gen/msg_curriculum.h"

#include <sodium.h>

#define SESSIONS_MAX 200
#define TAGS_MAX 60

bool content_slug_valid(struct str slug)
{
    for (size_t i = 0; i < slug.n; i++) {
        char c = slug.p[i];
        bool hyphen = c == '-' && i != 0 && i + 1 != slug.n && slug.p[i - 1] != '-';
        if (!(c >= 'a' && c <= 'z') && !(c >= '0' && c <= '9') && !hyphen)
            return false;
    }
    return slug.n != 0 && slug.n <= 64;
}

/* ---- files into folders ------------------------------------------------------------------------------------------ */

static int by_path(const void *x, const void *y)
{
    return str_cmp(((const struct content_file *)x)->path, ((const struct content_file *)y)->path);
}

/* "course/<slug>/<name>": the slug and the name. */
static bool split_path(struct str path, struct str *slug, struct str *name)
{
    struct str part, rest = path;
    if (!str_cut(&rest, '/', &part) || !str_cut(&rest, '/', slug) || rest.p == NULL)
        return false;
    *name = rest;
    return rest.n != 0;
}

static struct str digest_of(struct arena *a, const struct content_file *files, size_t count)
{
    unsigned char hash[16];
    char hex[2 * sizeof hash + 1];
    crypto_generichash_state state;
    crypto_generichash_init(&state, NULL, 0, sizeof hash);
    for (size_t i = 0; i < count; i++) {
        const struct str parts[] = {files[i].path, files[i].bytes};
        for (size_t k = 0; k < COUNT_OF(parts); k++) {
            uint64_t n = parts[k].n;
            crypto_generichash_update(&state, (const unsigned char *)&n, sizeof n);
            crypto_generichash_update(&state, (const unsigned char *)parts[k].p, parts[k].n);
        }
    }
    crypto_generichash_final(&state, hash, sizeof hash);
    sodium_bin2hex(hex, sizeof hex, hash, sizeof hash);
    return str_dup(a, str_from(hex));
}

void content_folders(struct arena *a, const struct content_file *files, size_t count, struct problems *p,
                     struct content_folder **out, size_t *out_count)
{
    struct content_file *sorted = ARENA_ARRAY(a, count, struct content_file);
    size_t n = 0;
    for (size_t i = 0; i < count; i++) {
        struct content_file f = files[i];
        struct str slug, name;
        if (str_starts(f.path, S("content/")))
            f.path = str_sub(f.path, strlen("content/"), f.path.n);
        if (!str_starts(f.path, S("course/")))
            continue;
        if (split_path(f.path, &slug, &name) && (str_eq(name, S("course.txt")) || str_ends(name, S(".md"))))
            sorted[n++] = f;
        else
            problems_warn(p, f.path, 0, S(""), M_curriculum_file_unknown, NULL);
    }
    if (n != 0)
        qsort(sorted, n, sizeof *sorted, by_path);
    *out = ARENA_ARRAY(a, n, struct content_folder);
    *out_count = 0;
    for (size_t i = 0; i < n; i++) {
        struct str slug, name;
        split_path(sorted[i].path, &slug, &name);
        struct content_folder *last = *out_count != 0 ? &(*out)[*out_count - 1] : NULL;
        if (last == NULL || !str_eq(last->slug, slug)) {
            last = &(*out)[(*out_count)++];
            *last = (struct content_folder){.slug = slug, .files = &sorted[i]};
        }
        last->count++;
    }
    for (size_t i = 0; i < *out_count; i++)
        (*out)[i].digest = digest_of(a, (*out)[i].files, (*out)[i].count);
}

/* ---- one file ---------------------------------------------------------------------------------------------------- */

struct reader {
    struct arena *a;
    struct problems *p;
    struct str file;
    struct str rest;
    size_t line; /* of the line read last */
};

static void problem(struct reader *r, size_t line, const char *column, msg_id msg, struct str detail)
{
    problems_add(r->p, r->file, line, str_from(column), msg, "%.*s", STR_ARG(utf8_truncate(detail, 80)));
}

/* False when the file is not text. */
static bool reader_open(struct reader *r, struct arena *a, const struct content_file *f, struct problems *p)
{
    *r = (struct reader){.a = a, .p = p, .file = f->path, .rest = f->bytes};
    if (str_starts(r->rest, S("\xEF\xBB\xBF")))
        r->rest = str_sub(r->rest, 3, r->rest.n);
    if (str_trim(r->rest).n == 0) {
        problem(r, 0, "", M_curriculum_file_empty, S(""));
        return false;
    }
    size_t line = 1;
    struct str text = r->rest, one;
    for (; str_line(&text, &one); line++)
        if (!utf8_is_text(one)) {
            problem(r, line, "", M_curriculum_file_not_text, S(""));
            return false;
        }
    return true;
}

static bool reader_line(struct reader *r, struct str *line)
{
    if (!str_line(&r->rest, line))
        return false;
    r->line++;
    return true;
}

/* ---- "name: value" lines ----------------------------------------------------------------------------------------- */

struct entry {
    const char *name;
    bool required;
    struct str value; /* no value: not there */
    size_t line;
};

static void read_header(struct reader *r, struct entry *headers, size_t count, struct str line)
{
    struct str rest = line, name;
    str_cut(&rest, ':', &name);
    name = str_trim(name);
    if (rest.p == NULL || name.n == 0) {
        problem(r, r->line, "", M_curriculum_header_line, line);
        return;
    }
    for (size_t i = 0; i < count; i++) {
        struct entry *h = &headers[i];
        if (!str_eq_z(name, h->name))
            continue;
        if (h->line != 0)
            problem(r, r->line, h->name, M_curriculum_header_twice, name);
        h->value = str_trim(rest);
        h->line = r->line;
        if (h->value.n == 0 && h->required)
            problem(r, r->line, h->name, M_curriculum_header_empty, name);
        return;
    }
    problem(r, r->line, "", M_curriculum_header_unknown, name);
}

/* Up to the first empty line, or the first heading. */
static void read_headers(struct reader *r, struct entry *headers, size_t count)
{
    struct str line = S("");
    while (!str_starts(r->rest, S("## ")) && reader_line(r, &line) && str_trim(line).n == 0)
        continue;
    while (str_trim(line).n != 0) {
        read_header(r, headers, count, line);
        if (str_starts(r->rest, S("## ")) || !reader_line(r, &line))
            break;
    }
    for (size_t i = 0; i < count; i++)
        if (headers[i].required && headers[i].line == 0)
            problem(r, 1, headers[i].name, M_curriculum_header_missing, str_from(headers[i].name));
}

static struct str header_text(struct reader *r, const struct entry *h, size_t max)
{
    if (utf8_count(h->value) > max)
        problem(r, h->line, h->name, M_curriculum_header_long, str_printf(r->a, "%zu", max));
    return h->value.p != NULL ? h->value : S("");
}

static int64_t header_int(struct reader *r, const struct entry *h, int64_t otherwise, int64_t min, int64_t max)
{
    int64_t v = otherwise;
    if (h->value.n != 0 && (!str_to_int(h->value, &v) || v < min || v > max)) {
        problem(r, h->line, h->name, M_curriculum_header_number, str_printf(r->a, "%" PRId64 "-%" PRId64, min, max));
        return otherwise;
    }
    return v;
}

static bool header_day(struct reader *r, const struct entry *h, int64_t *day)
{
    if (h->value.n == 0)
        return false;
    if (day_parse(h->value, day))
        return true;
    problem(r, h->line, h->name, M_curriculum_header_day, h->value);
    return false;
}

static bool language_valid(struct str s)
{
    for (size_t i = 0; i < s.n; i++) {
        char c = s.p[i];
        if (!(c >= 'a' && c <= 'z') && !(c >= 'A' && c <= 'Z') && !(i > 1 && (c == '-' || (c >= '0' && c <= '9'))))
            return false;
    }
    return s.n >= 2 && s.n <= 35;
}

/* ---- course.txt -------------------------------------------------------------------------------------------------- */

static void read_course(struct arena *a, const struct content_file *f, struct problems *p, struct content_course *out)
{
    enum { TITLE, STAGE, SUMMARY, LANGUAGE, LICENCE, REVIEWED };
    struct entry h[] = {[TITLE] = {"title", true, STR_NONE, 0},     [STAGE] = {"stage", false, STR_NONE, 0},
                        [SUMMARY] = {"summary", true, STR_NONE, 0}, [LANGUAGE] = {"language", true, STR_NONE, 0},
                        [LICENCE] = {"licence", true, STR_NONE, 0}, [REVIEWED] = {"reviewed", false, STR_NONE, 0}};
    struct reader r;
    out->path = f->path;
    if (!reader_open(&r, a, f, p))
        return;
    read_headers(&r, h, COUNT_OF(h));
    out->title = header_text(&r, &h[TITLE], CONTENT_TITLE_MAX);
    out->summary = header_text(&r, &h[SUMMARY], CONTENT_SUMMARY_MAX);
    out->licence = header_text(&r, &h[LICENCE], CONTENT_TITLE_MAX);
    out->language = header_text(&r, &h[LANGUAGE], CONTENT_TITLE_MAX);
    if (out->language.n != 0 && !language_valid(out->language))
        problem(&r, h[LANGUAGE].line, "language", M_curriculum_header_language, out->language);
    out->stage = header_text(&r, &h[STAGE], CONTENT_TITLE_MAX);
    out->stage_line = h[STAGE].line;
    out->has_reviewed = header_day(&r, &h[REVIEWED], &out->reviewed_day);
    out->description = str_trim(r.rest);
    if (utf8_count(out->description) > CONTENT_TEXT_MAX)
        problem(&r, r.line, "", M_curriculum_section_long, S("course.txt"));
}

/* ---- NN-slug.md -------------------------------------------------------------------------------------------------- */

enum section { AIMS, TIME_PLAN, READING, EXERCISE, QUIZ, SOURCES, SECTION_COUNT };

static const char *const section_titles[] = {[AIMS] = "Aims",         [TIME_PLAN] = "Time plan", [READING] = "Reading",
                                             [EXERCISE] = "Exercise", [QUIZ] = "Quiz",           [SOURCES] = "Sources"};

struct sections {
    struct str text[SECTION_COUNT]; /* no value: not there */
    size_t line[SECTION_COUNT];     /* where its text begins */
};

static bool section_find(struct str title, enum section *s)
{
    for (size_t i = 0; i < SECTION_COUNT; i++)
        if (str_eq_nocase(title, str_from(section_titles[i]))) {
            *s = (enum section)i;
            return true;
        }
    return false;
}

/* "## Title"; inside a block of code it is not a heading. */
static bool heading(struct str line, bool *in_code, struct str *title)
{
    struct str t = str_trim(line);
    if (str_starts(t, S("```")) || str_starts(t, S("~~~")))
        *in_code = !*in_code;
    if (*in_code || !str_starts(line, S("## ")))
        return false;
    *title = str_trim(str_sub(line, 3, line.n));
    return true;
}

static void read_sections(struct reader *r, struct sections *s)
{
    struct str line, title;
    bool in_code = false, stray = false;
    enum section current = SECTION_COUNT, next;
    const char *begin = NULL, *end = NULL;
    for (; reader_line(r, &line); end = line.p + line.n) {
        if (!heading(line, &in_code, &title)) {
            if (current == SECTION_COUNT && begin == NULL && str_trim(line).n != 0 && !stray) {
                problem(r, r->line, "", M_curriculum_section_none, line);
                stray = true;
            }
            continue;
        }
        if (current != SECTION_COUNT)
            s->text[current] = (struct str){begin, (size_t)(line.p - begin)};
        begin = r->rest.p != NULL ? r->rest.p : line.p + line.n;
        if (!section_find(title, &next)) {
            problem(r, r->line, "", M_curriculum_section_unknown, title);
            current = SECTION_COUNT;
            continue;
        }
        if (s->line[next] != 0)
            problem(r, r->line, "", M_curriculum_section_twice, title);
        current = next;
        s->line[next] = r->line + 1;
    }
    if (current != SECTION_COUNT)
        s->text[current] =
            (struct str){begin, end > begin ? (size_t)(end - begin) : 0}; /* a heading may be the last line */
}

static struct str section_text(struct reader *r, const struct sections *s, enum section which)
{
    struct str text = s->text[which], one;
    if (s->line[which] == 0)
        return S("");
    if (utf8_count(text) > CONTENT_TEXT_MAX)
        problem(r, s->line[which], "", M_curriculum_section_long, str_from(section_titles[which]));
    struct buf b = buf_new(r->a, text.n + 1); /* lines end in LF, whatever they ended in; nothing empty around */
    while (str_line(&text, &one)) {
        buf_str(&b, one);
        buf_ch(&b, '\n');
    }
    struct str whole = buf_text(&b);
    while (whole.n != 0 && (whole.p[0] == '\n'))
        whole = str_sub(whole, 1, whole.n);
    while (whole.n != 0 && (whole.p[whole.n - 1] == '\n' || whole.p[whole.n - 1] == ' '))
        whole.n--;
    return whole;
}

static void read_tags(struct reader *r, struct content_session *s, const struct entry *h, char use)
{
    struct str rest = h->value, code;
    while (rest.n != 0 && str_cut(&rest, ',', &code)) {
        code = str_trim(code);
        if (code.n == 0) {
            problem(r, h->line, h->name, M_curriculum_tag_empty, h->value);
            continue;
        }
        bool twice = false;
        for (size_t i = 0; i < s->tag_count; i++)
            twice = twice || (s->tags[i].use == use && str_eq(s->tags[i].code, code));
        if (twice)
            problem(r, h->line, h->name, M_curriculum_tag_twice, code);
        else if (s->tag_count == TAGS_MAX)
            problem(r, h->line, h->name, M_curriculum_tag_many, str_printf(r->a, "%d", TAGS_MAX));
        else
            s->tags[s->tag_count++] = (struct content_tag){.code = code, .use = use, .line = h->line};
    }
}

static void read_needs(struct reader *r, struct content_session *s, const struct entry *h)
{
    struct str rest = h->value, word;
    if (rest.n == 0) {
        s->need_reading = true;
        s->need_quiz = s->question_count != 0;
        return;
    }
    while (str_cut(&rest, ',', &word)) {
        word = str_trim(word);
        if (str_eq(word, S("reading")))
            s->need_reading = true;
        else if (str_eq(word, S("quiz")))
            s->need_quiz = true;
        else if (str_eq(word, S("attendance")))
            s->need_attendance = true;
        else
            problem(r, h->line, h->name, M_curriculum_needs_unknown, word);
    }
    if (s->need_quiz && s->question_count == 0)
        problem(r, h->line, h->name, M_curriculum_needs_no_quiz, S(""));
}

/* "course/<slug>/07-some-name.md" gives 7 and "some-name". */
static bool session_name(struct str path, int64_t *ordinal, struct str *slug)
{
    struct str folder, name;
    if (!split_path(path, &folder, &name) || name.n < 6 || name.p[2] != '-' || !str_ends(name, S(".md")))
        return false;
    *slug = str_sub(name, 3, name.n - 6);
    return str_to_int(str_sub(name, 0, 2), ordinal) && *ordinal > 0 && content_slug_valid(*slug);
}

static void read_session(struct arena *a, const struct content_file *f, struct problems *p, struct content_session *s)
{
    enum { TITLE, MINUTES, SUMMARY, INTRODUCES, PRACTISES, ASSESSES, PASS, NEEDS, REVIEWED };
    struct entry h[] = {
        [TITLE] = {"title", true, STR_NONE, 0},          [MINUTES] = {"minutes", true, STR_NONE, 0},
        [SUMMARY] = {"summary", true, STR_NONE, 0},      [INTRODUCES] = {"introduces", false, STR_NONE, 0},
        [PRACTISES] = {"practises", false, STR_NONE, 0}, [ASSESSES] = {"assesses", false, STR_NONE, 0},
        [PASS] = {"pass", false, STR_NONE, 0},           [NEEDS] = {"needs", false, STR_NONE, 0},
        [REVIEWED] = {"reviewed", false, STR_NONE, 0}};
    struct reader r;
    if (!reader_open(&r, a, f, p))
        return;
    read_headers(&r, h, COUNT_OF(h));
    s->title = header_text(&r, &h[TITLE], CONTENT_TITLE_MAX);
    s->summary = header_text(&r, &h[SUMMARY], CONTENT_SUMMARY_MAX);
    s->minutes = header_int(&r, &h[MINUTES], 60, 1, 10000);
    s->pass_percent = header_int(&r, &h[PASS], 60, 0, 100);
    s->has_reviewed = header_day(&r, &h[REVIEWED], &s->reviewed_day);
    s->tags = ARENA_ARRAY(a, TAGS_MAX, struct content_tag);
    read_tags(&r, s, &h[INTRODUCES], 'I');
    read_tags(&r, s, &h[PRACTISES], 'P');
    read_tags(&r, s, &h[ASSESSES], 'A');

    struct sections sections = {0};
    read_sections(&r, &sections);
    s->aims = section_text(&r, &sections, AIMS);
    s->time_plan = section_text(&r, &sections, TIME_PLAN);
    s->reading = section_text(&r, &sections, READING);
    s->exercise = section_text(&r, &sections, EXERCISE);
    s->sources = section_text(&r, &sections, SOURCES);
    const enum section needed[] = {AIMS, READING};
    for (size_t i = 0; i < COUNT_OF(needed); i++)
        if (sections.line[needed[i]] == 0)
            problem(&r, 0, "", M_curriculum_section_missing, str_from(section_titles[needed[i]]));
    if (sections.line[QUIZ] != 0)
        quiz_parse(a, f->path, sections.line[QUIZ], sections.text[QUIZ], p, &s->questions, &s->question_count);
    read_needs(&r, s, &h[NEEDS]);
}

void content_read(struct arena *a, const struct content_folder *folder, struct problems *p, struct content_course *out)
{
    *out = (struct content_course){.slug = folder->slug};
    out->sessions = ARENA_ARRAY(a, SESSIONS_MAX, struct content_session);
    struct str where = str_printf(a, "course/%.*s", STR_ARG(folder->slug));
    if (!content_slug_valid(folder->slug))
        problems_add(p, where, 0, S(""), M_curriculum_folder_name, NULL);
    for (size_t i = 0; i < folder->count; i++) {
        const struct content_file *f = &folder->files[i];
        struct content_session s = {.path = f->path};
        if (str_ends(f->path, S("/course.txt"))) {
            read_course(a, f, p, out);
            continue;
        }
        if (!session_name(f->path, &s.ordinal, &s.slug)) {
            problems_add(p, f->path, 0, S(""), M_curriculum_file_name, NULL);
            continue;
        }
        for (size_t k = 0; k < out->session_count; k++)
            if (out->sessions[k].ordinal == s.ordinal || str_eq(out->sessions[k].slug, s.slug))
                problems_add(p, f->path, 0, S(""), M_curriculum_file_twice, "%.*s", STR_ARG(out->sessions[k].path));
        read_session(a, f, p, &s);
        if (out->session_count == SESSIONS_MAX)
            problems_add(p, f->path, 0, S(""), M_curriculum_folder_many, "%d", SESSIONS_MAX);
        else
            out->sessions[out->session_count++] = s;
    }
    if (out->path.p == NULL)
        problems_add(p, where, 0, S(""), M_curriculum_folder_no_course, NULL);
    if (out->session_count == 0)
        problems_add(p, where, 0, S(""), M_curriculum_folder_empty, NULL);
}
