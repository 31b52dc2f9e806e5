-- Who was there, hours, and what a team says at the end of a shift.

-- ---- at the place -------------------------------------------------------------------------------------------------------------------

-- name: hours_shift_by_code :one
-- in: code:text
SELECT s.id, s.opportunity_id, s.starts_at, s.ends_at, s.state, o.programme_id, o.title, o.place
  FROM pub_rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id WHERE s.code = $1;

-- name: hours_shift :one
-- in: id:int, person:int
-- out: supervises:int
SELECT s.id, s.opportunity_id, s.starts_at, s.ends_at, s.state, s.code, o.programme_id, o.title, o.place,
       (SELECT count(*) FROM pub_rota_supervisor v WHERE v.shift_id = s.id AND v.person_id = $2) AS supervises
  FROM pub_rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id WHERE s.id = $1;

-- name: hours_place_of :one
-- in: shift:int, person:int
-- out: state:text?, in_at:int?
SELECT p.id, p.day, h.state, h.in_at FROM pub_rota_place p LEFT JOIN hours_presence h ON h.place_id = p.id WHERE p.shift_id = $1 AND p.person_id = $2;

-- name: hours_people :many
-- Who is expected on a shift, and who came.
-- in: shift:int
-- out: name:text?, state:text?, in_at:int?, out_at:int?
SELECT p.id, p.person_id, n.display_name AS name, r.title AS role, h.state, h.in_at, h.out_at
  FROM pub_rota_place p JOIN pub_placement_role r ON r.id = p.role_id LEFT JOIN pub_people_name n ON n.person_id = p.person_id
       LEFT JOIN hours_presence h ON h.place_id = p.id WHERE p.shift_id = $1 ORDER BY n.sort_key, p.person_id LIMIT 400;

-- name: hours_come :exec
-- in: place:int, shift:int, person:int, now:int, by:int
INSERT INTO hours_presence (place_id, shift_id, person_id, state, in_at, by_person_id) VALUES ($1, $2, $3, 'here', $4, $5)
ON CONFLICT (place_id) DO UPDATE SET state = 'here', in_at = excluded.in_at, out_at = NULL, by_person_id = excluded.by_person_id WHERE hours_presence.state = 'absent';

-- name: hours_leave :exec
-- in: place:int, now:int
UPDATE hours_presence SET state = 'left', out_at = $2 WHERE place_id = $1 AND state = 'here';

-- name: hours_absent :exec
-- in: place:int, shift:int, person:int, by:int
INSERT INTO hours_presence (place_id, shift_id, person_id, state, by_person_id) VALUES ($1, $2, $3, 'absent', $4) ON CONFLICT DO NOTHING;

-- name: hours_first_supervisor :one
-- in: shift:int
SELECT person_id FROM pub_rota_supervisor WHERE shift_id = $1 ORDER BY person_id LIMIT 1;

-- ---- hours --------------------------------------------------------------------------------------------------------------------------

-- name: hours_add :exec
-- in: id:int, programme:int, person:int, place:int?, opportunity:int?, day:int, minutes:int, what:text, supervisor:int, now:int
INSERT INTO hours_record (id, programme_id, person_id, place_id, opportunity_id, day, minutes, what, supervisor_id, state, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'waiting', $10) ON CONFLICT DO NOTHING;

-- name: hours_find :one
-- in: id:int
-- out: name:text?, supervisor:text?, opportunity:text?
SELECT h.id, h.programme_id, h.person_id, h.place_id, h.opportunity_id, h.day, h.minutes, h.what, h.supervisor_id, h.state, h.words, h.version, h.created_at,
       n.display_name AS name, v.display_name AS supervisor, o.title AS opportunity
  FROM hours_record h LEFT JOIN pub_people_name n ON n.person_id = h.person_id LEFT JOIN pub_people_name v ON v.person_id = h.supervisor_id
       LEFT JOIN pub_placement_opportunity o ON o.id = h.opportunity_id WHERE h.id = $1;

-- name: hours_of :many
-- Latest first, before (day, id).
-- in: person:int, before_day:int, before_id:int, most:int
-- out: supervisor:text?, opportunity:text?
SELECT h.id, h.day, h.minutes, h.what, h.state, h.words, v.display_name AS supervisor, o.title AS opportunity
  FROM hours_record h LEFT JOIN pub_people_name v ON v.person_id = h.supervisor_id LEFT JOIN pub_placement_opportunity o ON o.id = h.opportunity_id
 WHERE h.person_id = $1 AND (h.day, h.id) < ($2, $3) ORDER BY h.day DESC, h.id DESC LIMIT $4;

-- name: hours_sum :one
-- in: person:int, programme:int
-- out: verified:int, waiting:int
SELECT COALESCE(CAST(sum(minutes) FILTER (WHERE state = 'verified') AS BIGINT), 0) AS verified,
       COALESCE(CAST(sum(minutes) FILTER (WHERE state = 'waiting') AS BIGINT), 0) AS waiting
  FROM pub_hours WHERE person_id = $1 AND programme_id = $2;

-- name: hours_to_verify :many
-- in: supervisor:int, most:int
-- out: name:text?, opportunity:text?
SELECT h.id, h.day, h.minutes, h.what, n.display_name AS name, o.title AS opportunity
  FROM hours_record h LEFT JOIN pub_people_name n ON n.person_id = h.person_id LEFT JOIN pub_placement_opportunity o ON o.id = h.opportunity_id
 WHERE h.supervisor_id = $1 AND h.state = 'waiting' ORDER BY h.day, h.id LIMIT $2;

-- name: hours_decide :exec
-- in: id:int, state:text, words:text, by:int, now:int
UPDATE hours_record SET state = $2, words = $3, decided_by = $4, decided_at = $5, token_hash = NULL, token_until = NULL, version = version + 1
 WHERE id = $1 AND state = 'waiting';

-- name: hours_token :exec
-- in: id:int, hash:blob, until:int
UPDATE hours_record SET token_hash = $2, token_until = $3 WHERE id = $1 AND state = 'waiting';

-- name: hours_by_token :one
-- in: hash:blob
SELECT id, token_until FROM hours_record WHERE token_hash = $1;

-- name: hours_to_remind :many
-- Waiting since before a time, oldest first, and whoever was asked was not reminded.
-- in: before:int, most:int
SELECT id, supervisor_id FROM hours_record WHERE state = 'waiting' AND reminded_at IS NULL AND created_at <= $1 ORDER BY created_at, id LIMIT $2;

-- name: hours_reminded :exec
-- All of hers that wait: one mail speaks of them together.
-- in: supervisor:int, now:int
UPDATE hours_record SET reminded_at = $2 WHERE supervisor_id = $1 AND state = 'waiting' AND reminded_at IS NULL;

-- name: hours_aims :many
-- in: opportunity:int
SELECT competency_id FROM pub_placement_competency WHERE opportunity_id = $1 ORDER BY competency_id;

-- name: hours_faculty :many
-- Who can be asked to verify: who has a role in the programme, but learners.
-- in: programme:int, day:int, most:int
SELECT DISTINCT n.person_id, n.display_name, n.sort_key FROM pub_programme_grant g JOIN pub_people_name n ON n.person_id = g.person_id
 WHERE g.programme_id = $1 AND g.start_day <= $2 AND (g.end_day IS NULL OR g.end_day >= $2) ORDER BY n.sort_key, n.person_id LIMIT $3;

-- name: hours_opportunities :many
-- in: programme:int
SELECT id, title FROM pub_placement_opportunity WHERE programme_id = $1 AND state = 'open' ORDER BY title_key, id LIMIT 100;

-- name: hours_describe :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
-- out: opportunity:text?
SELECT h.id, h.person_id, h.minutes, o.title AS opportunity FROM hours_record h LEFT JOIN pub_placement_opportunity o ON o.id = h.opportunity_id
 WHERE h.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: hours_export :many
-- in: person:int
-- out: opportunity:text?
SELECT h.day, h.minutes, h.what, h.state, h.words, h.supervisor_id, o.title AS opportunity
  FROM hours_record h LEFT JOIN pub_placement_opportunity o ON o.id = h.opportunity_id WHERE h.person_id = $1 ORDER BY h.day, h.id;

-- name: hours_erase :exec
-- in: person:int
UPDATE hours_record SET what = '', words = '', token_hash = NULL, token_until = NULL WHERE person_id = $1;

-- ---- debriefs -------------------------------------------------------------------------------------------------------------------------

-- name: debrief_of :one
-- in: shift:int
-- out: name:text?
SELECT d.id, d.well, d.risky, d.change, d.written_by, d.written_at, d.version, n.display_name AS name
  FROM debrief d LEFT JOIN pub_people_name n ON n.person_id = d.written_by WHERE d.shift_id = $1;

-- name: debrief_add :exec
-- in: id:int, shift:int, programme:int, opportunity:int, well:text, risky:text, change:text, person:int, now:int
INSERT INTO debrief (id, shift_id, programme_id, opportunity_id, well, risky, change, written_by, written_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9) ON CONFLICT DO NOTHING;

-- name: debrief_change :exec
-- in: shift:int, version:int, well:text, risky:text, change:text, person:int, now:int
UPDATE debrief SET well = $3, risky = $4, change = $5, written_by = $6, written_at = $7, version = version + 1 WHERE shift_id = $1 AND version = $2;

-- name: hours_opportunity :one
-- in: id:int
SELECT id, programme_id, title, state FROM pub_placement_opportunity WHERE id = $1;

-- name: debriefs_of :many
-- Latest first, before (at, id); without all, those that hold an idea.
-- in: opportunity:int, all:int, before_at:int, before_id:int, most:int
SELECT d.id, d.well, d.risky, d.change, d.written_at FROM debrief d
 WHERE d.opportunity_id = $1 AND ($2 = 1 OR d.change <> '') AND (d.written_at, d.id) < ($3, $4) ORDER BY d.written_at DESC, d.id DESC LIMIT $5;

