/* Draws a QR code, row by row in runs; see qr.h. */
#include "view/qr.h"

#include <qrencode.h>

#include "view/svg.h"

struct html qr_svg(struct arena *a, struct str address, double unit, struct str title)
{
    QRcode *code = QRcode_encodeString(str_z(a, address), 0, QR_ECLEVEL_M, QR_MODE_8, 1);
    ASSERT(code != NULL); /* an address is far shorter than what a code holds */
    int n = code->width, quiet = 4;
    struct svg s = svg_begin(a, "qr", unit * (n + 2 * quiet), unit * (n + 2 * quiet), title, address);
    svg_rect(&s, "qr-paper", 0, 0, unit * (n + 2 * quiet), unit * (n + 2 * quiet));
    for (int y = 0; y < n; y++)
        for (int x = 0; x < n; x++) {
            int from = x;
            while (x < n && (code->data[y * n + x] & 1) != 0)
                x++;
            if (x > from)
                svg_rect(&s, "qr", unit * (from + quiet), unit * (y + quiet), unit * (x - from), unit);
        }
    QRcode_free(code);
    return svg_end(&s);
}
