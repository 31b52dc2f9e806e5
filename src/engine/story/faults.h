/* What can be wrong with a case: X(NAME, word, severity). The word names the fault in JSON, and its text is the message
 * M_story_<word>, with {name} for what it is about, {detail} and {n} where it needs them. An error keeps a case from
 * being published, a warning is told and lets it go on. */
#ifndef CADRE_ENGINE_STORY_FAULTS_H
#define CADRE_ENGINE_STORY_FAULTS_H

#define STORY_FAULTS(X)                                                                                                \
    /* the file */                                                                                                     \
    X(TOO_LARGE, too_large, ERROR)                                                                                     \
    X(NOT_A_STORY, not_a_story, ERROR)                                                                                 \
    X(TWINE_1, twine_1, ERROR)                                                                                         \
    X(NOT_TEXT, not_text, ERROR)                                                                                       \
    X(NO_PASSAGES, no_passages, ERROR)                                                                                 \
    X(TOO_MANY, too_many, ERROR)                                                                                       \
    X(STRAY_TEXT, stray_text, WARNING)                                                                                 \
    X(BAD_HEADER, bad_header, ERROR)                                                                                   \
    X(NO_TITLE, no_title, ERROR)                                                                                       \
    X(BAD_METADATA, bad_metadata, WARNING)                                                                             \
    X(BAD_STORY_DATA, bad_story_data, ERROR)                                                                           \
    X(DUPLICATE, duplicate, ERROR)                                                                                     \
    X(NO_START, no_start, ERROR)                                                                                       \
    X(OTHER_FORMAT, other_format, WARNING)                                                                             \
    X(OTHER_STORY, other_story, WARNING)                                                                               \
    X(NOT_CARRIED, not_carried, WARNING)                                                                               \
    X(HTML_AS_TEXT, html_as_text, WARNING)                                                                             \
    X(MARK_AS_TEXT, mark_as_text, WARNING)                                                                             \
    /* the text of a passage */                                                                                        \
    X(UNKNOWN_MACRO, unknown_macro, ERROR)                                                                             \
    X(BROKEN_MACRO, broken_macro, ERROR)                                                                               \
    X(UNCLOSED, unclosed, ERROR)                                                                                       \
    X(STRAY_END, stray_end, ERROR)                                                                                     \
    X(BAD_EXPRESSION, bad_expression, ERROR)                                                                           \
    X(BAD_LINK, bad_link, ERROR)                                                                                       \
    X(LINK_TO_NOWHERE, link_to_nowhere, ERROR)                                                                         \
    X(INCLUDE_OF_NOTHING, include_of_nothing, ERROR)                                                                   \
    X(INCLUDE_CIRCLE, include_circle, ERROR)                                                                           \
    X(NO_SUCH_PASSAGE, no_such_passage, ERROR)                                                                         \
    X(NO_SUCH_TAG, no_such_tag, ERROR)                                                                                 \
    X(UNKNOWN_DIRECTIVE, unknown_directive, ERROR)                                                                     \
    X(BAD_DIRECTIVE, bad_directive, ERROR)                                                                             \
    X(BAD_DECLARATION, bad_declaration, ERROR)                                                                         \
    X(WRONG_KIND, wrong_kind, ERROR)                                                                                   \
    X(OUT_OF_RANGE, out_of_range, ERROR)                                                                               \
    /* what only looking through the whole case finds */                                                               \
    X(UNREACHABLE, unreachable, ERROR)                                                                                 \
    X(UNREACHABLE_CONDITION, unreachable_condition, ERROR)                                                             \
    X(ENDING_UNREACHABLE, ending_unreachable, ERROR)                                                                   \
    X(DEAD_END, dead_end, ERROR)                                                                                       \
    X(DEAD_END_SOMETIMES, dead_end_sometimes, ERROR)                                                                   \
    X(LOOP, loop, ERROR)                                                                                               \
    X(NEVER, never, ERROR)                                                                                             \
    X(UNSET_VARIABLE, unset, ERROR)                                                                                             \
    X(FAILS, fails, ERROR)                                                                                             \
    X(RUNS_ON, runs_on, ERROR)

#endif
