-- The addresses under which calendars are fetched.

-- name: calendar_feed_of :one
-- in: person:int
SELECT id, made_at, read_day, lent FROM calendar_feed WHERE person_id = $1;

-- name: calendar_feed_by_hash :one
-- Of an account that is open.
-- in: token_hash:blob
SELECT f.id, f.person_id, f.lent, f.language, f.made_at, f.read_day, f.told
  FROM calendar_feed f JOIN pub_people_account a ON a.person_id = f.person_id WHERE f.token_hash = $1 AND a.disabled = 0;

-- name: calendar_feed_told :one
-- in: id:int, token_hash:blob
SELECT told FROM calendar_feed WHERE id = $1 AND token_hash = $2;

-- name: calendar_feed_renew :exec
-- What was told stays known, so that whoever puts the new address in the place of the old one is told what changed.
-- in: person:int, token_hash:blob, lent:int, language:text, now:int
UPDATE calendar_feed SET told = CASE WHEN lent = $3 THEN told ELSE '' END, token_hash = $2, lent = $3, language = $4, made_at = $5, read_day = NULL
 WHERE person_id = $1;

-- name: calendar_feed_add :exec
-- in: id:int, person:int, token_hash:blob, lent:int, language:text, now:int
INSERT INTO calendar_feed (id, person_id, token_hash, lent, language, made_at, told) VALUES ($1, $2, $3, $4, $5, $6, '');

-- name: calendar_feed_tell :exec
-- in: id:int, told:text, today:int
UPDATE calendar_feed SET told = $2, read_day = $3 WHERE id = $1;

-- name: calendar_feed_drop :exec
-- in: person:int
DELETE FROM calendar_feed WHERE person_id = $1;
