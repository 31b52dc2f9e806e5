-- Terms, series, shifts, who supervises them, who is on them, who waits.

-- ---- terms --------------------------------------------------------------------------------------------------------------------------

-- name: rota_opportunity :one
-- in: id:int
SELECT id, programme_id, title, place, ratio, notice_days, state FROM pub_placement_opportunity WHERE id = $1;

-- name: rota_term_find :one
-- in: id:int
SELECT id, programme_id, title, start_day, end_day, wish_until_day, most, state, version FROM rota_term WHERE id = $1;

-- name: rota_terms :many
-- Latest first, before (day, id).
-- in: programme:int, before_day:int, before_id:int, most:int
SELECT id, title, start_day, end_day, wish_until_day, state FROM rota_term
 WHERE programme_id = $1 AND (start_day, id) < ($2, $3) ORDER BY start_day DESC, id DESC LIMIT $4;

-- name: rota_terms_ahead :many
-- Those that are not over, earliest first.
-- in: programme:int, today:int, most:int
SELECT id, title, start_day, end_day, wish_until_day, state FROM rota_term WHERE programme_id = $1 AND end_day >= $2 ORDER BY start_day, id LIMIT $3;

-- name: rota_term_add :exec
-- in: id:int, programme:int, title:text, start_day:int, end_day:int, wish_until_day:int, most:int, now:int
INSERT INTO rota_term (id, programme_id, title, start_day, end_day, wish_until_day, most, state, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, 'planned', $8);

-- name: rota_term_change :exec
-- in: id:int, version:int, title:text, start_day:int, end_day:int, wish_until_day:int, most:int
UPDATE rota_term SET title = $3, start_day = $4, end_day = $5, wish_until_day = $6, most = $7, version = version + 1 WHERE id = $1 AND version = $2;

-- name: rota_term_outside :one
-- Shifts of a term that lie outside two days.
-- in: term:int, start_day:int, end_day:int
-- out: n:int
SELECT count(*) AS n FROM rota_shift WHERE term_id = $1 AND state <> 'cancelled' AND (day < $2 OR day > $3);

-- name: rota_term_set_state :exec
-- in: id:int, version:int, state:text
UPDATE rota_term SET state = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state <> $3;

-- name: rota_holidays :many
-- in: term:int
SELECT day, title FROM rota_holiday WHERE term_id = $1 ORDER BY day;

-- name: rota_holiday_add :exec
-- in: term:int, day:int, title:text
INSERT INTO rota_holiday (term_id, day, title) VALUES ($1, $2, $3) ON CONFLICT (term_id, day) DO UPDATE SET title = excluded.title;

-- name: rota_holiday_drop :exec
-- in: term:int, day:int
DELETE FROM rota_holiday WHERE term_id = $1 AND day = $2;

-- ---- series and shifts ----------------------------------------------------------------------------------------------------------------

-- name: rota_roles :many
-- in: opportunity:int
SELECT id, title, leads, least, most FROM pub_placement_role WHERE opportunity_id = $1 AND retired = 0 ORDER BY ordinal, id;

-- name: rota_shift_times :many
-- When an opportunity has shifts already.
-- in: opportunity:int, from:int, until:int
SELECT starts_at FROM rota_shift WHERE opportunity_id = $1 AND day >= $2 AND day <= $3 AND state <> 'cancelled' ORDER BY starts_at;

-- name: rota_dated :many
-- in: opportunity:int, from:int
SELECT id, day, starts_at, ends_at FROM rota_shift WHERE opportunity_id = $1 AND day >= $2 AND state <> 'cancelled' ORDER BY day, starts_at, id LIMIT 400;

-- name: rota_series_add :exec
-- in: id:int, opportunity:int, term:int, weekday:int, weeks:int, start_minute:int, minutes:int, first_day:int, last_day:int, person:int, now:int
INSERT INTO rota_series (id, opportunity_id, term_id, weekday, weeks, start_minute, minutes, first_day, last_day, created_by, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: rota_shift_add :exec
-- in: id:int, opportunity:int, term:int, series:int?, day:int, weekday:int, starts_at:int, ends_at:int, note:text, code:text, now:int
INSERT INTO rota_shift (id, opportunity_id, term_id, series_id, day, weekday, starts_at, ends_at, note, state, code, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, 'planned', $10, $11) ON CONFLICT DO NOTHING;

-- name: rota_shift_role_add :exec
-- in: shift:int, role:int, least:int, most:int
INSERT INTO rota_shift_role (shift_id, role_id, least, most) VALUES ($1, $2, $3, $4);

-- name: rota_seat_add :exec
-- in: id:int, shift:int, role:int, ordinal:int
INSERT INTO rota_seat (id, shift_id, role_id, ordinal) VALUES ($1, $2, $3, $4);

-- name: rota_shift_find :one
-- A shift, with how many supervisors it has that may still supervise that day, and how many people.
-- in: id:int
-- out: supervisors:int, held:int, needed:int
SELECT s.id, s.opportunity_id, s.term_id, s.series_id, s.day, s.starts_at, s.ends_at, s.note, s.state, s.code, s.version, o.programme_id, o.title, o.place,
       o.ratio, o.notice_days, o.state AS opportunity_state, t.state AS term_state, t.title AS term, t.most AS term_most, t.wish_until_day,
       (SELECT count(*) FROM rota_supervisor v WHERE v.shift_id = s.id AND EXISTS (SELECT 1 FROM pub_programme_given_role g
         WHERE g.person_id = v.person_id AND (g.programme_id = o.programme_id OR g.programme_id IS NULL) AND g.start_day <= s.day
           AND (g.end_day IS NULL OR g.end_day >= s.day))) AS supervisors,
       (SELECT count(*) FROM rota_place p WHERE p.shift_id = s.id AND p.state = 'held') AS held,
       (SELECT COALESCE(CAST(sum(r.least) AS BIGINT), 0) FROM rota_shift_role r WHERE r.shift_id = s.id) AS needed
  FROM rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id JOIN rota_term t ON t.id = s.term_id WHERE s.id = $1;

-- name: rota_shifts_of :many
-- The shifts of an opportunity from a day on.
-- in: opportunity:int, from:int, after_at:int, after_id:int, most:int
-- out: seats:int, held:int, supervised:int
SELECT s.id, s.starts_at, s.ends_at, s.state, s.note,
       (SELECT count(*) FROM rota_seat x WHERE x.shift_id = s.id) AS seats,
       (SELECT count(*) FROM rota_place p WHERE p.shift_id = s.id AND p.state = 'held') AS held,
       (SELECT count(*) FROM rota_supervisor v WHERE v.shift_id = s.id) AS supervised
  FROM rota_shift s WHERE s.opportunity_id = $1 AND s.day >= $2 AND (s.starts_at, s.id) > ($3, $4) ORDER BY s.starts_at, s.id LIMIT $5;

-- name: rota_shifts_of_term :many
-- The shifts of a term that take place, behind (at, id).
-- in: term:int, after_at:int, after_id:int, most:int
-- out: seats:int, held:int, supervised:int
SELECT s.id, o.title, s.starts_at, s.ends_at, s.state,
       (SELECT count(*) FROM rota_seat x WHERE x.shift_id = s.id) AS seats,
       (SELECT count(*) FROM rota_place p WHERE p.shift_id = s.id AND p.state = 'held') AS held,
       (SELECT count(*) FROM rota_supervisor v WHERE v.shift_id = s.id) AS supervised
  FROM rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE s.term_id = $1 AND s.state <> 'cancelled' AND (s.starts_at, s.id) > ($2, $3) ORDER BY s.starts_at, s.id LIMIT $4;

-- name: rota_shift_set_state :exec
-- in: id:int, version:int, state:text
UPDATE rota_shift SET state = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state <> $3;

-- name: rota_shift_unsure :exec
-- An open shift without a supervisor is planned again.
-- in: id:int
UPDATE rota_shift SET state = 'planned', version = version + 1 WHERE id = $1 AND state = 'open'
   AND NOT EXISTS (SELECT 1 FROM rota_supervisor v WHERE v.shift_id = $1);

-- name: rota_shift_note :exec
-- in: id:int, version:int, note:text
UPDATE rota_shift SET note = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: rota_unsupervised :many
-- Shifts between two days that nobody supervises, by programme.
-- in: from:int, until:int, most:int
-- out: n:int
SELECT o.programme_id, count(*) AS n
  FROM rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE s.day >= $1 AND s.day <= $2 AND s.state <> 'cancelled'
   AND NOT EXISTS (SELECT 1 FROM rota_supervisor v WHERE v.shift_id = s.id AND EXISTS (SELECT 1 FROM pub_programme_given_role g
         WHERE g.person_id = v.person_id AND (g.programme_id = o.programme_id OR g.programme_id IS NULL) AND g.start_day <= s.day
           AND (g.end_day IS NULL OR g.end_day >= s.day)))
 GROUP BY o.programme_id ORDER BY o.programme_id LIMIT $3;

-- name: rota_shift_roles :many
-- in: shift:int
-- out: held:int, waiting:int
SELECT r.role_id, x.title, x.leads, r.least, r.most,
       (SELECT count(*) FROM rota_place p WHERE p.shift_id = r.shift_id AND p.role_id = r.role_id AND p.state = 'held') AS held,
       (SELECT count(*) FROM rota_waiting w WHERE w.shift_id = r.shift_id AND w.role_id = r.role_id) AS waiting
  FROM rota_shift_role r JOIN pub_placement_role x ON x.id = r.role_id WHERE r.shift_id = $1 ORDER BY x.ordinal, x.id;

-- ---- supervisors ----------------------------------------------------------------------------------------------------------------------

-- name: rota_supervisors :many
-- in: shift:int, programme:int
-- out: name:text?, may:int
SELECT v.person_id, n.display_name AS name,
       (SELECT count(*) FROM pub_programme_given_role g WHERE g.person_id = v.person_id AND (g.programme_id = $2 OR g.programme_id IS NULL)
          AND g.start_day <= v.day AND (g.end_day IS NULL OR g.end_day >= v.day)) AS may
  FROM rota_supervisor v LEFT JOIN pub_people_name n ON n.person_id = v.person_id WHERE v.shift_id = $1 ORDER BY n.sort_key, v.person_id LIMIT 50;

-- name: rota_may_supervise :one
-- in: person:int, programme:int, day:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_given_role g WHERE g.person_id = $1 AND (g.programme_id = $2 OR g.programme_id IS NULL) AND g.start_day <= $3
   AND (g.end_day IS NULL OR g.end_day >= $3);

-- name: rota_supervisor_add :exec
-- in: shift:int, person:int, day:int, starts_at:int, ends_at:int
INSERT INTO rota_supervisor (shift_id, person_id, day, starts_at, ends_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: rota_supervisor_drop :exec
-- in: shift:int, person:int
DELETE FROM rota_supervisor WHERE shift_id = $1 AND person_id = $2;

-- name: rota_supervises :one
-- in: shift:int, person:int
-- out: n:int
SELECT count(*) AS n FROM rota_supervisor WHERE shift_id = $1 AND person_id = $2;

-- name: rota_series_rest :many
-- The shifts of the same series from one on, so that a supervisor can be named for all of them.
-- in: series:int, from_at:int
SELECT id FROM rota_shift WHERE series_id = $1 AND starts_at >= $2 AND state <> 'cancelled' ORDER BY starts_at LIMIT 400;

-- ---- who is there ---------------------------------------------------------------------------------------------------------------------

-- name: rota_member :one
-- Is a person a member on a day, and not on leave.
-- in: programme:int, person:int, day:int
-- out: member:int, away:int
SELECT (SELECT count(*) FROM pub_programme_member m WHERE m.person_id = $2 AND m.programme_id = $1 AND m.start_day <= $3
          AND (m.end_day IS NULL OR m.end_day >= $3)) AS member,
       (SELECT count(*) FROM pub_programme_pause z WHERE z.person_id = $2 AND z.programme_id = $1 AND z.start_day <= $3
          AND (z.end_day IS NULL OR z.end_day >= $3)) AS away;

-- name: rota_busy :one
-- What a person has on a day or between two times: places but for one that she gives up, and shifts that she supervises.
-- in: person:int, day:int, starts_at:int, ends_at:int, instead:int
-- out: same_day:int, overlaps:int, supervises:int
SELECT (SELECT count(*) FROM rota_place p WHERE p.person_id = $1 AND p.state = 'held' AND p.day = $2 AND p.id <> $5) AS same_day,
       (SELECT count(*) FROM rota_place p WHERE p.person_id = $1 AND p.state = 'held' AND p.starts_at < $4 AND p.starts_at > $3 - 172800000 AND p.ends_at > $3 AND p.id <> $5) AS overlaps,
       (SELECT count(*) FROM rota_supervisor v WHERE v.person_id = $1 AND v.starts_at < $4 AND v.starts_at > $3 - 172800000 AND v.ends_at > $3) AS supervises;

-- name: rota_absences :one
-- How often somebody who had a place did not come, from a day on.
-- in: person:int, from:int
-- out: n:int
SELECT count(*) AS n FROM rota_place p JOIN pub_hours_presence h ON h.place_id = p.id
 WHERE p.person_id = $1 AND p.day >= $2 AND p.state = 'held' AND h.state = 'absent';

-- name: rota_term_count :one
-- Her shifts of a term, but for one that she gives up.
-- in: term:int, person:int, instead:int
-- out: n:int
SELECT count(*) AS n FROM rota_place WHERE term_id = $1 AND person_id = $2 AND state = 'held' AND id <> $3;

-- name: rota_free_seat :one
-- in: shift:int, role:int
-- out: leads:int
SELECT s.id, r.leads FROM rota_seat s JOIN pub_placement_role r ON r.id = s.role_id
 WHERE s.shift_id = $1 AND s.role_id = $2 AND NOT EXISTS (SELECT 1 FROM rota_place p WHERE p.seat_id = s.id AND p.state = 'held')
 ORDER BY s.ordinal LIMIT 1;

-- name: rota_place_add :exec
-- in: id:int, seat:int, shift:int, role:int, person:int, term:int, day:int, starts_at:int, ends_at:int, leads:int, how:text, now:int
INSERT INTO rota_place (id, seat_id, shift_id, role_id, person_id, term_id, day, starts_at, ends_at, leads, how, state, since_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 'held', $12) ON CONFLICT DO NOTHING;

-- name: rota_place_find :one
-- out: person:text?
-- in: id:int
SELECT p.id, p.seat_id, p.shift_id, p.role_id, p.person_id, p.term_id, p.day, p.starts_at, p.ends_at, p.leads, p.how, p.state, p.words, p.late, p.version,
       x.title AS role, o.title, o.place, o.programme_id, o.notice_days, s.state AS shift_state, n.display_name AS person
  FROM rota_place p JOIN rota_shift s ON s.id = p.shift_id JOIN pub_placement_role x ON x.id = p.role_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id LEFT JOIN pub_people_name n ON n.person_id = p.person_id WHERE p.id = $1;

-- name: rota_place_end :exec
-- in: id:int, state:text, words:text, late:int, now:int
UPDATE rota_place SET state = $2, words = $3, late = $4, ended_at = $5, version = version + 1 WHERE id = $1 AND state = 'held';

-- name: rota_place_of :one
-- The place that a person has on a shift.
-- in: shift:int, person:int
SELECT id, role_id FROM rota_place WHERE shift_id = $1 AND person_id = $2 AND state = 'held';

-- name: rota_held :many
-- Who is on a shift.
-- in: shift:int
-- out: name:text?
SELECT p.id, p.role_id, p.person_id, n.display_name AS name, p.how
  FROM rota_place p LEFT JOIN pub_people_name n ON n.person_id = p.person_id WHERE p.shift_id = $1 AND p.state = 'held'
 ORDER BY p.role_id, n.sort_key, p.person_id LIMIT 400;

-- name: rota_places_of :many
-- What a person has ahead, from a time on.
-- in: person:int, from:int, until:int, most:int
SELECT p.id, p.shift_id, p.starts_at, p.ends_at, x.title AS role, p.leads, o.programme_id, o.title, o.place, s.state AS shift_state
  FROM rota_place p JOIN rota_shift s ON s.id = p.shift_id JOIN pub_placement_role x ON x.id = p.role_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE p.person_id = $1 AND p.state = 'held' AND p.starts_at >= $2 AND p.starts_at < $3 ORDER BY p.starts_at, p.id LIMIT $4;

-- name: rota_supervised_by :many
-- in: person:int, from:int, until:int, most:int
-- out: held:int
SELECT v.shift_id, v.starts_at, v.ends_at, o.programme_id, o.title, o.place, s.state,
       (SELECT count(*) FROM rota_place p WHERE p.shift_id = s.id AND p.state = 'held') AS held
  FROM rota_supervisor v JOIN rota_shift s ON s.id = v.shift_id JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE v.person_id = $1 AND v.starts_at >= $2 AND v.starts_at < $3 AND s.state <> 'cancelled' ORDER BY v.starts_at, v.shift_id LIMIT $4;

-- name: rota_cancel_places :exec
-- in: shift:int, now:int
UPDATE rota_place SET state = 'cancelled', ended_at = $2, version = version + 1 WHERE shift_id = $1 AND state = 'held';

-- ---- waiting --------------------------------------------------------------------------------------------------------------------------

-- name: rota_waiting_add :exec
-- in: id:int, shift:int, role:int, person:int, now:int
INSERT INTO rota_waiting (id, shift_id, role_id, person_id, since_at) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: rota_waiting_drop :exec
-- in: shift:int, role:int, person:int
DELETE FROM rota_waiting WHERE shift_id = $1 AND role_id = $2 AND person_id = $3;

-- name: rota_waiting_clear :exec
-- in: shift:int
DELETE FROM rota_waiting WHERE shift_id = $1;

-- name: rota_waiting_leave_all :exec
-- in: person:int
DELETE FROM rota_waiting WHERE person_id = $1;

-- name: rota_waiting_next :many
-- Who waits for a role on a shift: who has fewest shifts in its term, then who has waited longest.
-- in: shift:int, role:int, term:int, most:int
-- out: has:int
SELECT w.person_id, (SELECT count(*) FROM rota_place p WHERE p.term_id = $3 AND p.person_id = w.person_id AND p.state = 'held') AS has
  FROM rota_waiting w WHERE w.shift_id = $1 AND w.role_id = $2 ORDER BY has, w.since_at, w.id LIMIT $4;

-- name: rota_waiting_of :many
-- What a person waits for.
-- in: person:int, now:int
SELECT w.shift_id, w.role_id, s.starts_at, s.ends_at, x.title AS role, o.title
  FROM rota_waiting w JOIN rota_shift s ON s.id = w.shift_id JOIN pub_placement_role x ON x.id = w.role_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id WHERE w.person_id = $1 AND s.starts_at > $2 ORDER BY s.starts_at, w.id LIMIT 100;

-- name: rota_waits :one
-- in: shift:int, role:int, person:int
-- out: n:int
SELECT count(*) AS n FROM rota_waiting WHERE shift_id = $1 AND role_id = $2 AND person_id = $3;

-- ---- what is held about a person --------------------------------------------------------------------------------------------------------

-- name: rota_export_places :many
-- in: person:int
SELECT p.id, p.starts_at, p.ends_at, x.title AS role, o.title, p.how, p.state, p.words, p.late
  FROM rota_place p JOIN rota_shift s ON s.id = p.shift_id JOIN pub_placement_role x ON x.id = p.role_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id WHERE p.person_id = $1 ORDER BY p.starts_at, p.id;

-- name: rota_erase_words :exec
-- in: person:int
UPDATE rota_place SET words = '' WHERE person_id = $1 AND words <> '';

-- name: rota_places_ahead :many
-- What somebody who is erased would leave empty.
-- in: person:int, now:int
SELECT id FROM rota_place WHERE person_id = $1 AND state = 'held' AND starts_at > $2 ORDER BY starts_at, id LIMIT 500;
