/* A release as JSON: {"threshold": 5, "min_width": 5, "totals": true} and one of
 *   "table": [[...], ...] with "rows", "columns" (labels) and "row", "column" (dimensions), as wanted
 *   "cells": [{dimension: category, ..., "count": 3, "shown": true}, ...]
 *   "tables": [such tables]          "snapshots": [{"name": "May", "tables": [...]}, ...], the last to be released */
#include <jansson.h>

#include "base/json_shape.h"
#include "engine/disclosure/reader.h"

#define DEPTH_MOST 16

static struct str text_of(const json_t *v)
{
    return (struct str){json_string_value(v), json_string_length(v)};
}

static enum rc read_count(const json_t *v, const char *where, int64_t *out, struct err *e)
{
    if (!json_is_integer(v) || json_integer_value(v) < 0 || json_integer_value(v) > DISCLOSURE_COUNT_MOST)
        return err_set(e, RC_INVALID, 0, "%s: a count is a whole number from 0 to %" PRId64, where,
                       DISCLOSURE_COUNT_MOST);
    *out = json_integer_value(v);
    return RC_OK;
}

/* The label of row or column k: from the list, else its number from 1. */
static enum rc label(struct labelled *l, const json_t *labels, size_t k, struct str *out, struct err *e)
{
    if (labels == NULL) {
        *out = str_printf(l->a, "%zu", k + 1);
        return RC_OK;
    }
    const json_t *v = json_array_get(labels, k);
    if (!json_is_string(v))
        return err_set(e, RC_INVALID, 0,
                       "rows and columns are lists of names, as many as the table has; number %zu is missing", k + 1);
    *out = text_of(v);
    return RC_OK;
}

static enum rc named(struct labelled *l, const json_t *o, const char *key, struct str otherwise, size_t *dimension,
                     struct err *e)
{
    const json_t *v = json_object_get(o, key);
    if (v != NULL && !json_is_string(v))
        return err_set(e, RC_INVALID, 0, "%s is the name of a dimension", key);
    return reader_dimension(l, v != NULL ? text_of(v) : otherwise, dimension, e);
}

static enum rc read_table(struct labelled *l, const json_t *o, uint32_t snapshot, struct err *e)
{
    const json_t *table = json_object_get(o, "table"), *line, *v;
    size_t r, c, wide = json_array_size(json_array_get(table, 0)), row, column;
    if (!json_is_array(table))
        return err_set(e, RC_INVALID, 0, "table is a list of rows");
    TRY(named(l, o, "row", S("row"), &row, e));
    TRY(named(l, o, "column", S("column"), &column, e));
    if (row == column)
        return err_set(e, RC_INVALID, 0, "rows and columns are the same dimension");
    json_array_foreach(table, r, line)
    {
        uint32_t at[LABELLED_DIMENSIONS_MOST] = {0};
        struct str name;
        if (!json_is_array(line) || json_array_size(line) != wide)
            return err_set(e, RC_INVALID, 0, "row %zu of the table has not %zu counts as the first", r + 1, wide);
        TRY(label(l, json_object_get(o, "rows"), r, &name, e));
        TRY(reader_category(l, row, name, &at[row], e));
        json_array_foreach(line, c, v)
        {
            char where[80];
            int64_t count;
            snprintf(where, sizeof where, "row %zu, column %zu", r + 1, c + 1);
            TRY(read_count(v, where, &count, e));
            TRY(label(l, json_object_get(o, "columns"), c, &name, e));
            TRY(reader_category(l, column, name, &at[column], e));
            TRY(reader_row(l, snapshot, at, count, true, 0, e));
        }
    }
    l->rows = json_array_size(table);
    l->columns = wide;
    return RC_OK;
}

static enum rc read_cell(struct labelled *l, json_t *o, size_t number, uint32_t snapshot, struct err *e)
{
    uint32_t at[LABELLED_DIMENSIONS_MOST] = {0};
    const char *key;
    char where[40];
    json_t *v;
    int64_t count;
    snprintf(where, sizeof where, "cell %zu", number + 1);
    if (!json_is_object(o))
        return err_set(e, RC_INVALID, 0, "%s is not an object", where);
    json_object_foreach(o, key, v)
    {
        size_t d;
        if (strcmp(key, "count") == 0 || strcmp(key, "shown") == 0)
            continue;
        if (!json_is_string(v) && !json_is_null(v))
            return err_set(e, RC_INVALID, 0, "%s: %.60s is a category's name or null for the total", where, key);
        TRY(reader_dimension(l, str_from(key), &d, e));
        TRY(reader_category(l, d, json_is_null(v) ? S("") : text_of(v), &at[d], e));
    }
    const json_t *shown = json_object_get(o, "shown");
    if (shown != NULL && !json_is_boolean(shown))
        return err_set(e, RC_INVALID, 0, "%s: shown is true or false", where);
    TRY(read_count(json_object_get(o, "count"), where, &count, e));
    return reader_row(l, snapshot, at, count, shown == NULL || json_is_true(shown), 0, e);
}

static enum rc read_one(struct labelled *l, const json_t *o, uint32_t snapshot, struct err *e)
{
    const json_t *cells = json_object_get(o, "cells");
    size_t k;
    json_t *v;
    if (json_object_get(o, "table") != NULL)
        return read_table(l, o, snapshot, e);
    if (!json_is_array(cells))
        return err_set(e, RC_INVALID, 0, "a table has `table` or `cells`");
    json_array_foreach(cells, k, v) TRY(read_cell(l, v, k, snapshot, e));
    return RC_OK;
}

static enum rc read_tables(struct labelled *l, const json_t *o, uint32_t snapshot, struct err *e)
{
    const json_t *tables = json_object_get(o, "tables"), *v;
    size_t k;
    if (tables == NULL)
        return read_one(l, o, snapshot, e);
    if (!json_is_array(tables))
        return err_set(e, RC_INVALID, 0, "tables is a list");
    json_array_foreach(tables, k, v) TRY(read_one(l, v, snapshot, e));
    return RC_OK;
}

static enum rc read_number(const json_t *o, const char *key, int64_t *out, struct err *e)
{
    const json_t *v = json_object_get(o, key);
    if (v == NULL)
        return RC_OK;
    if (!json_is_integer(v) || json_integer_value(v) < 1 || json_integer_value(v) > 1000000)
        return err_set(e, RC_INVALID, 0, "%s is a whole number from 1 to 1000000", key);
    *out = json_integer_value(v);
    return RC_OK;
}

static enum rc read_root(struct labelled *l, const json_t *o, struct err *e)
{
    const json_t *snapshots = json_object_get(o, "snapshots"), *totals = json_object_get(o, "totals"), *v;
    size_t k;
    if (!json_is_object(o))
        return err_set(e, RC_INVALID, 0, "it is not an object");
    TRY(read_number(o, "threshold", &l->rule.threshold, e));
    TRY(read_number(o, "min_width", &l->rule.min_width, e));
    if (totals != NULL && !json_is_boolean(totals))
        return err_set(e, RC_INVALID, 0, "totals is true or false");
    l->totals = l->totals && !json_is_false(totals);
    l->plain = json_object_get(o, "table") != NULL && json_object_get(o, "tables") == NULL && snapshots == NULL &&
               json_object_get(o, "rows") == NULL && json_object_get(o, "columns") == NULL;
    if (snapshots == NULL)
        return read_tables(l, o, reader_snapshot(l, S("")), e);
    if (!json_is_array(snapshots))
        return err_set(e, RC_INVALID, 0, "snapshots is a list");
    json_array_foreach(snapshots, k, v)
    {
        const json_t *name = json_object_get(v, "name");
        if (name != NULL && !json_is_string(name))
            return err_set(e, RC_INVALID, 0, "the name of snapshot %zu is not text", k + 1);
        TRY(read_tables(l, v, reader_snapshot(l, name != NULL ? text_of(name) : str_printf(l->a, "%zu", k + 1)), e));
    }
    return RC_OK;
}

enum rc reader_json(struct labelled *l, struct str bytes, struct err *e)
{
    struct json_shape shape = json_shape(bytes);
    char told[sizeof((struct err *)0)->detail];
    json_error_t wrong;
    struct str file = str_sub(l->reader->file, 0, 80);
    if (shape.depth > DEPTH_MOST || shape.values > 20 * DISCLOSURE_CELLS_MOST)
        return err_set(e, RC_TOO_LARGE, 0, "%.*s: nested too deep, or too much in it", STR_ARG(file));
    json_t *o = json_loadb(bytes.p != NULL ? bytes.p : "", bytes.n, JSON_REJECT_DUPLICATES, &wrong);
    if (o == NULL)
        return err_set(e, RC_MALFORMED, 0, "%.*s, line %d: %.120s", STR_ARG(file), wrong.line, wrong.text);
    enum rc rc = read_root(l, o, e);
    json_decref(o);
    if (rc == RC_OK || e == NULL)
        return rc;
    memcpy(told, e->detail, sizeof told);
    return err_set(e, rc, 0, "%.*s: %.400s", STR_ARG(file), told);
}
