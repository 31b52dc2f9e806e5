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
