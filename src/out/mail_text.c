/* The text of mails: headers (RFC 5322, RFC 2047, RFC 8058), the words as text and as HTML (RFC 2046, multipart/alternative), and several mails
 * put together as one. */
#include "base/utf8.h"
#include "gen/msg_mail.h"
#include "gen/out/mail_view.h"
#include "out/mail_inside.h"
#include "view/document.h"

#include <sodium.h>

static bool one_line(struct str s)
{
    for (size_t i = 0; i < s.n; i++)
        if ((unsigned char)s.p[i] < ' ' || s.p[i] == 0x7f)
            return false;
    return s.n != 0 && utf8_valid(s);
}

static bool is_address(struct str s)
{
    size_t at;
    return one_line(s) && str_find(s, S("@"), &at) && !str_find(s, S(" "), NULL) && !str_find(s, S("<"), NULL) &&
           !str_find(s, S(">"), NULL);
}

static void base64(struct buf *b, struct arena *a, struct str s)
{
    size_t cap = sodium_base64_encoded_len(s.n, sodium_base64_VARIANT_ORIGINAL);
    char *z = arena_alloc_raw(a, cap);
    sodium_bin2base64(z, cap, (const unsigned char *)s.p, s.n, sodium_base64_VARIANT_ORIGINAL);
    buf_z(b, z);
}

/* ---- headers -------------------------------------------------------------------------------------------------------------------- */

/* RFC 2047: encoded words of at most 75 characters, none of which cuts a character. */
static void header_text(struct buf *b, struct arena *a, struct str s)
{
    bool plain = s.n < 60;
    for (size_t i = 0; i < s.n && plain; i++)
        plain = (unsigned char)s.p[i] < 0x80;
    if (plain) {
        buf_str(b, s);
        return;
    }
    for (bool first = true; s.n != 0; first = false) {
        struct str part = utf8_clip(s, 42);
        buf_z(b, first ? "=?UTF-8?B?" : "\r\n =?UTF-8?B?");
        base64(b, a, part);
        buf_z(b, "?=");
        s = str_sub(s, part.n, s.n);
    }
}

static void header_date(struct buf *b, int64_t now)
{
    static const char *const days[] = {"Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"};
    static const char *const months[] = {"Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
    struct civil c = civil_from_ms(zone_utc(), now);
    buf_printf(b, "Date: %s, %02d %s %04d %02d:%02d:%02d +0000\r\n", days[weekday_of(day_from_ms(zone_utc(), now))], c.day,
               months[c.month - 1], c.year, c.hour, c.minute, c.second);
}

/* The same however often the mail is tried, so that a server that took it twice can tell; it says nothing of the number. */
static void header_id(struct buf *b, const struct mail *m, struct str from)
{
    unsigned char id[16];
    char hex[2 * sizeof id + 1];
    struct str domain = from;
    size_t at;
    if (str_find(from, S("@"), &at))
        domain = str_sub(from, at + 1, from.n);
    if (m->id != 0)
        crypto_generichash(id, sizeof id, (const unsigned char *)&m->id, sizeof m->id, (const unsigned char *)from.p, from.n <= crypto_generichash_KEYBYTES_MAX ? from.n : crypto_generichash_KEYBYTES_MAX);
    else
        randombytes_buf(id, sizeof id);
    sodium_bin2hex(hex, sizeof hex, id, sizeof id);
    buf_printf(b, "Message-ID: <%s@%.*s>\r\n", hex, STR_ARG(domain));
}

/* ---- bodies --------------------------------------------------------------------------------------------------------------------- */

static void body(struct buf *b, struct arena *a, const char *boundary, const char *type, struct str text)
{
    struct buf lines = buf_new(a, text.n + 64), coded = buf_new(a, text.n * 4 / 3 + 64);
    buf_printf(b, "--%s\r\nContent-Type: %s; charset=UTF-8\r\nContent-Transfer-Encoding: base64\r\n\r\n", boundary, type);
    for (struct str line; str_line(&text, &line);) {
        buf_str(&lines, line);
        buf_z(&lines, "\r\n");
    }
    base64(&coded, a, buf_text(&lines));
    struct str rest = buf_text(&coded);
    for (; rest.n != 0; rest = str_sub(rest, 76, rest.n)) {
        buf_str(b, str_sub(rest, 0, 76));
        buf_z(b, "\r\n");
    }
}

/* An address within a line, up to the next space; a full stop behind it is not part of it. */
static bool next_address(struct str line, size_t *at, size_t *n)
{
    size_t secure, plain;
    bool has_secure = str_find(line, S("https://"), &secure), has_plain = str_find(line, S("http://"), &plain);
    if (!has_secure && !has_plain)
        return false;
    *at = !has_plain || (has_secure && secure < plain) ? secure : plain;
    *n = 0;
    while (*at + *n < line.n && (unsigned char)line.p[*at + *n] > ' ')
        ++*n;
    while (*n != 0 && strchr(".,;:)", line.p[*at + *n - 1]) != NULL)
        --*n;
    return *n != 0;
}

#define PIECES_MOST 9 /* of a line: four addresses and the words around them */

static void fill_line(struct arena *a, struct str line, struct view_mail_paragraphs_lines *to)
{
    struct view_mail_paragraphs_lines_pieces *list = ARENA_ARRAY(a, PIECES_MOST, struct view_mail_paragraphs_lines_pieces);
    size_t at, n, count = 0;
    while (count + 2 < PIECES_MOST && next_address(line, &at, &n)) {
        if (at != 0)
            list[count++] = (struct view_mail_paragraphs_lines_pieces){.text = str_sub(line, 0, at)};
        list[count++] = (struct view_mail_paragraphs_lines_pieces){.text = str_sub(line, at, n), .href = str_sub(line, at, n)};
        line = str_sub(line, at + n, line.n);
    }
    if (line.n != 0)
        list[count++] = (struct view_mail_paragraphs_lines_pieces){.text = line};
    to->pieces = list;
    to->pieces_count = count;
}

/* The same words: a blank line ends a paragraph, "# " begins a heading, an address is a link. Nothing is loaded from anywhere. */
static struct str html_of(struct arena *a, const struct mail *m)
{
    size_t most = 1;
    for (size_t i = 0; i < m->text.n; i++)
        most += m->text.p[i] == '\n';
    struct view_mail_paragraphs *list = ARENA_ARRAY(a, most, struct view_mail_paragraphs);
    struct view_mail_paragraphs_lines *lines = ARENA_ARRAY(a, most, struct view_mail_paragraphs_lines);
    struct view_mail v = {.lang = lang_tag(m->lang), .dir = document_direction(lang_tag(m->lang)), .subject = m->subject, .paragraphs = list};
    struct str rest = m->text, line;
    bool open = false;
    for (size_t used = 0; str_line(&rest, &line);) {
        if (str_trim(line).n == 0) {
            open = false;
            continue;
        }
        if (!open)
            list[v.paragraphs_count++] = (struct view_mail_paragraphs){.heading = str_starts(line, S("# ")), .lines = &lines[used]};
        struct view_mail_paragraphs *p = &list[v.paragraphs_count - 1];
        fill_line(a, p->heading ? str_sub(line, 2, line.n) : line, &lines[used]);
        lines[used++].more = open;
        p->lines_count++;
        open = true;
    }
    struct buf b = buf_new(a, 2 * m->text.n + 512);
    struct view_env env = {.out = &b, .a = a, .lang = m->lang, .zone = zone_utc()};
    view_mail_def.html(&env, &v);
    return buf_text(&b);
}

enum rc mail_format(struct arena *a, const struct mail *m, struct str from, int64_t now, struct str *out)
{
    struct buf b = buf_new(a, 2048 + m->text.n * 4);
    unsigned char drawn[12];
    char boundary[2 * sizeof drawn + 1];
    if (!is_address(m->to) || !is_address(from) || !one_line(m->subject) || (m->stop.n != 0 && !one_line(m->stop)))
        return RC_INVALID;
    randombytes_buf(drawn, sizeof drawn);
    sodium_bin2hex(boundary, sizeof boundary, drawn, sizeof drawn);
    header_date(&b, now);
    buf_printf(&b, "From: Cadre <%.*s>\r\nTo: <%.*s>\r\nSubject: ", STR_ARG(from), STR_ARG(m->to));
    header_text(&b, a, m->subject);
    buf_z(&b, "\r\n");
    header_id(&b, m, from);
    buf_z(&b, "Auto-Submitted: auto-generated\r\n");
    if (m->stop.n != 0) {
        buf_printf(&b, "List-Unsubscribe:\r\n <%.*s>\r\n", STR_ARG(m->stop));
        if (str_starts(m->stop, S("https:"))) /* RFC 8058 asks for it */
            buf_z(&b, "List-Unsubscribe-Post: List-Unsubscribe=One-Click\r\n");
    }
    buf_printf(&b, "MIME-Version: 1.0\r\nContent-Type: multipart/alternative;\r\n boundary=\"%s\"\r\n\r\n", boundary);
    body(&b, a, boundary, "text/plain", m->text);
    body(&b, a, boundary, "text/html", html_of(a, m));
    buf_printf(&b, "--%s--\r\n", boundary);
    *out = buf_text(&b);
    return RC_OK;
}

void mail_put_together(struct arena *a, int lang, const struct mail *mails, size_t count, struct mail *out)
{
    struct msg_arg n = MSG_NUM("n", (int64_t)count);
    struct buf b = buf_new(a, 4096);
    buf_str(&b, msg_format(a, lang, M_mail_together_text, &n, 1));
    for (size_t i = 0; i < count; i++)
        buf_printf(&b, "\n\n# %.*s\n\n%.*s", STR_ARG(mails[i].subject), STR_ARG(str_trim(mails[i].text)));
    buf_ch(&b, '\n');
    *out = (struct mail){.to = mails[0].to, .subject = msg_format(a, lang, M_mail_together_subject, &n, 1), .text = buf_text(&b), .lang = lang};
}
