/* The pages of frameworks: what the folder offers to the house. */
#include "programme/framework/framework.h"

const struct capability framework_capability = {
    .name = "framework",
};
