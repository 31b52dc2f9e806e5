-- Mentorship. Statements called wall_* are the only ones in the house that name a table behind the wall (mentor_agreement,
-- mentor_meeting, mentor_words, mentor_action); each is called for one of the two of a pair, or for what a person wrote herself.

-- "programme_id + 0" keeps SQLite from looking through all pairs of a programme where it knows whose pairs are asked for.

-- ---- profiles ------------------------------------------------------------------------------------------------------------------

-- name: mentor_profile_find :one
-- in: id:int
-- out: taken:int
SELECT p.id, p.programme_id, p.person_id, n.display_name, p.offers, p.interests, p.availability, p.languages, p.capacity,
       p.away_until_day, p.shown, p.version,
       (SELECT count(*) FROM mentor_pair x WHERE x.mentor_id = p.person_id AND x.state IN ('accepted', 'active', 'paused')
          AND x.programme_id + 0 = p.programme_id) AS taken
  FROM mentor_profile p JOIN pub_people_name n ON n.person_id = p.person_id WHERE p.id = $1;

-- name: mentor_profile_of :one
-- in: programme:int, person:int
SELECT id, offers, interests, availability, languages, capacity, away_until_day, shown, version
  FROM mentor_profile WHERE programme_id = $1 AND person_id = $2;

-- name: mentor_profile_list :many
-- Those that are shown, by name behind (after_key, after_id). Each pattern is one word of the search, '%' for none. CROSS JOIN: the
-- list is walked as it stands until the page is full, and nothing is sorted.
-- in: programme:int, w1:text, w2:text, w3:text, language:text, today:int, free_only:int, after_key:text, after_id:int, most:int
-- out: taken:int
SELECT p.id, p.person_id, n.display_name, l.sort_key, p.interests, p.languages, p.capacity, p.away_until_day,
       (SELECT count(*) FROM mentor_pair x WHERE x.mentor_id = p.person_id AND x.programme_id = p.programme_id
           AND x.state IN ('accepted', 'active', 'paused')) AS taken
  FROM pub_people_list l CROSS JOIN mentor_profile p CROSS JOIN pub_people_name n
 WHERE l.list = 'mentor' AND l.of_id = $1 AND (l.sort_key, l.ref_id) > ($8, $9)
   AND p.id = l.ref_id AND n.person_id = p.person_id
   AND p.languages LIKE $5 ESCAPE '\'
   AND (p.search_key LIKE $2 ESCAPE '\' OR l.sort_key LIKE $2 ESCAPE '\')
   AND (p.search_key LIKE $3 ESCAPE '\' OR l.sort_key LIKE $3 ESCAPE '\')
   AND (p.search_key LIKE $4 ESCAPE '\' OR l.sort_key LIKE $4 ESCAPE '\')
   AND ($7 = 0 OR ((p.away_until_day IS NULL OR p.away_until_day < $6)
                   AND p.capacity > (SELECT count(*) FROM mentor_pair x WHERE x.mentor_id = p.person_id AND x.programme_id = p.programme_id
                                        AND x.state IN ('accepted', 'active', 'paused'))))
 ORDER BY l.sort_key, l.ref_id LIMIT $10;

-- name: mentor_profile_add :exec
-- in: id:int, programme:int, person:int, offers:text, interests:text, availability:text, languages:text, capacity:int, away:int?, shown:int, search_key:text
INSERT INTO mentor_profile (id, programme_id, person_id, offers, interests, availability, languages, capacity, away_until_day, shown, search_key)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11) ON CONFLICT DO NOTHING;

-- name: mentor_profile_change :exec
-- in: programme:int, person:int, version:int, offers:text, interests:text, availability:text, languages:text, capacity:int, away:int?, shown:int, search_key:text
UPDATE mentor_profile SET offers = $4, interests = $5, availability = $6, languages = $7, capacity = $8, away_until_day = $9,
       shown = $10, search_key = $11, version = version + 1
 WHERE programme_id = $1 AND person_id = $2 AND version = $3;

-- name: mentor_profile_clear :exec
-- in: person:int
DELETE FROM mentor_profile WHERE person_id = $1;

-- name: mentor_wish_find :one
-- in: programme:int, person:int
SELECT looks_for, wants_at, version FROM mentor_wish WHERE programme_id = $1 AND person_id = $2;

-- name: mentor_wish_add :exec
-- in: programme:int, person:int, looks_for:text, wants_at:int?
INSERT INTO mentor_wish (programme_id, person_id, looks_for, wants_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: mentor_wish_change :exec
-- in: programme:int, person:int, version:int, looks_for:text, wants_at:int?
UPDATE mentor_wish SET looks_for = $4, wants_at = $5, version = version + 1
 WHERE programme_id = $1 AND person_id = $2 AND version = $3;

-- name: mentor_wish_want :exec
-- in: programme:int, person:int, now:int
INSERT INTO mentor_wish (programme_id, person_id, looks_for, wants_at) VALUES ($1, $2, '', $3)
ON CONFLICT (programme_id, person_id) DO UPDATE SET wants_at = excluded.wants_at, version = mentor_wish.version + 1;

-- name: mentor_wish_met :exec
-- in: programme:int, person:int
UPDATE mentor_wish SET wants_at = NULL, version = version + 1 WHERE programme_id = $1 AND person_id = $2 AND wants_at IS NOT NULL;

-- name: mentor_wish_waiting :many
-- in: programme:int, most:int
SELECT w.person_id, n.display_name, w.wants_at FROM mentor_wish w JOIN pub_people_name n ON n.person_id = w.person_id
 WHERE w.programme_id = $1 AND w.wants_at IS NOT NULL ORDER BY w.wants_at, w.person_id LIMIT $2;

-- name: mentor_wish_clear :exec
-- in: person:int
DELETE FROM mentor_wish WHERE person_id = $1;

-- ---- conflicts and help ----------------------------------------------------------------------------------------------------------

-- name: mentor_conflict_between :one
-- in: programme:int, mentor:int, mentee:int
SELECT id, kind FROM mentor_conflict WHERE programme_id = $1 AND mentor_id = $2 AND mentee_id = $3;

-- name: mentor_conflict_find :one
-- in: id:int
SELECT programme_id, mentor_id, mentee_id FROM mentor_conflict WHERE id = $1;

-- name: mentor_conflict_list :many
-- in: programme:int, after:int, most:int
-- out: mentor:text, mentee:text
SELECT c.id, c.kind, a.display_name AS mentor, b.display_name AS mentee
  FROM mentor_conflict c JOIN pub_people_name a ON a.person_id = c.mentor_id JOIN pub_people_name b ON b.person_id = c.mentee_id
 WHERE c.programme_id = $1 AND c.id > $2 ORDER BY c.id LIMIT $3;

-- name: mentor_conflict_add :exec
-- in: id:int, programme:int, mentor:int, mentee:int, kind:text
INSERT INTO mentor_conflict (id, programme_id, mentor_id, mentee_id, kind) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: mentor_conflict_remove :exec
-- in: id:int
DELETE FROM mentor_conflict WHERE id = $1;

-- name: mentor_conflict_clear :exec
-- in: person:int
DELETE FROM mentor_conflict WHERE mentor_id = $1 OR mentee_id = $1;

-- name: mentor_help_find :one
-- in: programme:int
SELECT words, version FROM mentor_help WHERE programme_id = $1;

-- name: mentor_help_mine :many
-- Of the programmes in which somebody has a pair that is not over.
-- in: person:int
SELECT h.programme_id, h.words FROM mentor_help h
 WHERE EXISTS (SELECT 1 FROM mentor_pair p WHERE p.mentor_id = $1 AND p.programme_id + 0 = h.programme_id AND p.state IN ('proposed', 'accepted', 'active', 'paused'))
    OR EXISTS (SELECT 1 FROM mentor_pair p WHERE p.mentee_id = $1 AND p.programme_id + 0 = h.programme_id AND p.state IN ('proposed', 'accepted', 'active', 'paused'))
 ORDER BY h.programme_id;

-- name: mentor_help_add :exec
-- in: programme:int, words:text
INSERT INTO mentor_help (programme_id, words) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: mentor_help_change :exec
-- in: programme:int, version:int, words:text
UPDATE mentor_help SET words = $3, version = version + 1 WHERE programme_id = $1 AND version = $2;

-- name: mentor_belongs :one
-- Is somebody of this programme now: as a member, or in a role of it.
-- in: programme:int, person:int, today:int
-- out: n:int
SELECT count(*) AS n FROM (SELECT 1 AS one FROM pub_programme_role r
 WHERE r.person_id = $2 AND r.programme_id = $1 AND r.start_day <= $3 AND (r.end_day IS NULL OR r.end_day >= $3) LIMIT 1) x;

-- name: mentor_is_mentor :one
-- Does somebody hold the mentor's role in this programme now.
-- in: programme:int, person:int, today:int
-- out: n:int
SELECT count(*) AS n FROM (SELECT 1 AS one FROM pub_programme_given_role r
 WHERE r.person_id = $2 AND (r.programme_id = $1 OR r.programme_id IS NULL) AND r.role = 'mentor'
   AND r.start_day <= $3 AND (r.end_day IS NULL OR r.end_day >= $3) LIMIT 1) x;

-- name: mentor_is_away :one
-- Is a member of a programme on leave today.
-- in: programme:int, person:int, today:int
-- out: n:int
SELECT count(*) AS n FROM (SELECT 1 AS one FROM pub_programme_pause p
 WHERE p.person_id = $2 AND p.programme_id = $1 AND p.start_day <= $3 AND (p.end_day IS NULL OR p.end_day >= $3) LIMIT 1) x;

-- ---- pairs -----------------------------------------------------------------------------------------------------------------------

-- name: mentor_pair_find :one
-- in: id:int
-- out: mentor:text?, mentee:text?
SELECT p.id, p.programme_id, p.mentor_id, p.mentee_id, a.display_name AS mentor, b.display_name AS mentee, p.state, p.proposed_at,
       p.accepted_at, p.active_at, p.ended_at, p.touched_at, p.meetings, p.mentor_signed_at, p.mentee_signed_at, p.mentor_yes_at,
       p.mentee_yes_at, p.origin, p.paused_until_day, p.version
  FROM mentor_pair p LEFT JOIN pub_people_name a ON a.person_id = p.mentor_id LEFT JOIN pub_people_name b ON b.person_id = p.mentee_id
 WHERE p.id = $1;

-- name: mentor_pair_open_between :one
-- in: programme:int, mentor:int, mentee:int
SELECT id, state FROM mentor_pair
 WHERE programme_id = $1 AND mentor_id = $2 AND mentee_id = $3 AND state IN ('proposed', 'accepted', 'active', 'paused');

-- name: mentor_pair_taken :one
-- in: programme:int, mentor:int
-- out: n:int
SELECT count(*) AS n FROM mentor_pair WHERE programme_id + 0 = $1 AND mentor_id = $2 AND state IN ('accepted', 'active', 'paused');

-- name: mentor_pair_add :exec
-- in: id:int, programme:int, mentor:int, mentee:int, origin:text, now:int, mentee_yes_at:int?
INSERT INTO mentor_pair (id, programme_id, mentor_id, mentee_id, state, origin, proposed_at, touched_at, mentee_yes_at)
VALUES ($1, $2, $3, $4, 'proposed', $5, $6, $6, $7);

-- name: mentor_pair_record :exec
-- in: id:int, programme:int, mentor:int, mentee:int, state:text, proposed_at:int, accepted_at:int?, active_at:int?, ended_at:int?, touched_at:int, meetings:int, until:int?
INSERT INTO mentor_pair (id, programme_id, mentor_id, mentee_id, state, proposed_at, mentee_yes_at, mentor_yes_at, accepted_at, active_at,
                         mentor_signed_at, mentee_signed_at, ended_at, touched_at, meetings, paused_until_day)
VALUES ($1, $2, $3, $4, $5, $6, $6, $7, $7, $8, $8, $8, $9, $10, $11, $12);

-- name: mentor_pair_answer :exec
-- in: id:int, state:text, now:int, accepted_at:int?, ended_at:int?, mentor_yes_at:int?, mentee_yes_at:int?
UPDATE mentor_pair SET state = $2, accepted_at = $4, ended_at = $5, touched_at = $3, mentor_yes_at = coalesce($6, mentor_yes_at),
       mentee_yes_at = coalesce($7, mentee_yes_at), version = version + 1
 WHERE id = $1 AND state = 'proposed';

-- name: mentor_pair_step :exec
-- From one state to another, when it still stands as it was seen.
-- in: id:int, version:int, state:text, now:int, ended_at:int?
UPDATE mentor_pair SET state = $3, touched_at = $4, ended_at = $5, paused_until_day = NULL, version = version + 1
 WHERE id = $1 AND version = $2;

-- name: mentor_pair_until :exec
-- in: id:int, day:int
UPDATE mentor_pair SET paused_until_day = $2 WHERE id = $1;

-- name: mentor_pair_sign :exec
-- in: id:int, mentor_at:int?, mentee_at:int?, now:int
UPDATE mentor_pair SET mentor_signed_at = $2, mentee_signed_at = $3,
       state = CASE WHEN state = 'accepted' AND $2 IS NOT NULL AND $3 IS NOT NULL THEN 'active' ELSE state END,
       active_at = CASE WHEN state = 'accepted' AND $2 IS NOT NULL AND $3 IS NOT NULL THEN $4 ELSE active_at END,
       version = version + 1
 WHERE id = $1;

-- name: mentor_pair_touch :exec
-- in: id:int, now:int, meetings:int
UPDATE mentor_pair SET touched_at = $2, meetings = meetings + $3 WHERE id = $1;

-- name: mentor_pair_waits :many
-- The pairs of a person that have not ended, or not long ago, in the order of the indexes.
-- in: person:int, ended_since:int, most:int
-- out: id:int, state:text, mentor_id:int, mentee_id:int, proposed_at:int, touched_at:int, mentor:text?, mentee:text?
SELECT p.id, p.state, p.mentor_id, p.mentee_id, p.proposed_at, p.ended_at, p.touched_at, p.mentor_signed_at, p.mentee_signed_at,
       p.mentor_yes_at, p.mentee_yes_at, p.paused_until_day, a.display_name AS mentor, b.display_name AS mentee
  FROM (SELECT * FROM mentor_pair WHERE mentor_id = $1 UNION ALL SELECT * FROM mentor_pair WHERE mentee_id = $1) p
  LEFT JOIN pub_people_name a ON a.person_id = p.mentor_id LEFT JOIN pub_people_name b ON b.person_id = p.mentee_id
 WHERE p.ended_at IS NULL OR p.ended_at > $2
 ORDER BY p.state, p.id LIMIT $3;

-- name: mentor_pair_mine :many
-- in: person:int, most:int
-- out: id:int, programme_id:int, state:text, mentor_id:int, mentee_id:int, proposed_at:int, touched_at:int, meetings:int, mentor:text?, mentee:text?
SELECT p.id, p.programme_id, p.state, p.mentor_id, p.mentee_id, p.proposed_at, p.ended_at, p.touched_at, p.meetings,
       p.mentor_signed_at, p.mentee_signed_at, p.mentor_yes_at, p.mentee_yes_at, p.paused_until_day, a.display_name AS mentor, b.display_name AS mentee
  FROM (SELECT * FROM mentor_pair WHERE mentor_id = $1 UNION ALL SELECT * FROM mentor_pair WHERE mentee_id = $1) p
  LEFT JOIN pub_people_name a ON a.person_id = p.mentor_id LEFT JOIN pub_people_name b ON b.person_id = p.mentee_id
 ORDER BY p.ended_at DESC NULLS FIRST, p.id DESC LIMIT $2;

-- name: mentor_pair_list :many
-- What a coordinator sees: that pairs exist, their states, days and counts.
-- in: programme:int, after:int, most:int
-- out: mentor:text?, mentee:text?
SELECT p.id, p.state, a.display_name AS mentor, b.display_name AS mentee, p.proposed_at, p.active_at, p.ended_at, p.touched_at, p.meetings
  FROM mentor_pair p LEFT JOIN pub_people_name a ON a.person_id = p.mentor_id LEFT JOIN pub_people_name b ON b.person_id = p.mentee_id
 WHERE p.programme_id = $1 AND p.id < $2 AND p.state NOT IN ('declined', 'withdrawn') ORDER BY p.id DESC LIMIT $3;

-- name: mentor_pair_counts :many
-- in: programme:int
-- out: n:int, meetings:int
SELECT state, count(*) AS n, CAST(sum(meetings) AS BIGINT) AS meetings FROM mentor_pair
 WHERE programme_id = $1 AND state NOT IN ('declined', 'withdrawn') GROUP BY state ORDER BY state;

-- name: mentor_pair_silent :many
-- in: before:int
-- out: programme_id:int, n:int
SELECT q.programme_id, count(*) AS n
  FROM (SELECT programme_id + 0 AS programme_id FROM mentor_pair WHERE state IN ('accepted', 'active') AND touched_at < $1) q
 GROUP BY q.programme_id;

-- name: mentor_pair_end_all :exec
-- in: person:int, now:int
UPDATE mentor_pair SET state = 'concluded', ended_at = $2, version = version + 1
 WHERE (mentor_id = $1 OR mentee_id = $1) AND state IN ('proposed', 'accepted', 'active', 'paused');

-- name: mentor_pair_describe :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
SELECT id, mentor_id, mentee_id, meetings FROM mentor_pair WHERE id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: mentor_is_above :one
-- Is a person among those who mentor somebody, or who mentor her mentors, and so on: would the two close a circle.
-- in: programme:int, below:int, above:int
-- out: n:int
WITH RECURSIVE above (person_id) AS (
  SELECT p.mentor_id FROM mentor_pair p WHERE p.mentee_id = $2 AND p.programme_id + 0 = $1 AND p.state IN ('accepted', 'active', 'paused')
  UNION
  SELECT p.mentor_id FROM above u JOIN mentor_pair p ON p.mentee_id = u.person_id
   WHERE p.programme_id + 0 = $1 AND p.state IN ('accepted', 'active', 'paused'))
SELECT count(*) AS n FROM above WHERE person_id = $3;

-- ---- behind the wall -------------------------------------------------------------------------------------------------------------

-- name: wall_agreement_find :one
-- in: pair:int
SELECT aims, cadence_weeks, points, author_id, changed_at, version FROM mentor_agreement WHERE pair_id = $1;

-- name: wall_agreement_add :exec
-- in: pair:int, aims:text, cadence:int, points:text, author:int, now:int
INSERT INTO mentor_agreement (pair_id, aims, cadence_weeks, points, author_id, changed_at) VALUES ($1, $2, $3, $4, $5, $6)
ON CONFLICT DO NOTHING;

-- name: wall_agreement_change :exec
-- in: pair:int, version:int, aims:text, cadence:int, points:text, author:int, now:int
UPDATE mentor_agreement SET aims = $3, cadence_weeks = $4, points = $5, author_id = $6, changed_at = $7, version = version + 1
 WHERE pair_id = $1 AND version = $2;

-- name: wall_meeting_find :one
-- in: id:int, pair:int
SELECT id, author_id, starts_at, minutes, place, agenda, held_at, cancelled_at, version FROM mentor_meeting WHERE id = $1 AND pair_id = $2;

-- name: wall_meeting_list :many
-- in: pair:int, most:int
SELECT id, author_id, starts_at, place, agenda, held_at, cancelled_at FROM mentor_meeting
 WHERE pair_id = $1 ORDER BY starts_at DESC, id LIMIT $2;

-- name: wall_meeting_met :many
-- What a mentee may take a goal from: the meetings that she had, newest first; id 0: all.
-- in: mentee:int, id:int, most:int
-- out: starts_at:int, mentor:text?
SELECT m.id, m.starts_at, n.display_name AS mentor
  FROM mentor_pair p JOIN mentor_meeting m ON m.pair_id = p.id LEFT JOIN pub_people_name n ON n.person_id = p.mentor_id
 WHERE p.mentee_id = $1 AND ($2 = 0 OR m.id = $2) AND m.held_at IS NOT NULL ORDER BY m.starts_at DESC, m.id DESC LIMIT $3;

-- name: wall_meeting_add :exec
-- in: id:int, pair:int, author:int, starts_at:int, place:text, agenda:text, minutes:int, reminded_at:int?
INSERT INTO mentor_meeting (id, pair_id, author_id, starts_at, place, agenda, minutes, reminded_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8);

-- name: wall_meeting_change :exec
-- in: id:int, version:int, starts_at:int, place:text, agenda:text, minutes:int, reminded_at:int?
UPDATE mentor_meeting SET starts_at = $3, place = $4, agenda = $5, minutes = $6, reminded_at = $7, version = version + 1
 WHERE id = $1 AND version = $2 AND held_at IS NULL AND cancelled_at IS NULL;

-- name: wall_meeting_held :exec
-- in: id:int, now:int
UPDATE mentor_meeting SET held_at = $2, version = version + 1 WHERE id = $1 AND held_at IS NULL AND cancelled_at IS NULL;

-- name: wall_meeting_cancel :exec
-- in: id:int, now:int
UPDATE mentor_meeting SET cancelled_at = $2, version = version + 1 WHERE id = $1 AND held_at IS NULL AND cancelled_at IS NULL;

-- name: wall_meeting_waiting :many
-- The next meetings of a person, and those of the last weeks of which nobody said whether they took place. CASE keeps SQLite from making
-- a table of the list before it has seen a pair.
-- in: person:int, from:int, to:int
-- out: pair_id:int, starts_at:int, mentor_id:int, mentor:text?, mentee:text?
SELECT m.id, m.pair_id, m.starts_at, p.mentor_id, a.display_name AS mentor, b.display_name AS mentee
  FROM (SELECT id, state, mentor_id, mentee_id FROM mentor_pair WHERE mentor_id = $1
        UNION ALL SELECT id, state, mentor_id, mentee_id FROM mentor_pair WHERE mentee_id = $1) p
  JOIN mentor_meeting m ON m.pair_id = p.id
  LEFT JOIN pub_people_name a ON a.person_id = p.mentor_id LEFT JOIN pub_people_name b ON b.person_id = p.mentee_id
 WHERE CASE p.state WHEN 'accepted' THEN 1 WHEN 'active' THEN 1 WHEN 'paused' THEN 1 ELSE 0 END = 1
   AND m.starts_at >= $2 AND m.starts_at < $3 AND m.held_at IS NULL AND m.cancelled_at IS NULL
 ORDER BY m.starts_at, m.id;

-- name: wall_words_list :many
-- in: pair:int, before_at:int, before_id:int, most:int
SELECT id, author_id, meeting_id, kind, body, at FROM mentor_words
 WHERE pair_id = $1 AND (at < $2 OR (at = $2 AND id < $3)) ORDER BY at DESC, id DESC LIMIT $4;

-- name: wall_words_of_meeting :many
-- in: meeting:int, most:int
SELECT id, author_id, body, at FROM mentor_words WHERE meeting_id = $1 ORDER BY at, id LIMIT $2;

-- name: wall_words_add :exec
-- in: id:int, pair:int, author:int, meeting:int?, kind:text, body:text, now:int
INSERT INTO mentor_words (id, pair_id, author_id, meeting_id, kind, body, at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: wall_action_list :many
-- in: pair:int, most:int
SELECT id, author_id, owner_id, body, due_day, done_at FROM mentor_action WHERE pair_id = $1
 ORDER BY done_at DESC NULLS FIRST, due_day, id LIMIT $2;

-- name: wall_action_add :exec
-- in: id:int, pair:int, author:int, owner:int, body:text, due_day:int
INSERT INTO mentor_action (id, pair_id, author_id, owner_id, body, due_day) VALUES ($1, $2, $3, $4, $5, $6);

-- name: wall_action_done :exec
-- in: id:int, pair:int, owner:int, now:int
UPDATE mentor_action SET done_at = $4 WHERE id = $1 AND pair_id = $2 AND owner_id = $3 AND done_at IS NULL;

-- name: wall_action_waiting :many
-- in: owner:int, most:int
SELECT a.id, a.pair_id, a.body, a.due_day FROM mentor_action a JOIN mentor_pair p ON p.id = a.pair_id
 WHERE a.owner_id = $1 AND a.done_at IS NULL AND p.state IN ('accepted', 'active', 'paused') ORDER BY a.due_day, a.id LIMIT $2;

-- name: wall_written_words :many
-- What a person wrote, for her own export.
-- in: person:int
SELECT pair_id, kind, body, at FROM mentor_words WHERE author_id = $1 ORDER BY at, id;

-- name: wall_written_meetings :many
-- in: person:int
SELECT pair_id, starts_at, place, agenda FROM mentor_meeting WHERE author_id = $1 ORDER BY starts_at, id;

-- name: wall_written_actions :many
-- in: person:int
SELECT pair_id, body, due_day, done_at FROM mentor_action WHERE author_id = $1 ORDER BY due_day, id;

-- name: wall_written_agreements :many
-- in: person:int
SELECT pair_id, aims, cadence_weeks, points, changed_at FROM mentor_agreement WHERE author_id = $1 ORDER BY pair_id;

-- name: wall_erase_words :exec
-- in: person:int
DELETE FROM mentor_words WHERE pair_id IN (SELECT id FROM mentor_pair WHERE mentor_id = $1 OR mentee_id = $1);

-- name: wall_erase_meetings :exec
-- in: person:int
DELETE FROM mentor_meeting WHERE pair_id IN (SELECT id FROM mentor_pair WHERE mentor_id = $1 OR mentee_id = $1);

-- name: wall_erase_actions :exec
-- in: person:int
DELETE FROM mentor_action WHERE pair_id IN (SELECT id FROM mentor_pair WHERE mentor_id = $1 OR mentee_id = $1);

-- name: wall_erase_agreements :exec
-- in: person:int
DELETE FROM mentor_agreement WHERE pair_id IN (SELECT id FROM mentor_pair WHERE mentor_id = $1 OR mentee_id = $1);

-- What pairs wrote that ended before a time, in parts.

-- name: wall_retain_words :exec
-- in: before:int, most:int
DELETE FROM mentor_words WHERE id IN
  (SELECT w.id FROM mentor_pair p JOIN mentor_words w ON w.pair_id = p.id WHERE p.ended_at < $1 LIMIT $2);

-- name: wall_retain_actions :exec
-- in: before:int, most:int
DELETE FROM mentor_action WHERE id IN
  (SELECT x.id FROM mentor_pair p JOIN mentor_action x ON x.pair_id = p.id WHERE p.ended_at < $1 LIMIT $2);

-- name: wall_retain_meetings :exec
-- Behind the words, which name them.
-- in: before:int, most:int
DELETE FROM mentor_meeting WHERE id IN
  (SELECT x.id FROM mentor_pair p JOIN mentor_meeting x ON x.pair_id = p.id WHERE p.ended_at < $1
      AND NOT EXISTS (SELECT 1 FROM mentor_words w WHERE w.meeting_id = x.id) LIMIT $2);

-- name: wall_retain_agreements :exec
-- in: before:int, most:int
DELETE FROM mentor_agreement WHERE pair_id IN
  (SELECT x.pair_id FROM mentor_pair p JOIN mentor_agreement x ON x.pair_id = p.id WHERE p.ended_at < $1 LIMIT $2);

-- name: wall_retain_replies :exec
-- What was answered in words; the choices are counts by now and stay.
-- in: before:int, most:int
DELETE FROM mentor_reply WHERE (pair_id, person_id, month, item) IN
  (SELECT r.pair_id, r.person_id, r.month, r.item FROM mentor_pair p JOIN mentor_reply r ON r.pair_id = p.id
    WHERE p.ended_at < $1 AND r.item = 'words' LIMIT $2);

-- name: wall_erase_replies :exec
-- What she answered; that of the other about the two of them goes with it.
-- in: person:int
DELETE FROM mentor_reply WHERE pair_id IN (SELECT id FROM mentor_pair WHERE mentor_id = $1 OR mentee_id = $1);

-- name: wall_erase_log :exec
-- in: person:int
DELETE FROM mentor_log WHERE person_id = $1;

-- ---- one's own, for the export ----------------------------------------------------------------------------------------------------

-- name: mentor_profile_all_of :many
-- in: person:int
SELECT offers, interests, availability, languages, capacity FROM mentor_profile WHERE person_id = $1 ORDER BY id;

-- name: mentor_wish_all_of :many
-- in: person:int
SELECT looks_for FROM mentor_wish WHERE person_id = $1 ORDER BY programme_id;
