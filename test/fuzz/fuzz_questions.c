/* Any bytes as the questions about a mentoring: no crash; what is read is whole, and its names differ. */
#include "programme/mentor/questions.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct mentor_questions in;
    int line;
    bool right = mentor_questions_read((struct str){(const char *)data, size}, &in, &line);
    ASSERT(line >= 1 && in.count <= QUESTIONS_MAX);
    for (size_t i = 0; right && i < in.count; i++) {
        const struct mentor_question *q = &in.items[i];
        ASSERT((q->mentee || q->mentor) && q->text.n != 0 && q->anchors[1].n != 0 && q->anchors[QUESTION_CHOICES].n != 0);
        for (size_t k = 0; k < i; k++)
            ASSERT(!str_eq(q->name, in.items[k].name));
    }
    return 0;
}
