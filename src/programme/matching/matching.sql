-- Rounds of matching: rounds, who takes part, lists, rules. Lists are told by places; names come from pub_people_name.

-- ---- rounds --------------------------------------------------------------------------------------------------------------------

-- name: match_round_find :one
-- in: id:int
SELECT id, programme_id, cohort_id, title, state, way, mode, seed, weight_interests, weight_language, weight_stage, weight_load,
       mentees_by, mentors_by, remind_days, apart_assessors, least, nearest, above_id, opened_at, mode_changed_at, approved_at, approved_by, version
  FROM match_round WHERE id = $1;

-- name: match_round_list :many
-- in: programme:int, after:int, most:int
SELECT id, programme_id, cohort_id, title, state, mentees_by, mentors_by, approved_at FROM match_round
 WHERE programme_id = $1 AND id < $2 AND state <> 'dropped' ORDER BY id DESC LIMIT $3;

-- name: match_round_above :many
-- Rounds that may stand above one: of the same programme, with mentees.
-- in: programme:int, round:int, most:int
SELECT id, title, cohort_id FROM match_round WHERE programme_id = $1 AND id <> $2 AND state <> 'dropped' ORDER BY id DESC LIMIT $3;

-- name: match_round_mine :many
-- The rounds a person takes part in that are open, or were approved after a time; one row for each side.
-- in: person:int, since:int, most:int
SELECT r.id, r.title, r.state, r.way, p.side, p.place, p.answered_at, r.mentees_by, r.mentors_by, r.approved_at
  FROM match_person p JOIN match_round r ON r.id = p.round_id
 WHERE p.person_id = $1 AND p.takes_part = 1 AND (r.state = 'open' OR (r.state = 'approved' AND r.approved_at >= $2))
 ORDER BY p.round_id DESC, p.side DESC LIMIT $3;

-- name: match_round_add :exec
-- in: id:int, programme:int, cohort:int?, title:text, way:text, mode:text, seed:int, w1:int, w2:int, w3:int, w4:int, mentees_by:int, mentors_by:int, remind_days:int, apart:int, by:int, now:int, least:int, nearest:text, above:int?
INSERT INTO match_round (id, programme_id, cohort_id, title, state, way, mode, seed, weight_interests, weight_language, weight_stage,
                         weight_load, mentees_by, mentors_by, remind_days, apart_assessors, created_by, created_at, least, nearest, above_id)
VALUES ($1, $2, $3, $4, 'draft', $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: match_round_change :exec
-- in: id:int, version:int, title:text, way:text, mode:text, w1:int, w2:int, w3:int, w4:int, mentees_by:int, mentors_by:int, remind_days:int, apart:int, now:int, least:int, nearest:text, above:int?
UPDATE match_round SET title = $3,
       mode_changed_at = CASE WHEN opened_at IS NOT NULL AND (mode <> $5 OR way <> $4) THEN $14 ELSE mode_changed_at END,
       way = $4, mode = $5, weight_interests = $6, weight_language = $7, weight_stage = $8, weight_load = $9,
       reminded_mentees_at = CASE WHEN mentees_by = $10 THEN reminded_mentees_at END,
       reminded_mentors_at = CASE WHEN mentors_by = $11 THEN reminded_mentors_at END,
       mentees_by = $10, mentors_by = $11, remind_days = $12, apart_assessors = $13, least = $15, nearest = $16, above_id = $17, version = version + 1
 WHERE id = $1 AND version = $2 AND state IN ('draft', 'open');

-- name: match_round_open :exec
-- in: id:int, version:int, now:int
UPDATE match_round SET state = 'open', opened_at = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'draft';

-- name: match_round_drop :exec
-- in: id:int, version:int
UPDATE match_round SET state = 'dropped', version = version + 1 WHERE id = $1 AND version = $2 AND state IN ('draft', 'open');

-- name: match_round_approve :exec
-- in: id:int, version:int, by:int, now:int
UPDATE match_round SET state = 'approved', approved_by = $3, approved_at = $4, version = version + 1
 WHERE id = $1 AND version = $2 AND state = 'open';

-- name: match_round_touch :exec
-- Who takes part, a rule or seats changed: whoever looked at the round before is told.
-- in: id:int, version:int
UPDATE match_round SET version = version + 1 WHERE id = $1 AND version = $2 AND state <> 'dropped';

-- name: match_round_due :many
-- Open rounds with a deadline ahead before which people are to be reminded, and were not.
-- in: now:int, day_ms:int
-- out: mentees:int, mentors:int
SELECT id, CASE WHEN reminded_mentees_at IS NULL AND mentees_by > $1 AND mentees_by - remind_days * $2 <= $1 THEN 1 ELSE 0 END AS mentees,
       CASE WHEN reminded_mentors_at IS NULL AND mentors_by > $1 AND mentors_by - remind_days * $2 <= $1 THEN 1 ELSE 0 END AS mentors
  FROM match_round WHERE state = 'open' AND remind_days > 0 ORDER BY id;

-- name: match_round_reminded :exec
-- in: id:int, mentees:int, mentors:int, now:int
UPDATE match_round SET reminded_mentees_at = CASE WHEN $2 = 1 THEN $4 ELSE reminded_mentees_at END,
       reminded_mentors_at = CASE WHEN $3 = 1 THEN $4 ELSE reminded_mentors_at END
 WHERE id = $1;

-- ---- people --------------------------------------------------------------------------------------------------------------------

-- name: match_person_load :many
-- All who take part or did, by place.
-- in: round:int, side:text
SELECT place, person_id, seats, least, takes_part, answered_at, others FROM match_person WHERE round_id = $1 AND side = $2 ORDER BY place;

-- name: match_person_counts :many
-- in: round:int
-- out: n:int, answered:int, seats:int, empty:int
SELECT side, count(*) AS n, CAST(sum(CASE WHEN answered_at IS NULL THEN 0 ELSE 1 END) AS BIGINT) AS answered, CAST(sum(seats) AS BIGINT) AS seats,
       CAST(sum(CASE WHEN seats = 0 THEN 1 ELSE 0 END) AS BIGINT) AS empty
  FROM match_person WHERE round_id = $1 AND takes_part = 1 GROUP BY side ORDER BY side;

-- name: match_person_find :one
-- in: round:int, side:text, place:int
-- out: name:text?
SELECT p.place, p.person_id, p.seats, p.least, p.takes_part, p.answered_at, p.others, p.version, n.display_name AS name
  FROM match_person p LEFT JOIN pub_people_name n ON n.person_id = p.person_id
 WHERE p.round_id = $1 AND p.side = $2 AND p.place = $3;

-- name: match_person_of :one
-- in: round:int, side:text, person:int
SELECT place, seats, takes_part, answered_at, others, version FROM match_person WHERE round_id = $1 AND side = $2 AND person_id = $3;

-- name: match_person_list :many
-- in: round:int, side:text, after:int, most:int
-- out: name:text?, ranked:int, ruled_out:int
SELECT p.place, p.person_id, p.seats, p.answered_at, n.display_name AS name,
       (SELECT count(*) FROM match_choice c WHERE c.round_id = p.round_id AND c.side = p.side AND c.place = p.place AND c.rank > 0) AS ranked,
       (SELECT count(*) FROM match_choice c WHERE c.round_id = p.round_id AND c.side = p.side AND c.place = p.place AND c.rank = 0) AS ruled_out
  FROM match_person p LEFT JOIN pub_people_name n ON n.person_id = p.person_id
 WHERE p.round_id = $1 AND p.side = $2 AND p.place > $3 AND p.takes_part = 1 ORDER BY p.place LIMIT $4;

-- name: match_person_names :many
-- Everybody's name by place: for lists, files and choices.
-- in: round:int, side:text
-- out: name:text?, email:text?
SELECT p.place, p.person_id, p.seats, p.takes_part, n.display_name AS name, e.email
  FROM match_person p LEFT JOIN pub_people_name n ON n.person_id = p.person_id LEFT JOIN pub_people_email e ON e.person_id = p.person_id
 WHERE p.round_id = $1 AND p.side = $2 ORDER BY p.place;

-- name: match_mentor_list :many
-- The mentors of a round as a mentee sees them, by name behind (after_key, after_place).
-- in: round:int, programme:int, word:text, after_key:text, after_place:int, most:int
-- out: profile:int?, interests:text?, away_until_day:int?
SELECT p.place, p.seats, n.display_name, n.sort_key, f.id AS profile, f.interests, f.away_until_day
  FROM match_person p JOIN pub_people_name n ON n.person_id = p.person_id
  LEFT JOIN pub_mentor_profile f ON f.person_id = p.person_id AND f.programme_id = $2 AND f.shown = 1
 WHERE p.round_id = $1 AND p.side = 'mentor' AND p.takes_part = 1
   AND (n.sort_key LIKE $3 ESCAPE '\' OR f.search_key LIKE $3 ESCAPE '\')
   AND (n.sort_key > $4 OR (n.sort_key = $4 AND p.place > $5))
 ORDER BY n.sort_key, p.place LIMIT $6;

-- name: match_mentee_list :many
-- The mentees of a round as a mentor sees them.
-- in: round:int, word:text, after_key:text, after_place:int, most:int
SELECT p.place, n.display_name, n.sort_key
  FROM match_person p JOIN pub_people_name n ON n.person_id = p.person_id
 WHERE p.round_id = $1 AND p.side = 'mentee' AND p.takes_part = 1 AND n.sort_key LIKE $2 ESCAPE '\'
   AND (n.sort_key > $3 OR (n.sort_key = $3 AND p.place > $4))
 ORDER BY n.sort_key, p.place LIMIT $5;

-- name: match_person_top :one
-- in: round:int, side:text
-- out: n:int
SELECT COALESCE(max(place), 0) AS n FROM match_person WHERE round_id = $1 AND side = $2;

-- name: match_person_add :exec
-- in: round:int, side:text, place:int, person:int, seats:int
INSERT INTO match_person (round_id, side, place, person_id, seats) VALUES ($1, $2, $3, $4, $5);

-- name: match_person_back :exec
-- in: round:int, side:text, person:int, seats:int
UPDATE match_person SET takes_part = 1, seats = $4, version = version + 1 WHERE round_id = $1 AND side = $2 AND person_id = $3 AND takes_part = 0;

-- name: match_person_add_mentees :exec
-- Members of the programme now who are not away, by cohort, stage or group (null: any); without: none who has a mentor.
-- in: round:int, programme:int, cohort:int?, stage:int?, group:int?, without:int, today:int, top:int
INSERT INTO match_person (round_id, side, place, person_id, seats)
SELECT $1, 'mentee', $8 + row_number() OVER (ORDER BY q.person_id), q.person_id, 0 FROM
  (SELECT DISTINCT m.person_id FROM pub_programme_member m JOIN pub_people_name n ON n.person_id = m.person_id
    WHERE m.programme_id = $2 AND m.state = 'active' AND m.start_day <= $7 AND (m.end_day IS NULL OR m.end_day >= $7)
      AND (CAST($3 AS BIGINT) IS NULL OR m.cohort_id = $3) AND (CAST($4 AS BIGINT) IS NULL OR m.stage_id = $4)
      AND (CAST($5 AS BIGINT) IS NULL OR EXISTS (SELECT 1 FROM pub_programme_group_member g WHERE g.group_id = $5 AND g.person_id = m.person_id
                                   AND g.start_day <= $7 AND (g.end_day IS NULL OR g.end_day >= $7)))
      AND NOT EXISTS (SELECT 1 FROM pub_programme_pause x WHERE x.person_id = m.person_id AND x.programme_id = $2
                         AND x.start_day <= $7 AND (x.end_day IS NULL OR x.end_day >= $7))
      AND ($6 = 0 OR NOT EXISTS (SELECT 1 FROM pub_mentor_pair y WHERE y.mentee_id = m.person_id AND y.programme_id + 0 = $2
                                    AND y.state IN ('proposed', 'accepted', 'active', 'paused')))
      AND NOT EXISTS (SELECT 1 FROM match_person z WHERE z.round_id = $1 AND z.side = 'mentee' AND z.person_id = m.person_id)) q;

-- name: match_person_add_mentors :exec
-- Mentors of the programme now with a profile that is shown and who are not away, with the seats they have left; free: none without.
-- in: round:int, programme:int, free:int, today:int, top:int
INSERT INTO match_person (round_id, side, place, person_id, seats)
SELECT $1, 'mentor', $5 + row_number() OVER (ORDER BY q.person_id), q.person_id, CASE WHEN q.capacity > q.taken THEN q.capacity - q.taken ELSE 0 END FROM
  (SELECT f.person_id, f.capacity,
          (SELECT count(*) FROM pub_mentor_pair x WHERE x.mentor_id = f.person_id AND x.programme_id + 0 = $2 AND x.state IN ('accepted', 'active', 'paused')) AS taken
     FROM pub_mentor_profile f JOIN pub_people_name n ON n.person_id = f.person_id
    WHERE f.programme_id = $2 AND f.shown = 1 AND (f.away_until_day IS NULL OR f.away_until_day < $4)
      AND EXISTS (SELECT 1 FROM pub_programme_given_role r WHERE r.person_id = f.person_id AND r.role = 'mentor'
                     AND (r.programme_id = $2 OR r.programme_id IS NULL) AND r.start_day <= $4 AND (r.end_day IS NULL OR r.end_day >= $4))
      AND NOT EXISTS (SELECT 1 FROM pub_programme_pause p WHERE p.person_id = f.person_id AND p.programme_id + 0 = $2
                         AND p.start_day <= $4 AND (p.end_day IS NULL OR p.end_day >= $4))
      AND NOT EXISTS (SELECT 1 FROM match_person z WHERE z.round_id = $1 AND z.side = 'mentor' AND z.person_id = f.person_id)) q
 WHERE $3 = 0 OR q.capacity > q.taken;

-- name: match_is_member :one
-- in: programme:int, person:int, today:int
SELECT person_id, cohort_id FROM pub_programme_member
 WHERE person_id = $2 AND programme_id = $1 AND state = 'active' AND start_day <= $3 AND (end_day IS NULL OR end_day >= $3)
 ORDER BY start_day DESC LIMIT 1;

-- name: match_profile_of :one
-- in: programme:int, person:int
-- out: taken:int
SELECT f.capacity, f.away_until_day, f.shown,
       (SELECT count(*) FROM pub_mentor_pair x WHERE x.mentor_id = f.person_id AND x.programme_id + 0 = $1 AND x.state IN ('accepted', 'active', 'paused')) AS taken
  FROM pub_mentor_profile f WHERE f.programme_id = $1 AND f.person_id = $2;

-- name: match_is_away :one
-- in: programme:int, person:int, today:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_pause WHERE person_id = $2 AND programme_id = $1 AND start_day <= $3 AND (end_day IS NULL OR end_day >= $3);

-- name: match_is_mentor :one
-- in: programme:int, person:int, today:int
-- out: n:int
SELECT count(*) AS n FROM (SELECT 1 AS one FROM pub_programme_given_role r
 WHERE r.person_id = $2 AND (r.programme_id = $1 OR r.programme_id IS NULL) AND r.role = 'mentor'
   AND r.start_day <= $3 AND (r.end_day IS NULL OR r.end_day >= $3) LIMIT 1) x;

-- name: match_person_seats :exec
-- in: round:int, place:int, version:int, seats:int, least:int?
UPDATE match_person SET seats = $4, least = $5, version = version + 1 WHERE round_id = $1 AND side = 'mentor' AND place = $2 AND version = $3;

-- name: match_person_seats_now :exec
-- in: round:int, place:int, seats:int
UPDATE match_person SET seats = $3, version = version + 1 WHERE round_id = $1 AND side = 'mentor' AND place = $2;

-- name: match_person_leave :exec
-- in: round:int, side:text, place:int
UPDATE match_person SET takes_part = 0, version = version + 1 WHERE round_id = $1 AND side = $2 AND place = $3 AND takes_part = 1;

-- name: match_person_touch :exec
-- A list is about to be written anew.
-- in: round:int, side:text, place:int, version:int, others:int
UPDATE match_person SET others = $5, version = version + 1 WHERE round_id = $1 AND side = $2 AND place = $3 AND version = $4 AND takes_part = 1;

-- name: match_person_hand_in :exec
-- in: round:int, side:text, place:int, version:int, now:int
UPDATE match_person SET answered_at = $5, version = version + 1 WHERE round_id = $1 AND side = $2 AND place = $3 AND version = $4 AND takes_part = 1;

-- name: match_person_imported :exec
-- in: round:int, side:text, place:int, now:int
UPDATE match_person SET answered_at = $4, version = version + 1 WHERE round_id = $1 AND side = $2 AND place = $3;

-- name: match_person_silent :many
-- Who has not handed in a list.
-- in: round:int, side:text
SELECT place, person_id FROM match_person WHERE round_id = $1 AND side = $2 AND takes_part = 1 AND answered_at IS NULL ORDER BY place;

-- name: match_person_groups :many
-- The cohort and the stage of each mentee, for counts.
-- in: round:int, programme:int
-- out: cohort_id:int, stage_id:int?, cohort_title:text?, stage_title:text?
SELECT p.place, m.cohort_id, m.stage_id, c.title AS cohort_title, s.title AS stage_title
  FROM match_person p JOIN pub_programme_member m ON m.person_id = p.person_id
  LEFT JOIN pub_programme_cohort c ON c.id = m.cohort_id LEFT JOIN pub_programme_stage s ON s.id = m.stage_id
 WHERE p.round_id = $1 AND p.side = 'mentee' AND m.programme_id + 0 = $2 AND m.state = 'active' ORDER BY p.place;

-- ---- lists ---------------------------------------------------------------------------------------------------------------------

-- name: match_choice_load :many
-- in: round:int, side:text
SELECT place, other, rank FROM match_choice WHERE round_id = $1 AND side = $2 ORDER BY place, rank, other;

-- name: match_choice_of :many
-- in: round:int, side:text, place:int
SELECT other, rank FROM match_choice WHERE round_id = $1 AND side = $2 AND place = $3 ORDER BY rank, other;

-- name: match_choice_names :many
-- in: round:int, side:text, place:int, other_side:text, programme:int
-- out: name:text?, profile:int?, away_until_day:int?
SELECT c.other, c.rank, p.seats, p.takes_part, n.display_name AS name, f.id AS profile, f.away_until_day
  FROM match_choice c JOIN match_person p ON p.round_id = c.round_id AND p.side = $4 AND p.place = c.other
  LEFT JOIN pub_people_name n ON n.person_id = p.person_id
  LEFT JOIN pub_mentor_profile f ON f.person_id = p.person_id AND f.programme_id = $5 AND f.shown = 1
 WHERE c.round_id = $1 AND c.side = $2 AND c.place = $3 ORDER BY c.rank, c.other;

-- name: match_choice_clear :exec
-- in: round:int, side:text, place:int
DELETE FROM match_choice WHERE round_id = $1 AND side = $2 AND place = $3;

-- name: match_choice_add :exec
-- in: round:int, side:text, place:int, rank:int, other:int
INSERT INTO match_choice (round_id, side, place, rank, other) VALUES ($1, $2, $3, $4, $5);

-- ---- rules ---------------------------------------------------------------------------------------------------------------------

-- name: match_rule_load :many
-- in: round:int
SELECT id, kind, mentee, mentor, name FROM match_rule WHERE round_id = $1 ORDER BY mentee, mentor;

-- name: match_rule_list :many
-- in: round:int, after:int, most:int
-- out: mentee_name:text?, mentor_name:text?
SELECT r.id, r.kind, r.name, a.display_name AS mentee_name, b.display_name AS mentor_name
  FROM match_rule r JOIN match_person p ON p.round_id = r.round_id AND p.side = 'mentee' AND p.place = r.mentee
  JOIN match_person q ON q.round_id = r.round_id AND q.side = 'mentor' AND q.place = r.mentor
  LEFT JOIN pub_people_name a ON a.person_id = p.person_id LEFT JOIN pub_people_name b ON b.person_id = q.person_id
 WHERE r.round_id = $1 AND r.id > $2 ORDER BY r.id LIMIT $3;

-- name: match_rule_between :one
-- in: round:int, mentee:int, mentor:int
SELECT id, kind FROM match_rule WHERE round_id = $1 AND mentee = $2 AND mentor = $3;

-- name: match_rule_pinned :one
-- in: round:int, mentee:int
SELECT id, mentor FROM match_rule WHERE round_id = $1 AND mentee = $2 AND kind = 'pin';

-- name: match_rule_pins_of :one
-- in: round:int, mentor:int
-- out: n:int
SELECT count(*) AS n FROM match_rule WHERE round_id = $1 AND mentor = $2 AND kind = 'pin';

-- name: match_rule_add :exec
-- in: id:int, round:int, kind:text, mentee:int, mentor:int, name:text
INSERT INTO match_rule (id, round_id, kind, mentee, mentor, name) VALUES ($1, $2, $3, $4, $5, $6);

-- name: match_rule_remove :exec
-- in: id:int, round:int
DELETE FROM match_rule WHERE id = $1 AND round_id = $2;

-- name: match_rule_remove_of :exec
-- Whoever leaves takes the rules about her along; 0: not of this side.
-- in: round:int, mentee:int, mentor:int
DELETE FROM match_rule WHERE round_id = $1 AND (mentee = $2 OR mentor = $3);

-- ---- files ---------------------------------------------------------------------------------------------------------------------

-- name: match_upload_add :exec
-- in: id:int, round:int, person:int, filename:text, bytes:blob, now:int
INSERT INTO match_upload (id, round_id, person_id, filename, bytes, at) VALUES ($1, $2, $3, $4, $5, $6);

-- name: match_upload_find :one
-- in: id:int, round:int, person:int
SELECT filename, bytes FROM match_upload WHERE id = $1 AND round_id = $2 AND person_id = $3;

-- name: match_upload_remove :exec
-- in: id:int
DELETE FROM match_upload WHERE id = $1;

-- ---- what is held about a person ----------------------------------------------------------------------------------------------

-- name: match_export_rounds :many
-- in: person:int
SELECT p.round_id, r.title, r.state, p.side, p.place, p.answered_at, r.approved_at
  FROM match_person p JOIN match_round r ON r.id = p.round_id WHERE p.person_id = $1 ORDER BY p.round_id, p.side;

-- name: match_erase_choices :exec
-- in: person:int
DELETE FROM match_choice WHERE (round_id, side, place) IN (SELECT p.round_id, p.side, p.place FROM match_person p WHERE p.person_id = $1);

-- name: match_erase_uploads :exec
-- in: person:int
DELETE FROM match_upload WHERE person_id = $1;

-- name: match_erase_leave :exec
-- in: person:int
UPDATE match_person SET takes_part = 0, version = version + 1 WHERE person_id = $1 AND takes_part = 1
   AND EXISTS (SELECT 1 FROM match_round r WHERE r.id = match_person.round_id AND r.state IN ('draft', 'open'));

-- name: match_retain_uploads :exec
-- in: before:int
DELETE FROM match_upload WHERE at < $1;

-- name: match_retain_next :one
-- The next round whose wishes have been kept long enough and are still there.
-- in: before:int
SELECT r.id FROM match_round r
 WHERE r.state IN ('approved', 'dropped') AND COALESCE(r.approved_at, r.created_at) < $1
   AND (EXISTS (SELECT 1 FROM match_choice c WHERE c.round_id = r.id) OR EXISTS (SELECT 1 FROM match_solved s WHERE s.round_id = r.id))
 ORDER BY r.id LIMIT 1;

-- name: match_retain_choices :exec
-- in: round:int
DELETE FROM match_choice WHERE round_id = $1;

-- name: match_retain_solved :exec
-- in: round:int
DELETE FROM match_solved WHERE round_id = $1;

-- name: match_retain_apart :exec
-- in: round:int
DELETE FROM match_apart WHERE round_id = $1;

-- name: match_mail_to :one
-- in: person:int
-- out: name:text, language:text?
SELECT e.email, n.display_name AS name, l.language
  FROM pub_people_email e JOIN pub_people_name n ON n.person_id = e.person_id JOIN pub_people_language l ON l.person_id = e.person_id
 WHERE e.person_id = $1;

-- name: match_zone :one
-- in: programme:int
SELECT zone FROM pub_programme WHERE id = $1;

-- name: match_round_ripe :many
-- Open rounds whose lists are all in.
-- in: now:int, most:int
SELECT id, programme_id, cohort_id, title FROM match_round WHERE state = 'open' AND mentees_by < $1 AND mentors_by < $1 ORDER BY id LIMIT $2;

-- name: match_person_learners :many
-- Mentors taken in behind a place who are members of the programme themselves.
-- in: round:int, programme:int, top:int
SELECT DISTINCT p.place, p.person_id FROM match_person p JOIN pub_programme_member m ON m.person_id = p.person_id
 WHERE p.round_id = $1 AND p.side = 'mentor' AND p.place > $3 AND m.programme_id = $2 AND m.state = 'active' ORDER BY p.place;

-- name: match_group_list :many
-- in: programme:int, cohort:int?
SELECT id, title FROM pub_programme_group WHERE programme_id = $1 AND (CAST($2 AS BIGINT) IS NULL OR cohort_id = $2) ORDER BY title, id;
