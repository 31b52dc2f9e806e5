/* Counts in what somebody said, the signals of a speech, and which kind of recording some bytes are. */
#include "arena_fixture.h"

#include "base/media.h"
#include "programme/practice/room_speech.h"

static const struct str fillers[] = {{"um", 2}, {"you know", 8}, {"sort of", 7}, {"know", 4}, {"ähm", 4}};
enum { UM, YOU_KNOW, SORT_OF, KNOW, AEHM };

static struct speech_counts count(const char *text)
{
    struct speech_counts n;
    speech_count(a, str_from(text), fillers, COUNT_OF(fillers), &n);
    return n;
}

static void counts_words(void **state)
{
    (void)state;
    assert_int_equal(count("").words, 0);
    assert_int_equal(count("...  -- !").words, 0);
    assert_int_equal(count("She's well-rested, isn't she? 120 beats.").words, 6);
    assert_int_equal(count("Zwölf Wörter – nein, fünf.").words, 4);
    assert_int_equal(count("'quoted' words").words, 2);
}

static void finds_the_longest_sentence(void **state)
{
    (void)state;
    struct speech_counts n = count("One two. Three four five six! \"Seven eight?\" she said.\n\nNine ten eleven twelve thirteen");
    assert_int_equal(n.sentences, 5);
    assert_int_equal(n.longest, 5);
    assert_str(n.longest_text, "Nine ten eleven twelve thirteen");
    n = count("It was 4.1 on Monday and 3.9 today.");
    assert_int_equal(n.sentences, 1); /* a point within a number ends nothing */
    n = count("(First of all.) Then");
    assert_int_equal(n.sentences, 2);
    assert_int_equal(count("").sentences, 0);
    assert_str(count("").longest_text, "");
}

static void counts_fillers(void **state)
{
    (void)state;
    struct speech_counts n = count("Um, you know, I know. UM! You Know what? It is sort of, sort, of. Ahm umbrella");
    assert_int_equal(n.fillers[UM], 2);
    assert_int_equal(n.fillers[YOU_KNOW], 2);
    assert_int_equal(n.fillers[KNOW], 1);     /* not those within the longer one */
    assert_int_equal(n.fillers[SORT_OF], 2);
    assert_int_equal(n.fillers[AEHM], 1);     /* without regard to accents */
    assert_int_equal(n.filler_sum, 8);
    assert_int_equal(count("you").filler_sum, 0);
    struct speech_counts none;
    speech_count(a, S("um"), NULL, 0, &none);
    assert_int_equal(none.words, 1);
    assert_int_equal(none.filler_sum, 0);
}

static void tells_the_pace(void **state)
{
    (void)state;
    assert_int_equal(speech_pace(260, 120), 130);
    assert_int_equal(speech_pace(SPEECH_WORDS_LEAST - 1, 10), 0);
    assert_int_equal(speech_pace(200, 0), 0);
}

static void gives_signals(void **state)
{
    (void)state;
    struct speaking s = {.green = 60, .amber = 90, .red = 120};
    assert_int_equal(speech_signal_at(&s, 0), SPEECH_GO);
    assert_int_equal(speech_signal_at(&s, 59), SPEECH_GO);
    assert_int_equal(speech_signal_at(&s, 60), SPEECH_GREEN);
    assert_int_equal(speech_signal_at(&s, 90), SPEECH_AMBER);
    assert_int_equal(speech_signal_at(&s, 120), SPEECH_RED);
    assert_int_equal(speech_signal_at(&s, 100000), SPEECH_RED);
}

#define TYPE_OF(bytes) media_type_of_recording((struct str){(bytes), sizeof(bytes) - 1})

static void knows_recordings(void **state)
{
    (void)state;
    assert_string_equal(TYPE_OF("\x1a\x45\xdf\xa3\x01\x42\x82\x84webm"), "video/webm");
    assert_string_equal(TYPE_OF("\0\0\0\x18" "ftypM4A "), "audio/mp4");
    assert_string_equal(TYPE_OF("\0\0\0\x18" "ftypisom"), "video/mp4");
    assert_string_equal(TYPE_OF("OggS\0\x02xxxxxxxxOpusHead"), "audio/ogg");
    assert_string_equal(TYPE_OF("RIFF\x24\0\0\0WAVEfmt "), "audio/wav");
    assert_string_equal(TYPE_OF("fLaC\0"), "audio/flac");
    assert_string_equal(TYPE_OF("ID3\x03"), "audio/mpeg");
    assert_string_equal(TYPE_OF("\xff\xfb\x90\x64"), "audio/mpeg");
    assert_string_equal(TYPE_OF("\xff\xf1\x50\x80"), "audio/aac");
    assert_null(TYPE_OF(""));
    assert_null(TYPE_OF("<html><script>"));
    assert_null(TYPE_OF("%PDF-1.7"));
    assert_null(TYPE_OF("PK\x03\x04"));
    assert_null(TYPE_OF("\xff\xd8\xff\xe0")); /* a picture */
    assert_null(TYPE_OF("RIFF\x24\0\0\0WEBPVP8 "));
    assert_null(TYPE_OF("\x1a\x45\xdf\xa3\x01\x42\x82\x88matroska"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        IN_ARENA(counts_words), IN_ARENA(finds_the_longest_sentence), IN_ARENA(counts_fillers),
        IN_ARENA(tells_the_pace), IN_ARENA(gives_signals), IN_ARENA(knows_recordings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
