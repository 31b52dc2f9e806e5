/* Texts to read that are part of the program: guides for mentoring, and worked projects of improvement. They stand in content/guides/ as
 * Markdown (docs/content.md), in several languages, and are read from the binary: nothing of them is in the database.
 *
 * A chart in such a text is computed from the figures that stand in it, by the rules that judge everybody's charts, and the text says what
 * the chart says: where the two part, `cadre content check` refuses the text. */
#ifndef CADRE_PROGRAMME_GUIDE_GUIDE_H
#define CADRE_PROGRAMME_GUIDE_GUIDE_H

#include "base/problems.h"
#include "engine/spc/series.h"
#include "programme/capability.h"
#include "view/chart.h"

extern const struct capability guide_capability;

#define GUIDE_BYTES_MOST 200000
#define GUIDE_PARTS_MOST 60
#define GUIDE_MARKS_MOST 20 /* of one chart */

enum guide_kind { GUIDE_MENTORING, GUIDE_PROJECT, GUIDE_KIND_COUNT };
/* "mentoring"; -1 for any other word. */
const char *guide_kind_word(enum guide_kind kind);
int guide_kind_find(struct str word);

struct guide_chart {
    struct str name;
    struct spc_plan plan;
    struct spc_data data; /* one stratum */
    struct spc_chart chart;
    struct chart_note *notes;
    size_t note_count;
};

/* Words, and the chart behind them where there is one. */
struct guide_part {
    struct str words;
    const struct guide_chart *chart;
};

struct guide {
    enum guide_kind kind;
    struct str title, summary, licence;
    int64_t reviewed_day;
    struct guide_part *parts;
    size_t part_count;
};

/* Reads one. Texts are slices of what was read and live as long as that and the arena. False when something is wrong, which is told. */
bool guide_read(struct arena *a, struct str file, struct str text, struct guide *out, struct problems *p);

/* The code of "first-meeting.md", and of "first-meeting.de.md" with *translation; false for the name of anything else. */
bool guide_code(struct str name, struct str *code, bool *translation);

#endif
