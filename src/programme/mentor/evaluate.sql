-- Mentorship: how the relationship goes, asked after some months. That somebody was asked and answered is the frame; what she
-- answered lies behind the wall (see mentor.sql).

-- name: mentor_evaluation_due :many
-- Running pairs that reached a month in (from, to] and were not asked about it, with whether the two want a mail.
-- in: programme:int, month:int, from:int, to:int, most:int
-- out: mentor_mail:int, mentee_mail:int
SELECT p.id, p.mentor_id, p.mentee_id,
       coalesce((SELECT c.mail_due FROM mentor_choice c WHERE c.person_id = p.mentor_id), 1) AS mentor_mail,
       coalesce((SELECT c.mail_due FROM mentor_choice c WHERE c.person_id = p.mentee_id), 1) AS mentee_mail
  FROM mentor_pair p
 WHERE p.programme_id = $1 AND p.state = 'active' AND p.active_at > $3 AND p.active_at <= $4
   AND NOT EXISTS (SELECT 1 FROM mentor_evaluation e WHERE e.pair_id = p.id AND e.month = $2)
 ORDER BY p.active_at, p.id LIMIT $5;

-- name: mentor_evaluation_add :exec
-- in: pair:int, person:int, month:int, now:int, due_day:int
INSERT INTO mentor_evaluation (pair_id, person_id, month, asked_at, due_day) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: mentor_evaluation_find :one
-- in: pair:int, person:int, month:int
SELECT due_day, answered_at FROM mentor_evaluation WHERE pair_id = $1 AND person_id = $2 AND month = $3;

-- name: mentor_evaluation_answered :exec
-- in: pair:int, person:int, month:int, now:int
UPDATE mentor_evaluation SET answered_at = $4 WHERE pair_id = $1 AND person_id = $2 AND month = $3 AND answered_at IS NULL;

-- name: mentor_evaluation_waiting :many
-- in: person:int, most:int
SELECT e.pair_id, e.month, e.due_day FROM mentor_evaluation e JOIN mentor_pair p ON p.id = e.pair_id
 WHERE e.person_id = $1 AND e.answered_at IS NULL AND p.state IN ('accepted', 'active', 'paused') ORDER BY e.due_day LIMIT $2;

-- name: mentor_evaluation_of_pair :many
-- in: pair:int, person:int
SELECT month, due_day, answered_at FROM mentor_evaluation WHERE pair_id = $1 AND person_id = $2 ORDER BY month;

-- name: mentor_evaluation_counts :many
-- How many people were asked and how many answered, month by month.
-- in: programme:int
-- out: asked:int, answered:int
SELECT e.month, count(*) AS asked, count(e.answered_at) AS answered
  FROM mentor_pair p JOIN mentor_evaluation e ON e.pair_id = p.id
 WHERE p.programme_id = $1 GROUP BY e.month ORDER BY e.month;

-- name: mentor_programmes :many
SELECT id, zone FROM pub_programme ORDER BY id;

-- ---- behind the wall -------------------------------------------------------------------------------------------------------------

-- name: wall_reply_add :exec
-- in: pair:int, person:int, month:int, item:text, choice:int?, body:text
INSERT INTO mentor_reply (pair_id, person_id, month, item, choice, body) VALUES ($1, $2, $3, $4, $5, $6);

-- name: wall_reply_own :many
-- For who wrote it alone.
-- in: pair:int, person:int, month:int
SELECT item, choice, body FROM mentor_reply WHERE pair_id = $1 AND person_id = $2 AND month = $3;

-- name: wall_written_replies :many
-- in: person:int
SELECT pair_id, month, item, choice, body FROM mentor_reply WHERE person_id = $1 ORDER BY pair_id, month, item;

-- name: wall_evaluation_choices :each
-- The one statement of the wall that speaks of many pairs, for mentor_means alone: choices, never words, month by month in the order
-- in which they came. side 1: what mentors chose. CROSS JOIN: along the index in which answers stand in this order.
-- in: programme:int
-- out: month:int, side:int, item:text, choice:int
SELECT e.month, CASE WHEN e.person_id = p.mentor_id THEN 1 ELSE 0 END AS side, r.item, r.choice, p.mentor_id, p.mentee_id
  FROM mentor_evaluation e CROSS JOIN mentor_pair p CROSS JOIN mentor_reply r
 WHERE e.answered_at IS NOT NULL AND p.id = e.pair_id AND p.programme_id + 0 = $1
   AND r.pair_id = e.pair_id AND r.person_id = e.person_id AND r.month = e.month AND r.choice IS NOT NULL
 ORDER BY e.month, e.answered_at, e.pair_id;

-- ---- what a person chose for herself ---------------------------------------------------------------------------------------------

-- name: mentor_choice_find :one
-- in: person:int
SELECT remind, mail_due, tell_place, in_lineage FROM mentor_choice WHERE person_id = $1;

-- name: mentor_choice_set :exec
-- in: person:int, remind:int, mail_due:int, tell_place:int, in_lineage:int
INSERT INTO mentor_choice (person_id, remind, mail_due, tell_place, in_lineage) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (person_id) DO UPDATE SET remind = excluded.remind, mail_due = excluded.mail_due, tell_place = excluded.tell_place,
  in_lineage = excluded.in_lineage;

-- name: mentor_choice_clear :exec
-- in: person:int
DELETE FROM mentor_choice WHERE person_id = $1;

-- name: mentor_zone_of :one
-- The zone of a pair's programme, and whether a person may still sign in.
-- in: pair:int, person:int
-- out: disabled:int
SELECT g.zone, coalesce((SELECT a.disabled FROM pub_people_account a WHERE a.person_id = $2), 1) AS disabled
  FROM mentor_pair p JOIN pub_programme g ON g.id = p.programme_id WHERE p.id = $1;

-- ---- meetings in the calendar, and their reminders -------------------------------------------------------------------------------

-- name: wall_meeting_calendar :many
-- One's own meetings in a stretch of time, those called off left out.
-- in: person:int, from:int, to:int, most:int
-- out: pair_id:int, mentor_id:int, starts_at:int, minutes:int, place:text, mentor:text?, mentee:text?
SELECT m.id, m.pair_id, p.mentor_id, m.starts_at, m.minutes, m.place, a.display_name AS mentor, b.display_name AS mentee
  FROM (SELECT id, mentor_id, mentee_id FROM mentor_pair WHERE mentor_id = $1 UNION ALL SELECT id, mentor_id, mentee_id FROM mentor_pair WHERE mentee_id = $1) p
  JOIN mentor_meeting m ON m.pair_id = p.id
  LEFT JOIN pub_people_name a ON a.person_id = p.mentor_id LEFT JOIN pub_people_name b ON b.person_id = p.mentee_id
 WHERE m.starts_at >= $2 AND m.starts_at < $3 AND m.cancelled_at IS NULL
 ORDER BY m.starts_at, m.id LIMIT $4;

-- name: wall_meeting_to_remind :many
-- Meetings in a stretch of time that nobody was reminded of yet: who takes part, and who wants a mail.
-- in: from:int, to:int, most:int
-- out: mentor_wants:int, mentee_wants:int
SELECT m.id, p.mentor_id, p.mentee_id,
       coalesce((SELECT c.remind FROM mentor_choice c WHERE c.person_id = p.mentor_id), 0) AS mentor_wants,
       coalesce((SELECT c.remind FROM mentor_choice c WHERE c.person_id = p.mentee_id), 0) AS mentee_wants
  FROM mentor_meeting m JOIN mentor_pair p ON p.id = m.pair_id
 WHERE m.starts_at > $1 AND m.starts_at <= $2 AND m.held_at IS NULL AND m.cancelled_at IS NULL AND m.reminded_at IS NULL
   AND p.state IN ('accepted', 'active', 'paused')
 ORDER BY m.starts_at, m.id LIMIT $3;

-- name: wall_meeting_reminded :exec
-- in: id:int, now:int
UPDATE mentor_meeting SET reminded_at = $2 WHERE id = $1 AND reminded_at IS NULL;

-- name: wall_meeting_of_mail :one
-- When a meeting that still stands begins; nothing of what it is about.
-- in: id:int, person:int
SELECT m.pair_id, m.starts_at FROM mentor_meeting m JOIN mentor_pair p ON p.id = m.pair_id
 WHERE m.id = $1 AND (p.mentor_id = $2 OR p.mentee_id = $2) AND m.held_at IS NULL AND m.cancelled_at IS NULL
   AND p.state IN ('accepted', 'active', 'paused');
