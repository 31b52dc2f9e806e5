/* The capability of reflections. */
#include "programme/reflect/inside.h"

const struct capability reflect_capability = {
    .name = "reflect",
    .home = reflect_home,
    .export_person = reflect_export,
    .erase_person = reflect_erase,
    .retain = reflect_retain,
};
