-- Records of earlier times, many at once.

-- name: history_sessions :many
-- The sessions of a programme with what completes them, all of a course together.
-- in: programme_id:int
-- out: questions:int
SELECT s.id, s.course_id, s.retired, s.need_reading, s.need_quiz, s.need_attendance, s.pass_percent,
       (SELECT COUNT(*) FROM question q WHERE q.session_id = s.id AND q.retired = 0) AS questions
FROM course_session s
JOIN course c ON c.id = s.course_id
WHERE c.programme_id = $1
ORDER BY s.course_id, s.id;

-- name: history_of_person :many
-- What she is enrolled in, session by session, with what she has done and when the session was first given to her.
-- in: person_id:int
-- out: class_id:int?, attendance:text?, opened_at:int?, read_at:int?, quiz_passed_at:int?, best_percent:int?, completed_at:int?
SELECT e.offering_id, e.state, s.id AS session_id, os.id AS class_id, t.state AS attendance,
       p.opened_at, p.read_at, p.quiz_passed_at, p.best_percent, p.completed_at
FROM enrolment e
JOIN offering o ON o.id = e.offering_id
JOIN course_session s ON s.course_id = o.course_id
LEFT JOIN offering_session os ON os.offering_id = o.id AND os.session_id = s.id
LEFT JOIN attendance t ON t.offering_session_id = os.id AND t.person_id = e.person_id
LEFT JOIN session_progress p ON p.person_id = e.person_id AND p.session_id = s.id
WHERE e.person_id = $1 AND e.state <> 'withdrawn'
ORDER BY s.id, os.due_day NULLS LAST, os.id NULLS LAST;

-- name: history_set_progress :exec
-- in: person_id:int, session_id:int, opened_at:int, read_at:int?, quiz_passed_at:int?, best_percent:int?, completed_at:int?
INSERT INTO session_progress (person_id, session_id, opened_at, read_at, quiz_passed_at, best_percent, completed_at)
VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (person_id, session_id) DO UPDATE SET
    read_at = excluded.read_at, quiz_passed_at = excluded.quiz_passed_at, best_percent = excluded.best_percent,
    completed_at = excluded.completed_at;

-- name: history_complete_enrolment :exec
-- in: person_id:int, offering_id:int, at:int
UPDATE enrolment SET state = 'completed', completed_at = $3 WHERE person_id = $1 AND offering_id = $2 AND state = 'enrolled';
