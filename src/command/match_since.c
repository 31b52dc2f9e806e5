/* `cadre match FILE.hr --since RESULT --seats LIST`: what stood before and what changed since; who moves. */
#include "command/match.h"
#include "engine/match/change.h"

/* "12 3": a mentee and its mentor, 0 for none. */
static bool read_pair(struct str line, int64_t *mentee, int64_t *mentor)
{
    struct str first, rest = str_trim(line);
    return str_cut(&rest, ' ', &first) && str_to_int(first, mentee) && str_to_int(str_trim(rest), mentor);
}

bool match_read_result(const struct match_job *job, const char *path, const struct hr *h, uint32_t *partner)
{
    struct str text, line;
    uint32_t n = h->count[HR_MENTEE], m = h->count[HR_MENTOR];
    bool *seen = ARENA_ARRAY(job->c->a, n, bool);
    size_t at = 0;
    if (!match_map_file(job->c, path, &text))
        return false;
    memset(partner, 0xff, n * sizeof *partner);
    while (str_line(&text, &line)) {
        int64_t mentee, mentor;
        at++;
        if (str_trim(line).n == 0 || str_trim(line).p[0] == '#')
            continue;
        if (!read_pair(line, &mentee, &mentor)) {
            command_say("%s: line %zu: expected a mentee and its mentor, 0 for none", path, at);
            return false;
        }
        if (mentee < 1 || mentee > n || mentor < 0 || mentor > m) {
            command_say("%s: line %zu: %s has no such %s", path, at, job->path,
                        mentee < 1 || mentee > n ? "mentee" : "mentor");
            return false;
        }
        if (seen[mentee - 1]) {
            command_say("%s: line %zu: a second line for mentee %" PRId64, path, at, mentee);
            return false;
        }
        seen[mentee - 1] = true;
        partner[mentee - 1] = mentor == 0 ? HR_NONE : (uint32_t)mentor - 1;
    }
    return true;
}

bool match_read_seats(const struct match_job *job, const struct hr *h, const char *list, struct match_seats **out,
                      size_t *count)
{
    struct str rest = str_from(list), part, left;
    *count = 0;
    *out = arena_alloc_raw(job->c->a, (rest.n / 2 + 1) * sizeof **out);
    while (str_cut(&rest, ',', &part)) {
        int64_t mentor, seats;
        struct str right = str_trim(part);
        if (!str_cut(&right, '=', &left) || !str_to_int(left, &mentor) || !str_to_int(right, &seats) || mentor < 1 ||
            mentor > h->count[HR_MENTOR] || seats < 0 || seats > UINT32_MAX) {
            command_say("--seats takes mentors of the file with their seats, 3=0,5=2, not '%.*s'", STR_ARG(part));
            return false;
        }
        (*out)[(*count)++] = (struct match_seats){(uint32_t)mentor - 1, (uint32_t)seats};
    }
    return true;
}

static void name_mentor(struct buf *b, uint32_t mentor)
{
    if (mentor == HR_NONE)
        buf_z(b, "nobody");
    else
        buf_printf(b, "mentor %" PRIu32, mentor + 1);
}

void match_say_moves(const struct match_job *job, const struct match_move *move, size_t count)
{
    struct buf b = buf_new(job->c->a, 4096);
    command_say("%zu mentee%s move%s", count, count == 1 ? "" : "s", count == 1 ? "s" : "");
    for (size_t k = 0; k < count; k++) {
        buf_printf(&b, "mentee %" PRIu32 ": ", move[k].mentee + 1);
        name_mentor(&b, move[k].from);
        buf_z(&b, " -> ");
        name_mentor(&b, move[k].to);
        buf_ch(&b, '\n');
    }
    fwrite(b.p, 1, b.n, stderr);
}
