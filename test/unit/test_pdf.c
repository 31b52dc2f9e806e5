/* The PDF writer: what poppler reads back from its files. Text comes out in the order in which it is read, the structure is that of
 * the document, the same content gives the same bytes, long documents have contents with the right pages, and what is too long or has
 * no fonts is told. Where poppler-utils is not installed, what it would look at is skipped. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>

#include <cmocka.h>

#include <math.h>
#include <pthread.h>
#include <sys/wait.h>
#include <unistd.h>

#include "gen/msg_view.h"
#include "view/pdf.h"
#include "view/svg.h"

#define MADE INT64_C(1790000000000)

struct made {
    struct arena *a;
    struct str file;
    struct pdf_facts facts;
    enum rc rc;
    struct err err;
};

static struct made make(struct pdf_options o, pdf_content *content, void *arg)
{
    struct made m = {.a = arena_new(0)};
    struct buf out = buf_new(m.a, 4096);
    if (o.title.p == NULL)
        o.title = S("A document");
    o.made_at = MADE;
    m.rc = pdf_write(m.a, &o, content, arg, &out, &m.facts, &m.err);
    m.file = buf_text(&out);
    return m;
}

static struct made make_well(pdf_content *content, void *arg)
{
    struct made m = make((struct pdf_options){.author = S("Ada")}, content, arg);
    assert_int_equal(m.rc, RC_OK);
    return m;
}

static bool have_poppler(void)
{
    return access("/usr/bin/pdftotext", X_OK) == 0;
}

/* What a program of poppler prints about the file. */
static const char *ask(struct made *m, const char *program, const char *option)
{
    char path[] = "/tmp/cadre-pdf-XXXXXX";
    int fd = mkstemp(path);
    assert_true(fd >= 0);
    for (size_t at = 0; at < m->file.n;) {
        ssize_t n = write(fd, m->file.p + at, m->file.n - at);
        assert_true(n > 0);
        at += (size_t)n;
    }
    close(fd);
    struct str command = str_printf(m->a, "%s %s %s%s 2>&1", program, option, path, strcmp(program, "pdftotext") == 0 ? " -" : "");
    FILE *f = popen(str_z(m->a, command), "r");
    struct buf b = buf_new(m->a, 4096);
    char chunk[4096];
    size_t n;
    assert_non_null(f);
    while ((n = fread(chunk, 1, sizeof chunk, f)) != 0)
        buf_add(&b, chunk, n);
    assert_int_equal(pclose(f), 0);
    unlink(path);
    buf_ch(&b, '\0');
    return b.p;
}

static void has(const char *text, const char *part)
{
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is missing in:\n%s", part, text);
}

/* Each part stands behind the one before. */
static void in_order(const char *text, const char *const *parts, size_t count)
{
    const char *at = text;
    for (size_t i = 0; i < count; i++) {
        const char *found = strstr(at, parts[i]);
        if (found == NULL)
            fail_msg("\"%s\" is missing behind the one before, in:\n%s", parts[i], text);
        at = found + strlen(parts[i]);
    }
}

#define IN_ORDER(text, ...) in_order(text, (const char *const[]){__VA_ARGS__}, COUNT_OF(((const char *const[]){__VA_ARGS__})))

/* ---- one of everything ---------------------------------------------------------------------------------------------------------- */

static void everything(struct pdf *p, void *arg)
{
    (void)arg;
    pdf_heading(p, 1, S("Office of first affairs"));
    pdf_quiet(p, S("Quietly said"));
    pdf_runs(p, (const struct pdf_run[]){{.text = S("See ")}, {.text = S("the guide"), .href = S("https://example.org/a?b=1&c=(d)")}, {.text = S(" for "), .style = PDF_ITALIC}, {.text = S("more"), .style = PDF_BOLD}, {.text = S(" of it.")}}, 5);
    pdf_heading(p, 2, S("A list"));
    pdf_list_begin(p, true, 3);
    pdf_item_begin(p);
    pdf_text(p, S("Third point"));
    pdf_list_begin(p, false, 1);
    pdf_item_begin(p);
    pdf_text(p, S("Inner point"));
    pdf_item_end(p);
    pdf_list_end(p);
    pdf_item_end(p);
    pdf_item_begin(p);
    pdf_item_end(p);
    pdf_list_end(p);
    pdf_heading(p, 2, S("A table"));
    pdf_table_begin(p, (const struct pdf_column[]){{.title = S("Name"), .weight = 3}, {.title = S("Hours"), .number = true}}, 2);
    pdf_row_text(p, (const struct str[]){S_INIT("Handover"), S_INIT("12")});
    pdf_row_text(p, (const struct str[]){S_INIT("Rounds"), S_INIT("7")});
    pdf_table_end(p);
    pdf_quote_begin(p);
    pdf_text(p, S("Quoted words"));
    pdf_quote_end(p);
    pdf_note(p, S("One thing to know"));
    pdf_code(p, S("x  = 1\ny  = 2"));
    pdf_rule(p);
    pdf_link(p, S("The end"), S("mailto:a@example.org"));
}

static void text_comes_out_as_it_is_read(void **state)
{
    (void)state;
    if (!have_poppler())
        skip();
    struct made m = make_well(everything, NULL);
    const char *text = ask(&m, "pdftotext", "-raw");
    IN_ORDER(text, "Office of first affairs", "Quietly said", "See the guide for more of it.", "A list", "3.", "Third point", "Inner point", "4.",
             "A table", "Name", "Hours", "Handover", "12", "Rounds", "7", "Quoted words", "One thing to know", "x = 1", "y = 2", "The end");
    has(text, "Page 1 of 1");
    arena_free(m.a);
}

static void it_is_tagged(void **state)
{
    (void)state;
    if (!have_poppler())
        skip();
    struct made m = make_well(everything, NULL);
    const char *info = ask(&m, "pdfinfo", "");
    has(info, "Tagged:          yes");
    has(info, "Title:           A document");
    has(info, "Author:          Ada");
    has(info, "Pages:           1");
    const char *tree = ask(&m, "pdfinfo", "-struct-text");
    IN_ORDER(tree, "Document", "H1 (block)", "\"Office of first affairs\"", "P (block)", "\"Quietly said\"", "P (block)", "\"See \"", "Link (inline)",
             "\"the guide\"", "\" for more of it.\"", "H2 (block)", "L (block)", "LI (block)", "LBody (block)", "\"3.\"", "\"Third point\"", "L (block)",
             "LI (block)", "\"Inner point\"", "LI (block)", "H2 (block)", "Table (block)", "TR", "TH", "\"Name\"", "TH", "\"Hours\"", "TR", "TD",
             "\"Handover\"", "TD", "\"12\"", "BlockQuote", "\"Quoted words\"", "Note", "\"One thing to know\"", "Link (inline)", "\"The end\"");
    assert_null(strstr(tree, "Page 1 of 1")); /* the foot is no part of the text */
    assert_true(str_find(m.file, S("/Lang (en)"), NULL));
    assert_true(str_find(m.file, S("/DisplayDocTitle true"), NULL));
    assert_true(str_find(m.file, S("https://example.org/a?b=1&c=%28d%29"), NULL));
    arena_free(m.a);
}

static void the_same_content_gives_the_same_bytes(void **state)
{
    (void)state;
    struct made a = make_well(everything, NULL), b = make_well(everything, NULL);
    assert_true(str_eq(a.file, b.file));
    assert_true(str_starts(a.file, S("%PDF-1.5")));
    arena_free(a.a);
    arena_free(b.a);
}

static void the_language_is_the_documents(void **state)
{
    (void)state;
    struct made m = make((struct pdf_options){.lang = lang_find(S("de"))}, everything, NULL);
    assert_int_equal(m.rc, RC_OK);
    assert_true(str_find(m.file, S("/Lang (de)"), NULL));
    if (have_poppler())
        has(ask(&m, "pdftotext", "-raw"), "Seite 1 von 1");
    arena_free(m.a);
    m = make((struct pdf_options){.language = S("ar-EG")}, everything, NULL);
    assert_int_equal(m.rc, RC_OK);
    assert_true(str_find(m.file, S("/Lang (ar-EG)"), NULL));
    if (have_poppler())
        has(ask(&m, "pdfinfo", ""), "Tagged:          yes"); /* the table of objects is whole */
    arena_free(m.a);
    m = make((struct pdf_options){.language = S("en) /X (")}, everything, NULL);
    assert_int_equal(m.rc, RC_INTERNAL);
    arena_free(m.a);
}

/* ---- scripts ----------------------------------------------------------------------------------------------------------------------- */

static void scripts(struct pdf *p, void *arg)
{
    (void)arg;
    pdf_text(p, S("Zo\xc3\xab with combining: a\xcc\x81 e\xcc\x88 o\xcc\xa8 end"));
    pdf_text(p, S("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x95\xd7\x9c\xd7\x9d"));                             /* Hebrew: shalom olam */
    pdf_text(p, S("The word \xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d means peace"));
    pdf_text(p, S("\xd9\x82\xd9\x8a\xd8\xa7\xd8\xaf\xd8\xa9 \xd8\xa7\xd9\x84\xd9\x81\xd8\xb1\xd9\x8a\xd9\x82")); /* Arabic: leading the team */
    pdf_list_begin(p, false, 1);
    pdf_item_begin(p);
    pdf_text(p, S("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d"));
    pdf_item_end(p);
    pdf_list_end(p);
    pdf_text(p, S("\xce\x9a\xce\xb1\xce\xbb\xce\xb7\xce\xbc\xce\xad\xcf\x81\xce\xb1 \xd0\xb4\xd0\xbe\xd0\xb1\xd1\x80\xd1\x8b\xd0\xb9"));
}

static void any_script_and_direction(void **state)
{
    (void)state;
    if (!have_poppler())
        skip();
    struct made m = make_well(scripts, NULL);
    const char *text = ask(&m, "pdftotext", "");
    has(text, "Zo\xc3\xab with combining:");
    has(text, " end");
    has(text, "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x95\xd7\x9c\xd7\x9d");
    has(text, "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d");
    has(text, "means peace");
    has(text, "\xd9\x82\xd9\x8a\xd8\xa7\xd8\xaf\xd8\xa9 \xd8\xa7\xd9\x84\xd9\x81\xd8\xb1\xd9\x8a\xd9\x82");
    has(text, "\xce\x9a\xce\xb1\xce\xbb\xce\xb7\xce\xbc\xce\xad\xcf\x81\xce\xb1 \xd0\xb4\xd0\xbe\xd0\xb1\xd1\x80\xd1\x8b\xd0\xb9");
    arena_free(m.a);
}

/* What elements of the structure say, in the order of the file. */
static const char *said(struct made *m)
{
    struct buf b = buf_new(m->a, 256);
    struct str rest = m->file;
    size_t at;
    while (str_find(rest, S("/ActualText <FEFF"), &at)) {
        size_t end;
        rest = str_sub(rest, at + 17, rest.n);
        assert_true(str_find(rest, S(">\n"), &end));
        buf_str(&b, str_sub(rest, 0, end));
        buf_ch(&b, '\n');
    }
    buf_ch(&b, '\0');
    return b.p;
}

static void directions(struct pdf *p, void *arg)
{
    (void)arg;
    struct pdf_run runs[] = {{.text = S("see ")}, {.text = S("\xd7\xa9\xd7\x9c"), .href = S("https://example.org/")}, {.text = S(" \xd7\x9d end")}};
    pdf_text(p, S("From left to right."));
    pdf_text(p, S("\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x9d (3)"));
    pdf_text(p, S("a \xd9\x82\xd8\xa7\xd8\xaf b"));
    pdf_runs(p, runs, 3);
}

/* Letters stand in the file as they are seen; what stands beside them is as they are read. */
static void the_structure_says_text_as_it_is_read(void **state)
{
    (void)state;
    struct made m = make_well(directions, NULL);
    assert_string_equal(said(&m), "05E905DC05D505DD002005E205DD0020002800330029\n"
                                  "0061002006420627062F00200062\n"
                                  "05E905DC\n"
                                  "002005DD00200065006E0064\n");
    if (have_poppler()) {
        has(ask(&m, "pdfinfo", "-struct"), "Span");
        assert_null(strstr(ask(&m, "pdfinfo", ""), "rror"));
        has(ask(&m, "pdftotext", ""), "\xd7\xa9\xd7\x9c\xd7\x95\xd7\x9d \xd7\xa2\xd7\x9d");
    }
    arena_free(m.a);
}

static void strange_text(struct pdf *p, void *arg)
{
    (void)arg;
    pdf_heading(p, 9, S(""));
    pdf_heading(p, -3, S("'); quotes ' \\ in (a) heading"));
    pdf_text(p, S(""));
    pdf_text(p, S("a\x01 b \xff\xfe c\r\nd"));
    pdf_link(p, S("not a link"), S("javascript:alert(1)"));
    pdf_link(p, S("nor this"), S("/home"));
    pdf_link(p, S("odd"), S("https://example.org/'\\ \xc3\xa4<>"));
    pdf_runs(p, NULL, 0);
    pdf_text(p, S("\xf3\xb0\x80\x80\xf3\xb0\x80\x81")); /* no font has these */
}

static void strange_text_does_no_harm(void **state)
{
    (void)state;
    struct made m = make((struct pdf_options){.title = S("A (title) with ' and \\")}, strange_text, NULL);
    assert_int_equal(m.rc, RC_OK);
    assert_false(str_find(m.file, S("javascript"), NULL));
    assert_false(str_find(m.file, S("/home"), NULL));
    assert_true(str_find(m.file, S("https://example.org/%27%5C%20%C3%A4%3C%3E"), NULL));
    assert_int_equal(m.facts.unknown, 2);
    arena_free(m.a);
}

/* ---- many pages ------------------------------------------------------------------------------------------------------------------- */

static const char filler[] = "She asked the quietest person first, waited for an answer, and said back what she had heard before the team decided. ";

static void chapters(struct pdf *p, void *arg)
{
    struct arena *a = arena_new(0);
    const int *count = arg;
    pdf_heading(p, 1, S("Long"));
    pdf_contents(p);
    for (int i = 1; i <= *count; i++) {
        pdf_heading(p, 2, str_printf(a, "Chapter %d", i));
        for (int k = 0; k < 9; k++)
            pdf_text(p, str_printf(a, "Part %d of chapter %d. %s%s%s", k + 1, i, filler, filler, filler));
        arena_reset(a);
    }
    arena_free(a);
}

static void contents_name_the_right_pages(void **state)
{
    (void)state;
    int count = 60;
    if (!have_poppler())
        skip();
    struct made m = make_well(chapters, &count);
    const char *text = ask(&m, "pdftotext", "-layout");
    assert_true(m.facts.pages > 20);
    has(text, "Contents");
    /* each chapter's page by the contents is the one it stands on: pages are divided by form feeds */
    for (int i = 1; i <= count; i++) {
        struct str name = str_printf(m.a, "Chapter %d ", i), body = str_printf(m.a, "Part 1 of chapter %d.", i);
        const char *line = strstr(text, str_z(m.a, name));
        assert_non_null(line);
        long told = strtol(line + name.n, NULL, 10), page = 1;
        const char *at = strstr(text, str_z(m.a, body));
        assert_non_null(at);
        for (const char *c = text; c < at; c++)
            page += *c == '\f';
        assert_in_range(page - told, 0, 0);
    }
    has(text, str_z(m.a, str_printf(m.a, "Page %" PRId64 " of %" PRId64, m.facts.pages, m.facts.pages)));
    arena_free(m.a);
}

static void a_short_document_has_no_contents(void **state)
{
    (void)state;
    int count = 2;
    if (!have_poppler())
        skip();
    struct made m = make_well(chapters, &count);
    assert_true(m.facts.pages < PDF_CONTENTS_PAGES);
    assert_null(strstr(ask(&m, "pdftotext", "-raw"), "Contents"));
    arena_free(m.a);
}

static void long_table(struct pdf *p, void *arg)
{
    struct arena *a = arena_new(0);
    (void)arg;
    pdf_table_begin(p, (const struct pdf_column[]){{.title = S("Name")}, {.title = S("What was said"), .weight = 4}}, 2);
    for (int i = 0; i < 120; i++) {
        struct buf words = buf_new(a, 64);
        for (int k = 0; k < (i == 60 ? 60 : 1); k++) /* one row is higher than a page */
            buf_z(&words, filler);
        pdf_row_text(p, (const struct str[]){str_printf(a, "Row %d.", i), buf_text(&words)});
    }
    pdf_table_end(p);
    arena_free(a);
}

static void a_table_goes_on_with_its_head(void **state)
{
    (void)state;
    if (!have_poppler())
        skip();
    struct made m = make_well(long_table, NULL);
    const char *text = ask(&m, "pdftotext", "-layout");
    int heads = 0;
    for (const char *at = text; (at = strstr(at, "What was said")) != NULL; at++)
        heads++;
    assert_in_range(heads, m.facts.pages - 1, m.facts.pages + 1);
    IN_ORDER(text, "Row 0.", "Row 59.", "Row 60.", "Row 61.", "Row 119.");
    const char *tree = ask(&m, "pdfinfo", "-struct-text");
    heads = 0;
    for (const char *at = tree; (at = strstr(at, "TH")) != NULL; at++)
        heads++;
    assert_int_equal(heads, 2); /* once in the structure */
    arena_free(m.a);
}

static void endless(struct pdf *p, void *arg)
{
    (void)arg;
    for (int i = 0; i < 100000; i++)
        pdf_heading(p, 1, S("A heading and nothing else"));
}

static void what_is_too_long_is_refused(void **state)
{
    (void)state;
    struct made m = make((struct pdf_options){0}, endless, NULL);
    assert_int_equal(m.rc, RC_TOO_LARGE);
    assert_int_equal(m.err.msg, M_view_pdf_too_long);
    assert_int_equal(m.file.n, 0);
    arena_free(m.a);
}

static void huge_paragraph(struct pdf *p, void *arg)
{
    struct str *text = arg;
    pdf_text(p, *text);
}

static void a_huge_paragraph_is_divided(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct buf b = buf_new(a, 1 << 20);
    while (b.n < 300000)
        buf_z(&b, filler);
    buf_z(&b, "LASTWORD");
    struct str text = buf_text(&b);
    struct made m = make_well(huge_paragraph, &text);
    assert_true(m.facts.pages > 40);
    if (have_poppler())
        has(ask(&m, "pdftotext", "-raw"), "LASTWORD");
    arena_free(m.a);
    memset(b.p, 'x', b.n); /* one word without an end */
    text.n = 60000;
    m = make_well(huge_paragraph, &text);
    assert_true(m.facts.pages > 5);
    arena_free(m.a);
    arena_free(a);
}

/* ---- Markdown ---------------------------------------------------------------------------------------------------------------------- */

static void markdown(struct pdf *p, void *arg)
{
    const struct str *text = arg;
    pdf_markdown(p, *text, 1);
}

static void markdown_becomes_blocks(void **state)
{
    (void)state;
    struct str text = S("# Why\n\nIt was **my** turn, *really*, see [this](https://example.org/x) and `code`.\nSame &amp; line.\n\n- one\n- two\n  1. inner\n\n> said\n\n"
                        "| a | b |\n|---|--:|\n| c | 4 |\n\n    typed\n\n<b>raw</b> [no](/home) ![pic](https://example.org/p.png)\n\n---\n\nlast");
    if (!have_poppler())
        skip();
    struct made m = make_well(markdown, &text);
    IN_ORDER(ask(&m, "pdftotext", "-raw"), "Why", "It was my turn, really, see this and code. Same & line.", "one", "two", "1.", "inner", "said", "a", "b", "c", "4", "typed",
             "<b>raw</b> no pic", "last");
    IN_ORDER(ask(&m, "pdfinfo", "-struct-text"), "H2 (block)", "\"Why\"", "P (block)", "Link (inline)", "\"this\"", "L (block)", "\"one\"", "L (block)", "\"inner\"",
             "BlockQuote", "Table", "TH", "TD", "P (block)", "\"last\"");
    assert_false(str_find(m.file, S("/home"), NULL));
    arena_free(m.a);
}

static void hostile_markdown_is_shown_as_typed(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct buf b = buf_new(a, 1 << 16);
    for (int i = 0; i < 3000; i++)
        buf_z(&b, "> ");
    buf_z(&b, "deep");
    struct str text = buf_text(&b);
    struct made m = make_well(markdown, &text);
    arena_free(m.a);
    b.n = 0;
    for (int i = 0; i < 5000; i++)
        buf_z(&b, "- a\n");
    for (int i = 0; i < 60; i++)
        buf_printf(&b, "%*s- b\n", 2 * i, "");
    text = buf_text(&b);
    m = make_well(markdown, &text);
    arena_free(m.a);
    b.n = 0;
    while (b.n < 200000)
        buf_z(&b, "*a **b [c](d) ");
    text = buf_text(&b); /* longer than what is formatted */
    m = make_well(markdown, &text);
    arena_free(m.a);
    arena_free(a);
}

/* ---- around it --------------------------------------------------------------------------------------------------------------------- */

static void *write_some(void *arg)
{
    struct made *m = arg;
    *m = make((struct pdf_options){0}, everything, NULL);
    return NULL;
}

/* On stacks as small as a worker's. */
static void several_threads_write_at_once(void **state)
{
    pthread_t threads[4];
    struct made made[4];
    pthread_attr_t attr;
    (void)state;
    pthread_attr_init(&attr);
    pthread_attr_setstacksize(&attr, 256 * 1024);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        assert_int_equal(pthread_create(&threads[i], &attr, write_some, &made[i]), 0);
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        pthread_join(threads[i], NULL);
    pthread_attr_destroy(&attr);
    for (size_t i = 0; i < COUNT_OF(threads); i++) {
        assert_int_equal(made[i].rc, RC_OK);
        assert_true(str_eq(made[i].file, made[0].file));
    }
    for (size_t i = 0; i < COUNT_OF(threads); i++)
        arena_free(made[i].a);
}

/* In a process of its own, since fontconfig looks for fonts once. Runs first, before this process has fonts. */
static void no_fonts_is_told(void **state)
{
    (void)state;
    char path[] = "/tmp/cadre-fonts-XXXXXX";
    static const char none[] = "<?xml version=\"1.0\"?><fontconfig><cachedir>/nonexistent</cachedir></fontconfig>";
    int fd = mkstemp(path), status = 0;
    assert_true(fd >= 0 && write(fd, none, sizeof none - 1) == (ssize_t)(sizeof none - 1));
    close(fd);
    pid_t child = fork();
    if (child == 0) {
        setenv("FONTCONFIG_FILE", path, 1);
        struct arena *a = arena_new(0);
        struct buf out = buf_new(a, 64);
        struct err e = {0};
        enum rc rc = pdf_write(a, &(struct pdf_options){.title = S("x")}, everything, NULL, &out, NULL, &e);
        _exit(rc == RC_BUSY && e.msg == M_view_pdf_no_fonts && out.n == 0 ? 0 : 1);
    }
    waitpid(child, &status, 0);
    unlink(path);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 0);
}

/* ---- pictures ---- */

/* A picture in a picture, all that svg.h draws, and a text that would like to be an element. */
static struct html picture_of(struct arena *a)
{
    const struct svg_point points[] = {{10, 10}, {20, 12.5}, {NAN, 3}, {40, -3.25}};
    struct svg inner = svg_begin(a, "inner", 100, 40, S("Inside"), S("Four points"));
    svg_rect(&inner, "area s1", 1, 1, 98, 38);
    svg_circle(&inner, "dot s2", 20, 20, 4);
    svg_polygon(&inner, "dot s1", points, 4);
    svg_text(&inner, "quiet", 50, 20, SVG_MIDDLE, S("In the middle"));
    struct html small = svg_end(&inner);
    struct svg v = svg_begin(a, "outer", 300, 200.5, S("A & B"), S("Says <svg x=\"1\">"));
    svg_group(&v, NULL);
    svg_line(&v, "limit trial", 0, 0, 300, 0);
    svg_polyline(&v, "line s3", points, 4);
    svg_group_end(&v);
    svg_text(&v, "text h1", 5, 40, SVG_START, S("</svg><rect x=\"5"));
    svg_nest(&v, 20, 80, small);
    svg_text(&v, "text", 290, 190, SVG_END, S("At the end"));
    return svg_end(&v);
}

static void with_picture(struct pdf *p, void *arg)
{
    const struct html *picture = arg;
    pdf_heading(p, 1, S("Before"));
    pdf_picture(p, *picture);
    pdf_text(p, S("Behind"));
}

static void picture_alone(struct pdf *p, void *arg)
{
    const struct html *picture = arg;
    pdf_picture(p, *picture);
}

static void a_picture_is_drawn_and_told(void **state)
{
    (void)state;
    struct arena *a = arena_new(0);
    struct html picture = picture_of(a), none = {0};
    assert_true(svg_height(picture) >= 200.5 && svg_height(picture) <= 202);
    struct made m = make_well(with_picture, &picture), empty = make_well(with_picture, &none), big = make((struct pdf_options){.poster = true}, picture_alone, &picture);
    assert_int_equal(big.rc, RC_OK);
    if (have_poppler()) {
        const char *text = ask(&m, "pdftotext", "-layout");
        IN_ORDER(text, "Before", "</svg><rect x=\"5", "In the middle", "At the end", "Behind");
        has(ask(&m, "pdfinfo", "-struct-text"), "Figure");
        has(ask(&big, "pdfinfo", ""), "Page size:       2383.94 x 1683.78 pts");
        has(ask(&big, "pdfinfo", ""), "Pages:           1");
        assert_null(strstr(ask(&big, "pdftotext", ""), "Page 1"));
    }
    arena_free(m.a);
    arena_free(empty.a);
    arena_free(big.a);
    arena_free(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(no_fonts_is_told),
        cmocka_unit_test(text_comes_out_as_it_is_read),
        cmocka_unit_test(it_is_tagged),
        cmocka_unit_test(the_same_content_gives_the_same_bytes),
        cmocka_unit_test(the_language_is_the_documents),
        cmocka_unit_test(any_script_and_direction),
        cmocka_unit_test(the_structure_says_text_as_it_is_read),
        cmocka_unit_test(strange_text_does_no_harm),
        cmocka_unit_test(contents_name_the_right_pages),
        cmocka_unit_test(a_short_document_has_no_contents),
        cmocka_unit_test(a_table_goes_on_with_its_head),
        cmocka_unit_test(what_is_too_long_is_refused),
        cmocka_unit_test(a_huge_paragraph_is_divided),
        cmocka_unit_test(markdown_becomes_blocks),
        cmocka_unit_test(hostile_markdown_is_shown_as_typed),
        cmocka_unit_test(a_picture_is_drawn_and_told),
        cmocka_unit_test(several_threads_write_at_once),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
