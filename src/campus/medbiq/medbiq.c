/* Writing a Curriculum Inventory: see medbiq.h. The order of elements is that of the specification's schema.
 *
 * Methods are those of MedBiquitous' vocabularies: IM008 discussion in a small group, AM004 written examination, AM012 participation. A session is an event of instruction; where it assesses competencies it is an event of assessment too. The standard has no word for how far a
 * competency is dealt with, so each event carries keywords: introduced, practised or assessed, each naming its competency. */
#include "campus/medbiq/medbiq.h"

#include "base/clock.h"
#include "gen/campus/medbiq/medbiq_sql.h"
#include "programme/framework/framework.h"
#include "programme/programme/programme.h"

struct report {
    const struct medbiq_report *r;
    struct programme programme;
    struct stage *stages;
    size_t stage_count;
    struct competency *competencies;
    size_t competency_count;
    struct framework framework;      /* id 0: none */
    struct rows_medbiq_sessions sessions;
    struct rows_medbiq_tags tags;
    struct arena *a;
    struct buf *b;
};

/* ---- XML --------------------------------------------------------------------------------------------------------------------------------- */

/* Text between tags or within double quotes; what XML 1.0 cannot hold becomes a space. */
static void text(struct buf *b, struct str s)
{
    struct buf clean = buf_new(b->a, s.n + 1);
    for (size_t i = 0; i < s.n; i++)
        buf_ch(&clean, (unsigned char)s.p[i] < ' ' && s.p[i] != '\n' && s.p[i] != '\t' ? ' ' : s.p[i]);
    buf_html(b, buf_text(&clean));
}

static void element(struct buf *b, const char *name, struct str value)
{
    buf_printf(b, "<%s>", name);
    text(b, value);
    buf_printf(b, "</%s>", name);
}

/* Left out when there is nothing to say. */
static void element_if(struct buf *b, const char *name, struct str value)
{
    if (!str_empty(value))
        element(b, name, value);
}

static void day_element(struct buf *b, const char *name, int64_t day)
{
    buf_printf(b, "<%s>", name);
    day_format(b, day);
    buf_printf(b, "</%s>", name);
}

/* ---- what is referred to -------------------------------------------------------------------------------------------------------------------- */

static struct str competency_address(const struct report *p, int64_t competency)
{
    return str_concat(p->a, p->r->site, framework_competency_path(p->a, competency));
}

static void competency_reference(const struct report *p, int64_t competency)
{
    buf_z(p->b, "<CompetencyObjectReference>/CurriculumInventory/Expectations/CompetencyObject[lom:lom/lom:general/lom:identifier/lom:entry='");
    text(p->b, competency_address(p, competency));
    buf_z(p->b, "']</CompetencyObjectReference>\n");
}

/* A tag may name a competency that is not in the programme's framework: then nothing stands for it. */
static bool is_known(const struct report *p, int64_t competency)
{
    for (size_t i = 0; i < p->competency_count; i++)
        if (p->competencies[i].competency == competency)
            return true;
    return false;
}

/* The number of a level: stages from 1, in their order. A course of no stage stands at the first. */
static size_t level_of(const struct report *p, int64_t stage_ordinal)
{
    for (size_t i = 0; i < p->stage_count; i++)
        if (p->stages[i].ordinal == stage_ordinal)
            return i + 1;
    return 1;
}

/* ---- the parts -------------------------------------------------------------------------------------------------------------------------------- */

static void head(struct report *p)
{
    struct buf *b = p->b;
    buf_z(b, "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
             "<CurriculumInventory xmlns=\"http://ns.medbiq.org/curriculuminventory/v1/\" xmlns:xsi=\"http://www.w3.org/2001/XMLSchema-instance\" "
             "xsi:schemaLocation=\"http://ns.medbiq.org/curriculuminventory/v1/ curriculuminventory.xsd\" xmlns:lom=\"http://ltsc.ieee.org/xsd/LOM\" "
             "xmlns:a=\"http://ns.medbiq.org/address/v1/\" xmlns:cf=\"http://ns.medbiq.org/competencyframework/v1/\" "
             "xmlns:co=\"http://ns.medbiq.org/competencyobject/v1/\" xmlns:hx=\"http://ns.medbiq.org/lom/extend/v1/\" xmlns:m=\"http://ns.medbiq.org/member/v1/\">\n"
             "<ReportID domain=\"");
    text(b, p->r->site);
    buf_printf(b, "\">%" PRId64 "-", p->programme.id);
    day_format(b, p->r->today);
    buf_z(b, "</ReportID>\n<Institution>");
    element(b, "m:InstitutionName", p->r->institution);
    buf_z(b, "</Institution>\n<Program>");
    element(b, "ProgramName", p->programme.title);
    buf_z(b, "<ProgramID domain=\"");
    text(b, p->r->site);
    buf_z(b, "\">");
    text(b, p->programme.code);
    buf_z(b, "</ProgramID></Program>\n");
    element(b, "Title", p->programme.title);
    day_element(b, "ReportDate", p->r->today);
    day_element(b, "ReportingStartDate", p->r->from);
    day_element(b, "ReportingEndDate", p->r->until);
    element(b, "Language", p->programme.language);
    element(b, "Description", p->programme.title);
    element(b, "SupportingLink", str_printf(p->a, "%.*s/programmes/%" PRId64, STR_ARG(p->r->site), p->programme.id));
    buf_ch(b, '\n');
}

/* How many tags a session has, and where they begin: they stand in the order of sessions. */
static size_t tags_of(const struct report *p, int64_t session, size_t *at)
{
    size_t low = 0, high = p->tags.n, n = 0;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (p->tags.v[middle].session_id < session)
            low = middle + 1;
        else
            high = middle;
    }
    *at = low;
    while (*at + n < p->tags.n && p->tags.v[*at + n].session_id == session)
        n++;
    return n;
}

static bool is_assessed(const struct row_medbiq_tags *t)
{
    return str_eq(t->use, S("A"));
}

static bool has_assessment(const struct report *p, const struct row_medbiq_tags *tags, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (is_assessed(&tags[i]) && is_known(p, tags[i].competency_id))
            return true;
    return false;
}

/* assesses: the event that asks what was learned, else the one that teaches it. */
static void event(struct report *p, const struct row_medbiq_sessions *s, const struct row_medbiq_tags *tags, size_t n, bool assesses)
{
    struct buf *b = p->b;
    buf_printf(b, "<Event id=\"%s%" PRId64 "\">", assesses ? "A" : "S", s->session_id);
    element(b, "Title", s->title);
    buf_printf(b, "<EventDuration>PT%" PRId64 "M</EventDuration>", s->minutes);
    element_if(b, "Description", s->summary);
    buf_ch(b, '\n');
    for (size_t i = 0; i < n; i++) {
        if (is_assessed(&tags[i]) != assesses || !is_known(p, tags[i].competency_id))
            continue;
        buf_z(b, "<Keyword hx:source=\"");
        text(b, p->r->site);
        buf_z(b, "\" hx:id=\"");
        text(b, competency_address(p, tags[i].competency_id));
        buf_printf(b, "\"><hx:string>%s</hx:string></Keyword>\n", assesses ? "assessed" : str_eq(tags[i].use, S("P")) ? "practised" : "introduced");
    }
    int64_t last = 0;
    for (size_t i = 0; i < n; i++)
        if (is_assessed(&tags[i]) == assesses && is_known(p, tags[i].competency_id) && tags[i].competency_id != last) {
            last = tags[i].competency_id;
            competency_reference(p, last);
        }
    if (assesses)
        buf_printf(b, "<AssessmentMethod purpose=\"Formative\">%s</AssessmentMethod>", s->need_quiz ? "AM004" : "AM012");
    else
        buf_z(b, "<InstructionalMethod primary=\"true\">IM008</InstructionalMethod>");
    buf_z(b, "</Event>\n");
}

static void events(struct report *p)
{
    buf_z(p->b, "<Events>\n");
    for (size_t i = 0; i < p->sessions.n; i++) {
        size_t at, n = tags_of(p, p->sessions.v[i].session_id, &at);
        event(p, &p->sessions.v[i], p->tags.v + at, n, false);
        if (has_assessment(p, p->tags.v + at, n))
            event(p, &p->sessions.v[i], p->tags.v + at, n, true);
    }
    buf_z(p->b, "</Events>\n");
}

static void lom(struct report *p, struct str entry, struct str title)
{
    buf_z(p->b, "<lom:lom><lom:general><lom:identifier>");
    element(p->b, "lom:catalog", p->r->site);
    element(p->b, "lom:entry", entry);
    buf_z(p->b, "</lom:identifier><lom:title>");
    element(p->b, "lom:string", title);
    buf_z(p->b, "</lom:title></lom:general></lom:lom>");
}

static void relation_end(struct report *p, const char *name, int64_t competency)
{
    buf_printf(p->b, "<cf:%s>", name);
    element(p->b, "hx:catalog", p->r->site);
    element(p->b, "hx:entry", competency_address(p, competency));
    buf_printf(p->b, "</cf:%s>", name);
}

static void competency_framework(struct report *p)
{
    struct buf *b = p->b;
    buf_z(b, "<CompetencyFramework>");
    lom(p, str_printf(p->a, "%.*s/frameworks/%" PRId64, STR_ARG(p->r->site), p->framework.id), p->framework.title);
    buf_ch(b, '\n');
    for (size_t i = 0; i < p->competency_count; i++) {
        buf_z(b, "<cf:Includes>");
        element(b, "hx:catalog", p->r->site);
        element(b, "hx:entry", competency_address(p, p->competencies[i].competency));
        buf_z(b, "</cf:Includes>\n");
    }
    for (size_t i = 0; i < p->competency_count; i++)
        for (size_t k = i; k-- > 0;) /* what it stands under comes before it */
            if (p->competencies[k].item == p->competencies[i].parent_item) {
                buf_z(b, "<cf:Relation>");
                relation_end(p, "Reference1", p->competencies[k].competency);
                buf_z(b, "<cf:Relationship>http://www.w3.org/2004/02/skos/core#narrower</cf:Relationship>");
                relation_end(p, "Reference2", p->competencies[i].competency);
                buf_z(b, "</cf:Relation>\n");
                break;
            }
    buf_z(b, "</CompetencyFramework>\n");
}

static void expectations(struct report *p)
{
    buf_z(p->b, "<Expectations>\n");
    for (size_t i = 0; i < p->competency_count; i++) {
        const struct competency *c = &p->competencies[i];
        buf_z(p->b, "<CompetencyObject>");
        lom(p, competency_address(p, c->competency), c->title);
        buf_z(p->b, "<co:Category term=\"program-level-competency\"/></CompetencyObject>\n");
    }
    if (p->framework.id != 0)
        competency_framework(p);
    buf_z(p->b, "</Expectations>\n");
}

static void academic_levels(struct report *p)
{
    struct buf *b = p->b;
    size_t n = p->stage_count != 0 ? p->stage_count : 1;
    buf_printf(b, "<AcademicLevels><LevelsInProgram>%zu</LevelsInProgram>\n", n);
    for (size_t i = 0; i < n; i++) {
        buf_printf(b, "<Level number=\"%zu\">", i + 1);
        element(b, "Label", p->stage_count != 0 ? p->stages[i].title : p->programme.title);
        buf_z(b, "</Level>\n");
    }
    buf_z(b, "</AcademicLevels>\n");
}

static void block_event(struct report *p, char kind, int64_t session)
{
    buf_printf(p->b, "<SequenceBlockEvent required=\"true\"><EventReference>/CurriculumInventory/Events/Event[@id='%c%" PRId64 "']</EventReference></SequenceBlockEvent>\n", kind, session);
}

/* A course: sessions from..until of the list. */
static void block(struct report *p, size_t from, size_t until)
{
    const struct row_medbiq_sessions *c = &p->sessions.v[from];
    struct buf *b = p->b;
    int64_t minutes = 0;
    for (size_t i = from; i < until; i++)
        minutes += p->sessions.v[i].minutes;
    buf_printf(b, "<SequenceBlock id=\"C%" PRId64 "\" required=\"Required\" order=\"Ordered\">", c->course_id);
    element(b, "Title", c->course_title);
    element_if(b, "Description", c->course_summary);
    buf_printf(b, "<Timing><Duration>PT%" PRId64 "M</Duration>", minutes);
    if (!c->first_day_null && !c->last_day_null) {
        buf_z(b, "<Dates>");
        day_element(b, "StartDate", c->first_day);
        day_element(b, "EndDate", c->last_day);
        buf_z(b, "</Dates>");
    }
    buf_printf(b, "</Timing><Level>/CurriculumInventory/AcademicLevels/Level[@number='%zu']</Level>\n", level_of(p, c->stage_ordinal));
    for (size_t i = 0; i < p->competency_count; i++) {
        bool told = false;
        for (size_t k = from; k < until && !told; k++) {
            size_t at, n = tags_of(p, p->sessions.v[k].session_id, &at);
            for (size_t t = 0; t < n && !told; t++)
                told = p->tags.v[at + t].competency_id == p->competencies[i].competency;
        }
        if (told)
            competency_reference(p, p->competencies[i].competency);
    }
    for (size_t i = from; i < until; i++) {
        size_t at, n = tags_of(p, p->sessions.v[i].session_id, &at);
        block_event(p, 'S', p->sessions.v[i].session_id);
        if (has_assessment(p, p->tags.v + at, n))
            block_event(p, 'A', p->sessions.v[i].session_id);
    }
    buf_z(b, "</SequenceBlock>\n");
}

static void sequence(struct report *p)
{
    buf_z(p->b, "<Sequence>\n");
    for (size_t i = 0, n; i < p->sessions.n; i += n) {
        n = 1;
        while (i + n < p->sessions.n && p->sessions.v[i + n].course_id == p->sessions.v[i].course_id)
            n++;
        block(p, i, i + n);
    }
    buf_z(p->b, "</Sequence>\n");
}

enum rc medbiq_write(struct db *db, struct arena *a, const struct medbiq_report *r, struct str *xml)
{
    struct buf b = buf_new(a, 256 * 1024);
    struct report p = {.r = r, .a = a, .b = &b};
    int64_t framework;
    TRY(programme_find(db, a, r->programme, &p.programme));
    TRY(programme_stages(db, a, r->programme, &p.stages, &p.stage_count));
    TRY(sql_medbiq_sessions(db, a, r->programme, &p.sessions));
    TRY(sql_medbiq_tags(db, a, r->programme, &p.tags));
    enum rc rc = framework_of_programme(db, a, r->programme, &framework);
    if (rc == RC_OK) {
        TRY(framework_find(db, a, framework, p.programme.language, &p.framework));
        TRY(framework_outline(db, a, r->programme, p.programme.language, true, &p.competencies, &p.competency_count));
    } else if (rc != RC_NOT_FOUND) {
        return rc;
    }
    head(&p);
    events(&p);
    expectations(&p);
    academic_levels(&p);
    sequence(&p);
    buf_z(&b, "</CurriculumInventory>\n");
    *xml = buf_text(&b);
    return RC_OK;
}
