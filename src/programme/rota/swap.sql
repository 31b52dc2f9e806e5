-- Swaps of places between two people.

-- name: rota_swap_find :one
-- in: id:int
-- out: shift_id:int, role_id:int, day:int, starts_at:int, ends_at:int, place_state:text, role:text, title:text, place:text, swaps:text
-- out: person:text?, to_person:text?, taker:text?, other_shift:int?, other_role_id:int?, other_day:int?, other_starts:int?, other_ends:int?, other_state:text?, other_role:text?, other_title:text?, other_swaps:text?
SELECT w.id, w.programme_id, w.place_id, w.person_id, w.to_person_id, w.exchange, w.taker_id, w.other_place_id, w.words, w.why, w.state, w.expires_at, w.version,
       p.shift_id, p.role_id, p.day, p.starts_at, p.ends_at, p.state AS place_state, x.title AS role, o.title, o.place, z.swaps,
       n.display_name AS person, m.display_name AS to_person, k.display_name AS taker,
       q.shift_id AS other_shift, q.role_id AS other_role_id, q.day AS other_day, q.starts_at AS other_starts, q.ends_at AS other_ends,
       q.state AS other_state, y.title AS other_role, u.title AS other_title,
       (SELECT h.swaps FROM pub_placement_swaps h WHERE h.opportunity_id = t.opportunity_id) AS other_swaps
  FROM rota_swap w JOIN rota_place p ON p.id = w.place_id JOIN rota_shift s ON s.id = p.shift_id JOIN pub_placement_role x ON x.id = p.role_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id JOIN pub_placement_swaps z ON z.opportunity_id = o.id
       LEFT JOIN pub_people_name n ON n.person_id = w.person_id LEFT JOIN pub_people_name m ON m.person_id = w.to_person_id
       LEFT JOIN pub_people_name k ON k.person_id = w.taker_id LEFT JOIN rota_place q ON q.id = w.other_place_id
       LEFT JOIN rota_shift t ON t.id = q.shift_id LEFT JOIN pub_placement_role y ON y.id = q.role_id
       LEFT JOIN pub_placement_opportunity u ON u.id = t.opportunity_id
 WHERE w.id = $1;

-- name: rota_swap_add :exec
-- in: id:int, programme:int, place:int, person:int, to_person:int?, exchange:int, words:text, expires_at:int, now:int
INSERT INTO rota_swap (id, programme_id, place_id, person_id, to_person_id, exchange, words, state, expires_at, asked_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, 'asked', $8, $9) ON CONFLICT DO NOTHING;

-- name: rota_swap_open_of :one
-- The swap that is under way for a place.
-- in: place:int
SELECT id FROM rota_swap WHERE place_id = $1 AND (state = 'asked' OR state = 'answered' OR state = 'agreed');

-- name: rota_swap_answer :exec
-- Somebody says yes; or nobody does any more: then taker and other are null.
-- in: id:int, version:int, state:text, taker:int?, other:int?, expires_at:int
UPDATE rota_swap SET state = $3, taker_id = $4, other_place_id = $5, expires_at = $6, version = version + 1 WHERE id = $1 AND version = $2;

-- name: rota_swap_end :exec
-- in: id:int, version:int, state:text, why:text, by:int?, now:int
UPDATE rota_swap SET state = $3, why = $4, decided_by = $5, decided_at = $6, version = version + 1 WHERE id = $1 AND version = $2
   AND (state = 'asked' OR state = 'answered' OR state = 'agreed');

-- name: rota_swaps_of_place :many
-- Those under way in which a place is given.
-- in: place:int
SELECT w.id, w.version, w.person_id, w.taker_id FROM rota_swap w WHERE w.place_id = $1 AND (w.state = 'asked' OR w.state = 'answered' OR w.state = 'agreed')
UNION
SELECT w.id, w.version, w.person_id, w.taker_id FROM rota_swap w WHERE w.other_place_id = $1 AND (w.state = 'asked' OR w.state = 'answered' OR w.state = 'agreed')
ORDER BY id;

-- name: rota_swaps_over :many
-- Under way behind their limit.
-- in: now:int, most:int
SELECT id, version, person_id, taker_id FROM rota_swap WHERE expires_at <= $1 AND (state = 'asked' OR state = 'answered' OR state = 'agreed')
 ORDER BY expires_at, id LIMIT $2;

-- name: rota_swaps_of :many
-- What a person is asked, or has under way herself; what is offered to all comes from rota_swaps_for_all.
-- in: person:int, now:int
SELECT w.id, w.state, w.person_id, w.taker_id, p.starts_at, p.ends_at, x.title AS role, o.title
  FROM rota_swap w CROSS JOIN rota_place p JOIN rota_shift s ON s.id = p.shift_id
       JOIN pub_placement_role x ON x.id = p.role_id JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE ((w.person_id = $1 AND w.state = 'asked') OR (w.person_id = $1 AND w.state = 'answered') OR (w.person_id = $1 AND w.state = 'agreed')
        OR (w.to_person_id = $1 AND w.state = 'asked')
        OR (w.taker_id = $1 AND w.state = 'answered') OR (w.taker_id = $1 AND w.state = 'agreed'))
   AND p.id = w.place_id AND w.expires_at > $2 ORDER BY p.starts_at, w.id;

-- name: rota_swaps_for_all :many
-- Offered to all in the programmes of a person, on days when she has no shift; earliest limit first.
-- in: person:int, today:int, now:int, most:int
SELECT w.id, p.starts_at, p.ends_at, x.title AS role, o.title, w.exchange
  FROM pub_programme_member m CROSS JOIN rota_swap w JOIN rota_place p ON p.id = w.place_id JOIN rota_shift s ON s.id = p.shift_id
       JOIN pub_placement_role x ON x.id = p.role_id JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE m.person_id = $1 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)
   AND w.programme_id = m.programme_id AND w.state = 'asked' AND w.expires_at > $3 AND w.to_person_id IS NULL AND w.person_id <> $1
   AND NOT EXISTS (SELECT 1 FROM rota_place h WHERE h.person_id = $1 AND h.state = 'held' AND h.day = p.day)
 ORDER BY w.expires_at, w.id LIMIT $4;

-- name: rota_swaps_to_approve :many
-- In a programme, those that wait for whoever keeps the rota.
-- in: programme:int, now:int, most:int
SELECT w.id, p.starts_at, p.ends_at, o.title
  FROM rota_swap w JOIN rota_place p ON p.id = w.place_id JOIN rota_shift s ON s.id = p.shift_id JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE w.programme_id = $1 AND w.state = 'agreed' AND w.expires_at > $2 ORDER BY w.expires_at, w.id LIMIT $3;

-- name: rota_swaps_for_all_count :one
-- How many these are, at most so many: SQLite would make a table to order what Home only counts.
-- in: person:int, today:int, now:int, most:int
-- out: n:int
SELECT count(*) AS n
  FROM (SELECT w.id
          FROM pub_programme_member m CROSS JOIN rota_swap w JOIN rota_place p ON p.id = w.place_id
         WHERE m.person_id = $1 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)
           AND w.programme_id = m.programme_id AND w.state = 'asked' AND w.expires_at > $3 AND w.to_person_id IS NULL AND w.person_id <> $1
           AND NOT EXISTS (SELECT 1 FROM rota_place h WHERE h.person_id = $1 AND h.state = 'held' AND h.day = p.day)
         LIMIT $4) k;

-- name: rota_swaps_to_approve_by :many
-- Those on shifts that a person supervises.
-- in: person:int, now:int
SELECT w.id, p.starts_at, p.ends_at, o.title
  FROM rota_supervisor v CROSS JOIN rota_place p JOIN rota_swap w ON w.place_id = p.id JOIN rota_shift s ON s.id = p.shift_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE v.person_id = $1 AND v.starts_at > $2 AND p.shift_id = v.shift_id AND p.state = 'held' AND w.state = 'agreed' AND w.expires_at > $2
 ORDER BY w.expires_at, w.id;

-- name: rota_swap_givable :many
-- Places of a person that she can still give in return, in one programme.
-- in: person:int, programme:int, now:int, most:int
SELECT p.id, p.starts_at, p.ends_at, p.day, x.title AS role, o.title, o.notice_days
  FROM rota_place p JOIN rota_shift s ON s.id = p.shift_id JOIN pub_placement_role x ON x.id = p.role_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id JOIN pub_placement_swaps z ON z.opportunity_id = o.id
 WHERE p.person_id = $1 AND p.state = 'held' AND p.starts_at > $3 AND o.programme_id + 0 = $2 AND z.swaps <> 'none'
   AND NOT EXISTS (SELECT 1 FROM rota_swap w WHERE w.place_id = p.id AND (w.state = 'asked' OR w.state = 'answered' OR w.state = 'agreed'))
   AND NOT EXISTS (SELECT 1 FROM rota_swap w WHERE w.other_place_id = p.id AND (w.state = 'asked' OR w.state = 'answered' OR w.state = 'agreed'))
 ORDER BY p.starts_at, p.id LIMIT $4;

-- name: rota_swaps_of_opportunity :one
-- in: shift:int
SELECT z.swaps FROM rota_shift s JOIN pub_placement_swaps z ON z.opportunity_id = s.opportunity_id WHERE s.id = $1;

-- name: rota_shift_supervisors :many
-- in: shift:int
SELECT person_id FROM rota_supervisor WHERE shift_id = $1 ORDER BY person_id LIMIT 50;

-- name: rota_export_swaps :many
-- in: person:int
SELECT w.id, w.state, w.words, w.asked_at, w.person_id FROM rota_swap w WHERE w.person_id = $1
UNION
SELECT w.id, w.state, '' AS words, w.asked_at, w.person_id FROM rota_swap w WHERE w.taker_id = $1
ORDER BY asked_at, id;

-- name: rota_swaps_erase :exec
-- in: person:int
UPDATE rota_swap SET words = '', why = '' WHERE person_id = $1;

-- name: rota_swaps_under_way :many
-- Of a person, whichever side: who is erased takes them back.
-- in: person:int
SELECT h.id, h.version, h.person_id, h.taker_id FROM rota_swap h WHERE h.person_id = $1 AND (h.state = 'asked' OR h.state = 'answered' OR h.state = 'agreed')
UNION SELECT h.id, h.version, h.person_id, h.taker_id FROM rota_swap h WHERE h.to_person_id = $1 AND h.state = 'asked'
UNION SELECT h.id, h.version, h.person_id, h.taker_id FROM rota_swap h WHERE h.taker_id = $1 AND (h.state = 'answered' OR h.state = 'agreed') ORDER BY id;
