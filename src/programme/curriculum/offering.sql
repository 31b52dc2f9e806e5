-- Courses given to cohorts and groups: who is enrolled, when, by whom, who was there.

-- name: offering_add :exec
-- in: id:int, course_id:int, cohort_id:int?, group_id:int?, start_day:int, end_day:int
INSERT INTO offering (id, course_id, cohort_id, group_id, start_day, end_day) VALUES ($1, $2, $3, $4, $5, $6);

-- name: offering_session_add :exec
-- in: id:int, offering_id:int, session_id:int, due_day:int
INSERT INTO offering_session (id, offering_id, session_id, place, due_day) VALUES ($1, $2, $3, '', $4);

-- name: enrol_cohort :exec
-- The members of a cohort from today on; who joins later is enrolled then.
-- in: offering_id:int, cohort_id:int, today:int, now:int
INSERT INTO enrolment (person_id, offering_id, state, enrolled_at)
SELECT DISTINCT m.person_id, CAST($1 AS BIGINT), 'enrolled', CAST($4 AS BIGINT)
FROM pub_programme_member m
WHERE m.cohort_id = $2 AND m.state IN ('active', 'leave', 'deferred') AND (m.end_day IS NULL OR m.end_day >= $3)
ON CONFLICT (person_id, offering_id) DO NOTHING;

-- name: enrol_group :exec
-- in: offering_id:int, group_id:int, today:int, now:int
INSERT INTO enrolment (person_id, offering_id, state, enrolled_at)
SELECT m.person_id, CAST($1 AS BIGINT), 'enrolled', CAST($4 AS BIGINT)
FROM pub_programme_group_member m
WHERE m.group_id = $2 AND (m.end_day IS NULL OR m.end_day >= $3)
ON CONFLICT (person_id, offering_id) DO NOTHING;

-- name: enrol_offering_complete :exec
-- Those who have done every session already, in another offering.
-- in: offering_id:int, course_id:int, now:int
UPDATE enrolment SET state = 'completed', completed_at = $3
WHERE offering_id = $1 AND state = 'enrolled'
  AND person_id IN (SELECT p.person_id FROM session_progress p
                    JOIN course_session s ON s.id = p.session_id
                    WHERE s.course_id = $2 AND s.retired = 0 AND p.completed_at IS NOT NULL
                    GROUP BY p.person_id
                    HAVING COUNT(*) = (SELECT COUNT(*) FROM course_session t WHERE t.course_id = $2 AND t.retired = 0));

-- name: enrol_joined :exec
-- Who joins a cohort (group 0) or a group is enrolled in what is offered to it until today or later.
-- in: person_id:int, cohort_id:int, group_id:int, today:int, now:int
INSERT INTO enrolment (person_id, offering_id, state, enrolled_at)
SELECT CAST($1 AS BIGINT), o.id, 'enrolled', CAST($5 AS BIGINT)
FROM offering o
JOIN course c ON c.id = o.course_id
WHERE ((CAST($3 AS BIGINT) = 0 AND o.cohort_id = $2 AND o.group_id IS NULL) OR (CAST($3 AS BIGINT) <> 0 AND o.group_id = $3))
  AND o.end_day >= $4 AND c.state = 'published'
ON CONFLICT (person_id, offering_id) DO UPDATE SET state = 'enrolled' WHERE enrolment.state = 'withdrawn';

-- name: offering_sessions_missing :many
-- Sessions that a course got after it was offered.
-- in: course_id:int, today:int
SELECT o.id AS offering_id, s.id AS session_id, o.end_day
FROM offering o
JOIN course_session s ON s.course_id = o.course_id AND s.retired = 0
WHERE o.course_id = $1 AND o.end_day >= $2
  AND NOT EXISTS (SELECT 1 FROM offering_session os WHERE os.offering_id = o.id AND os.session_id = s.id)
ORDER BY o.id, s.ordinal;

-- name: course_sessions_published :many
-- Every session of the published courses of a programme.
-- in: programme_id:int
SELECT c.id AS course_id, c.stage_id, c.slug, c.title, s.id AS session_id
FROM course c
JOIN course_session s ON s.course_id = c.id AND s.retired = 0
WHERE c.programme_id = $1 AND c.state = 'published'
ORDER BY c.ordinal, c.id, s.ordinal, s.id;

-- name: class_of_person :many
-- When a session was given to one who is enrolled.
-- in: person_id:int, session_id:int
SELECT os.id, os.starts_at
FROM offering_session os
JOIN enrolment e ON e.offering_id = os.offering_id
WHERE e.person_id = $1 AND e.state <> 'withdrawn' AND os.session_id = $2
ORDER BY os.due_day, os.id;

-- name: attendance_find :one
-- in: class_id:int, person_id:int
SELECT state, evidence_id FROM attendance WHERE offering_session_id = $1 AND person_id = $2;

-- name: attendance_set :exec
-- in: class_id:int, person_id:int, state:text, by_person_id:int?, at:int, evidence_id:int?
INSERT INTO attendance (offering_session_id, person_id, state, by_person_id, at, evidence_id) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT (offering_session_id, person_id)
DO UPDATE SET state = excluded.state, by_person_id = excluded.by_person_id, at = excluded.at, evidence_id = excluded.evidence_id;
