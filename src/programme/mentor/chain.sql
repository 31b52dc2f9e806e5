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
       (SELECT count(*) FROM mentor_pair p WHERE p.mentor_id = g.person_id AND p.programme_id = $1
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
