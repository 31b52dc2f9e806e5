/* The capability of 360 feedback, and the small things that its pages share. */
#include "programme/feedback/inside.h"

const struct capability feedback_capability = {
    .name = "feedback",
};
