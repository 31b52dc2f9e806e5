-- The curriculum of a programme as MedBiquitous tells it.

-- name: medbiq_sessions :many
-- Courses in the order of stages, each with its sessions, and between which days it was offered.
-- in: programme:int
-- out: stage_ordinal:int, first_day:int?, last_day:int?
SELECT s.course_id, s.course_title, s.course_summary, COALESCE(g.ordinal, 0) AS stage_ordinal, s.session_id, s.title, s.summary, s.minutes, s.need_quiz,
       (SELECT MIN(o.start_day) FROM pub_curriculum_inventory_offering o WHERE o.course_id = s.course_id) AS first_day,
       (SELECT MAX(o.end_day) FROM pub_curriculum_inventory_offering o WHERE o.course_id = s.course_id) AS last_day
  FROM pub_curriculum_inventory_session s LEFT JOIN pub_programme_stage g ON g.id = s.stage_id
 WHERE s.programme_id = $1 ORDER BY stage_ordinal, s.course_ordinal, s.course_id, s.ordinal, s.session_id;

-- name: medbiq_tags :many
-- in: programme:int
SELECT session_id, competency_id, use FROM pub_curriculum_tag WHERE programme_id = $1 ORDER BY session_id, competency_id, use;
