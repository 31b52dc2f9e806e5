/* The attack as a linear program, for releases that are no network: linked tables with three sums through one cell,
 * tables of three dimensions, several snapshots. The variables are the cells, shown ones fixed; each sum is a row. GLPK
 * finds the least and the largest value of a cell; one program is kept, so each question starts from the last answer.
 *
 * Counts are whole, and an attacker may use that. The ends of the interval are therefore rounded inwards, and where the
 * solution at an end is not whole, branch and bound looks for whole tables at both ends. What it cannot find within its
 * nodes counts as impossible, so the attack is never thought weaker than it is. The cells of a finer table (cross.c)
 * need not be whole: whether there is a whole one with given margins is too hard to ask each time.
 *
 * GLPK keeps an environment for each thread, and a program must end on the one that made it, while the memory of a page is
 * given back by another: protect.c therefore ends the program when it is through, and the next question makes one anew.
 * Called by release.c and protect.c alone. */
#include "engine/disclosure/release.h"

#include <glpk.h>
#include <math.h>

#define WHOLE 1e-6
#define NODES_MOST 200
#define ITERATION_WORK 12 /* steps for each term in one iteration of the simplex method, measured against a flow's */

struct program {
    glp_prob *p;
    int nodes; /* of the branch and bound that runs */
};

static _Thread_local size_t alive; /* programs of this thread: the environment goes with the last */

static void free_program(void *arg)
{
    struct program *m = arg;
    if (m->p == NULL)
        return;
    glp_delete_prob(m->p);
    m->p = NULL;
    if (--alive == 0)
        glp_free_env();
}

void program_end(struct disclosure *d)
{
    if (d->program != NULL)
        free_program(d->program);
    d->program = NULL;
}

static int column(uint32_t cell)
{
    return (int)cell + 1;
}

static void set_bounds(struct disclosure *d, uint32_t cell)
{
    const struct cell *c = &d->cells[cell];
    if (!c->hidden)
        glp_set_col_bnds(d->program->p, column(cell), GLP_FX, (double)c->count, (double)c->count);
    else
        glp_set_col_bnds(d->program->p, column(cell), c->signed_ ? GLP_FR : GLP_LO, 0, 0);
}

void program_set_hidden(struct disclosure *d, uint32_t cell, bool hidden)
{
    (void)hidden; /* the cell knows */
    set_bounds(d, cell);
}

struct program *program_new(struct disclosure *d)
{
    struct program *m = ARENA_NEW(d->a, struct program);
    int *columns = arena_alloc_raw(d->a, (d->count + 1) * sizeof *columns);
    double *values = arena_alloc_raw(d->a, (d->count + 1) * sizeof *values);
    glp_term_out(GLP_OFF);
    m->p = glp_create_prob();
    alive++;
    arena_defer(d->a, free_program, m);
    d->program = m;
    glp_add_cols(m->p, (int)d->count);
    glp_add_rows(m->p, (int)d->sum_count);
    for (uint32_t k = 0; k < d->count; k++) {
        set_bounds(d, k);
        glp_set_col_kind(m->p, column(k), d->cells[k].unknown ? GLP_CV : GLP_IV);
    }
    for (size_t s = 0; s < d->sum_count; s++) {
        int n = 0;
        for (size_t t = d->sum_from[s]; t < d->sum_from[s + 1]; t++) {
            columns[++n] = column(d->terms[t].cell);
            values[n] = d->terms[t].sign;
        }
        glp_set_mat_row(m->p, (int)s + 1, n, columns, values);
        glp_set_row_bnds(m->p, (int)s + 1, GLP_FX, 0, 0);
    }
    glp_std_basis(m->p);
    return m;
}

/* ---- one end of an interval
 * --------------------------------------------------------------------------------------------- */

enum end_kind { END_WHOLE, END_SPLIT, END_OPEN, END_UNKNOWN };

/* Solves for the least (sign -1) or largest (+1) value. END_OPEN: there is no end. END_SPLIT: the table at the end is
 * not whole. */
static enum end_kind solve(struct disclosure *d, uint32_t cell, int sign, double *value)
{
    glp_prob *p = d->program->p;
    glp_smcp how;
    glp_init_smcp(&how);
    how.msg_lev = GLP_MSG_OFF;
    how.meth = GLP_PRIMAL;
    how.it_lim = 100000;
    glp_set_obj_dir(p, sign > 0 ? GLP_MAX : GLP_MIN);
    glp_set_obj_coef(p, column(cell), 1);
    int before = glp_get_it_cnt(p), rc = glp_simplex(p, &how);
    if (rc != 0) {
        glp_std_basis(p);
        rc = glp_simplex(p, &how);
    }
    int status = glp_get_status(p);
    *value = glp_get_obj_val(p);
    glp_set_obj_coef(p, column(cell), 0);
    d->work += (uint64_t)(glp_get_it_cnt(p) - before + 1) * (d->term_count + d->count) * ITERATION_WORK;
    if (rc != 0 || (status != GLP_OPT && status != GLP_UNBND))
        return END_UNKNOWN;
    if (status == GLP_UNBND)
        return END_OPEN;
    for (uint32_t k = 0; k < d->count; k++) {
        double x = d->cells[k].hidden && !d->cells[k].unknown ? glp_get_col_prim(p, column(k)) : 0;
        if (fabs(x - nearbyint(x)) > WHOLE)
            return END_SPLIT;
    }
    return END_WHOLE;
}

static void count_nodes(glp_tree *tree, void *arg)
{
    struct disclosure *d = arg;
    d->work += (d->term_count + d->count) * 8 * ITERATION_WORK;
    if (++d->program->nodes > NODES_MOST)
        glp_ios_terminate(tree);
}

/* The same among whole tables, after solve. False when none was found; otherwise one that exists, not always the last.
 */
static bool solve_whole(struct disclosure *d, uint32_t cell, int sign, double *value)
{
    glp_prob *p = d->program->p;
    glp_iocp how;
    glp_init_iocp(&how);
    how.msg_lev = GLP_MSG_OFF;
    how.cb_func = count_nodes;
    how.cb_info = d;
    d->program->nodes = 0;
    glp_set_obj_dir(p, sign > 0 ? GLP_MAX : GLP_MIN);
    glp_set_obj_coef(p, column(cell), 1);
    int rc = glp_intopt(p, &how);
    int status = glp_mip_status(p);
    *value = glp_mip_obj_val(p);
    glp_set_obj_coef(p, column(cell), 0);
    return (rc == 0 || rc == GLP_ESTOP) && (status == GLP_OPT || status == GLP_FEAS);
}

/* An end that whole tables reach. The true table always does, so the count stands where nothing better was found. */
static int64_t find_end(struct disclosure *d, uint32_t cell, int sign)
{
    double x;
    int64_t count = d->cells[cell].count;
    enum end_kind kind = solve(d, cell, sign, &x);
    if (kind == END_OPEN)
        return sign > 0 ? DISCLOSURE_NO_LIMIT : DISCLOSURE_NO_FLOOR;
    if (kind == END_UNKNOWN || (kind == END_SPLIT && !solve_whole(d, cell, sign, &x)))
        return count;
    int64_t whole = (int64_t)nearbyint(x);
    return sign > 0 ? (whole > count ? whole : count) : whole < count ? whole : count;
}

struct disclosure_interval program_interval(struct disclosure *d, uint32_t cell)
{
    return (struct disclosure_interval){find_end(d, cell, -1), find_end(d, cell, 1)};
}

/* ---- cuts
 * ----------------------------------------------------------------------------------------------------------------- */

/* Marks the candidates whose reduced cost says that moving them would move the end on. Without solution: all of them.
 */
static void mark_useful(struct disclosure *d, bool *useful, uint32_t cell, int sign)
{
    double x;
    enum end_kind kind = solve(d, cell, sign, &x);
    if (kind == END_OPEN || (sign < 0 && !d->cells[cell].signed_ && x < WHOLE && kind == END_WHOLE))
        return;
    for (uint32_t k = 0; k < d->count; k++) {
        if (!cell_is_candidate(&d->cells[k]))
            continue;
        double gain = kind == END_WHOLE ? sign * glp_get_col_dual(d->program->p, column(k)) : 1;
        if (gain > 1e-9 || (gain < -1e-9 && d->cells[k].count > 0))
            useful[k] = true;
    }
}

bool program_check(struct disclosure *d, uint32_t cell, struct cuts *cuts)
{
    int64_t lo = find_end(d, cell, -1);
    if (lo == DISCLOSURE_NO_FLOOR || d->cells[cell].count - lo >= d->rule.min_width)
        return true;
    int64_t hi = find_end(d, cell, 1);
    if (hi == DISCLOSURE_NO_LIMIT || hi - lo >= d->rule.min_width)
        return true;
    if (cuts == NULL)
        return false;
    bool *useful = ARENA_ARRAY(cuts->a, d->count, bool);
    size_t n = 0;
    mark_useful(d, useful, cell, 1);
    mark_useful(d, useful, cell, -1);
    for (size_t k = 0; k < d->count; k++)
        n += useful[k];
    struct cut *cut = cuts_add(cuts, n);
    for (uint32_t k = 0; k < d->count; k++)
        if (useful[k])
            cut->cells[cut->count++] = k;
    return false;
}
