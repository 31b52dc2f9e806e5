-- Editions of the ledger, and what they are counted from.

-- ---- editions -----------------------------------------------------------------------------------------------------------------------

-- name: ledger_edition_latest :one
-- in: programme:int
SELECT id, number, made_at, made_day FROM ledger_edition WHERE programme_id = $1 ORDER BY number DESC LIMIT 1;

-- name: ledger_edition_add :exec
-- in: id:int, programme:int, number:int, now:int, day:int
INSERT INTO ledger_edition (id, programme_id, number, made_at, made_day) VALUES ($1, $2, $3, $4, $5);

-- name: ledger_figure_add :exec
-- in: edition:int, ordinal:int, code:text, level:text, unit:text, about:int, cohort:int?, stage:int?, value:real?, low:real?, high:real?, n:int, of_n:int, held:int, missing:text, notes:text, design:text, day:int
INSERT INTO ledger_figure (edition_id, ordinal, code, level, unit, about_id, cohort_id, stage_id, value, low, high, n, of_n, held, missing, notes, design, day)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18);

-- name: ledger_figures_of :many
-- All rows of an edition; parts 0: of the programme alone.
-- in: edition:int, parts:int
SELECT code, level, unit, about_id, cohort_id, stage_id, value, low, high, n, of_n, held, missing, notes, design, day FROM ledger_figure
 WHERE edition_id = $1 AND ($2 = 1 OR (cohort_id IS NULL AND stage_id IS NULL)) ORDER BY ordinal;

-- name: ledger_programmes_due :many
-- Programmes whose latest edition is older, or that have none.
-- in: before:int
SELECT p.id FROM pub_programme p WHERE NOT EXISTS (SELECT 1 FROM ledger_edition e WHERE e.programme_id = p.id AND e.made_at >= $1) ORDER BY p.id;

-- name: ledger_old_editions :many
-- in: before:int, most:int
SELECT e.id FROM ledger_edition e WHERE e.made_at < $1
   AND EXISTS (SELECT 1 FROM ledger_edition x WHERE x.programme_id = e.programme_id AND x.number > e.number) ORDER BY e.made_at, e.id LIMIT $2;

-- name: ledger_figures_drop :exec
-- in: edition:int
DELETE FROM ledger_figure WHERE edition_id = $1;

-- name: ledger_edition_drop :exec
-- in: edition:int
DELETE FROM ledger_edition WHERE id = $1;

-- ---- working records ------------------------------------------------------------------------------------------------------------------

-- name: ledger_members :many
-- How many are in each cohort or were there last, and how many of them are members on a day.
-- in: programme:int, day:int
-- out: n:int, here:int
SELECT m.cohort_id, count(*) AS n, CAST(sum(CASE WHEN m.state = 'active' AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2) THEN 1 ELSE 0 END) AS BIGINT) AS here
  FROM pub_programme_last m WHERE m.programme_id = $1 GROUP BY m.cohort_id;

-- name: ledger_sessions :many
-- in: programme:int
SELECT s.id FROM pub_curriculum_course c JOIN pub_curriculum_session s ON s.course_id = c.id WHERE c.programme_id = $1 ORDER BY s.id;

-- name: ledger_attempts :each
-- What the people of a cohort did in quizzes, each quiz in the order of tries.
-- in: cohort:int
SELECT m.person_id, a.session_id, a.percent FROM pub_programme_last m CROSS JOIN pub_curriculum_attempt a
 WHERE m.cohort_id = $1 AND a.person_id = m.person_id ORDER BY m.person_id, a.session_id, a.finished_at, a.id;

-- name: ledger_seen :each
-- How often each member was observed since a day.
-- in: cohort:int, programme:int, since:int, day:int
-- out: n:int
SELECT m.person_id, (SELECT count(*) FROM pub_observe_observation o WHERE o.subject_id = m.person_id AND o.day >= $3 AND o.programme_id + 0 = $2) AS n
  FROM pub_programme_last m WHERE m.cohort_id = $1 AND m.state = 'active' AND m.start_day <= $4 AND (m.end_day IS NULL OR m.end_day >= $4);

-- name: ledger_reports :each
-- What others said in released reports, with one form after the other, in the order of time.
-- in: programme:int
SELECT m.cohort_id, r.subject_id, r.slug, r.instrument_id, r.whole_mean FROM pub_feedback_whole r
  JOIN pub_programme_last m ON m.person_id = r.subject_id AND m.programme_id = r.programme_id
 WHERE r.programme_id = $1 ORDER BY r.subject_id, r.slug, r.released_at, r.round_id;

-- name: ledger_project_counts :one
-- in: programme:int
-- out: running:int, ended:int
SELECT count(*) FILTER (WHERE p.state = 'running') AS running, count(*) FILTER (WHERE p.state <> 'running') AS ended FROM pub_improve_project p
 WHERE p.programme_id = $1;

-- name: ledger_measures :many
-- The measures of projects that ended, the latest projects first.
-- in: programme:int, most:int
SELECT p.id AS project_id, m.id AS measure_id, m.kind FROM pub_improve_project p JOIN pub_improve_measure m ON m.project_id = p.id
 WHERE p.programme_id = $1 AND p.ended_at IS NOT NULL ORDER BY p.ended_at DESC, p.id, m.id LIMIT $2;

-- name: ledger_earlier :many
-- One figure in the editions before the latest, the newest first, each day once.
-- in: programme:int, code:text, about:int, cohort:int, stage:int, before:int, most:int
SELECT f.code, f.level, f.unit, f.about_id, f.cohort_id, f.stage_id, f.value, f.low, f.high, f.n, f.of_n, f.held, f.missing, f.notes, f.design, f.day
  FROM ledger_edition e CROSS JOIN ledger_figure f
 WHERE e.programme_id = $1 AND f.edition_id = e.id AND f.code = $2 AND f.about_id = $3 AND e.made_day < $6
   AND COALESCE(f.cohort_id, 0) = $4 AND ($4 <> 0 OR COALESCE(f.stage_id, 0) = $5)
   AND f.day = e.made_day AND NOT EXISTS (SELECT 1 FROM ledger_edition x WHERE x.programme_id = e.programme_id AND x.made_day = e.made_day AND x.number > e.number)
 ORDER BY e.number DESC LIMIT $7;
