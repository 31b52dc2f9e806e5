-- Ratings by an instrument; attempts that were handed in to be rated.

-- name: rating_add :exec
-- in: id:int, version:int, instrument:int, person:int, rater:int, attempt:int?, now:int
INSERT INTO exercise_rating (id, version_id, instrument_id, person_id, rater_id, attempt_id, at) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: rating_answer_add :exec
-- in: rating:int, item:int, point:int?, words:text
INSERT INTO exercise_rating_answer (rating_id, item_id, point, words) VALUES ($1, $2, $3, $4);

-- name: rating_find :one
-- in: id:int
SELECT id, version_id, instrument_id, person_id, rater_id, attempt_id, at, evidence_id FROM exercise_rating WHERE id = $1;

-- name: rating_set_evidence :exec
-- in: id:int, evidence:int
UPDATE exercise_rating SET evidence_id = $2, version = version + 1 WHERE id = $1 AND evidence_id IS NULL;

-- name: rating_answers :many
-- What several ratings say, with who says it.
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int
-- out: by:text?
SELECT r.id, r.person_id, r.rater_id, r.at, n.display_name AS by, w.item_id, w.point, w.words
  FROM exercise_rating r JOIN exercise_rating_answer w ON w.rating_id = r.id LEFT JOIN pub_people_name n ON n.person_id = r.rater_id
 WHERE r.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ORDER BY r.id, w.item_id;

-- name: rating_describe :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
SELECT r.id, r.person_id, r.attempt_id, v.title FROM exercise_rating r JOIN exercise_version v ON v.id = r.version_id
 WHERE r.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- ---- attempts that were handed in -----------------------------------------------------------------------------------------------------

-- name: hand_in_find :one
-- in: attempt:int
-- out: first:text?, second:text?, subject:text?
SELECT h.attempt_id, h.instrument_id, h.first_id, h.second_id, h.handed_at, h.complete_at, h.version, a.person_id, a.version_id, x.programme_id,
       f.display_name AS first, s.display_name AS second, n.display_name AS subject
  FROM exercise_hand_in h JOIN exercise_attempt a ON a.id = h.attempt_id JOIN exercise x ON x.id = a.exercise_id
       LEFT JOIN pub_people_name f ON f.person_id = h.first_id LEFT JOIN pub_people_name s ON s.person_id = h.second_id
       LEFT JOIN pub_people_name n ON n.person_id = a.person_id
 WHERE h.attempt_id = $1;

-- name: hand_in_add :exec
-- in: attempt:int, instrument:int, first:int, second:int?, now:int
INSERT INTO exercise_hand_in (attempt_id, instrument_id, first_id, second_id, handed_at) VALUES ($1, $2, $3, $4, $5);

-- name: hand_in_drop :exec
-- in: attempt:int
DELETE FROM exercise_hand_in WHERE attempt_id = $1;

-- name: hand_in_complete :exec
-- in: attempt:int, now:int
UPDATE exercise_hand_in SET complete_at = $2, version = version + 1 WHERE attempt_id = $1 AND complete_at IS NULL;

-- name: hand_in_ratings :many
-- in: attempt:int
SELECT id, rater_id FROM exercise_rating WHERE attempt_id = $1 ORDER BY id;

-- name: hand_in_waiting :many
-- What was handed in to a person and she has not rated, the earliest first.
-- in: person:int, most:int
SELECT w.attempt_id, w.handed_at, v.title
  FROM (SELECT attempt_id, handed_at FROM exercise_hand_in WHERE first_id = $1 AND complete_at IS NULL
        UNION ALL SELECT attempt_id, handed_at FROM exercise_hand_in WHERE second_id = $1 AND complete_at IS NULL) w
  JOIN exercise_attempt a ON a.id = w.attempt_id JOIN exercise_version v ON v.id = a.version_id
 WHERE NOT EXISTS (SELECT 1 FROM exercise_rating r WHERE r.attempt_id = w.attempt_id AND r.rater_id = $1)
 ORDER BY w.handed_at, w.attempt_id LIMIT $2;

-- name: hand_in_faculty :many
-- Who may be asked: who holds a role in a programme that teaches or assesses, by name; of more than $3 some, without looking at all.
-- in: programme:int, day:int, most:int
SELECT n.person_id, n.display_name, n.sort_key
  FROM (SELECT DISTINCT r.person_id FROM pub_programme_given_role r
         WHERE r.programme_id = $1 AND r.role IN ('assessor', 'coordinator', 'author', 'mentor') AND r.start_day <= $2
           AND (r.end_day IS NULL OR r.end_day >= $2) LIMIT $3) f
  JOIN pub_people_name n ON n.person_id = f.person_id
 ORDER BY n.sort_key, n.person_id;

-- name: hand_in_is_faculty :one
-- in: programme:int, person:int, day:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_given_role r
 WHERE r.person_id = $2 AND r.programme_id = $1 AND r.role IN ('assessor', 'coordinator', 'author', 'mentor') AND r.start_day <= $3
   AND (r.end_day IS NULL OR r.end_day >= $3);

-- name: hand_in_export :many
-- in: person:int
SELECT h.attempt_id, h.first_id, h.second_id, h.handed_at, h.complete_at FROM exercise_attempt a JOIN exercise_hand_in h ON h.attempt_id = a.id
 WHERE a.person_id = $1 ORDER BY h.handed_at, h.attempt_id;
