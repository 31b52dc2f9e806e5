-- Public speaking in rooms: what a speaker keeps, her recording, who rates her.

-- name: speech_find :one
-- in: room:int
SELECT person_id, outline, transcript, seconds, reflection, shown_at, version FROM room_speech WHERE room_id = $1;

-- name: speech_claim :exec
-- Whose speech of this room it is; what another wrote who gave up the seat goes.
-- in: room:int, person:int
INSERT INTO room_speech (room_id, person_id) VALUES ($1, $2)
ON CONFLICT (room_id) DO UPDATE SET person_id = excluded.person_id, outline = '', transcript = '', seconds = NULL, reflection = '', version = room_speech.version + 1
 WHERE room_speech.person_id <> excluded.person_id;

-- name: speech_set_outline :exec
-- in: room:int, outline:text
UPDATE room_speech SET outline = $2, version = version + 1 WHERE room_id = $1;

-- name: speech_set_after :exec
-- in: room:int, version:int, transcript:text, seconds:int, reflection:text
UPDATE room_speech SET transcript = $3, seconds = $4, reflection = $5, version = version + 1 WHERE room_id = $1 AND version = $2;

-- name: speech_show :exec
-- in: room:int, now:int
UPDATE room_speech SET shown_at = $2 WHERE room_id = $1 AND shown_at IS NULL;

-- name: speech_recording_find :one
-- Without its bytes.
-- in: room:int
SELECT type, size, at FROM room_recording WHERE room_id = $1;

-- name: speech_recording_bytes :one
-- in: room:int
SELECT type, bytes FROM room_recording WHERE room_id = $1;

-- name: speech_recording_put :exec
-- in: room:int, type:text, size:int, bytes:blob, now:int
INSERT INTO room_recording (room_id, type, size, bytes, at) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (room_id) DO UPDATE SET type = excluded.type, size = excluded.size, bytes = excluded.bytes, at = excluded.at;

-- name: speech_recording_drop :exec
-- in: room:int
DELETE FROM room_recording WHERE room_id = $1;

-- name: speech_faculty :many
-- Who in the room teaches or assesses in its programme.
-- in: room:int, programme:int, day:int
SELECT DISTINCT s.person_id FROM room_seat s JOIN pub_programme_given_role r ON r.person_id = s.person_id
 WHERE s.room_id = $1 AND r.programme_id + 0 = $2 AND r.role IN ('assessor', 'coordinator', 'author', 'mentor') AND r.start_day <= $3
   AND (r.end_day IS NULL OR r.end_day >= $3);

-- name: speech_belongs :one
-- in: person:int, programme:int
-- out: n:int
SELECT (SELECT count(*) FROM pub_programme_membership m WHERE m.person_id = $1 AND m.programme_id + 0 = $2)
     + (SELECT count(*) FROM pub_programme_given_role r WHERE r.person_id = $1 AND r.programme_id + 0 = $2) AS n;

-- name: speech_rating_ids :many
-- in: room:int
SELECT rating_id FROM room_rating WHERE room_id = $1 ORDER BY rating_id;

-- ---- the house ----------------------------------------------------------------------------------------------------------------------

-- name: speech_export :many
-- in: person:int
SELECT room_id, outline, transcript, seconds, reflection, shown_at FROM room_speech WHERE person_id = $1 ORDER BY room_id;

-- name: speech_erase :exec
-- in: person:int
UPDATE room_speech SET outline = '', transcript = '', reflection = '' WHERE person_id = $1;

-- name: speech_erase_recordings :exec
-- in: person:int
DELETE FROM room_recording WHERE room_id IN (SELECT room_id FROM room_speech WHERE person_id = $1);

-- name: speech_drop :exec
-- in: room:int
DELETE FROM room_speech WHERE room_id = $1;

-- name: speech_recording_old :many
-- in: before:int, most:int
SELECT room_id FROM room_recording WHERE at > 0 AND at < $1 ORDER BY at LIMIT $2;
