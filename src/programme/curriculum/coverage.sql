-- The curriculum map: what the published sessions of a programme say they do for which competency.

-- name: coverage_tags :many
-- In the order of sessions: coverage_build counts on it.
-- in: programme_id:int
SELECT session_id, stage_id, competency_id, use
FROM pub_curriculum_tag
WHERE programme_id = $1
ORDER BY session_id;

-- name: coverage_sessions :many
-- The same with what a list shows.
-- in: programme_id:int
-- out: stage_ordinal:int, stage_title:text?
SELECT t.session_id, t.session_title, t.course_id, t.course_title, t.stage_id, t.competency_id, t.use,
       COALESCE(g.ordinal, 1000000) AS stage_ordinal, g.title AS stage_title
FROM pub_curriculum_tag t
LEFT JOIN pub_programme_stage g ON g.id = t.stage_id
WHERE t.programme_id = $1
ORDER BY stage_ordinal, t.course_title, t.course_id, t.session_id;

-- name: coverage_people :many
-- Counted by a job, so that this page does not count a million rows.
-- in: programme_id:int
SELECT competency_id, use, people, counted_at FROM pub_evidence_tally WHERE programme_id = $1;
