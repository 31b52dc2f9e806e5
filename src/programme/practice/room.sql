-- Rooms: one run of an exercise by several people.

-- name: room_find :one
-- out: number:int
-- in: id:int
SELECT r.id, r.exercise_id, r.version_id, r.code, r.state, r.phase, r.phase_at, r.spent, r.runs_at, r.played, r.stopped, r.stopped_by, r.changes_at, r.version,
       r.opened_by, r.opened_at, r.started_at, r.ended_at, v.title, v.language, v.source, v.number, x.programme_id, x.kind
  FROM room r JOIN exercise_version v ON v.id = r.version_id JOIN exercise x ON x.id = r.exercise_id WHERE r.id = $1;

-- name: room_by_code :one
-- in: code:text
SELECT r.id, x.programme_id FROM room r JOIN exercise x ON x.id = r.exercise_id WHERE r.code = $1 AND r.state IN ('waiting', 'going');

-- name: room_add :exec
-- in: id:int, exercise:int, version:int, code:text, person:int, now:int
INSERT INTO room (id, exercise_id, version_id, code, state, opened_by, opened_at, changed_at) VALUES ($1, $2, $3, $4, 'waiting', $5, $6, $6);

-- name: room_set :exec
-- in: id:int, state:text, phase:int, phase_at:int?, spent:int, runs_at:int?, played:int, stopped:text, stopped_by:int?, changes_at:int?, changes_second:int?, changes_third:int?, started_at:int?, ended_at:int?, now:int
UPDATE room SET state = $2, phase = $3, phase_at = $4, spent = $5, runs_at = $6, played = $7, stopped = $8, stopped_by = $9, changes_at = $10,
       changes_second = $11, changes_third = $12, started_at = $13, ended_at = $14, changed_at = $15, version = version + 1 WHERE id = $1;

-- name: room_touch :exec
-- in: id:int, now:int
UPDATE room SET version = version + 1, changed_at = $2 WHERE id = $1;

-- name: room_versions :many
-- in: now:int, i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int
-- out: shown:int
SELECT id, version * 4 + CASE WHEN changes_third <= $1 THEN 3 WHEN changes_second <= $1 THEN 2 WHEN changes_at <= $1 THEN 1 ELSE 0 END AS shown FROM room WHERE id IN ($2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: room_seats :many
-- out: name:text
-- in: room:int
SELECT s.person_id, s.seat, s.part, s.leads, s.joined_at, s.attempt_id, COALESCE(n.display_name, '') AS name
  FROM room_seat s LEFT JOIN pub_people_name n ON n.person_id = s.person_id WHERE s.room_id = $1 ORDER BY s.joined_at NULLS LAST, s.person_id;

-- name: room_seat :one
-- in: room:int, person:int
SELECT seat, part, leads, joined_at FROM room_seat WHERE room_id = $1 AND person_id = $2;

-- name: room_come_in :exec
-- Coming in again changes nothing but that an invitation was followed.
-- in: room:int, person:int, leads:int, joined_at:int?
INSERT INTO room_seat (room_id, person_id, seat, leads, joined_at) VALUES ($1, $2, 'none', $3, $4)
ON CONFLICT (room_id, person_id) DO UPDATE SET joined_at = COALESCE(room_seat.joined_at, excluded.joined_at);

-- name: room_take :exec
-- in: room:int, person:int, seat:text, part:text
UPDATE room_seat SET seat = $3, part = $4 WHERE room_id = $1 AND person_id = $2;

-- name: room_set_attempt :exec
-- in: room:int, person:int, attempt:int
UPDATE room_seat SET attempt_id = $3 WHERE room_id = $1 AND person_id = $2;

-- name: room_attempt_add :exec
-- What she did in a room is an attempt that is done.
-- in: id:int, person:int, exercise:int, version:int, turn:int, started:int, ended:int, ending:text, evidence:int?
INSERT INTO exercise_attempt (id, person_id, exercise_id, version_id, turn, seed, state, started_at, changed_at, ended_at, ending, evidence_id)
VALUES ($1, $2, $3, $4, $5, 0, 'done', $6, $7, $7, $8, $9);

-- name: room_of_attempt :one
-- in: attempt:int, person:int
SELECT room_id FROM room_seat WHERE attempt_id = $1 AND person_id = $2;

-- name: room_own :many
-- Rooms of an exercise that a person was in, the latest first.
-- in: person:int, exercise:int, most:int
SELECT r.id, r.state, r.opened_at, r.ended_at, s.seat, s.part FROM room_seat s JOIN room r ON r.id = s.room_id
 WHERE s.person_id = $1 AND r.exercise_id = $2 AND r.state <> 'left' ORDER BY r.opened_at DESC, r.id LIMIT $3;

-- name: room_waiting :many
-- Open rooms in which a person is or to which she was invited; and those that are over in which she observed somebody whom she has not judged.
-- in: person:int, since:int
-- out: owed:int
SELECT r.id, r.state, r.ended_at, v.title, s.joined_at, x.kind,
       CASE WHEN r.state = 'done' THEN 1 ELSE 0 END AS owed
  FROM room_seat s JOIN room r ON r.id = s.room_id JOIN exercise_version v ON v.id = r.version_id JOIN exercise x ON x.id = r.exercise_id
 WHERE s.person_id = $1 AND r.changed_at >= $2
   AND (r.state IN ('waiting', 'going')
        OR (r.state = 'done' AND s.seat = 'observer' AND x.kind IN ('role_play', 'speaking')
            AND EXISTS (SELECT 1 FROM room_seat o WHERE o.room_id = r.id AND o.seat = 'part'
                         AND NOT EXISTS (SELECT 1 FROM room_rating g WHERE g.room_id = r.id AND g.person_id = o.person_id AND g.rater_id = $1))))
 ORDER BY r.changed_at DESC, r.id;

-- name: room_ratings :many
-- in: room:int
SELECT g.person_id, g.rater_id, g.rating_id, x.instrument_id
  FROM room_rating g JOIN exercise_rating x ON x.id = g.rating_id WHERE g.room_id = $1 ORDER BY g.person_id, g.rating_id;

-- name: room_rating_add :exec
-- in: room:int, person:int, rater:int, rating:int
INSERT INTO room_rating (room_id, person_id, rater_id, rating_id) VALUES ($1, $2, $3, $4);

-- ---- the house ----------------------------------------------------------------------------------------------------------------------

-- name: room_export :many
-- in: person:int
SELECT r.id, v.title, r.state, r.opened_at, r.ended_at, s.seat, s.part, s.leads FROM room_seat s JOIN room r ON r.id = s.room_id
  JOIN exercise_version v ON v.id = r.version_id WHERE s.person_id = $1 ORDER BY r.opened_at, r.id;

-- name: room_export_offers :many
-- in: person:int
SELECT room_id, number, party, options, words, state, at FROM room_offer WHERE person_id = $1 ORDER BY at, id;

-- name: room_erase_words :exec
-- in: person:int
UPDATE room_offer SET words = '' WHERE person_id = $1 AND words <> '';

-- name: room_old :many
-- in: before:int, most:int
SELECT id FROM room WHERE changed_at > 0 AND changed_at < $1 ORDER BY changed_at LIMIT $2;

-- name: room_drop_agreements :exec
-- in: room:int
DELETE FROM room_agreement WHERE offer_id IN (SELECT id FROM room_offer WHERE room_id = $1);

-- name: room_drop_offers :exec
-- in: room:int
DELETE FROM room_offer WHERE room_id = $1;

-- name: room_drop_rating_links :exec
-- in: room:int
DELETE FROM room_rating WHERE room_id = $1;

-- name: room_drop_seats :exec
-- in: room:int
DELETE FROM room_seat WHERE room_id = $1;

-- name: room_drop :exec
-- in: room:int
DELETE FROM room WHERE id = $1;

-- name: room_forget_attempt :exec
-- in: attempt:int
UPDATE room_seat SET attempt_id = NULL WHERE attempt_id = $1;

-- name: room_forget_attempt_ratings :exec
-- in: attempt:int
DELETE FROM room_rating WHERE rating_id IN (SELECT id FROM exercise_rating WHERE attempt_id = $1);

-- ---- negotiations -------------------------------------------------------------------------------------------------------------------

-- name: room_offers :many
-- out: name:text
-- in: room:int
SELECT o.id, o.number, o.party, o.person_id, o.options, o.words, o.state, o.at, COALESCE(n.display_name, '') AS name
  FROM room_offer o LEFT JOIN pub_people_name n ON n.person_id = o.person_id WHERE o.room_id = $1 ORDER BY o.number DESC;

-- name: room_agreements :many
-- in: room:int
SELECT g.offer_id, g.party, g.at FROM room_offer o JOIN room_agreement g ON g.offer_id = o.id WHERE o.room_id = $1 ORDER BY g.at, g.party;

-- name: room_offer_last :one
-- in: room:int
-- out: n:int
SELECT COALESCE(max(number), 0) AS n FROM room_offer WHERE room_id = $1;

-- name: room_offer_add :exec
-- in: id:int, room:int, number:int, party:text, person:int, options:text, words:text, at:int
INSERT INTO room_offer (id, room_id, number, party, person_id, options, words, state, at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'open', $8);

-- name: room_offer_set :exec
-- in: id:int, state:text
UPDATE room_offer SET state = $2 WHERE id = $1 AND state = 'open';

-- name: room_agree :exec
-- in: offer:int, party:text, person:int, at:int
INSERT INTO room_agreement (offer_id, party, person_id, at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- ---- how an exercise does ------------------------------------------------------------------------------------------------------------

-- name: room_figures_counts :one
-- in: exercise:int
-- out: rooms:int, people:int
SELECT count(DISTINCT m.id) AS rooms, count(DISTINCT s.person_id) AS people
  FROM room m LEFT JOIN room_seat s ON s.room_id = m.id AND s.seat = 'part' WHERE m.exercise_id = $1 AND m.state = 'done';

-- name: room_figures_times :many
-- How long each of the latest took.
-- in: exercise:int, most:int
-- out: ms:int
SELECT ended_at - started_at AS ms FROM room
 WHERE exercise_id = $1 AND state = 'done' AND started_at IS NOT NULL AND ended_at IS NOT NULL ORDER BY ended_at DESC, id LIMIT $2;

-- name: room_figures_points :many
-- What was given in rooms that are over: by rubric, person, room, rating and item.
-- in: exercise:int, most:int
-- out: point:int
SELECT r.instrument_id, g.person_id, g.room_id, g.rating_id, r.at, x.item_id, x.point
  FROM room m JOIN room_rating g ON g.room_id = m.id JOIN exercise_rating r ON r.id = g.rating_id JOIN exercise_rating_answer x ON x.rating_id = r.id
 WHERE m.exercise_id = $1 AND m.state = 'done' AND x.point IS NOT NULL
 ORDER BY r.instrument_id, g.person_id, g.room_id, g.rating_id, x.item_id LIMIT $2;
