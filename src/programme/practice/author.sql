-- Writing exercises: drafts, who was asked to take them.

-- name: practice_draft :one
-- in: exercise:int, language:text
-- out: by:text?
SELECT d.source, d.version, d.changed_at, n.display_name AS by
  FROM exercise_draft d LEFT JOIN pub_people_name n ON n.person_id = d.changed_by WHERE d.exercise_id = $1 AND d.language = $2;

-- name: practice_languages :many
-- In which languages an exercise is published or being written.
-- in: exercise:int
-- out: language:text, published:int, draft:int
SELECT l.language, max(l.published) AS published, max(l.draft) AS draft
  FROM (SELECT language, 1 AS published, 0 AS draft FROM exercise_version WHERE exercise_id = $1 AND state = 'current'
        UNION ALL SELECT language, 0 AS published, 1 AS draft FROM exercise_draft WHERE exercise_id = $1) l
 GROUP BY l.language ORDER BY l.language;

-- name: practice_draft_add :exec
-- in: exercise:int, language:text, source:text, now:int, person:int
INSERT INTO exercise_draft (exercise_id, language, source, changed_at, changed_by) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: practice_draft_save :exec
-- in: exercise:int, language:text, version:int, source:text, now:int, person:int
UPDATE exercise_draft SET source = $4, changed_at = $5, changed_by = $6, version = version + 1 WHERE exercise_id = $1 AND language = $2 AND version = $3;

-- name: practice_draft_drop :exec
-- in: exercise:int, language:text, version:int
DELETE FROM exercise_draft WHERE exercise_id = $1 AND language = $2 AND version = $3;

-- name: practice_name_draft :exec
-- What an exercise that was never published is called.
-- in: exercise:int, title:text, title_key:text
UPDATE exercise SET title = $2, title_key = $3 WHERE id = $1 AND state = 'draft';

-- name: practice_going_count :one
-- in: exercise:int, language:text
-- out: n:int
SELECT count(*) AS n FROM exercise_attempt a JOIN exercise_version v ON v.id = a.version_id
 WHERE a.exercise_id = $1 AND a.state = 'going' AND v.language = $2;

-- name: practice_assignments :many
-- in: exercise:int
-- out: cohort:text, group_title:text?, by:text?
SELECT a.id, a.due_day, a.assigned_at, c.title AS cohort, g.title AS group_title, n.display_name AS by
  FROM exercise_assignment a JOIN pub_programme_cohort c ON c.id = a.cohort_id LEFT JOIN pub_programme_group g ON g.id = a.group_id
       LEFT JOIN pub_people_name n ON n.person_id = a.assigned_by
 WHERE a.exercise_id = $1 ORDER BY a.due_day DESC, a.id LIMIT 100;

-- name: practice_assignment :one
-- in: id:int
-- out: cohort:text, group_title:text?
SELECT a.id, a.exercise_id, a.cohort_id, a.due_day, c.title AS cohort, g.title AS group_title
  FROM exercise_assignment a JOIN pub_programme_cohort c ON c.id = a.cohort_id LEFT JOIN pub_programme_group g ON g.id = a.group_id WHERE a.id = $1;

-- name: practice_assigned_to :one
-- The cohort as a whole where group is null.
-- in: exercise:int, cohort:int, group:int?
-- out: n:int
SELECT count(*) AS n FROM exercise_assignment WHERE exercise_id = $1 AND cohort_id = $2 AND group_id IS NOT DISTINCT FROM $3;

-- name: practice_groups :many
-- in: programme:int
-- out: cohort:text
SELECT g.id, g.cohort_id, g.title, c.title AS cohort FROM pub_programme_group g JOIN pub_programme_cohort c ON c.id = g.cohort_id
 WHERE g.programme_id = $1 ORDER BY c.title, g.title, g.id LIMIT 500;

-- name: practice_assign :exec
-- in: id:int, exercise:int, cohort:int, group:int?, due:int, person:int, now:int
INSERT INTO exercise_assignment (id, exercise_id, cohort_id, group_id, due_day, assigned_by, assigned_at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: practice_unassign :exec
-- in: id:int
DELETE FROM exercise_assignment WHERE id = $1;

-- name: practice_sessions :many
-- The sessions of courses of which an exercise is a part.
-- in: exercise:int
SELECT t.id, t.title, t.course_title FROM exercise_session s JOIN pub_curriculum_session_title t ON t.id = s.session_id
 WHERE s.exercise_id = $1 ORDER BY t.course_ordinal, t.ordinal, t.id LIMIT 100;

-- name: practice_session_choice :many
-- in: programme:int
SELECT id, title, course_title FROM pub_curriculum_session_title WHERE programme_id = $1 ORDER BY course_ordinal, ordinal, id LIMIT 900;

-- name: practice_session_add :exec
-- in: exercise:int, session:int
INSERT INTO exercise_session (exercise_id, session_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: practice_session_drop :exec
-- in: exercise:int, session:int
DELETE FROM exercise_session WHERE exercise_id = $1 AND session_id = $2;
