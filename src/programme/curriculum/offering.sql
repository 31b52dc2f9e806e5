-- Courses given to cohorts and groups: who is enrolled, when, by whom, who was there.

-- name: offering_add :exec
-- in: id:int, course_id:int, cohort_id:int?, group_id:int?, start_day:int, end_day:int
INSERT INTO offering (id, course_id, cohort_id, group_id, start_day, end_day) VALUES ($1, $2, $3, $4, $5, $6);

-- name: offering_same :one
-- The same course to the same people on the same days.
-- in: course_id:int, cohort_id:int, group_id:int, start_day:int, end_day:int
-- out: n:int
SELECT COUNT(*) AS n FROM offering
WHERE course_id = $1 AND COALESCE(cohort_id, 0) = $2 AND COALESCE(group_id, 0) = $3 AND start_day = $4 AND end_day = $5;

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

-- name: enrolments_leave :exec
-- Open enrolments in a programme whose audience she is in neither today nor later.
-- in: person_id:int, programme_id:int, today:int
UPDATE enrolment SET state = 'withdrawn'
WHERE person_id = $1 AND state = 'enrolled'
  AND EXISTS (SELECT 1 FROM offering o JOIN course c ON c.id = o.course_id
              WHERE o.id = enrolment.offering_id AND c.programme_id = $2
                AND NOT EXISTS (SELECT 1 FROM pub_programme_member m
                                WHERE m.person_id = $1 AND m.cohort_id = o.cohort_id AND o.group_id IS NULL
                                  AND (m.end_day IS NULL OR m.end_day >= $3))
                AND NOT EXISTS (SELECT 1 FROM pub_programme_group_member g
                                WHERE g.person_id = $1 AND g.group_id = o.group_id
                                  AND (g.end_day IS NULL OR g.end_day >= $3)));

-- name: people_left :many
-- Whose membership or group ended on these days: a few among all.
-- in: first:int, last:int
SELECT m.person_id, m.programme_id FROM pub_programme_member m WHERE m.end_day >= $1 AND m.end_day <= $2
UNION
SELECT g.person_id, g.programme_id FROM pub_programme_group_member g WHERE g.end_day >= $1 AND g.end_day <= $2;

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

-- ---- the pages of offerings ----

-- name: offering_find :one
-- in: id:int
-- out: cohort_title:text?, group_title:text?
SELECT o.id, o.course_id, o.cohort_id, o.group_id, o.start_day, o.end_day, o.version, c.programme_id, c.title AS course_title,
       k.title AS cohort_title, g.title AS group_title
FROM offering o
JOIN course c ON c.id = o.course_id
LEFT JOIN pub_programme_cohort k ON k.id = o.cohort_id
LEFT JOIN pub_programme_group g ON g.id = o.group_id
WHERE o.id = $1;

-- name: offering_list :many
-- What a course was given to, newest first, with how many take part.
-- in: course_id:int, most:int
-- out: cohort_title:text?, group_title:text?, people:int, completed:int
SELECT o.id, o.cohort_id, o.start_day, o.end_day, k.title AS cohort_title, g.title AS group_title,
       (SELECT COUNT(*) FROM enrolment e WHERE e.offering_id = o.id AND e.state <> 'withdrawn') AS people,
       (SELECT COUNT(*) FROM enrolment e WHERE e.offering_id = o.id AND e.state = 'completed') AS completed
FROM offering o
LEFT JOIN pub_programme_cohort k ON k.id = o.cohort_id
LEFT JOIN pub_programme_group g ON g.id = o.group_id
WHERE o.course_id = $1
ORDER BY o.start_day DESC, o.id DESC
LIMIT $2;

-- name: offering_classes :many
-- in: offering_id:int
-- out: teacher:text?, noted:int
SELECT os.id, os.session_id, s.title, s.retired, os.starts_at, os.ends_at, os.place, os.due_day, n.display_name AS teacher,
       (SELECT COUNT(*) FROM attendance t WHERE t.offering_session_id = os.id) AS noted
FROM offering_session os
JOIN course_session s ON s.id = os.session_id
LEFT JOIN pub_people_name n ON n.person_id = os.teacher_id
WHERE os.offering_id = $1
ORDER BY s.ordinal, s.id;

-- name: offering_change :exec
-- Changes no row when somebody else changed it since.
-- in: id:int, version:int, start_day:int, end_day:int
UPDATE offering SET start_day = $3, end_day = $4, version = version + 1 WHERE id = $1 AND version = $2;

-- name: offering_due_set :exec
-- in: id:int, due_day:int
UPDATE offering_session SET due_day = $2, version = version + 1 WHERE id = $1;

-- name: offering_counts :one
-- in: offering_id:int
-- out: people:int, completed:int
SELECT (SELECT COUNT(*) FROM enrolment e WHERE e.offering_id = $1 AND e.state <> 'withdrawn') AS people,
       (SELECT COUNT(*) FROM enrolment e WHERE e.offering_id = $1 AND e.state = 'completed') AS completed;

-- name: audience_groups :many
-- in: programme_id:int
SELECT id, cohort_id, code, title FROM pub_programme_group WHERE programme_id = $1 ORDER BY code, id;

-- name: audience_cohort_count :one
-- in: cohort_id:int, today:int
-- out: n:int
SELECT COUNT(DISTINCT m.person_id) AS n FROM pub_programme_member m
WHERE m.cohort_id = $1 AND m.state IN ('active', 'leave', 'deferred') AND (m.end_day IS NULL OR m.end_day >= $2);

-- name: audience_group_count :one
-- in: group_id:int, today:int
-- out: n:int
SELECT COUNT(*) AS n FROM pub_programme_group_member m WHERE m.group_id = $1 AND (m.end_day IS NULL OR m.end_day >= $2);

-- name: offering_people :many
-- By name, after one of them; found by the beginning of a word of the name where word is not empty.
-- in: offering_id:int, course_id:int, after_key:text, after_id:int, word:text, word_end:text, most:int
-- out: completed:int, last_at:int?
SELECT e.person_id, n.display_name, n.sort_key, e.state, e.completed_at,
       (SELECT COUNT(*) FROM session_progress p JOIN course_session s ON s.id = p.session_id
        WHERE p.person_id = e.person_id AND s.course_id = $2 AND s.retired = 0 AND p.completed_at IS NOT NULL) AS completed,
       (SELECT MAX(COALESCE(p.completed_at, p.quiz_passed_at, p.read_at, p.opened_at))
        FROM session_progress p JOIN course_session s ON s.id = p.session_id
        WHERE p.person_id = e.person_id AND s.course_id = $2) AS last_at
FROM enrolment e
JOIN pub_people_name n ON n.person_id = e.person_id
WHERE e.offering_id = $1 AND (n.sort_key, n.person_id) > ($3, $4)
  AND ($5 = '' OR EXISTS (SELECT 1 FROM pub_people_word w WHERE w.person_id = e.person_id AND w.word >= $5 AND w.word < $6))
ORDER BY n.sort_key, n.person_id
LIMIT $7;

-- name: offering_everybody :many
-- in: offering_id:int
SELECT e.person_id, n.display_name, e.state, e.completed_at
FROM enrolment e
JOIN pub_people_name n ON n.person_id = e.person_id
WHERE e.offering_id = $1
ORDER BY n.sort_key, n.person_id;

-- name: offering_progress :many
-- What the people of an offering have done, by person.
-- in: offering_id:int, course_id:int
SELECT p.person_id, p.session_id, p.read_at, p.best_percent, p.completed_at
FROM enrolment e
JOIN session_progress p ON p.person_id = e.person_id
JOIN course_session s ON s.id = p.session_id
WHERE e.offering_id = $1 AND s.course_id = $2
ORDER BY p.person_id, p.session_id;

-- name: offering_person :one
-- in: offering_id:int, person_id:int
SELECT n.display_name, e.state FROM enrolment e JOIN pub_people_name n ON n.person_id = e.person_id
WHERE e.offering_id = $1 AND e.person_id = $2;

-- name: enrolment_withdraw :exec
-- in: offering_id:int, person_id:int
UPDATE enrolment SET state = 'withdrawn' WHERE offering_id = $1 AND person_id = $2 AND state = 'enrolled';

-- name: enrolment_restore :exec
-- in: offering_id:int, person_id:int
UPDATE enrolment SET state = CASE WHEN completed_at IS NULL THEN 'enrolled' ELSE 'completed' END
WHERE offering_id = $1 AND person_id = $2 AND state = 'withdrawn';

-- ---- classes: a session as it is given to one offering ----

-- name: class_find :one
-- in: id:int
-- out: teacher:text?, cohort_title:text?, group_title:text?
SELECT os.id, os.offering_id, os.session_id, os.starts_at, os.ends_at, os.place, os.teacher_id, os.due_day, os.version,
       n.display_name AS teacher, s.title, c.id AS course_id, c.title AS course_title, c.programme_id, o.cohort_id, o.group_id, o.start_day, o.end_day,
       k.title AS cohort_title, g.title AS group_title
FROM offering_session os
JOIN offering o ON o.id = os.offering_id
JOIN course_session s ON s.id = os.session_id
JOIN course c ON c.id = o.course_id
LEFT JOIN pub_programme_cohort k ON k.id = o.cohort_id
LEFT JOIN pub_programme_group g ON g.id = o.group_id
LEFT JOIN pub_people_name n ON n.person_id = os.teacher_id
WHERE os.id = $1;

-- name: class_change :exec
-- Changes no row when somebody else changed it since.
-- in: id:int, version:int, starts_at:int?, ends_at:int?, place:text, teacher_id:int?, due_day:int
UPDATE offering_session SET starts_at = $3, ends_at = $4, place = $5, teacher_id = $6, due_day = $7, version = version + 1
WHERE id = $1 AND version = $2;

-- name: class_teachers :many
-- Who may give a class: everybody in the programme who is not there as a learner only.
-- in: programme_id:int, today:int, most:int
SELECT n.person_id, n.display_name
FROM pub_people_name n
WHERE n.person_id IN (SELECT r.person_id FROM pub_programme_grant r
                      WHERE (r.programme_id = $1 OR r.programme_id IS NULL) AND r.role <> 'trainee'
                        AND r.start_day <= $2 AND (r.end_day IS NULL OR r.end_day >= $2))
ORDER BY n.sort_key, n.person_id
LIMIT $3;

-- name: class_teacher :one
-- Is the person one of them?
-- in: programme_id:int, today:int, person_id:int
-- out: n:int
SELECT COUNT(*) AS n FROM pub_programme_grant r
WHERE r.person_id = $3 AND (r.programme_id = $1 OR r.programme_id IS NULL) AND r.role <> 'trainee'
  AND r.start_day <= $2 AND (r.end_day IS NULL OR r.end_day >= $2);

-- name: class_people :many
-- in: class_id:int, offering_id:int, most:int, skip:int
-- out: state:text?
SELECT e.person_id, n.display_name, t.state
FROM enrolment e
JOIN pub_people_name n ON n.person_id = e.person_id
LEFT JOIN attendance t ON t.offering_session_id = $1 AND t.person_id = e.person_id
WHERE e.offering_id = $2 AND e.state <> 'withdrawn'
ORDER BY n.sort_key, n.person_id
LIMIT $3 OFFSET $4;

-- name: class_attended :many
-- in: class_id:int
-- out: n:int
SELECT state, COUNT(*) AS n FROM attendance WHERE offering_session_id = $1 GROUP BY state;

-- ---- the calendar ----

-- name: calendar_classes :many
-- Classes a person takes part in or gives, from one moment until before another.
-- in: person_id:int, from_at:int, until_at:int, most:int
-- out: teaches:int, starts_at:int
SELECT os.id, os.session_id, s.title, c.title AS course_title, os.starts_at, os.ends_at, os.place, 0 AS teaches
FROM enrolment e
JOIN offering_session os ON os.offering_id = e.offering_id
JOIN course_session s ON s.id = os.session_id
JOIN course c ON c.id = s.course_id
WHERE e.person_id = $1 AND e.state <> 'withdrawn' AND os.starts_at >= $2 AND os.starts_at < $3 AND s.retired = 0 AND c.state <> 'draft'
UNION ALL
SELECT os.id, os.session_id, s.title, c.title AS course_title, os.starts_at, os.ends_at, os.place, 1 AS teaches
FROM offering_session os
JOIN course_session s ON s.id = os.session_id
JOIN course c ON c.id = s.course_id
WHERE os.teacher_id = $1 AND os.starts_at >= $2 AND os.starts_at < $3
ORDER BY 5, 1 LIMIT $4;

-- name: calendar_due :many
-- Sessions without a time, on the day they are due.
-- in: person_id:int, from_day:int, until_day:int, most:int
-- out: completed_at:int?
SELECT os.id, os.session_id, s.title, c.title AS course_title, os.due_day, p.completed_at
FROM enrolment e
JOIN offering_session os ON os.offering_id = e.offering_id
JOIN course_session s ON s.id = os.session_id
JOIN course c ON c.id = s.course_id
LEFT JOIN session_progress p ON p.person_id = e.person_id AND p.session_id = os.session_id
WHERE e.person_id = $1 AND e.state <> 'withdrawn' AND os.starts_at IS NULL AND os.due_day >= $2 AND os.due_day <= $3
  AND s.retired = 0 AND (c.state = 'published' OR (c.state = 'retired' AND p.completed_at IS NOT NULL))
ORDER BY os.due_day, os.session_id, os.id LIMIT $4;
