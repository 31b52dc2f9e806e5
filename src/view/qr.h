/* An address as a QR code to be read by a phone. */
#ifndef CADRE_VIEW_QR_H
#define CADRE_VIEW_QR_H

#include "view/view.h"

/* unit: pixels of one square. The title says what it is; the address itself is its description. */
struct html qr_svg(struct arena *a, struct str address, double unit, struct str title);

#endif
