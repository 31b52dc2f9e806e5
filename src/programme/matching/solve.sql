-- What a round is solved from beside its lists, and what came of it.

-- ---- who must not be with whom -------------------------------------------------------------------------------------------------

-- name: match_conflicts :many
-- Conflicts of interest noted in mentorship between people of the round, by places.
-- in: round:int, programme:int
-- out: mentee:int, mentor:int
SELECT a.place AS mentee, b.place AS mentor, c.kind FROM pub_mentor_conflict c
  JOIN match_person a ON a.round_id = $1 AND a.side = 'mentee' AND a.person_id = c.mentee_id
  JOIN match_person b ON b.round_id = $1 AND b.side = 'mentor' AND b.person_id = c.mentor_id
 WHERE c.programme_id = $2 ORDER BY a.place, b.place;

-- name: match_together :many
-- Pairs of the round that exist already, or wait for an answer.
-- in: round:int, programme:int
-- out: mentee:int, mentor:int
SELECT a.place AS mentee, b.place AS mentor FROM pub_mentor_pair x
  JOIN match_person a ON a.round_id = $1 AND a.side = 'mentee' AND a.person_id = x.mentee_id
  JOIN match_person b ON b.round_id = $1 AND b.side = 'mentor' AND b.person_id = x.mentor_id
 WHERE x.programme_id + 0 = $2 AND x.state IN ('proposed', 'accepted', 'active', 'paused') ORDER BY a.place, b.place;

-- name: match_assessors :many
-- Mentors of the round who assess a cohort.
-- in: round:int, programme:int, today:int
-- out: mentor:int, cohort_id:int
SELECT DISTINCT p.place AS mentor, g.cohort_id FROM pub_programme_grant g
  JOIN match_person p ON p.round_id = $1 AND p.side = 'mentor' AND p.person_id = g.person_id
 WHERE g.role = 'assessor' AND g.programme_id = $2 AND g.cohort_id IS NOT NULL AND g.start_day <= $3 AND (g.end_day IS NULL OR g.end_day >= $3)
 ORDER BY p.place, g.cohort_id;

-- name: match_away :many
-- Mentors of the round who are on leave: from the few who are away to the round, not the other way round.
-- in: round:int, programme:int, today:int
SELECT p.place
  FROM (SELECT f.person_id FROM pub_mentor_profile f WHERE f.programme_id = $2 AND f.away_until_day >= $3
        UNION SELECT x.person_id FROM pub_programme_pause x
               WHERE x.start_day <= $3 AND (x.end_day IS NULL OR x.end_day >= $3) AND x.programme_id + 0 = $2) q
  CROSS JOIN match_person p
 WHERE p.round_id = $1 AND p.side = 'mentor' AND p.person_id = q.person_id AND p.takes_part = 1
 ORDER BY p.place;

-- ---- criteria ------------------------------------------------------------------------------------------------------------------

-- name: match_facts_mentees :many
-- in: round:int, programme:int
-- out: looks_for:text?, language:text?
SELECT p.place, w.looks_for, l.language FROM match_person p
  LEFT JOIN pub_mentor_wish w ON w.person_id = p.person_id AND w.programme_id = $2
  LEFT JOIN pub_people_language l ON l.person_id = p.person_id
 WHERE p.round_id = $1 AND p.side = 'mentee' ORDER BY p.place;

-- name: match_facts_mentors :many
-- in: round:int, programme:int
-- out: words:text?, languages:text?, taken:int
SELECT p.place, f.search_key AS words, f.languages,
       (SELECT count(*) FROM pub_mentor_pair x WHERE x.mentor_id = p.person_id AND x.programme_id + 0 = $2 AND x.state IN ('accepted', 'active', 'paused')) AS taken
  FROM match_person p
  LEFT JOIN pub_mentor_profile f ON f.person_id = p.person_id AND f.programme_id = $2
 WHERE p.round_id = $1 AND p.side = 'mentor' ORDER BY p.place;

-- name: match_facts_stages :many
-- The stage of each learner of a side; two rows for a member of two cohorts. Goes from the people of the round to their memberships,
-- not through those of the programme.
-- in: round:int, programme:int, side:text
SELECT p.place, s.ordinal FROM match_person p
  JOIN pub_programme_member m ON m.person_id = p.person_id AND m.programme_id + 0 = $2 AND m.state = 'active'
  JOIN pub_programme_stage s ON s.id = m.stage_id
 WHERE p.round_id = $1 AND p.side = $3 ORDER BY p.place;

-- ---- what if -------------------------------------------------------------------------------------------------------------------

-- name: match_scenario_list :many
-- in: round:int, most:int
SELECT id, title, mode, seed, weight_interests, weight_language, weight_stage, weight_load, mentor, seats, least, nearest
  FROM match_scenario WHERE round_id = $1 ORDER BY id LIMIT $2;

-- name: match_scenario_find :one
-- in: id:int, round:int
SELECT id, title, mode, seed, weight_interests, weight_language, weight_stage, weight_load, mentor, seats
  FROM match_scenario WHERE id = $1 AND round_id = $2;

-- name: match_scenario_add :exec
-- in: id:int, round:int, title:text, mode:text, seed:int, w1:int, w2:int, w3:int, w4:int, mentor:int?, seats:int?, least:int, nearest:text
INSERT INTO match_scenario (id, round_id, title, mode, seed, weight_interests, weight_language, weight_stage, weight_load, mentor, seats, least, nearest)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: match_scenario_remove :exec
-- in: id:int, round:int
DELETE FROM match_scenario WHERE id = $1 AND round_id = $2;

-- ---- what came of it -----------------------------------------------------------------------------------------------------------

-- name: match_solved_add :exec
-- in: round:int, hr:text, nearest:text
INSERT INTO match_solved (round_id, hr, nearest) VALUES ($1, $2, $3);

-- name: match_solved_find :one
-- in: round:int
SELECT hr, nearest FROM match_solved WHERE round_id = $1;

-- name: match_apart_add :exec
-- in: round:int, mentee:int, mentor:int, why:text
INSERT INTO match_apart (round_id, mentee, mentor, why) VALUES ($1, $2, $3, $4);

-- name: match_apart_load :many
-- in: round:int
SELECT mentee, mentor, why FROM match_apart WHERE round_id = $1 ORDER BY mentee, mentor;

-- name: match_outcome_add :exec
-- in: round:int, mentee:int, mentor:int, pair:int, now:int
INSERT INTO match_outcome (round_id, mentee, mentor, pair_id, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (round_id, mentee) DO UPDATE SET mentor = excluded.mentor, pair_id = excluded.pair_id, at = excluded.at;

-- name: match_outcome_remove :exec
-- in: round:int, mentee:int
DELETE FROM match_outcome WHERE round_id = $1 AND mentee = $2;

-- name: match_outcome_load :many
-- Who is with whom by this round, and how the pair stands.
-- in: round:int
-- out: state:text?
SELECT o.mentee, o.mentor, o.pair_id, x.state FROM match_outcome o LEFT JOIN pub_mentor_pair x ON x.id = o.pair_id
 WHERE o.round_id = $1 ORDER BY o.mentee;

-- name: match_above_outcome :many
-- Everybody who takes part as a mentee in a round that is approved, and how her pair from it stands.
-- in: round:int
-- out: state:text?
SELECT p.person_id, x.state FROM match_person p
  LEFT JOIN match_outcome o ON o.round_id = p.round_id AND o.mentee = p.place LEFT JOIN pub_mentor_pair x ON x.id = o.pair_id
 WHERE p.round_id = $1 AND p.side = 'mentee' AND p.takes_part = 1 ORDER BY p.place;

-- name: match_outcome_list :many
-- in: round:int, after:int, most:int
-- out: mentee:int, mentee_name:text?, mentor_name:text?, state:text?
SELECT p.place AS mentee, a.display_name AS mentee_name, b.display_name AS mentor_name, x.state
  FROM match_person p LEFT JOIN match_outcome o ON o.round_id = p.round_id AND o.mentee = p.place
  LEFT JOIN match_person q ON q.round_id = p.round_id AND q.side = 'mentor' AND q.place = o.mentor
  LEFT JOIN pub_people_name a ON a.person_id = p.person_id LEFT JOIN pub_people_name b ON b.person_id = q.person_id
  LEFT JOIN pub_mentor_pair x ON x.id = o.pair_id
 WHERE p.round_id = $1 AND p.side = 'mentee' AND p.place > $2 AND p.takes_part = 1 ORDER BY p.place LIMIT $3;
