-- The chain from what is taught to what care has of it.

-- name: ledger_finding_add :exec
-- in: edition:int, measure:int, project:int, kind:text, finding:text
INSERT INTO ledger_finding (edition_id, measure_id, project_id, kind, finding) VALUES ($1, $2, $3, $4, $5);

-- name: ledger_findings_drop :exec
-- in: edition:int
DELETE FROM ledger_finding WHERE edition_id = $1;

-- name: ledger_chain_tags :many
-- What the published sessions of each course are for, course by course.
-- in: programme:int, most:int
SELECT course_id, course_title, stage_id, session_id, competency_id FROM pub_curriculum_tag WHERE programme_id = $1 ORDER BY course_title, course_id, session_id LIMIT $2;

-- name: ledger_chain_seen :many
-- What others assessed, by competency, as a job counted it.
-- in: programme:int
SELECT competency_id, people, items FROM pub_evidence_tally WHERE programme_id = $1 AND use = 'A';

-- name: ledger_chain_offered :many
-- The courses that were offered to a cohort.
-- in: cohort:int
SELECT DISTINCT course_id FROM pub_curriculum_offered WHERE cohort_id = $1 ORDER BY course_id;

-- name: ledger_chain_assessed :many
-- Of how many people of each cohort the edition found an assessment.
-- in: edition:int
SELECT cohort_id, competency_id, people FROM ledger_seen WHERE edition_id = $1;

-- name: ledger_assessed :many
-- Of how many people of a cohort there is an assessment, by competency.
-- in: cohort:int, programme:int
-- out: people:int
SELECT e.competency_id, count(DISTINCT e.person_id) AS people FROM pub_programme_last m CROSS JOIN pub_evidence_item e
 WHERE m.cohort_id = $1 AND e.person_id = m.person_id AND e.programme_id + 0 = $2 AND e.use = 'A' AND e.competency_id IS NOT NULL
 GROUP BY e.competency_id ORDER BY e.competency_id;

-- name: ledger_seen_add :exec
-- in: edition:int, cohort:int, competency:int, people:int
INSERT INTO ledger_seen (edition_id, cohort_id, competency_id, people) VALUES ($1, $2, $3, $4);

-- name: ledger_seen_drop :exec
-- in: edition:int
DELETE FROM ledger_seen WHERE edition_id = $1;

-- name: ledger_chain_teams :many
-- Where the people of each project are, or were last.
-- in: programme:int, most:int
SELECT DISTINCT p.id, m.cohort_id FROM pub_improve_project p JOIN pub_improve_member x ON x.project_id = p.id
  JOIN pub_programme_last m ON m.person_id = x.person_id AND m.programme_id = $1
 WHERE p.programme_id = $1 ORDER BY p.id, m.cohort_id LIMIT $2;

-- name: ledger_chain_projects :many
-- Improvement projects: those that ended first, the latest of them before the others.
-- in: programme:int, most:int
SELECT p.id, w.title, p.state, p.claim FROM pub_improve_project p JOIN pub_improve_work w ON w.id = p.id
 WHERE p.programme_id = $1 ORDER BY CASE p.state WHEN 'finished' THEN 0 WHEN 'running' THEN 1 ELSE 2 END, p.ended_at DESC NULLS LAST, p.created_at DESC, p.id LIMIT $2;

-- name: ledger_chain_exercises :many
-- in: programme:int, most:int
SELECT x.project_id, x.competency_id FROM pub_improve_project p JOIN pub_improve_exercise x ON x.project_id = p.id WHERE p.programme_id = $1
 ORDER BY x.project_id, x.competency_id LIMIT $2;

-- name: ledger_chain_measures :many
-- The measures of those that ended, with what their charts said when the edition was counted.
-- in: edition:int, most:int
SELECT f.measure_id, f.project_id, f.kind, f.finding, m.name FROM ledger_finding f JOIN pub_improve_measure m ON m.id = f.measure_id
 WHERE f.edition_id = $1 ORDER BY f.project_id, f.measure_id LIMIT $2;
