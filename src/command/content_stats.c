/* `cadre content stats`: how much of each kind a folder of content holds, or the starter content. It counts texts as they are and asks no
 * database; whether they are in order, `cadre content check` says. */
#include "base/csv.h"
#include "command/files.h"
#include "command/verbs.h"
#include "programme/guide/guide.h"
#include "programme/practice/practice.h"

/* What is counted: its word in JSON, and what people read. Exercises stand at the end, a kind of PRACTICE_KINDS each. */
enum counted {
    COURSES,
    SESSIONS,
    QUESTIONS,
    SOURCES,
    FRAMEWORKS,
    COMPETENCIES,
    INSTRUMENTS,
    ITEMS,
    QUESTION_SETS,
    GUIDES,
    WORKED_PROJECTS,
    TRANSLATIONS,
    PASSAGES,
    EXERCISES,
    COUNTED = EXERCISES + PRACTICE_KIND_COUNT
};

static const struct {
    const char *word, *label;
} names[COUNTED] = {
    [COURSES] = {"courses", "courses"},
    [SESSIONS] = {"sessions", "sessions"},
    [QUESTIONS] = {"questions", "questions in quizzes"},
    [SOURCES] = {"sources", "sources of sessions"},
    [FRAMEWORKS] = {"frameworks", "frameworks"},
    [COMPETENCIES] = {"competencies", "items of frameworks"},
    [INSTRUMENTS] = {"instruments", "instruments"},
    [ITEMS] = {"items", "items of instruments"},
    [QUESTION_SETS] = {"question_sets", "sets of questions about mentoring"},
    [GUIDES] = {"guides", "guides for mentoring"},
    [WORKED_PROJECTS] = {"worked_projects", "worked projects of improvement"},
    [TRANSLATIONS] = {"translations", "translations of any of these"},
    [PASSAGES] = {"passages", "passages of cases"},
    [EXERCISES + PRACTICE_CASE] = {"cases", "cases"},
    [EXERCISES + PRACTICE_ROLE_PLAY] = {"role_plays", "role-plays"},
    [EXERCISES + PRACTICE_NEGOTIATION] = {"negotiations", "negotiations"},
    [EXERCISES + PRACTICE_LISTENING] = {"listening", "listening exercises"},
    [EXERCISES + PRACTICE_DEBATE] = {"debates", "motions to debate"},
    [EXERCISES + PRACTICE_SPEAKING] = {"speaking", "speaking exercises"},
    [EXERCISES + PRACTICE_APPRAISAL] = {"appraisals", "technology appraisals"},
};

/* Lines that begin so, behind the heading (a whole line; NULL: from the start) up to the next heading of the same height. */
static int64_t lines_starting(struct str text, const char *heading, const char *start)
{
    struct str line;
    bool inside = heading == NULL;
    int64_t n = 0;
    while (str_line(&text, &line)) {
        if (heading != NULL && str_starts(line, S("## ")))
            inside = str_eq_z(line, heading);
        else if (inside && str_starts(line, str_from(start)))
            n++;
    }
    return n;
}

/* "name.de.txt": between the file's last two dots, in its own name, stands a language. */
static bool is_translation(struct str name)
{
    size_t dots = 0;
    for (size_t k = name.n; k-- != 0 && name.p[k] != '/';)
        dots += name.p[k] == '.';
    return dots > 1;
}

static bool is_session(struct str name)
{
    size_t slash = name.n;
    while (slash != 0 && name.p[slash - 1] != '/')
        slash--;
    return slash != name.n && name.p[slash] >= '0' && name.p[slash] <= '9' && str_ends(name, S(".md"));
}

/* The value of the line `kind: ...` in the head of a text in sections. */
static struct str kind_of(struct str text)
{
    struct str line;
    while (str_line(&text, &line) && !str_starts(line, S("#")))
        if (str_starts(line, S("kind:")))
            return str_trim(str_sub(line, strlen("kind:"), line.n));
    return S("");
}

static void count_course(struct str name, struct str text, int64_t *n)
{
    if (str_ends(name, S("/course.txt")))
        n[COURSES]++;
    else if (is_session(name)) {
        n[SESSIONS]++;
        n[QUESTIONS] += lines_starting(text, "## Quiz", "? ");
        n[SOURCES] += lines_starting(text, "## Sources", "- ");
    }
}

static void count_guide(struct str name, struct str text, int64_t *n)
{
    struct str code;
    bool translation, project = guide_kind_find(kind_of(text)) == GUIDE_PROJECT;
    if (guide_code(name, &code, &translation))
        n[translation ? TRANSLATIONS : project ? WORKED_PROJECTS : GUIDES]++;
}

static void count_exercise(struct str name, struct str text, int64_t *n)
{
    enum practice_kind kind;
    if (is_translation(name))
        n[TRANSLATIONS]++;
    else if (str_ends(name, S(".twee"))) {
        n[EXERCISES + PRACTICE_CASE]++;
        n[PASSAGES] += lines_starting(text, NULL, ":: ") - lines_starting(text, NULL, ":: Story");
    } else if (str_ends(name, S(".md")) && practice_find_kind(kind_of(text), &kind))
        n[EXERCISES + kind]++;
}

static void count_framework(struct arena *a, struct str name, struct str text, int64_t *n)
{
    if (str_ends(name, S("/framework.txt")))
        n[FRAMEWORKS]++;
    else if (str_ends(name, S("/items.csv"))) {
        struct problems ignored = problems_new(a);
        struct csv_row row;
        struct csv *csv = csv_open(a, name, text, NULL, &ignored);
        while (csv_next(csv, &row))
            n[COMPETENCIES]++;
    } else if (is_translation(name))
        n[TRANSLATIONS]++;
}

static void count_file(struct arena *a, const struct content_file *f, int64_t *n)
{
    struct str name = f->path, folder;
    if (!str_cut(&name, '/', &folder))
        return;
    if (str_eq_z(folder, "course"))
        count_course(name, f->bytes, n);
    else if (str_eq_z(folder, "exercises"))
        count_exercise(name, f->bytes, n);
    else if (str_eq_z(folder, "guides"))
        count_guide(name, f->bytes, n);
    else if (str_eq_z(folder, "framework"))
        count_framework(a, name, f->bytes, n);
    else if (str_ends(name, S(".txt")) && is_translation(name))
        n[TRANSLATIONS]++;
    else if (str_eq_z(folder, "instrument") && str_ends(name, S("/instrument.txt"))) {
        n[INSTRUMENTS]++;
        n[ITEMS] += lines_starting(f->bytes, NULL, "? ");
    } else if (str_eq_z(folder, "mentoring") && str_ends(name, S(".txt")))
        n[QUESTION_SETS]++;
}

static int run(struct command *c)
{
    struct content_file *files;
    size_t count;
    int64_t n[COUNTED] = {0};
    struct buf b = buf_new(c->a, 1024);
    if (!files_gather(c, c->arg_count != 0 ? c->args[0] : NULL, &files, &count))
        return EXIT_REFUSED;
    for (size_t k = 0; k < count; k++)
        count_file(c->a, &files[k], n);
    for (size_t k = 0; k < COUNTED; k++)
        if (c->json)
            buf_printf(&b, "%s\"%s\":%" PRId64, k == 0 ? "{" : ",", names[k].word, n[k]);
        else
            buf_printf(&b, "%6" PRId64 "  %s\n", n[k], names[k].label);
    buf_z(&b, c->json ? "}\n" : "");
    if (fwrite(b.p, 1, b.n, stdout) == b.n && fflush(stdout) == 0)
        return EXIT_DONE;
    command_say("cannot write the result");
    return EXIT_REFUSED;
}

static const struct option_def options[] = {JSON_OPTION};

const struct verb verb_content_stats = {
    .name = "content stats",
    .arguments = "[DIR]",
    .summary = "Count what a folder of content holds, kind by kind",
    .details = "DIR is a folder in the form that docs/content.md describes; without it, the starter content that is part of this program is counted. "
               "A text in a further language counts as a translation. Nothing is checked: `cadre content check` does that.",
    .options = options,
    .option_count = COUNT_OF(options),
    .run = run,
};
