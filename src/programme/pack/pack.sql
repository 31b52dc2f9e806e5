-- Evidence packs: templates, keys, what was made, and the figures that are counted here.

-- ---- templates -------------------------------------------------------------------------------------------------------------------

-- name: pack_templates :many
-- Those in use, by title.
-- in: programme:int
SELECT id, code, language, version, title, shipped, created_at FROM pack_template WHERE programme_id = $1 AND state = 'current'
 ORDER BY title, code, language LIMIT 200;

-- name: pack_template_find :one
-- in: id:int
SELECT id, programme_id, code, language, version, title, body, state, shipped, person_id, created_at FROM pack_template WHERE id = $1;

-- name: pack_template_current :one
-- in: programme:int, code:text, language:text
SELECT id, programme_id, code, language, version, title, body, state, shipped, person_id, created_at FROM pack_template
 WHERE programme_id = $1 AND code = $2 AND language = $3 AND state = 'current';

-- name: pack_template_versions :many
-- in: programme:int, code:text, language:text
SELECT id, version, state, shipped, created_at FROM pack_template WHERE programme_id = $1 AND code = $2 AND language = $3
 ORDER BY version DESC LIMIT 100;

-- name: pack_template_make_earlier :exec
-- in: id:int
UPDATE pack_template SET state = 'earlier' WHERE id = $1 AND state = 'current';

-- name: pack_template_add :exec
-- in: id:int, programme:int, code:text, language:text, version:int, title:text, body:text, shipped:int, person:int?, now:int
INSERT INTO pack_template (id, programme_id, code, language, version, title, body, state, shipped, person_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'current', $8, $9, $10);

-- ---- keys ------------------------------------------------------------------------------------------------------------------------

-- name: pack_key_now :one
SELECT id, public_key, seed, locked, made_at FROM pack_key WHERE state = 'current';

-- name: pack_keys :many
-- The newest first.
SELECT id, public_key, state, made_at, retired_at FROM pack_key ORDER BY made_at DESC, id DESC LIMIT 100;

-- name: pack_key_find :one
-- in: id:int
SELECT id, public_key, state, made_at, retired_at FROM pack_key WHERE id = $1;

-- name: pack_key_add :exec
-- in: id:int, public_key:blob, seed:blob, locked:int, now:int
INSERT INTO pack_key (id, public_key, seed, locked, state, made_at) VALUES ($1, $2, $3, $4, 'current', $5) ON CONFLICT DO NOTHING;

-- name: pack_key_retire :exec
-- in: id:int, nothing:blob, now:int
UPDATE pack_key SET state = 'retired', seed = $2, locked = 0, retired_at = $3 WHERE id = $1 AND state = 'current';

-- ---- packs -----------------------------------------------------------------------------------------------------------------------

-- name: pack_list :many
-- Newest first, behind (at, id).
-- in: programme:int, at:int, id:int, most:int
SELECT p.id, p.from_day, p.until_day, p.hash, p.figures, p.held, p.made_at, t.title, t.code, t.version, t.language
  FROM pack p JOIN pack_template t ON t.id = p.template_id
 WHERE p.programme_id = $1 AND (p.made_at, p.id) < ($2, $3) ORDER BY p.made_at DESC, p.id DESC LIMIT $4;

-- name: pack_find :one
-- in: id:int
-- out: maker:text?
SELECT p.id, p.programme_id, p.template_id, p.key_id, p.from_day, p.until_day, p.hash, p.size, p.figures, p.held, p.software, p.made_by, p.made_at,
       t.title, t.code, t.version, t.language, k.public_key, n.display_name AS maker
  FROM pack p JOIN pack_template t ON t.id = p.template_id JOIN pack_key k ON k.id = p.key_id
       LEFT JOIN pub_people_name n ON n.person_id = p.made_by
 WHERE p.id = $1;

-- name: pack_by_hash :one
-- in: programme:int, hash:text
SELECT id, made_at FROM pack WHERE programme_id = $1 AND hash = $2;

-- name: pack_by_digest :one
-- The latest with these data.
-- in: programme:int, digest:text
SELECT id FROM pack WHERE programme_id = $1 AND digest = $2 ORDER BY made_at DESC, id DESC LIMIT 1;

-- name: pack_bytes :one
-- in: id:int
SELECT bytes FROM pack_file WHERE pack_id = $1;

-- name: pack_add :exec
-- in: id:int, programme:int, template:int, key:int, from_day:int, until_day:int, hash:text, digest:text, size:int, figures:int, held:int, software:text, person:int, now:int
INSERT INTO pack (id, programme_id, template_id, key_id, from_day, until_day, hash, digest, size, figures, held, software, made_by, made_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14);

-- name: pack_file_add :exec
-- in: id:int, bytes:blob
INSERT INTO pack_file (pack_id, bytes) VALUES ($1, $2);

-- ---- of a person -----------------------------------------------------------------------------------------------------------------

-- name: pack_made_by :many
-- in: person:int
SELECT id, from_day, until_day, hash, made_at FROM pack WHERE made_by = $1 ORDER BY made_at, id;

-- name: pack_templates_by :many
-- in: person:int
SELECT code, language, version, created_at FROM pack_template WHERE person_id = $1 ORDER BY created_at, id;

-- name: pack_forget_maker :exec
-- in: person:int
UPDATE pack SET made_by = NULL WHERE made_by = $1;

-- name: pack_forget_author :exec
-- in: person:int
UPDATE pack_template SET person_id = NULL WHERE person_id = $1;

-- ---- figures: of those who were members on some day of the period -----------------------------------------------------------------

-- name: pack_learners :many
-- How many, by the furthest stage each was in (ordinal 0: none).
-- in: programme:int, from_day:int, until_day:int
-- out: ordinal:int, stage:text, n:int
WITH one AS (
    SELECT m.person_id, COALESCE(MAX(s.ordinal), 0) AS ordinal
      FROM pub_programme_member m LEFT JOIN pub_programme_stage s ON s.id = m.stage_id
     WHERE m.programme_id = $1 AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $2)
     GROUP BY m.person_id)
SELECT o.ordinal, COALESCE((SELECT s.title FROM pub_programme_stage s WHERE s.programme_id = $1 AND s.ordinal = o.ordinal), '') AS stage, count(*) AS n
  FROM one o GROUP BY o.ordinal ORDER BY o.ordinal;

-- name: pack_professions :many
-- in: programme:int, from_day:int, until_day:int
-- out: profession:text, n:int
WITH one AS (
    SELECT DISTINCT m.person_id FROM pub_programme_member m
     WHERE m.programme_id = $1 AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $2))
SELECT COALESCE(p.profession, '') AS profession, count(*) AS n
  FROM one o JOIN pub_people_profession p ON p.person_id = o.person_id GROUP BY COALESCE(p.profession, '') ORDER BY COALESCE(p.profession, '');

-- name: pack_shares :one
-- How many of them did something within the period.
-- in: programme:int, from_day:int, until_day:int, from_at:int, until_at:int
-- out: people:int, learned:int, practised:int, observed:int, rounds:int, mentored:int, placed:int
WITH one AS (
    SELECT DISTINCT m.person_id FROM pub_programme_member m
     WHERE m.programme_id = $1 AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $2))
SELECT count(*) AS people,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM pub_curriculum_done d JOIN pub_curriculum_session_title t ON t.id = d.session_id
           WHERE d.person_id = o.person_id AND d.completed_at >= $4 AND d.completed_at < $5 AND t.programme_id + 0 = $1)) AS learned,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM pub_practice_done d JOIN pub_practice_exercise x ON x.id = d.exercise_id
           WHERE d.person_id = o.person_id AND d.ended_at >= $4 AND d.ended_at < $5 AND x.programme_id + 0 = $1)) AS practised,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM pub_observe_observation b
           WHERE b.subject_id = o.person_id AND b.day >= $2 AND b.day <= $3 AND b.programme_id + 0 = $1)) AS observed,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM pub_feedback_round r
           WHERE r.subject_id = o.person_id AND r.released_at >= $4 AND r.released_at < $5 AND r.programme_id + 0 = $1)) AS rounds,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM pub_mentor_span p
           WHERE p.mentee_id = o.person_id AND p.accepted_at < $5 AND (p.ended_at IS NULL OR p.ended_at >= $4) AND p.programme_id + 0 = $1)) AS mentored,
       count(*) FILTER (WHERE EXISTS (SELECT 1 FROM pub_hours h
           WHERE h.person_id = o.person_id AND h.state = 'verified' AND h.day >= $2 AND h.day <= $3 AND h.programme_id + 0 = $1)) AS placed
  FROM one o;

-- name: pack_observations :one
-- in: programme:int, from_at:int, until_at:int
-- out: n:int, people:int, observers:int
SELECT count(*) AS n, count(DISTINCT subject_id) AS people, count(DISTINCT observer_id) AS observers
  FROM pub_observe_observation WHERE programme_id = $1 AND recorded_at >= $2 AND recorded_at < $3;

-- name: pack_assessments :one
-- in: programme:int, from_at:int, until_at:int
-- out: n:int, people:int
SELECT count(*) AS n, count(DISTINCT subject_id) AS people FROM pub_observe_assessment
 WHERE programme_id = $1 AND complete_at >= $2 AND complete_at < $3;

-- name: pack_attendance :one
-- in: programme:int, from_at:int, until_at:int
-- out: sessions:int, noted:int, present:int, people:int
SELECT count(DISTINCT offering_session_id) AS sessions, count(*) AS noted,
       count(*) FILTER (WHERE state IN ('present', 'late')) AS present, count(DISTINCT person_id) AS people
  FROM pub_curriculum_attendance WHERE programme_id = $1 AND starts_at >= $2 AND starts_at < $3;

-- name: pack_hours :one
-- in: programme:int, from_day:int, until_day:int
-- out: minutes:int, people:int
SELECT COALESCE(CAST(sum(minutes) AS BIGINT), 0) AS minutes, count(DISTINCT person_id) AS people FROM pub_hours
 WHERE programme_id = $1 AND state = 'verified' AND day >= $2 AND day <= $3;

-- name: pack_projects :one
-- in: programme:int, from_at:int, until_at:int
-- out: running:int, finished:int, improved:int, stopped:int
SELECT count(*) FILTER (WHERE created_at < $3 AND (ended_at IS NULL OR ended_at >= $3)) AS running,
       count(*) FILTER (WHERE state = 'finished' AND ended_at >= $2 AND ended_at < $3) AS finished,
       count(*) FILTER (WHERE state = 'finished' AND claim = 'improved' AND ended_at >= $2 AND ended_at < $3) AS improved,
       count(*) FILTER (WHERE state = 'stopped' AND ended_at >= $2 AND ended_at < $3) AS stopped
  FROM pub_improve_project WHERE programme_id = $1;

-- ---- records ---------------------------------------------------------------------------------------------------------------------

-- name: pack_courses :many
-- in: programme:int
-- out: sessions:int, introduced:int, practised:int, assessed:int
SELECT c.slug, c.title, c.language,
       (SELECT count(*) FROM pub_curriculum_session s WHERE s.course_id = c.id) AS sessions,
       (SELECT count(DISTINCT t.competency_id) FROM pub_curriculum_tag t WHERE t.course_id = c.id AND t.use = 'I') AS introduced,
       (SELECT count(DISTINCT t.competency_id) FROM pub_curriculum_tag t WHERE t.course_id = c.id AND t.use = 'P') AS practised,
       (SELECT count(DISTINCT t.competency_id) FROM pub_curriculum_tag t WHERE t.course_id = c.id AND t.use = 'A') AS assessed
  FROM pub_curriculum_course c WHERE c.programme_id = $1 AND c.state = 'published' ORDER BY c.slug;

-- name: pack_competencies :many
-- All that sessions of the programme are tagged with, by code: in how many sessions each is introduced, practised and assessed.
-- in: programme:int, language:text
-- out: title:text, introduced:int, practised:int, assessed:int
SELECT k.code, COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $2), k.title) AS title,
       count(DISTINCT CASE WHEN t.use = 'I' THEN t.session_id END) AS introduced,
       count(DISTINCT CASE WHEN t.use = 'P' THEN t.session_id END) AS practised,
       count(DISTINCT CASE WHEN t.use = 'A' THEN t.session_id END) AS assessed
  FROM pub_curriculum_tag t JOIN pub_framework_competency k ON k.competency_id = t.competency_id
 WHERE t.programme_id = $1 GROUP BY k.code, k.item_id, k.title ORDER BY k.code, k.item_id LIMIT 2000;

-- name: pack_shown_projects :many
-- in: programme:int, from_at:int, until_at:int
SELECT id, title, value, claim, aim_met, made_up, ended_at FROM pub_improve_shown
 WHERE programme_id = $1 AND state = 'finished' AND ended_at >= $2 AND ended_at < $3 ORDER BY ended_at, id LIMIT 500;
