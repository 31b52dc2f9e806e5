-- Mentorship: what a programme sets, learners who mentor, who stands behind them, what a mentor is known for, what she notes for
-- herself, the lineage. Statements called wall_* are those of the wall (mentor.sql).

-- name: mentor_setting_find :one
-- in: programme:int
SELECT months, least, from_stage_id, training, competency_id, version FROM mentor_setting WHERE programme_id = $1;

-- name: mentor_setting_add :exec
-- in: programme:int, months:text, least:int, from_stage:int?, training:text, competency:int?
INSERT INTO mentor_setting (programme_id, months, least, from_stage_id, training, competency_id) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: mentor_setting_change :exec
-- in: programme:int, version:int, months:text, least:int, from_stage:int?, training:text, competency:int?
UPDATE mentor_setting SET months = $3, least = $4, from_stage_id = $5, training = $6, competency_id = $7, version = version + 1
 WHERE programme_id = $1 AND version = $2;

-- name: mentor_course_choices :many
-- in: programme:int
SELECT slug, title FROM pub_curriculum_course WHERE programme_id = $1 AND state = 'published' ORDER BY title, slug;

-- ---- learners who mentor ---------------------------------------------------------------------------------------------------------

-- name: mentor_learner :one
-- The stage in which somebody learns in this programme today; no row for who does not.
-- in: programme:int, person:int, today:int
-- out: stage_id:int?, ordinal:int?
SELECT m.stage_id, s.ordinal FROM pub_programme_member m LEFT JOIN pub_programme_stage s ON s.id = m.stage_id
 WHERE m.person_id = $2 AND m.programme_id = $1 AND m.state = 'active' AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $3)
 ORDER BY m.start_day DESC LIMIT 1;

-- name: mentor_stage_ordinal :one
-- in: stage:int
SELECT ordinal FROM pub_programme_stage WHERE id = $1;

-- name: mentor_training :one
-- How many courses of this slug (or with a language behind it) there are, and how many of them somebody has completed.
-- in: programme:int, person:int, slug:text, in_language:text
-- out: courses:int, done:int
SELECT count(*) AS courses, CAST(coalesce(sum(q.whole), 0) AS BIGINT) AS done FROM
  (SELECT CASE WHEN NOT EXISTS (SELECT 1 FROM pub_curriculum_session s WHERE s.course_id = c.id AND NOT EXISTS
                 (SELECT 1 FROM pub_curriculum_done d WHERE d.person_id = $2 AND d.session_id = s.id)) THEN 1 ELSE 0 END AS whole
     FROM pub_curriculum_course c
    WHERE c.programme_id = $1 AND c.state = 'published' AND (c.slug = $3 OR c.slug LIKE $4 ESCAPE '\')
      AND EXISTS (SELECT 1 FROM pub_curriculum_session s WHERE s.course_id = c.id)) q;

-- name: mentor_supervisor_of :one
-- in: programme:int, student:int
-- out: name:text?
SELECT s.faculty_id, n.display_name AS name FROM mentor_supervision s LEFT JOIN pub_people_name n ON n.person_id = s.faculty_id
 WHERE s.programme_id = $1 AND s.student_id = $2;

-- name: mentor_supervised_by :many
-- in: faculty:int, most:int
SELECT s.student_id, s.programme_id, n.display_name FROM mentor_supervision s JOIN pub_people_name n ON n.person_id = s.student_id
 WHERE s.faculty_id = $1 ORDER BY n.sort_key, s.student_id LIMIT $2;

-- name: mentor_supervision_set :exec
-- in: programme:int, student:int, faculty:int, now:int
INSERT INTO mentor_supervision (programme_id, student_id, faculty_id, since_at) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme_id, student_id) DO UPDATE SET faculty_id = excluded.faculty_id, since_at = excluded.since_at;

-- name: mentor_supervision_end :exec
-- in: programme:int, student:int
DELETE FROM mentor_supervision WHERE programme_id = $1 AND student_id = $2;

-- name: mentor_supervision_clear :exec
-- in: person:int
DELETE FROM mentor_supervision WHERE student_id = $1 OR faculty_id = $1;

-- name: mentor_students :many
-- The learners who mentor in a programme, by name behind (after_key, after_id): who stands behind each, how many mentees each has.
-- in: programme:int, today:int, alone_only:int, after_key:text, after_id:int, most:int
-- out: display_name:text, sort_key:text, faculty_id:int?, faculty:text?, mentees:int
SELECT g.person_id, n.display_name, n.sort_key, s.faculty_id, f.display_name AS faculty,
       (SELECT count(*) FROM mentor_pair p WHERE p.mentor_id = g.person_id AND p.programme_id + 0 = $1
          AND p.state IN ('accepted', 'active', 'paused')) AS mentees
  FROM (SELECT DISTINCT person_id FROM pub_programme_given_role
         WHERE role = 'mentor' AND programme_id = $1 AND start_day <= $2 AND (end_day IS NULL OR end_day >= $2)) g
  JOIN pub_people_name n ON n.person_id = g.person_id
  LEFT JOIN mentor_supervision s ON s.programme_id = $1 AND s.student_id = g.person_id
  LEFT JOIN pub_people_name f ON f.person_id = s.faculty_id
 WHERE EXISTS (SELECT 1 FROM pub_programme_member m WHERE m.person_id = g.person_id AND m.programme_id = $1 AND m.state = 'active'
                 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2))
   AND ($3 = 0 OR s.faculty_id IS NULL)
   AND (n.sort_key > $4 OR (n.sort_key = $4 AND g.person_id > $5))
 ORDER BY n.sort_key, g.person_id LIMIT $6;

-- name: mentor_students_alone :one
-- in: programme:int, today:int
-- out: n:int
SELECT count(*) AS n
  FROM (SELECT DISTINCT person_id FROM pub_programme_given_role
         WHERE role = 'mentor' AND programme_id = $1 AND start_day <= $2 AND (end_day IS NULL OR end_day >= $2)) g
 WHERE EXISTS (SELECT 1 FROM pub_programme_member m WHERE m.person_id = g.person_id AND m.programme_id = $1 AND m.state = 'active'
                 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2))
   AND NOT EXISTS (SELECT 1 FROM mentor_supervision s WHERE s.programme_id = $1 AND s.student_id = g.person_id);

-- ---- the lineage: who mentored whom, a generation at a time (+ 0: by the people, not through all pairs of the programme) -----------

-- name: mentor_lineage_below :many
-- in: programme:int, m0:int, m1:int, m2:int, m3:int, m4:int, m5:int, m6:int, m7:int, m8:int, m9:int, most:int
-- out: name:text?, named:int
SELECT p.mentor_id, p.mentee_id, p.active_at, p.ended_at, n.display_name AS name,
       coalesce((SELECT c.in_lineage FROM mentor_choice c WHERE c.person_id = p.mentee_id), 0) AS named
  FROM mentor_pair p LEFT JOIN pub_people_name n ON n.person_id = p.mentee_id
 WHERE p.mentor_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AND p.programme_id + 0 = $1 AND p.active_at IS NOT NULL
 ORDER BY p.mentor_id, p.active_at, p.id LIMIT $12;

-- name: mentor_lineage_above :many
-- in: programme:int, m0:int, m1:int, m2:int, m3:int, m4:int, m5:int, m6:int, m7:int, m8:int, m9:int, most:int
-- out: name:text?, named:int
SELECT p.mentor_id, p.mentee_id, p.active_at, p.ended_at, n.display_name AS name,
       coalesce((SELECT c.in_lineage FROM mentor_choice c WHERE c.person_id = p.mentor_id), 0) AS named
  FROM mentor_pair p LEFT JOIN pub_people_name n ON n.person_id = p.mentor_id
 WHERE p.mentee_id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11) AND p.programme_id + 0 = $1 AND p.active_at IS NOT NULL
 ORDER BY p.mentee_id, p.active_at, p.id LIMIT $12;

-- name: mentor_profile_id_of :one
-- in: programme:int, person:int
SELECT id FROM mentor_profile WHERE programme_id = $1 AND person_id = $2 AND shown = 1;

-- ---- what a mentor is known for, with her own evidence counted beside it ------------------------------------------------------------

-- name: mentor_known_list :many
-- in: programme:int, person:int
-- out: items:int
SELECT k.competency_id, f.title,
       (SELECT count(*) FROM pub_evidence_item e WHERE e.person_id = k.person_id AND e.competency_id = k.competency_id) AS items
  FROM mentor_known k JOIN pub_framework_competency f ON f.competency_id = k.competency_id
 WHERE k.programme_id = $1 AND k.person_id = $2 ORDER BY f.code, k.competency_id;

-- name: mentor_known_add :exec
-- in: programme:int, person:int, competency:int
INSERT INTO mentor_known (programme_id, person_id, competency_id) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: mentor_known_drop :exec
-- in: programme:int, person:int
DELETE FROM mentor_known WHERE programme_id = $1 AND person_id = $2;

-- name: mentor_known_clear :exec
-- in: person:int
DELETE FROM mentor_known WHERE person_id = $1;

-- ---- behind the wall: what a mentor notes for herself ---------------------------------------------------------------------------

-- name: wall_log_list :many
-- in: person:int, before_day:int, before_id:int, most:int
SELECT id, day, did, outcome, shared_at FROM mentor_log
 WHERE person_id = $1 AND (day < $2 OR (day = $2 AND id < $3)) ORDER BY day DESC, id DESC LIMIT $4;

-- name: wall_log_find :one
-- in: id:int, person:int
SELECT id, programme_id, day, did, outcome, competency_id, shared_at, version FROM mentor_log WHERE id = $1 AND person_id = $2;

-- name: wall_log_add :exec
-- in: id:int, programme:int, person:int, day:int, did:text, outcome:text, competency:int?, now:int
INSERT INTO mentor_log (id, programme_id, person_id, day, did, outcome, competency_id, written_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: wall_log_change :exec
-- in: id:int, person:int, version:int, day:int, did:text, outcome:text
UPDATE mentor_log SET day = $4, did = $5, outcome = $6, version = version + 1 WHERE id = $1 AND person_id = $2 AND version = $3;

-- name: wall_log_share :exec
-- in: id:int, person:int, shared_at:int?
UPDATE mentor_log SET shared_at = $3, version = version + 1 WHERE id = $1 AND person_id = $2;

-- name: wall_log_remove :exec
-- in: id:int, person:int
DELETE FROM mentor_log WHERE id = $1 AND person_id = $2;

-- name: wall_log_shared :many
-- What a learner shares with who stands behind her, for that person alone.
-- in: student:int, faculty:int, before_day:int, before_id:int, most:int
SELECT g.id, g.day, g.did, g.outcome FROM mentor_log g
  JOIN mentor_supervision s ON s.programme_id = g.programme_id AND s.student_id = g.person_id AND s.faculty_id = $2
 WHERE g.person_id = $1 AND g.shared_at IS NOT NULL AND (g.day < $3 OR (g.day = $3 AND g.id < $4))
 ORDER BY g.day DESC, g.id DESC LIMIT $5;

-- name: wall_written_log :many
-- in: person:int
SELECT day, did, outcome FROM mentor_log WHERE person_id = $1 ORDER BY day, id;

-- name: wall_log_unshare :exec
-- Somebody else stands behind her now: what she shared was for the one before.
-- in: programme:int, person:int
UPDATE mentor_log SET shared_at = NULL WHERE programme_id + 0 = $1 AND person_id = $2 AND shared_at IS NOT NULL;

-- name: mentor_was_paired :one
-- Was somebody ever mentor or mentee of anybody in a programme.
-- in: programme:int, person:int
-- out: n:int
SELECT (CASE WHEN EXISTS (SELECT 1 FROM mentor_pair p WHERE p.mentor_id = $2 AND p.programme_id + 0 = $1 AND p.active_at IS NOT NULL) THEN 1
             WHEN EXISTS (SELECT 1 FROM mentor_pair p WHERE p.mentee_id = $2 AND p.programme_id + 0 = $1 AND p.active_at IS NOT NULL) THEN 1
             ELSE 0 END) AS n;
