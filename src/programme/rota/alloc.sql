-- Wishes, and proposals of a rota made from them.

-- ---- wishes -------------------------------------------------------------------------------------------------------------------------

-- name: rota_wisher_find :one
-- in: term:int, person:int
SELECT most, version, handed_at FROM rota_wisher WHERE term_id = $1 AND person_id = $2;

-- name: rota_wisher_add :exec
-- in: term:int, person:int, most:int, now:int
INSERT INTO rota_wisher (term_id, person_id, most, handed_at) VALUES ($1, $2, $3, $4) ON CONFLICT DO NOTHING;

-- name: rota_wisher_change :exec
-- in: term:int, person:int, version:int, most:int, now:int
UPDATE rota_wisher SET most = $4, handed_at = $5, version = version + 1 WHERE term_id = $1 AND person_id = $2 AND version = $3;

-- name: rota_wish_clear :exec
-- in: term:int, person:int
DELETE FROM rota_wish WHERE term_id = $1 AND person_id = $2;

-- name: rota_wish_days_clear :exec
-- in: term:int, person:int
DELETE FROM rota_wish_day WHERE term_id = $1 AND person_id = $2;

-- name: rota_wish_add :exec
-- in: term:int, person:int, shift:int, rank:int
INSERT INTO rota_wish (term_id, person_id, shift_id, rank) VALUES ($1, $2, $3, $4);

-- name: rota_wish_day_add :exec
-- in: term:int, person:int, weekday:int, kind:text
INSERT INTO rota_wish_day (term_id, person_id, weekday, kind) VALUES ($1, $2, $3, $4);

-- name: rota_wishes_of :many
-- in: term:int, person:int
SELECT w.shift_id, w.rank FROM rota_wish w WHERE w.term_id = $1 AND w.person_id = $2 ORDER BY w.rank, w.shift_id;

-- name: rota_wish_days_of :many
-- in: term:int, person:int
SELECT weekday, kind FROM rota_wish_day WHERE term_id = $1 AND person_id = $2 ORDER BY weekday;

-- name: rota_wish_choice :many
-- The shifts of a term that are ahead, for a choice.
-- in: term:int, now:int, most:int
SELECT s.id, o.title, s.starts_at, s.ends_at FROM rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE s.term_id = $1 AND s.starts_at > $2 AND s.state <> 'cancelled' ORDER BY s.starts_at, s.id LIMIT $3;

-- name: rota_shift_in_term :one
-- in: shift:int, term:int, now:int
-- out: n:int
SELECT count(*) AS n FROM rota_shift WHERE id = $1 AND term_id = $2 AND starts_at > $3 AND state <> 'cancelled';

-- name: rota_wishing :many
-- Terms that take wishes of a person who is a member of their programme, once also for who is in two of its cohorts. handed: did she hand in some.
-- in: person:int, today:int
-- out: handed:int
SELECT t.id, t.title, t.wish_until_day,
       (SELECT count(*) FROM rota_wisher w WHERE w.term_id = t.id AND w.person_id = $1) AS handed
  FROM pub_programme_member m JOIN rota_term t ON t.programme_id = m.programme_id
 WHERE m.person_id = $1 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2) AND t.state = 'wishing' AND t.wish_until_day >= $2
   AND NOT EXISTS (SELECT 1 FROM pub_programme_member h WHERE h.person_id = $1 AND h.programme_id = m.programme_id AND h.cohort_id > m.cohort_id
                   AND h.start_day <= $2 AND (h.end_day IS NULL OR h.end_day >= $2))
 ORDER BY t.wish_until_day, t.id;

-- name: rota_wishers_count :one
-- in: term:int
-- out: n:int
SELECT count(*) AS n FROM rota_wisher WHERE term_id = $1;

-- name: rota_old_wishes_drop :exec
-- Of the first so many who wished for terms that ended before; the wishers themselves go last.
-- in: before_day:int, most:int
DELETE FROM rota_wish WHERE (term_id, person_id) IN (SELECT w.term_id, w.person_id FROM rota_term t CROSS JOIN rota_wisher w WHERE t.end_day > 0 AND t.end_day < $1 AND w.term_id = t.id ORDER BY t.end_day, t.id, w.person_id LIMIT $2);

-- name: rota_old_wish_days_drop :exec
-- in: before_day:int, most:int
DELETE FROM rota_wish_day WHERE (term_id, person_id) IN (SELECT w.term_id, w.person_id FROM rota_term t CROSS JOIN rota_wisher w WHERE t.end_day > 0 AND t.end_day < $1 AND w.term_id = t.id ORDER BY t.end_day, t.id, w.person_id LIMIT $2);

-- name: rota_old_wishers_drop :exec
-- in: before_day:int, most:int
DELETE FROM rota_wisher WHERE (term_id, person_id) IN (SELECT w.term_id, w.person_id FROM rota_term t CROSS JOIN rota_wisher w WHERE t.end_day > 0 AND t.end_day < $1 AND w.term_id = t.id ORDER BY t.end_day, t.id, w.person_id LIMIT $2);

-- ---- what a proposal is made from -----------------------------------------------------------------------------------------------------

-- name: rota_alloc_shifts :many
-- The shifts of a term that are ahead: how many more people their supervisors are enough for.
-- in: term:int, now:int
-- out: room:int
SELECT s.id, s.day, o.ratio * (SELECT count(*) FROM rota_supervisor v WHERE v.shift_id = s.id AND EXISTS (SELECT 1 FROM pub_programme_given_role g
         WHERE g.person_id = v.person_id AND (g.programme_id = o.programme_id OR g.programme_id IS NULL) AND g.start_day <= s.day
           AND (g.end_day IS NULL OR g.end_day >= s.day))) - (SELECT count(*) FROM rota_place p WHERE p.shift_id = s.id AND p.state = 'held') AS room
  FROM rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE s.term_id = $1 AND s.state <> 'cancelled' AND s.starts_at > $2 AND o.state = 'open' ORDER BY s.id;

-- name: rota_alloc_roles :many
-- in: term:int, now:int
-- out: held:int
SELECT r.shift_id, r.role_id, x.leads, r.least, r.most,
       (SELECT count(*) FROM rota_place p WHERE p.shift_id = r.shift_id AND p.role_id = r.role_id AND p.state = 'held') AS held
  FROM rota_shift s JOIN rota_shift_role r ON r.shift_id = s.id JOIN pub_placement_role x ON x.id = r.role_id
 WHERE s.term_id = $1 AND s.state <> 'cancelled' AND s.starts_at > $2 ORDER BY r.shift_id, r.role_id;

-- name: rota_alloc_seats :many
-- Free seats.
-- in: term:int, now:int
SELECT x.id, x.shift_id, x.role_id FROM rota_shift s JOIN rota_seat x ON x.shift_id = s.id
 WHERE s.term_id = $1 AND s.state <> 'cancelled' AND s.starts_at > $2
   AND NOT EXISTS (SELECT 1 FROM rota_place p WHERE p.seat_id = x.id AND p.state = 'held') ORDER BY x.shift_id, x.role_id, x.ordinal;

-- name: rota_alloc_wishers :many
-- Who wishes, what she has in this term, and what she had and led before.
-- in: term:int
-- out: has:int, before:int, led:int
SELECT w.person_id, w.most,
       (SELECT count(*) FROM rota_place p WHERE p.term_id = $1 AND p.person_id = w.person_id AND p.state = 'held') AS has,
       (SELECT count(*) FROM rota_place p WHERE p.person_id = w.person_id AND p.state = 'held' AND p.term_id <> $1) AS before,
       (SELECT count(*) FROM rota_place p WHERE p.person_id = w.person_id AND p.state = 'held' AND p.leads = 1) AS led
  FROM rota_wisher w WHERE w.term_id = $1 ORDER BY w.person_id;

-- name: rota_alloc_edges :many
-- Who may have which role on which shift and wants it: rank of her wish, 0 for a weekday on which any is welcome.
-- in: term:int, now:int, most:int
-- out: person_id:int, shift_id:int, rank:int
SELECT q.person_id, q.shift_id, r.role_id, q.rank
  FROM (SELECT w.person_id, w.shift_id, w.rank FROM rota_wish w WHERE w.term_id = $1
        UNION ALL
        SELECT d.person_id, s.id AS shift_id, 0 AS rank FROM rota_wish_day d JOIN rota_shift s ON s.term_id = d.term_id AND s.weekday = d.weekday
         WHERE d.term_id = $1 AND d.kind = 'gladly'
           AND NOT EXISTS (SELECT 1 FROM rota_wish x WHERE x.term_id = d.term_id AND x.person_id = d.person_id AND x.shift_id = s.id)) q
       JOIN rota_shift s ON s.id = q.shift_id JOIN pub_placement_opportunity o ON o.id = s.opportunity_id JOIN rota_shift_role r ON r.shift_id = q.shift_id
 WHERE s.starts_at > $2 AND s.state <> 'cancelled' AND o.state = 'open'
   AND NOT EXISTS (SELECT 1 FROM rota_wish_day n WHERE n.term_id = $1 AND n.person_id = q.person_id AND n.weekday = s.weekday AND n.kind = 'never')
   AND NOT EXISTS (SELECT 1 FROM rota_place p WHERE p.person_id = q.person_id AND p.state = 'held' AND p.day = s.day)
   AND EXISTS (SELECT 1 FROM pub_programme_member m WHERE m.person_id = q.person_id AND m.programme_id + 0 = o.programme_id AND m.start_day <= s.day
               AND (m.end_day IS NULL OR m.end_day >= s.day))
   AND NOT EXISTS (SELECT 1 FROM pub_programme_pause z WHERE z.person_id = q.person_id AND z.programme_id + 0 = o.programme_id AND z.start_day <= s.day
               AND (z.end_day IS NULL OR z.end_day >= s.day))
   AND NOT EXISTS (SELECT 1 FROM pub_placement_need n LEFT JOIN pub_programme_stage a ON a.id = n.stage_id WHERE n.role_id = r.role_id
        AND NOT (n.kind = 'credential' AND EXISTS (SELECT 1 FROM pub_placement_credential h WHERE h.person_id = q.person_id
              AND h.kind_id = n.credential_kind_id AND h.issued_day <= s.day AND (h.last_day IS NULL OR h.last_day >= s.day)))
        AND NOT (n.kind = 'stage' AND EXISTS (SELECT 1 FROM pub_programme_member m JOIN pub_programme_stage y ON y.id = m.stage_id
              WHERE m.person_id = q.person_id AND m.start_day <= s.day AND (m.end_day IS NULL OR m.end_day >= s.day)
                AND y.programme_id + 0 = a.programme_id AND y.ordinal >= a.ordinal))
        AND NOT (n.kind = 'course' AND NOT EXISTS (SELECT 1 FROM pub_curriculum_session x WHERE x.course_id = n.course_id
              AND NOT EXISTS (SELECT 1 FROM pub_curriculum_done d WHERE d.person_id = q.person_id AND d.session_id = x.id))))
 ORDER BY q.person_id, q.shift_id, r.role_id LIMIT $3;

-- ---- proposals ------------------------------------------------------------------------------------------------------------------------

-- name: rota_allocation_add :exec
-- in: id:int, term:int, person:int, now:int, job:int?
INSERT INTO rota_allocation (id, term_id, state, made_by, made_at, job_id) VALUES ($1, $2, 'waiting', $3, $4, $5);

-- name: rota_allocation_find :one
-- in: id:int
SELECT a.id, a.term_id, a.state, a.problem, a.wishers, a.placed, a.without, a.per_person, a.micros, a.made_at, a.job_id, a.version, t.programme_id, t.title
  FROM rota_allocation a JOIN rota_term t ON t.id = a.term_id WHERE a.id = $1;

-- name: rota_allocations_of :many
-- in: term:int
SELECT id, state, placed, made_at FROM rota_allocation WHERE term_id = $1 ORDER BY made_at DESC, id DESC LIMIT 10;

-- name: rota_allocation_done :exec
-- in: id:int, state:text, problem:text, wishers:int, placed:int, without:int, per_person:int, micros:int
UPDATE rota_allocation SET state = $2, problem = $3, wishers = $4, placed = $5, without = $6, per_person = $7, micros = $8, version = version + 1
 WHERE id = $1 AND state = 'waiting';

-- name: rota_allocation_set_state :exec
-- in: id:int, version:int, state:text
UPDATE rota_allocation SET state = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state = 'ready';

-- name: rota_proposal_add :exec
-- in: allocation:int, seat:int, person:int, rank:int
INSERT INTO rota_proposal (allocation_id, seat_id, person_id, rank) VALUES ($1, $2, $3, $4);

-- name: rota_proposals :many
-- What is proposed, shift by shift, behind (at, seat).
-- in: allocation:int, after_at:int, after_seat:int, most:int
-- out: name:text?
SELECT x.id AS seat_id, x.shift_id, s.starts_at, s.ends_at, o.title, r.title AS role, r.leads, p.person_id, n.display_name AS name, p.rank
  FROM rota_proposal p JOIN rota_seat x ON x.id = p.seat_id JOIN rota_shift s ON s.id = x.shift_id
       JOIN pub_placement_opportunity o ON o.id = s.opportunity_id JOIN pub_placement_role r ON r.id = x.role_id
       LEFT JOIN pub_people_name n ON n.person_id = p.person_id
 WHERE p.allocation_id = $1 AND (s.starts_at, x.id) > ($2, $3) ORDER BY s.starts_at, x.id LIMIT $4;

-- name: rota_proposals_all :many
-- in: allocation:int
SELECT x.shift_id, x.role_id, p.person_id FROM rota_proposal p JOIN rota_seat x ON x.id = p.seat_id WHERE p.allocation_id = $1 ORDER BY x.shift_id, x.role_id, x.ordinal;

-- name: rota_shortage_add :exec
-- in: allocation:int, number:int, line:int, what:text, shift:int?, role:int?, person:int?, least:int, can:int
INSERT INTO rota_shortage (allocation_id, number, line, what, shift_id, role_id, person_id, least, can) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: rota_shortages :many
-- in: allocation:int
-- out: title:text?, starts_at:int?, ends_at:int?, role:text?, name:text?
SELECT h.number, h.line, h.what, h.shift_id, o.title, s.starts_at, s.ends_at, r.title AS role, n.display_name AS name, h.least, h.can
  FROM rota_shortage h LEFT JOIN rota_shift s ON s.id = h.shift_id LEFT JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
       LEFT JOIN pub_placement_role r ON r.id = h.role_id LEFT JOIN pub_people_name n ON n.person_id = h.person_id
 WHERE h.allocation_id = $1 ORDER BY h.number, h.line LIMIT 600;

-- name: rota_old_proposals_drop :exec
-- Of proposals that were made before and not published: rows of so many.
-- in: before:int, most:int
DELETE FROM rota_proposal WHERE allocation_id IN (SELECT a.id FROM rota_allocation a WHERE a.made_at > 0 AND a.made_at < $1 AND a.state <> 'published'
   AND EXISTS (SELECT 1 FROM rota_proposal p WHERE p.allocation_id = a.id) ORDER BY a.made_at, a.id LIMIT $2);

-- name: rota_old_shortages_drop :exec
-- in: before:int, most:int
DELETE FROM rota_shortage WHERE allocation_id IN (SELECT a.id FROM rota_allocation a WHERE a.made_at > 0 AND a.made_at < $1 AND a.state <> 'published'
   AND EXISTS (SELECT 1 FROM rota_shortage h WHERE h.allocation_id = a.id) ORDER BY a.made_at, a.id LIMIT $2);

-- name: rota_shortages_forget :exec
-- in: person:int
UPDATE rota_shortage SET person_id = NULL WHERE person_id = $1;
