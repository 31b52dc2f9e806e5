/* The integer program for conflicts that no flow can say, solved by CBC as a child process: a model file (MPS) in a
 * private folder, a limit of time, a solution file. Each edge is a variable of 0 or 1; a row for each student, group,
 * role and shift, and one for each clique of conflicts that are left over: cliques keep the relaxation near the whole
 * numbers.
 *
 * For the generous aim the program is solved once for each rank, each time with a row more that holds what was reached.
 */
#include "base/child.h"
#include "base/clock.h"
#include "engine/match/place_inside.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#define SECONDS 60u
#define GRACE 5u /* more than the solver was given, before it is stopped */
#define LINES_MOST 20u

struct row {
    char kind; /* L: at most, G: at least, E: exactly */
    int64_t number;
    uint32_t from, to;    /* of entry */
    uint32_t role, shift; /* of a lower bound: whose; else FLOW_NONE */
};

struct model {
    const struct place *p;
    const struct place_groups *g;
    struct arena *a;
    struct row *row;
    size_t rows, row_room;
    uint32_t *entry; /* edges */
    size_t entries, entry_room;
    int64_t *cost; /* of each edge: to be made least */
    bool elastic;  /* lower bounds may be missed, and the cost is by how much */
};

static void *grow(struct arena *a, void *old, size_t *room, size_t size)
{
    size_t wanted = *room != 0 ? *room * 2 : 1024;
    void *p = arena_grow(a, old, *room * size, wanted * size);
    *room = wanted;
    return p;
}

static struct row *add_row(struct model *m, char kind, int64_t number)
{
    if (m->rows == m->row_room)
        m->row = grow(m->a, m->row, &m->row_room, sizeof *m->row);
    m->row[m->rows] = (struct row){kind, number, (uint32_t)m->entries, (uint32_t)m->entries, FLOW_NONE, FLOW_NONE};
    return &m->row[m->rows++];
}

static void add_entry(struct model *m, uint32_t edge)
{
    if (m->entries == m->entry_room)
        m->entry = grow(m->a, m->entry, &m->entry_room, sizeof *m->entry);
    m->entry[m->entries++] = edge;
    m->row[m->rows - 1].to = (uint32_t)m->entries;
}

/* ---- rows
 * ----------------------------------------------------------------------------------------------------------------------
 */
static void add_student(struct model *m, uint32_t i)
{
    const struct place_groups *g = m->g;
    uint32_t from = g->from[i], to = g->from[i + 1];
    if (m->p->student[i].most < (int64_t)(to - from)) {
        add_row(m, 'L', m->p->student[i].most);
        for (uint32_t k = from; k < to; k++)
            add_entry(m, g->edge[k]);
    }
    for (uint32_t k = from; k < to; k++) { /* groups, each at its first edge */
        uint32_t group = g->group[g->edge[k]];
        bool first = g->size[group] > 1;
        for (uint32_t x = from; x < k && first; x++)
            first = g->group[g->edge[x]] != group;
        if (!first)
            continue;
        add_row(m, 'L', 1);
        for (uint32_t x = k; x < to; x++)
            if (g->group[g->edge[x]] == group)
                add_entry(m, g->edge[x]);
    }
}

/* A clique around an open conflict: the two shifts and every other one of the student that conflicts with all so far.
 */
static void add_clique(struct model *m, struct place_open open, uint32_t *in)
{
    const struct place *p = m->p;
    const struct place_groups *g = m->g;
    uint32_t i = p->edge[open.edge].student, count = 0;
    in[count++] = place_shift_of(p, open.edge);
    in[count++] = place_shift_of(p, open.other);
    for (uint32_t k = g->from[i]; k < g->from[i + 1]; k++) {
        uint32_t shift = place_shift_of(p, g->edge[k]), x = 0;
        while (x < count && shift != in[x] && place_conflicting(p, g, shift, in[x]))
            x++;
        if (x == count)
            in[count++] = shift;
    }
    add_row(m, 'L', 1);
    for (uint32_t k = g->from[i]; k < g->from[i + 1]; k++)
        for (uint32_t x = 0; x < count; x++)
            if (place_shift_of(p, g->edge[k]) == in[x])
                add_entry(m, g->edge[k]);
}

/* Is the conflict in one of the rows from first on? */
static bool is_covered(const struct model *m, size_t first, struct place_open open)
{
    for (size_t r = first; r < m->rows; r++) {
        bool one = false, other = false;
        for (uint32_t x = m->row[r].from; x < m->row[r].to; x++) {
            one |= m->entry[x] == open.edge;
            other |= m->entry[x] == open.other;
        }
        if (one && other)
            return true;
    }
    return false;
}

static void add_cliques(struct model *m)
{
    const struct place_groups *g = m->g;
    struct arena *own = arena_new(0);
    uint32_t *in = arena_alloc_raw(own, m->p->shifts * sizeof *in), student = FLOW_NONE;
    size_t first = m->rows;
    for (size_t x = 0; x < g->open_count; x++) {
        if (m->p->edge[g->open[x].edge].student != student) {
            student = m->p->edge[g->open[x].edge].student;
            first = m->rows;
        }
        if (!is_covered(m, first, g->open[x]))
            add_clique(m, g->open[x], in);
    }
    arena_free(own);
}

/* At least and at most for the edges of a role or shift, which stand in list[from..to-1]. */
static void add_bounds(struct model *m, const uint32_t *list, uint32_t from, uint32_t to, int32_t least, int32_t most,
                       uint32_t role, uint32_t shift)
{
    for (int lower = 0; lower < 2; lower++) {
        if (lower ? least == 0 : most >= (int64_t)(to - from))
            continue;
        struct row *r = add_row(m, lower ? 'G' : 'L', lower ? least : most);
        r->role = role;
        r->shift = shift;
        for (uint32_t k = from; k < to; k++)
            add_entry(m, list[k]);
    }
}

/* Edges in the order of their role or shift. */
static void add_places(struct model *m, bool roles)
{
    const struct place *p = m->p;
    uint32_t count = roles ? p->roles : p->shifts;
    struct arena *own = arena_new(0);
    uint32_t *at = ARENA_ARRAY(own, (size_t)count + 2, uint32_t), *list = arena_alloc_raw(own, p->edges * sizeof *list);
    for (uint32_t k = 0; k < p->edges; k++)
        at[(roles ? p->edge[k].role : place_shift_of(p, k)) + 2]++;
    for (uint32_t x = 2; x <= count; x++)
        at[x] += at[x - 1];
    for (uint32_t k = 0; k < p->edges; k++)
        list[at[(roles ? p->edge[k].role : place_shift_of(p, k)) + 1]++] = k;
    for (uint32_t x = 0; x < count; x++)
        add_bounds(m, list, at[x], at[x + 1], roles ? p->role[x].least : p->shift[x].least,
                   roles ? p->role[x].most : p->shift[x].most, roles ? x : FLOW_NONE, roles ? FLOW_NONE : x);
    arena_free(own);
}

/* ---- files
 * ---------------------------------------------------------------------------------------------------------------------
 */
static void write_columns(const struct model *m, struct buf *b)
{
    struct arena *own = arena_new(0);
    uint32_t edges = m->p->edges, *at = ARENA_ARRAY(own, (size_t)edges + 2, uint32_t);
    uint32_t *rows = arena_alloc_raw(own, m->entries * sizeof *rows);
    for (size_t x = 0; x < m->entries; x++)
        at[m->entry[x] + 2]++;
    for (uint32_t k = 2; k <= edges; k++)
        at[k] += at[k - 1];
    for (uint32_t r = 0; r < m->rows; r++)
        for (uint32_t x = m->row[r].from; x < m->row[r].to; x++)
            rows[at[m->entry[x] + 1]++] = r;
    buf_z(b, "COLUMNS\n MARKER 'MARKER' 'INTORG'\n");
    for (uint32_t k = 0; k < edges; k++) {
        buf_printf(b, " x%" PRIu32 " cost %" PRId64 "\n", k, m->elastic ? 0 : m->cost[k]);
        for (uint32_t x = at[k]; x < at[k + 1]; x++)
            buf_printf(b, " x%" PRIu32 " r%" PRIu32 " 1\n", k, rows[x]);
    }
    buf_z(b, " MARKER 'MARKER' 'INTEND'\n");
    for (size_t r = 0; r < m->rows && m->elastic; r++)
        if (m->row[r].kind == 'G')
            buf_printf(b, " s%zu cost 1 r%zu 1\n", r, r);
    arena_free(own);
}

static struct str model_text(const struct model *m, struct arena *a)
{
    struct buf b = buf_new(a, m->entries * 16 + 65536);
    buf_z(&b, "NAME placement FREE\nROWS\n N cost\n");
    for (size_t r = 0; r < m->rows; r++)
        buf_printf(&b, " %c r%zu\n", m->row[r].kind, r);
    write_columns(m, &b);
    buf_z(&b, "RHS\n");
    for (size_t r = 0; r < m->rows; r++)
        buf_printf(&b, " RHS r%zu %" PRId64 "\n", r, m->row[r].number);
    buf_z(&b, "BOUNDS\n");
    for (uint32_t k = 0; k < m->p->edges; k++)
        buf_printf(&b, " UP BND x%" PRIu32 " 1\n", k);
    buf_z(&b, "ENDATA\n");
    return buf_text(&b);
}

static bool write_file(const char *path, struct str text)
{
    int fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0600);
    bool good = fd >= 0;
    while (good && text.n > 0) {
        ssize_t n = write(fd, text.p, text.n);
        if (n < 0 && errno == EINTR)
            continue;
        good = n > 0;
        if (good)
            text = str_sub(text, (size_t)n, text.n);
    }
    return (fd < 0 || close(fd) == 0) && good;
}

static struct str read_file(struct arena *a, const char *path)
{
    struct stat st;
    int fd = open(path, O_RDONLY | O_CLOEXEC);
    if (fd < 0 || fstat(fd, &st) != 0) {
        if (fd >= 0)
            close(fd);
        return STR_NONE;
    }
    char *p = arena_alloc_raw(a, (size_t)st.st_size + 1);
    size_t n = 0;
    for (ssize_t got; n < (size_t)st.st_size && (got = read(fd, p + n, (size_t)st.st_size - n)) != 0;) {
        if (got < 0 && errno != EINTR)
            break;
        n += got > 0 ? (size_t)got : 0;
    }
    close(fd);
    return (struct str){p, n};
}

/* ---- one run
 * -------------------------------------------------------------------------------------------------------------------
 */
enum answer { ANSWER_BEST, ANSWER_SOME, ANSWER_NONE, ANSWER_INFEASIBLE };

/* The solution's first line says what it is, each further one holds the value of a variable: number, name, value. */
static enum answer read_answer(const struct model *m, struct str text, bool *chosen, double *slack)
{
    struct str line, word;
    if (!str_line(&text, &line))
        return ANSWER_NONE;
    bool best = str_starts(line, S("Optimal")), stopped = str_starts(line, S("Stopped"));
    if (str_find(line, S("nfeasible"), NULL))
        return ANSWER_INFEASIBLE;
    if ((!best && !stopped) || str_find(line, S("no integer solution"), NULL))
        return ANSWER_NONE;
    memset(chosen, 0, m->p->edges * sizeof *chosen);
    while (str_line(&text, &line)) {
        struct str words[3] = {STR_NONE, STR_NONE, STR_NONE};
        unsigned count = 0;
        while (count < 3 && str_cut(&line, ' ', &word))
            if (word.n != 0 && !str_eq(word, S("**")))
                words[count++] = word;
        int64_t number;
        double value;
        if (count < 3 || words[1].n < 2 || !str_to_real(words[2], &value) ||
            !str_to_int(str_sub(words[1], 1, words[1].n), &number) || number < 0)
            continue;
        if (words[1].p[0] == 'x' && number < m->p->edges)
            chosen[number] = value > 0.5;
        else if (words[1].p[0] == 's' && slack != NULL && (size_t)number < m->rows)
            slack[number] = value;
    }
    return best ? ANSWER_BEST : ANSWER_SOME;
}

static enum rc run_solver(const struct model *m, const struct place_options *o, uint64_t until, bool *chosen,
                          double *slack, enum answer *answer, struct err *e)
{
    struct arena *own = arena_new(0);
    struct str folder = child_folder(own);
    const char *model = str_printf(own, "%.*s/model.mps", STR_ARG(folder)).p;
    const char *solution = str_printf(own, "%.*s/solution", STR_ARG(folder)).p;
    uint64_t now = clock_steady_us();
    unsigned seconds = now < until ? (unsigned)((until - now) / 1000000) + 1 : 1;
    const char *argv[] = {o->solver != NULL ? o->solver : "cbc",
                          model,
                          "-sec",
                          str_printf(own, "%u", seconds).p,
                          "-ratioGap",
                          "0",
                          "-allowableGap",
                          "0",
                          "-solve",
                          "-solution",
                          solution,
                          NULL};
    enum rc rc = RC_OK;
    *answer = ANSWER_NONE;
    if (folder.n == 0 || !write_file(model, model_text(m, own))) {
        rc = err_set(e, RC_BUSY, 0, "no temporary file can be written for the solver: %s", strerror(errno));
    } else {
        enum child_end end = child_run(argv, seconds + GRACE);
        if (end == CHILD_MISSING)
            rc = err_set(e, RC_BUSY, 0,
                         "some shifts conflict in a way that needs the solver '%s', which is not installed "
                         "(Debian package coinor-cbc)",
                         argv[0]);
        else if (end == CHILD_DONE)
            *answer = read_answer(m, read_file(own, solution), chosen, slack);
        if (rc == RC_OK && *answer == ANSWER_NONE)
            rc = err_set(e, RC_BUSY, 0,
                         end == CHILD_FAILED ? "the solver of conflicts ended with an error"
                                             : "the solver of conflicts found no placement within %u seconds",
                         o->seconds != 0 ? o->seconds : SECONDS);
    }
    arena_free(own);
    return rc;
}

/* ---- the aims
 * --------------------------------------------------------------------------------------------------------------------
 */
/* Which lower bounds cannot all be met: those missed where as few as can be are missed. */
static enum rc tell_missed(struct model *m, const struct place_options *o, uint64_t until, bool *chosen,
                           struct buf *why, struct err *e)
{
    double *slack = ARENA_ARRAY(m->a, m->rows, double);
    enum answer answer;
    uint32_t lines = 0;
    m->elastic = true;
    TRY(run_solver(m, o, until, chosen, slack, &answer, e));
    for (size_t r = 0; r < m->rows; r++) {
        if (slack[r] < 0.5 || lines++ >= LINES_MOST)
            continue;
        const struct row *x = &m->row[r];
        if (x->role != FLOW_NONE)
            place_name_role(m->p, x->role, why);
        else
            buf_printf(why, "shift %" PRId64, m->p->shift[x->shift].id);
        buf_printf(why,
                   " needs at least %" PRId64 ", and %" PRId64
                   " can be had once all else is filled, because shifts conflict\n",
                   x->number, x->number - (int64_t)(slack[r] + 0.5));
    }
    if (lines > LINES_MOST)
        buf_printf(why, "and %" PRIu32 " more shifts or roles cannot be filled\n", lines - LINES_MOST);
    return RC_CONFLICT;
}

static enum rc run_stage(struct model *m, const struct place_options *o, uint64_t until, bool *chosen, bool *proven,
                         struct buf *why, struct err *e)
{
    enum answer answer;
    TRY(run_solver(m, o, until, chosen, NULL, &answer, e));
    if (answer == ANSWER_INFEASIBLE)
        return tell_missed(m, o, until, chosen, why, e);
    *proven &= answer == ANSWER_BEST;
    return RC_OK;
}

/* Among all that hold what the stages before reached. */
static enum rc run_ranks(struct model *m, const struct place_options *o, uint64_t until, bool *chosen, bool *proven,
                         struct buf *why, struct err *e)
{
    uint32_t worst;
    const uint32_t *rank = place_ranks(m->p, m->a, &worst);
    for (uint32_t stage = worst + 1; stage > 1; stage--) {
        uint32_t reached = 0;
        for (uint32_t k = 0; k < m->p->edges; k++)
            m->cost[k] = stage > worst ? -1 : rank[k] == stage;
        TRY(run_stage(m, o, until, chosen, proven, why, e));
        add_row(m, 'E', 0);
        for (uint32_t k = 0; k < m->p->edges; k++)
            if (m->cost[k] != 0) {
                add_entry(m, k);
                reached += chosen[k];
            }
        m->row[m->rows - 1].number = reached;
    }
    return RC_OK;
}

enum rc place_by_solver(const struct place *p, const struct place_groups *g, const struct place_options *o,
                        bool *chosen, bool *proven, struct buf *why, struct err *e)
{
    struct arena *own = arena_new(0);
    struct model m = {.p = p, .g = g, .a = own, .cost = ARENA_ARRAY(own, p->edges, int64_t)};
    uint64_t until = clock_steady_us() + (uint64_t)(o->seconds != 0 ? o->seconds : SECONDS) * 1000000;
    for (uint32_t i = 0; i < p->students; i++)
        add_student(&m, i);
    add_cliques(&m);
    add_places(&m, true);
    add_places(&m, false);
    enum rc rc = o->aim == PLACE_GENEROUS ? run_ranks(&m, o, until, chosen, proven, why, e) : RC_OK;
    for (uint32_t k = 0; k < p->edges; k++)
        m.cost[k] = -p->edge[k].weight;
    if (rc == RC_OK)
        rc = run_stage(&m, o, until, chosen, proven, why, e);
    if (rc == RC_OK && !place_check(p, chosen, why)) {
        why->n = 0;
        rc = err_set(e, RC_INTERNAL, 0, "the solver of conflicts gave a placement that breaks a rule");
    }
    arena_free(own);
    return rc;
}
