/* What a capability tells the house about itself. Each folder of programme/ and campus/ exports one `const struct capability`
 * in its header; main.c lists them and nothing else knows them all. Adding a capability is adding a folder, a migration and
 * one line there. */
#ifndef CADRE_PROGRAMME_CAPABILITY_H
#define CADRE_PROGRAMME_CAPABILITY_H

#include <jansson.h>

#include "http/ctx.h"
#include "http/server.h"
#include "out/job.h"
#include "out/mail.h"

/* ---- Home: what waits for a person ---------------------------------------------------------------------------------- */
struct home_item {
    struct str title;
    struct str href;
    struct str detail;      /* one short line, may be empty */
    struct str kind;        /* translated word on the tag: "Session", "Quiz", "Agreement" */
    bool has_due;
    int64_t due_day;
    int64_t weight;         /* orders items of one day; small first */
};
struct home_list; /* programme/home/home.h */
void home_add(struct home_list *list, struct home_item item);
/* What must be one click away whenever Home is open, whether or not anything waits; a title that is there already is not added
 * again. */
void home_always(struct home_list *list, struct str title, struct str href);

/* ---- The calendar of a person ----------------------------------------------------------------------------------------- */
enum calendar_sort {
    CALENDAR_EVENT,
    CALENDAR_GIVES,         /* one that she gives to others */
    CALENDAR_DUE,           /* the day by which she owes something */
    CALENDAR_DONE,          /* the same, and she has done it: on the page alone */
};
struct calendar_entry {
    struct str what;        /* with id: which it is, the same for ever and in no other entry; small letters, digits and hyphens */
    int64_t id;
    enum calendar_sort sort;
    bool all_day;
    int64_t day;            /* of one that belongs to a day and to no hour */
    int64_t starts_at;      /* of another */
    int64_t minutes;        /* how long it lasts; 0: nobody said */
    struct str title, href;
    struct str detail;      /* one short line, may be empty */
    struct str place;       /* may be empty */
    /* A telephone's calendar is read by others too. What this entry is called there, where its title, its detail, its place and the
     * address of its page would tell too much; empty: all of them may be told. */
    struct str outside;
    struct str outside_place; /* of such an entry: the place, where even that may be told */
};
struct calendar_list; /* programme/calendar */
#define CALENDAR_MOST 500   /* what one capability adds, at most */
/* Adds an entry, unless it begins outside of what was asked for. */
void calendar_add(struct calendar_list *list, struct calendar_entry entry);

/* ---- Evidence: how the source of an item is called and where it is shown ---------------------------------------------- */
struct evidence_label {
    struct str title;       /* no value: not to be shown any more */
    struct str href;        /* empty: nothing to click */
};
struct evidence_source {
    const char *kind;       /* evidence.source_kind */
    /* Fills out[i] for ids[i], at most EVIDENCE_TOGETHER, in one statement. Behind the last id stand zeros, so that the statement
     * can be given EVIDENCE_IDS(ids) however many there are. */
    enum rc (*describe)(struct ctx *c, const int64_t *ids, size_t count, struct evidence_label *out);
};
#define EVIDENCE_TOGETHER 20
#define EVIDENCE_IDS(v)                                                                                                              \
    (v)[0], (v)[1], (v)[2], (v)[3], (v)[4], (v)[5], (v)[6], (v)[7], (v)[8], (v)[9], (v)[10], (v)[11], (v)[12], (v)[13], (v)[14],     \
        (v)[15], (v)[16], (v)[17], (v)[18], (v)[19]
/* Puts what a statement found where its id was asked for. */
static inline void evidence_put(const int64_t *ids, size_t count, int64_t id, struct evidence_label label, struct evidence_label *out)
{
    for (size_t i = 0; i < count; i++)
        if (ids[i] == id)
            out[i] = label;
}

/* An entry of the navigation, in the group where a person would look for it (http/server.h). */
struct nav_entry {
    const char *href;
    msg_id label;
    enum permission may;
    enum nav_group group;
    int order;              /* within the group, small first; the first that a person may see is where the group's own link leads */
};

struct capability {
    const char *name;       /* the folder's name */
    const struct route *routes;
    size_t route_count;
    const struct nav_entry *nav;
    size_t nav_count;
    const struct evidence_source *sources;
    size_t source_count;
    const struct job_handler *jobs; /* out/job.h */
    size_t job_count;
    const struct mail_kind *mails;  /* out/mail.h */
    size_t mail_count;
    /* Addresses of another protocol, which wants errors told in its own way (server_hooks.problem): "/scim/v2/". NULL: none. */
    const char *protocol;
    bool (*problem)(struct ctx *c, int status, struct str text);
    /* Adds what c->who has from one time until before another and may look at, at most CALENDAR_MOST. One statement, or few; never one
     * per entry. c has no request of hers: it may be a calendar program that asks. NULL: nothing ever. */
    enum rc (*calendar)(struct ctx *c, int64_t from, int64_t until, struct calendar_list *list);
    /* Adds what waits for c->who. One statement, or few; never one per item. NULL: nothing ever waits. */
    enum rc (*home)(struct ctx *c, struct home_list *list);
    /* Adds all that this capability holds about a person, in its own words, to a JSON object. NULL: holds nothing. */
    enum rc (*export_person)(struct db *db, struct arena *a, int64_t person, json_t *into);
    /* Deletes or empties what names or could name the person; ids and counts stay. Inside a closure. */
    enum rc (*erase_person)(struct db *tx, struct arena *a, int64_t person, int64_t now);
    /* Deletes what is older than its rule, at most a few thousand rows; *more says whether some are left. kind is a row of
     * retention_rule; a kind that is not its own is left alone. Inside a closure. */
    enum rc (*retain)(struct db *tx, struct str kind, int64_t before, bool *more);
};

#endif
