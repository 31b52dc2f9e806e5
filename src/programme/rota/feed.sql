-- Private addresses under which calendars fetch shifts.

-- name: rota_feed_of_person :one
-- in: person:int
SELECT id FROM rota_feed WHERE person_id = $1;

-- name: rota_feed_of_opportunity :one
-- in: opportunity:int
SELECT id, code, made_at FROM rota_feed WHERE opportunity_id = $1;

-- name: rota_feed_by_code :one
-- Of an opportunity, or of a person whose account is open.
-- in: code:text
SELECT f.id, f.person_id, f.opportunity_id FROM rota_feed f
 WHERE f.code = $1 AND (f.person_id IS NULL OR EXISTS (SELECT 1 FROM pub_people_account a WHERE a.person_id = f.person_id AND a.disabled = 0));

-- name: rota_feed_add :exec
-- in: id:int, opportunity:int, code:text, now:int
INSERT INTO rota_feed (id, opportunity_id, code, made_at) VALUES ($1, $2, $3, $4);

-- name: rota_feed_drop_person :exec
-- in: person:int
DELETE FROM rota_feed WHERE person_id = $1;

-- name: rota_feed_drop_opportunity :exec
-- in: opportunity:int
DELETE FROM rota_feed WHERE opportunity_id = $1;

-- name: rota_feed_places :many
-- What a person's calendar shows: her places, cancelled ones too, so that they vanish there.
-- in: person:int, from:int, most:int
SELECT p.id, p.shift_id, p.starts_at, p.ends_at, p.state, p.version, p.since_at, x.title AS role, o.title, o.place
  FROM rota_place p JOIN rota_shift s ON s.id = p.shift_id JOIN pub_placement_role x ON x.id = p.role_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE p.person_id = $1 AND (p.state = 'held' OR p.state = 'cancelled') AND p.starts_at >= $2 ORDER BY p.starts_at, p.id LIMIT $3;

-- name: rota_feed_supervised :many
-- in: person:int, from:int, most:int
SELECT s.id, s.starts_at, s.ends_at, s.state, s.version, s.created_at, o.title, o.place
  FROM rota_supervisor v JOIN rota_shift s ON s.id = v.shift_id JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE v.person_id = $1 AND v.starts_at >= $2 ORDER BY v.starts_at, s.id LIMIT $3;

-- name: rota_feed_shifts :many
-- What an opportunity's calendar shows: no names.
-- in: opportunity:int, from_day:int, most:int
SELECT s.id, s.starts_at, s.ends_at, s.state, s.version, s.created_at, o.title, o.place
  FROM rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE s.opportunity_id = $1 AND s.day >= $2 ORDER BY s.starts_at, s.id LIMIT $3;
