-- What one person does: her courses, reading, quizzes, completion, and what waits for her.

-- name: learning_courses :many
-- A person's courses: what is open first, by when it ends.
-- in: person_id:int, most:int, skip:int
-- out: sessions:int, completed:int, next_due:int?
SELECT o.id AS offering_id, c.id AS course_id, c.title, c.summary, e.state, o.start_day, o.end_day, COUNT(s.id) AS sessions,
       COUNT(p.completed_at) AS completed, MIN(CASE WHEN p.completed_at IS NULL AND c.state = 'published' THEN os.due_day END) AS next_due
FROM enrolment e
JOIN offering o ON o.id = e.offering_id
JOIN course c ON c.id = o.course_id
LEFT JOIN course_session s ON s.course_id = c.id AND s.retired = 0
LEFT JOIN session_progress p ON p.person_id = e.person_id AND p.session_id = s.id
LEFT JOIN offering_session os ON os.offering_id = o.id AND os.session_id = s.id
WHERE e.person_id = $1 AND e.state <> 'withdrawn' AND c.state <> 'draft'
GROUP BY o.id, c.id, c.title, c.summary, e.state, o.start_day, o.end_day
ORDER BY CASE WHEN e.state = 'completed' THEN 1 ELSE 0 END, o.end_day, o.id
LIMIT $2 OFFSET $3;

-- name: learning_course_count :one
-- in: person_id:int
-- out: n:int
SELECT COUNT(*) AS n
FROM enrolment e
JOIN offering o ON o.id = e.offering_id
JOIN course c ON c.id = o.course_id
WHERE e.person_id = $1 AND e.state <> 'withdrawn' AND c.state <> 'draft';

-- name: learning_sessions :many
-- The sessions of a course with what a person has done in them.
-- in: person_id:int, course_id:int
-- out: opened_at:int?, read_at:int?, quiz_passed_at:int?, best_percent:int?, completed_at:int?, questions:int
SELECT s.id, s.title, s.summary, s.minutes, s.need_reading, s.need_quiz, s.need_attendance,
       (SELECT COUNT(*) FROM question q WHERE q.session_id = s.id AND q.retired = 0) AS questions,
       p.opened_at, p.read_at, p.quiz_passed_at, p.best_percent, p.completed_at
FROM course_session s
LEFT JOIN session_progress p ON p.person_id = $1 AND p.session_id = s.id
WHERE s.course_id = $2 AND s.retired = 0
ORDER BY s.ordinal, s.id;

-- name: learning_classes :many
-- When and where the sessions of a course take place for one who is enrolled.
-- in: person_id:int, course_id:int
-- out: teacher:text?, attendance:text?
SELECT os.id, os.session_id, os.starts_at, os.ends_at, os.place, os.due_day, n.display_name AS teacher, t.state AS attendance
FROM enrolment e
JOIN offering o ON o.id = e.offering_id
JOIN offering_session os ON os.offering_id = o.id
LEFT JOIN pub_people_name n ON n.person_id = os.teacher_id
LEFT JOIN attendance t ON t.offering_session_id = os.id AND t.person_id = e.person_id
WHERE e.person_id = $1 AND e.state <> 'withdrawn' AND o.course_id = $2
ORDER BY os.due_day, os.id;

-- name: learning_standing :one
-- Where a person stands in a session: what it asks for, and what she has done. Attendance is counted only where it is asked for. Of her
-- enrolments the state is read in this course alone (the CASE sees to that on SQLite): each row of them lies on a page of its own.
-- in: person_id:int, session_id:int
-- out: questions:int, enrolments:int, attended:int, taught:int, opened_at:int?, read_at:int?, quiz_passed_at:int?, best_percent:int?, completed_at:int?
SELECT s.course_id, c.programme_id, c.state AS course_state, s.retired, s.need_reading, s.need_quiz, s.need_attendance, s.pass_percent,
       (SELECT COUNT(*) FROM question q WHERE q.session_id = s.id AND q.retired = 0) AS questions,
       CASE WHEN EXISTS (SELECT 1 FROM enrolment e JOIN offering o ON o.id = e.offering_id
                         WHERE e.person_id = $1 AND o.course_id = s.course_id
                               AND CASE WHEN o.course_id = s.course_id THEN e.state END <> 'withdrawn') THEN 1 ELSE 0 END AS enrolments,
       CASE WHEN s.need_attendance = 0 THEN 0
            ELSE (SELECT COUNT(*) FROM attendance t JOIN offering_session os ON os.id = t.offering_session_id
                  WHERE t.person_id = $1 AND os.session_id = s.id AND t.state IN ('present', 'late')) END AS attended,
       (SELECT COUNT(*) FROM offering_session os WHERE os.teacher_id = $1 AND os.session_id = s.id) AS taught,
       p.opened_at, p.read_at, p.quiz_passed_at, p.best_percent, p.completed_at
FROM course_session s
JOIN course c ON c.id = s.course_id
LEFT JOIN session_progress p ON p.person_id = $1 AND p.session_id = s.id
WHERE s.id = $2;

-- name: learning_in_course :one
-- Is she enrolled in it, does she teach in it?
-- in: person_id:int, course_id:int
-- out: enrolments:int, taught:int
SELECT (SELECT COUNT(*) FROM enrolment e JOIN offering o ON o.id = e.offering_id
        WHERE e.person_id = $1 AND o.course_id = $2 AND e.state <> 'withdrawn') AS enrolments,
       (SELECT COUNT(*) FROM offering_session os JOIN course_session s ON s.id = os.session_id
        WHERE os.teacher_id = $1 AND s.course_id = $2) AS taught;

-- name: progress_mark :exec
-- That she has read it, completed it, or both: what is said already stays as it is.
-- in: person_id:int, session_id:int, now:int, read_at:int?, completed_at:int?
INSERT INTO session_progress (person_id, session_id, opened_at, read_at, completed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id, session_id) DO UPDATE SET
    read_at = COALESCE(session_progress.read_at, excluded.read_at), completed_at = COALESCE(session_progress.completed_at, excluded.completed_at);

-- name: progress_quiz :exec
-- The best attempt is kept, and the moment of the first that passed.
-- in: person_id:int, session_id:int, now:int, percent:int, passed_at:int?
INSERT INTO session_progress (person_id, session_id, opened_at, best_percent, quiz_passed_at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id, session_id) DO UPDATE SET
    best_percent = CASE WHEN session_progress.best_percent > excluded.best_percent THEN session_progress.best_percent
                        ELSE excluded.best_percent END,
    quiz_passed_at = COALESCE(session_progress.quiz_passed_at, excluded.quiz_passed_at);

-- name: learning_course_left :one
-- Is a session of a course left that she has not completed, or has it none? Asked before the next: an UPDATE that returns what it changed
-- makes a table on SQLite, and hardly a session is the last.
-- in: person_id:int, course_id:int
-- out: left_over:int
SELECT CASE WHEN EXISTS (SELECT 1 FROM course_session s
                         LEFT JOIN session_progress p ON p.person_id = $1 AND p.session_id = s.id
                         WHERE s.course_id = $2 AND s.retired = 0 AND p.completed_at IS NULL) THEN 1 ELSE 0 END AS left_over;

-- name: enrolment_complete :many
-- Completes a person's enrolments in a course whose sessions are all done.
-- in: person_id:int, course_id:int, now:int
UPDATE enrolment SET state = 'completed', completed_at = $3
WHERE person_id = $1 AND state = 'enrolled'
  AND EXISTS (SELECT 1 FROM offering o WHERE o.id = enrolment.offering_id AND o.course_id = $2)
  AND EXISTS (SELECT 1 FROM course_session s WHERE s.course_id = $2 AND s.retired = 0)
  AND NOT EXISTS (SELECT 1 FROM course_session s
                  LEFT JOIN session_progress p ON p.person_id = $1 AND p.session_id = s.id
                  WHERE s.course_id = $2 AND s.retired = 0 AND p.completed_at IS NULL)
RETURNING offering_id;

-- name: settle_sessions :many
-- Who has done all that the sessions of a course ask for now, and has not completed them: the rules were changed since.
-- in: course_id:int
SELECT p.person_id, p.session_id
FROM session_progress p
JOIN course_session s ON s.id = p.session_id
WHERE s.course_id = $1 AND s.retired = 0 AND p.completed_at IS NULL
  AND (s.need_reading = 0 OR p.read_at IS NOT NULL)
  AND (s.need_quiz = 0 OR p.quiz_passed_at IS NOT NULL
       OR NOT EXISTS (SELECT 1 FROM question q WHERE q.session_id = s.id AND q.retired = 0))
  AND (s.need_attendance = 0
       OR EXISTS (SELECT 1 FROM attendance t JOIN offering_session os ON os.id = t.offering_session_id
                  WHERE t.person_id = p.person_id AND os.session_id = s.id AND t.state IN ('present', 'late')))
  AND EXISTS (SELECT 1 FROM enrolment e JOIN offering o ON o.id = e.offering_id
              WHERE e.person_id = p.person_id AND o.course_id = $1 AND e.state <> 'withdrawn')
ORDER BY p.session_id, p.person_id;

-- name: settle_enrolments :many
-- Who is enrolled in a course and has completed every session that it has now.
-- in: course_id:int
SELECT DISTINCT e.person_id
FROM offering o
JOIN enrolment e ON e.offering_id = o.id AND e.state = 'enrolled'
WHERE o.course_id = $1
  AND EXISTS (SELECT 1 FROM course_session s WHERE s.course_id = $1 AND s.retired = 0)
  AND NOT EXISTS (SELECT 1 FROM course_session s
                  LEFT JOIN session_progress p ON p.person_id = e.person_id AND p.session_id = s.id
                  WHERE s.course_id = $1 AND s.retired = 0 AND p.completed_at IS NULL);

-- name: attempt_add :exec
-- in: id:int, person_id:int, session_id:int, finished_at:int, right_count:int, question_count:int, percent:int, passed:int
INSERT INTO quiz_attempt (id, person_id, session_id, finished_at, right_count, question_count, percent, passed)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: attempt_answer_add :exec
-- in: attempt_id:int, question_id:int, answer:text, correct:int
INSERT INTO quiz_answer (attempt_id, question_id, answer, correct) VALUES ($1, $2, $3, $4);

-- name: attempt_find :one
-- in: id:int
SELECT id, person_id, session_id, finished_at, right_count, question_count, percent, passed FROM quiz_attempt WHERE id = $1;

-- name: attempt_list :many
-- in: person_id:int, session_id:int, most:int
SELECT id, finished_at, right_count, question_count, percent, passed
FROM quiz_attempt WHERE person_id = $1 AND session_id = $2 ORDER BY finished_at DESC, id DESC LIMIT $3;

-- name: attempt_answers :many
-- The questions as they were asked, with what was answered.
-- in: attempt_id:int
SELECT q.id, q.kind, q.text, q.feedback, a.answer, a.correct
FROM quiz_answer a
JOIN question q ON q.id = a.question_id
WHERE a.attempt_id = $1
ORDER BY q.ordinal, q.id;

-- name: attempt_options :many
-- in: attempt_id:int
SELECT o.question_id, o.id, o.text, o.correct, o.feedback
FROM quiz_answer a
JOIN question_option o ON o.question_id = a.question_id
WHERE a.attempt_id = $1
ORDER BY o.question_id, o.ordinal;

-- name: home_due :many
-- Sessions that a person has to complete, due until a day; one that is in several of her courses stands here for each of them, the
-- earliest first.
-- in: person_id:int, today:int, until_day:int
-- out: read_at:int?, quiz_passed_at:int?, asks:int
SELECT s.id, s.title, c.title AS course_title, p.read_at, p.quiz_passed_at, os.due_day,
       CASE WHEN s.need_quiz = 1 AND EXISTS (SELECT 1 FROM question q WHERE q.session_id = s.id AND q.retired = 0) THEN 1 ELSE 0 END AS asks
FROM enrolment e
JOIN offering o ON o.id = e.offering_id
JOIN offering_session os ON os.offering_id = o.id
JOIN course_session s ON s.id = os.session_id
JOIN course c ON c.id = s.course_id
LEFT JOIN session_progress p ON p.person_id = e.person_id AND p.session_id = s.id
WHERE e.person_id = $1 AND e.state = 'enrolled' AND o.start_day <= $2 AND os.due_day <= $3 AND p.completed_at IS NULL
  AND s.retired = 0 AND c.state = 'published'
ORDER BY s.id, os.due_day;

-- name: home_attendance :many
-- Classes that a teacher gave and whose list is not complete.
-- in: teacher_id:int, from_at:int, until_at:int, most:int
-- out: starts_at:int
SELECT os.id, s.title, c.title AS course_title, os.starts_at
FROM offering_session os
JOIN course_session s ON s.id = os.session_id
JOIN course c ON c.id = s.course_id
WHERE os.teacher_id = $1 AND os.starts_at >= $2 AND os.starts_at <= $3
  AND EXISTS (SELECT 1 FROM enrolment e
              WHERE e.offering_id = os.offering_id AND e.state <> 'withdrawn'
                AND NOT EXISTS (SELECT 1 FROM attendance t WHERE t.offering_session_id = os.id AND t.person_id = e.person_id))
ORDER BY os.starts_at, os.id
LIMIT $4;

-- name: describe_sessions :many
-- Up to twenty at once; 0 stands for none.
-- in: id1:int, id2:int, id3:int, id4:int, id5:int, id6:int, id7:int, id8:int, id9:int, id10:int, id11:int, id12:int, id13:int, id14:int, id15:int, id16:int, id17:int, id18:int, id19:int, id20:int
SELECT id, title FROM course_session
WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: describe_attempts :many
-- in: id1:int, id2:int, id3:int, id4:int, id5:int, id6:int, id7:int, id8:int, id9:int, id10:int, id11:int, id12:int, id13:int, id14:int, id15:int, id16:int, id17:int, id18:int, id19:int, id20:int
SELECT t.id, t.person_id, t.session_id, s.title
FROM quiz_attempt t JOIN course_session s ON s.id = t.session_id
WHERE t.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: describe_classes :many
-- in: id1:int, id2:int, id3:int, id4:int, id5:int, id6:int, id7:int, id8:int, id9:int, id10:int, id11:int, id12:int, id13:int, id14:int, id15:int, id16:int, id17:int, id18:int, id19:int, id20:int
SELECT os.id, os.session_id, s.title
FROM offering_session os JOIN course_session s ON s.id = os.session_id
WHERE os.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: describe_offerings :many
-- in: id1:int, id2:int, id3:int, id4:int, id5:int, id6:int, id7:int, id8:int, id9:int, id10:int, id11:int, id12:int, id13:int, id14:int, id15:int, id16:int, id17:int, id18:int, id19:int, id20:int
SELECT o.id, o.course_id, c.title
FROM offering o JOIN course c ON c.id = o.course_id
WHERE o.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: export_enrolments :many
-- in: person_id:int
SELECT c.title, e.state, e.enrolled_at, e.completed_at
FROM enrolment e JOIN offering o ON o.id = e.offering_id JOIN course c ON c.id = o.course_id
WHERE e.person_id = $1 ORDER BY e.enrolled_at, o.id;

-- name: export_progress :many
-- in: person_id:int
SELECT s.title, p.opened_at, p.read_at, p.quiz_passed_at, p.best_percent, p.completed_at
FROM session_progress p JOIN course_session s ON s.id = p.session_id
WHERE p.person_id = $1 ORDER BY p.opened_at, s.id;

-- name: export_attempts :many
-- in: person_id:int
SELECT t.id, s.title, t.finished_at, t.percent, t.passed
FROM quiz_attempt t JOIN course_session s ON s.id = t.session_id
WHERE t.person_id = $1 ORDER BY t.finished_at, t.id;

-- name: export_attendance :many
-- in: person_id:int
SELECT s.title, t.state, os.starts_at, t.at
FROM attendance t
JOIN offering_session os ON os.id = t.offering_session_id
JOIN course_session s ON s.id = os.session_id
WHERE t.person_id = $1 ORDER BY t.at, os.id;

-- name: erase_answers :exec
-- in: person_id:int
DELETE FROM quiz_answer WHERE attempt_id IN (SELECT id FROM quiz_attempt WHERE person_id = $1);

-- name: erase_enrolments :exec
-- What is not done will never be: nobody is behind it any more.
-- in: person_id:int
UPDATE enrolment SET state = 'withdrawn' WHERE person_id = $1 AND state = 'enrolled';
