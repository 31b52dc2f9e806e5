-- Courses, their sessions and their questions: reading them, bringing content in, and changing them on the pages.

-- name: course_find :one
-- in: id:int
-- out: stage_code:text?, stage_title:text?
SELECT c.id, c.programme_id, c.slug, c.stage_id, c.ordinal, c.title, c.summary, c.description, c.language, c.licence, c.reviewed_day,
       c.state, c.version, g.code AS stage_code, g.title AS stage_title
FROM course c
LEFT JOIN pub_programme_stage g ON g.id = c.stage_id
WHERE c.id = $1;

-- name: course_by_slug :one
-- in: programme_id:int, slug:text
SELECT id, stage_id, title, summary, description, language, licence, reviewed_day, state, content_digest, version
FROM course WHERE programme_id = $1 AND slug = $2;

-- name: course_next_ordinal :one
-- in: programme_id:int
-- out: ordinal:int
SELECT COALESCE(MAX(ordinal), 0) + 1 AS ordinal FROM course WHERE programme_id = $1;

-- name: course_add :exec
-- in: id:int, programme_id:int, slug:text, stage_id:int?, ordinal:int, title:text, summary:text, description:text, language:text, licence:text, reviewed_day:int?, state:text, content_digest:text?, search_key:text
INSERT INTO course (id, programme_id, slug, stage_id, ordinal, title, summary, description, language, licence, reviewed_day, state,
                    content_digest, search_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: course_change :exec
-- Changes no row when somebody else changed it since.
-- in: id:int, version:int, stage_id:int?, title:text, summary:text, description:text, language:text, licence:text, reviewed_day:int?, content_digest:text?, search_key:text
UPDATE course SET stage_id = $3, title = $4, summary = $5, description = $6, language = $7, licence = $8, reviewed_day = $9,
                  content_digest = $10, search_key = $11, version = version + 1
WHERE id = $1 AND version = $2;

-- name: course_set_digest :exec
-- in: id:int, content_digest:text?
UPDATE course SET content_digest = $2 WHERE id = $1;

-- name: course_set_state :exec
-- in: id:int, state:text
UPDATE course SET state = $2, version = version + 1 WHERE id = $1 AND state <> $2;

-- name: course_list :many
-- The catalogue: published courses for all who may see it, others for those who write (all = 1).
-- in: programme_id:int, all:int, pattern:text, most:int, skip:int
-- out: stage_title:text?, sessions:int, minutes:int
SELECT c.id, c.title, c.summary, c.state, c.reviewed_day, g.title AS stage_title,
       (SELECT COUNT(*) FROM course_session s WHERE s.course_id = c.id AND s.retired = 0) AS sessions,
       (SELECT CAST(COALESCE(SUM(s.minutes), 0) AS BIGINT) FROM course_session s WHERE s.course_id = c.id AND s.retired = 0) AS minutes
FROM course c
LEFT JOIN pub_programme_stage g ON g.id = c.stage_id
WHERE c.programme_id = $1 AND ($2 = 1 OR c.state = 'published') AND ($3 = '' OR c.search_key LIKE $3)
ORDER BY COALESCE(g.ordinal, 1000000), c.ordinal, c.id
LIMIT $4 OFFSET $5;

-- name: course_count :one
-- in: programme_id:int, all:int, pattern:text
-- out: n:int
SELECT COUNT(*) AS n FROM course c
WHERE c.programme_id = $1 AND ($2 = 1 OR c.state = 'published') AND ($3 = '' OR c.search_key LIKE $3);

-- name: session_find :one
-- in: id:int
SELECT s.id, s.course_id, s.slug, s.ordinal, s.title, s.summary, s.minutes, s.aims, s.time_plan, s.reading, s.exercise, s.sources,
       s.pass_percent, s.need_reading, s.need_quiz, s.need_attendance, s.reviewed_day, s.retired, s.version,
       c.programme_id, c.title AS course_title, c.state AS course_state
FROM course_session s
JOIN course c ON c.id = s.course_id
WHERE s.id = $1;

-- name: session_list :many
-- in: course_id:int
SELECT id, slug, ordinal, title, summary, minutes, pass_percent, need_reading, need_quiz, need_attendance, retired, version,
       aims, time_plan, reading, exercise, sources, reviewed_day
FROM course_session WHERE course_id = $1 ORDER BY ordinal, id;

-- name: session_next_ordinal :one
-- in: course_id:int
-- out: ordinal:int
SELECT COALESCE(MAX(ordinal), 0) + 1 AS ordinal FROM course_session WHERE course_id = $1;

-- name: session_add :exec
-- in: id:int, course_id:int, slug:text, ordinal:int, title:text, summary:text, minutes:int, aims:text, time_plan:text, reading:text, exercise:text, sources:text, pass_percent:int, need_reading:int, need_quiz:int, need_attendance:int, reviewed_day:int?
INSERT INTO course_session (id, course_id, slug, ordinal, title, summary, minutes, aims, time_plan, reading, exercise, sources,
                            pass_percent, need_reading, need_quiz, need_attendance, reviewed_day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17);

-- name: session_change :exec
-- Changes no row when somebody else changed it since.
-- in: id:int, version:int, ordinal:int, title:text, summary:text, minutes:int, aims:text, time_plan:text, reading:text, exercise:text, sources:text, pass_percent:int, need_reading:int, need_quiz:int, need_attendance:int, reviewed_day:int?
UPDATE course_session SET ordinal = $3, title = $4, summary = $5, minutes = $6, aims = $7, time_plan = $8, reading = $9, exercise = $10,
                          sources = $11, pass_percent = $12, need_reading = $13, need_quiz = $14, need_attendance = $15,
                          reviewed_day = $16, retired = 0, version = version + 1
WHERE id = $1 AND version = $2;

-- name: session_set_retired :exec
-- in: id:int, retired:int
UPDATE course_session SET retired = $2, version = version + 1 WHERE id = $1 AND retired <> $2;

-- name: session_touch :exec
-- Changes no row when somebody else changed it since.
-- in: id:int, version:int
UPDATE course_session SET version = version + 1 WHERE id = $1 AND version = $2;

-- name: session_tags :many
-- in: session_id:int
SELECT competency_id, use FROM session_competency WHERE session_id = $1 ORDER BY competency_id, use;

-- name: session_tag_add :exec
-- in: session_id:int, competency_id:int, use:text
INSERT INTO session_competency (session_id, competency_id, use) VALUES ($1, $2, $3);

-- name: session_tags_clear :exec
-- in: session_id:int
DELETE FROM session_competency WHERE session_id = $1;

-- name: question_list :many
-- What a quiz asks now.
-- in: session_id:int
SELECT id, ordinal, kind, text, feedback FROM question WHERE session_id = $1 AND retired = 0 ORDER BY ordinal, id;

-- name: question_options :many
-- in: session_id:int
SELECT o.question_id, o.id, o.text, o.correct, o.feedback
FROM question_option o
JOIN question q ON q.id = o.question_id
WHERE q.session_id = $1 AND q.retired = 0
ORDER BY o.question_id, o.ordinal;

-- name: question_count :one
-- in: session_id:int
-- out: n:int
SELECT COUNT(*) AS n FROM question WHERE session_id = $1 AND retired = 0;

-- name: question_add :exec
-- in: id:int, session_id:int, ordinal:int, kind:text, text:text, feedback:text
INSERT INTO question (id, session_id, ordinal, kind, text, feedback) VALUES ($1, $2, $3, $4, $5, $6);

-- name: question_option_add :exec
-- in: id:int, question_id:int, ordinal:int, text:text, correct:int, feedback:text
INSERT INTO question_option (id, question_id, ordinal, text, correct, feedback) VALUES ($1, $2, $3, $4, $5, $6);

-- name: question_place :exec
-- in: id:int, ordinal:int
UPDATE question SET ordinal = $2 WHERE id = $1 AND ordinal <> $2;

-- name: question_retire :exec
-- in: id:int
UPDATE question SET retired = 1 WHERE id = $1;
