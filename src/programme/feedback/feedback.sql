-- 360 feedback: settings, rounds, who is asked. Answers are in answer.sql.

-- ---- settings ------------------------------------------------------------------------------------------------------------------

-- name: feedback_setting_find :one
-- in: programme:int
SELECT instrument, facilitator, named_total, valid_total, least, days, remind, version FROM feedback_setting WHERE programme_id = $1;

-- name: feedback_setting_add :exec
-- in: programme:int, instrument:text, facilitator:text, named:int, valid:int, least:int, days:int, remind:text
INSERT INTO feedback_setting (programme_id, instrument, facilitator, named_total, valid_total, least, days, remind)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8) ON CONFLICT DO NOTHING;

-- name: feedback_setting_change :exec
-- in: programme:int, version:int, instrument:text, facilitator:text, named:int, valid:int, least:int, days:int, remind:text
UPDATE feedback_setting SET instrument = $3, facilitator = $4, named_total = $5, valid_total = $6, least = $7, days = $8, remind = $9,
       version = version + 1 WHERE programme_id = $1 AND version = $2;

-- name: feedback_setting_groups :many
-- in: programme:int
SELECT code, title, named, valid FROM feedback_setting_group WHERE programme_id = $1 ORDER BY ordinal;

-- name: feedback_setting_group_add :exec
-- in: programme:int, code:text, ordinal:int, title:text, named:int, valid:int
INSERT INTO feedback_setting_group (programme_id, code, ordinal, title, named, valid) VALUES ($1, $2, $3, $4, $5, $6);

-- name: feedback_setting_groups_drop :exec
-- in: programme:int
DELETE FROM feedback_setting_group WHERE programme_id = $1;

-- ---- rounds --------------------------------------------------------------------------------------------------------------------

-- name: feedback_round_add :exec
-- in: id:int, programme:int, subject:int, instrument:int, facilitator:int?, by:int, state:text, named:int, valid:int, least:int, days:int, remind:text, now:int
INSERT INTO feedback_round (id, programme_id, subject_id, instrument_id, facilitator_id, started_by, state, named_total, valid_total, least, days,
                            remind, created_at, since_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $13) ON CONFLICT DO NOTHING;

-- name: feedback_round_group_add :exec
-- in: round:int, code:text, ordinal:int, title:text, named:int, valid:int
INSERT INTO feedback_round_group (round_id, code, ordinal, title, named, valid) VALUES ($1, $2, $3, $4, $5, $6);

-- name: feedback_round_groups :many
-- in: round:int
SELECT code, title, named, valid FROM feedback_round_group WHERE round_id = $1 ORDER BY ordinal;

-- name: feedback_round_find :one
-- in: id:int
-- out: subject:text?, facilitator:text?
SELECT r.id, r.programme_id, r.subject_id, r.instrument_id, r.facilitator_id, r.started_by, r.state, r.ended, r.resume, r.named_total,
       r.valid_total, r.least, r.days, r.remind, r.due_day, r.next_day, r.thin, r.created_at, r.since_at, r.read_at, r.released_at,
       r.meeting_at, r.meeting_place, r.goal_id, r.closed_at, r.version, s.display_name AS subject, f.display_name AS facilitator
  FROM feedback_round r LEFT JOIN pub_people_name s ON s.person_id = r.subject_id
       LEFT JOIN pub_people_name f ON f.person_id = r.facilitator_id
 WHERE r.id = $1;

-- name: feedback_round_change :exec
-- in: id:int, version:int, facilitator:int?, state:text, ended:text?, resume:text?, due:int?, next:int?, thin:int, since:int, read:int?, released:int?, meeting:int?, place:text, goal:int?, closed:int?
UPDATE feedback_round SET facilitator_id = $3, state = $4, ended = $5, resume = $6, due_day = $7, next_day = $8, thin = $9, since_at = $10,
       read_at = $11, released_at = $12, meeting_at = $13, meeting_place = $14, goal_id = $15, closed_at = $16, version = version + 1
 WHERE id = $1 AND version = $2;

-- name: feedback_round_next :exec
-- Noted by the job alone: a page that is open is not disturbed.
-- in: id:int, next:int
UPDATE feedback_round SET next_day = $2 WHERE id = $1 AND state = 'collect';

-- name: feedback_round_open_of :one
-- The open round of a person in a programme.
-- in: programme:int, subject:int
SELECT id, state FROM feedback_round WHERE programme_id = $1 AND subject_id = $2 AND state <> 'closed';

-- name: feedback_round_of_subject :many
-- in: subject:int, most:int
-- out: facilitator:text?
SELECT r.id, r.programme_id, r.state, r.ended, r.due_day, r.created_at, r.released_at, r.closed_at, f.display_name AS facilitator
  FROM feedback_round r LEFT JOIN pub_people_name f ON f.person_id = r.facilitator_id
 WHERE r.subject_id = $1 ORDER BY r.created_at DESC, r.id LIMIT $2;

-- name: feedback_round_of_facilitator :many
-- Those that are open first.
-- in: facilitator:int, from:int, most:int
-- out: subject:text?
SELECT r.id, r.state, r.ended, r.due_day, r.since_at, s.display_name AS subject
  FROM feedback_round r LEFT JOIN pub_people_name s ON s.person_id = r.subject_id
 WHERE r.facilitator_id = $1 ORDER BY CASE WHEN r.state = 'closed' THEN 1 ELSE 0 END, r.since_at DESC, r.id LIMIT $3 OFFSET $2;

-- name: feedback_round_of_programme :many
-- One state (empty: all that are open), newest first, behind one that was shown.
-- in: programme:int, state:text, before:int, before_id:int, most:int
-- out: subject:text?, facilitator:text?
SELECT r.id, r.subject_id, r.state, r.ended, r.due_day, r.created_at, r.facilitator_id, s.display_name AS subject, f.display_name AS facilitator
  FROM feedback_round r LEFT JOIN pub_people_name s ON s.person_id = r.subject_id
       LEFT JOIN pub_people_name f ON f.person_id = r.facilitator_id
 WHERE r.programme_id = $1 AND r.state = $2 AND (r.created_at, r.id) < ($3, $4) ORDER BY r.created_at DESC, r.id DESC LIMIT $5;

-- name: feedback_round_counts :many
-- in: programme:int
-- out: n:int
SELECT state, count(*) AS n FROM feedback_round WHERE programme_id = $1 GROUP BY state;

-- name: feedback_round_alone :many
-- Rounds that wait for somebody to facilitate, by programme.
-- in: most:int
-- out: n:int
SELECT programme_id, count(*) AS n FROM feedback_round WHERE state = 'draft' AND facilitator_id IS NULL GROUP BY programme_id ORDER BY programme_id LIMIT $1;

-- name: feedback_round_due :many
-- Rounds that collect and have something due.
-- in: day:int, most:int
SELECT r.id, r.next_day, z.zone FROM feedback_round r JOIN pub_programme z ON z.id = r.programme_id
 WHERE r.state = 'collect' AND r.next_day <= $1 ORDER BY r.next_day, r.id LIMIT $2;

-- name: feedback_round_left :many
-- Open rounds of people who are no members of the programme any more on a day.
-- in: day:int, most:int
SELECT r.id FROM feedback_round r
 WHERE r.state <> 'closed'
   AND NOT EXISTS (SELECT 1 FROM pub_programme_member m WHERE m.person_id = r.subject_id AND m.programme_id + 0 = r.programme_id
                   AND (m.end_day IS NULL OR m.end_day >= $1)) ORDER BY r.id LIMIT $2;

-- name: feedback_member :one
-- Is a person a member of the programme on a day.
-- in: programme:int, person:int, day:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_member
 WHERE person_id = $2 AND programme_id = $1 AND start_day <= $3 AND (end_day IS NULL OR end_day >= $3);

-- name: feedback_mentor_of :one
-- The mentor of a person in a programme who was so longest.
-- in: programme:int, person:int
SELECT mentor_id FROM pub_mentor_pair WHERE mentee_id = $2 AND programme_id + 0 = $1 AND state IN ('active', 'accepted')
 ORDER BY CASE WHEN state = 'active' THEN 0 ELSE 1 END, proposed_at, mentor_id LIMIT 1;

-- name: feedback_faculty :many
-- Who may be asked to facilitate: who holds a role in the programme that teaches, mentors or assesses, by name.
-- in: programme:int, day:int, most:int
SELECT n.person_id, n.display_name, n.sort_key
  FROM (SELECT DISTINCT r.person_id FROM pub_programme_given_role r
         WHERE r.programme_id = $1 AND r.role IN ('assessor', 'coordinator', 'author', 'mentor') AND r.start_day <= $2
           AND (r.end_day IS NULL OR r.end_day >= $2) LIMIT $3) f
  JOIN pub_people_name n ON n.person_id = f.person_id
 ORDER BY n.sort_key, n.person_id;

-- name: feedback_cohort_start :many
-- The members of a cohort on a day: with an open round, with a mentor. Behind a person, by number.
-- in: programme:int, cohort:int, day:int, after:int, most:int
-- out: name:text?, open:int, mentor:int?
SELECT m.person_id, n.display_name AS name,
       (SELECT count(*) FROM feedback_round r WHERE r.programme_id = $1 AND r.subject_id = m.person_id AND r.state <> 'closed') AS open,
       (SELECT p.mentor_id FROM pub_mentor_pair p WHERE p.mentee_id = m.person_id AND p.programme_id + 0 = $1 AND p.state IN ('active', 'accepted')
         ORDER BY CASE WHEN p.state = 'active' THEN 0 ELSE 1 END, p.proposed_at, p.mentor_id LIMIT 1) AS mentor
  FROM (SELECT DISTINCT x.person_id FROM pub_programme_member x
         WHERE x.cohort_id = $2 AND x.programme_id = $1 AND x.start_day <= $3 AND (x.end_day IS NULL OR x.end_day >= $3) AND x.person_id > $4
         ORDER BY x.person_id LIMIT $5) m
  LEFT JOIN pub_people_name n ON n.person_id = m.person_id
 ORDER BY m.person_id;

-- name: feedback_nomination_add :exec
-- in: id:int, round:int, person:int?, name:text, address:text?, key:text, group:text, state:text
INSERT INTO feedback_nomination (id, round_id, person_id, name, address, rater_key, group_code, state) VALUES ($1, $2, $3, $4, $5, $6, $7, $8)
ON CONFLICT DO NOTHING;

-- name: feedback_nomination_find :one
-- in: id:int
-- out: account_name:text?
SELECT n.id, n.round_id, n.person_id, n.name, n.address, n.group_code, n.state, n.reason, n.version, p.display_name AS account_name
  FROM feedback_nomination n LEFT JOIN pub_people_name p ON p.person_id = n.person_id WHERE n.id = $1;

-- name: feedback_nominations :many
-- in: round:int
-- out: account_name:text?
SELECT n.id, n.person_id, n.name, n.address, n.rater_key, n.group_code, n.state, n.reason, n.version, p.display_name AS account_name
  FROM feedback_nomination n LEFT JOIN pub_people_name p ON p.person_id = n.person_id
 WHERE n.round_id = $1 ORDER BY n.group_code, coalesce(p.sort_key, n.name), n.id;

-- name: feedback_nomination_state :exec
-- in: id:int, state:text, reason:text
UPDATE feedback_nomination SET state = $2, reason = $3, version = version + 1 WHERE id = $1;

-- name: feedback_nomination_approve_all :exec
-- in: round:int
UPDATE feedback_nomination SET state = 'approved', version = version + 1 WHERE round_id = $1 AND state = 'named';

-- name: feedback_nomination_drop :exec
-- in: id:int
DELETE FROM feedback_nomination WHERE id = $1;

-- name: feedback_nomination_is :one
-- Is somebody among the raters of a round, refused or not.
-- in: round:int, key:text
-- out: n:int
SELECT count(*) AS n FROM feedback_nomination WHERE round_id = $1 AND rater_key = $2;

-- ---- Home ------------------------------------------------------------------------------------------------------------------------

-- name: feedback_home_subject :many
-- in: person:int
SELECT id, state, due_day, meeting_at, version FROM feedback_round WHERE subject_id = $1 AND state <> 'closed' ORDER BY created_at, id;

-- name: feedback_home_facilitator :many
-- The rounds that wait for who facilitates them; named: raters who were named while answers are collected already.
-- in: person:int, most:int
-- out: subject:text?, named:int
SELECT r.id, r.state, r.meeting_at, s.display_name AS subject,
       CASE WHEN r.state IN ('collect', 'validate')
            THEN (SELECT count(*) FROM feedback_nomination n WHERE n.round_id = r.id AND n.state = 'named') ELSE 0 END AS named
  FROM feedback_round r LEFT JOIN pub_people_name s ON s.person_id = r.subject_id
 WHERE r.facilitator_id = $1 AND r.state <> 'closed'
   AND (r.state IN ('approve', 'validate', 'release', 'meeting', 'goal')
        OR (r.state = 'collect' AND EXISTS (SELECT 1 FROM feedback_nomination n WHERE n.round_id = r.id AND n.state = 'named')))
 ORDER BY r.since_at, r.id LIMIT $2;

-- name: feedback_home_rater :many
-- Forms that wait for a person with an account, the oldest first.
-- in: person:int, most:int
-- out: subject:text?
SELECT n.id, r.due_day, s.display_name AS subject
  FROM feedback_nomination n JOIN feedback_invitation i ON i.nomination_id = n.id AND i.state = 'open'
  JOIN feedback_round r ON r.id = n.round_id AND r.state IN ('collect', 'validate')
  LEFT JOIN pub_people_name s ON s.person_id = r.subject_id
 WHERE n.person_id = $1 AND n.state = 'approved' ORDER BY n.id LIMIT $2;

-- name: feedback_describe :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
SELECT id, closed_at FROM feedback_round WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: feedback_goal_of :one
-- The goal that was taken from a round last.
-- in: person:int, round:int
SELECT id FROM pub_plan_goal WHERE person_id = $1 AND source_kind = 'feedback' AND source_id = $2 ORDER BY created_at DESC, id DESC LIMIT 1;
