-- The overview of whoever keeps a rota, and the rota on paper.

-- name: rota_coverage :many
-- Week by week from a Monday on: seats, who has them, and how many of those that are needed are missing.
-- in: programme:int, monday:int, until:int
-- out: week:int, shifts:int, seats:int, held:int, missing:int
SELECT ahead.week, count(DISTINCT ahead.id) AS shifts, CAST(sum(ahead.most) AS BIGINT) AS seats, CAST(sum(ahead.held) AS BIGINT) AS held,
       CAST(sum(CASE WHEN ahead.held < ahead.least THEN ahead.least - ahead.held ELSE 0 END) AS BIGINT) AS missing
  FROM (SELECT s.id, (s.day - $2) / 7 AS week, r.least, r.most,
               (SELECT count(*) FROM rota_place p WHERE p.shift_id = s.id AND p.role_id = r.role_id AND p.state = 'held') AS held
          FROM pub_placement_opportunity o CROSS JOIN rota_shift s JOIN rota_shift_role r ON r.shift_id = s.id
         WHERE o.programme_id = $1 AND s.opportunity_id = o.id AND s.day >= $2 AND s.day <= $3 AND s.state <> 'cancelled') ahead
 GROUP BY ahead.week ORDER BY ahead.week;

-- name: rota_gaps :many
-- Roles of which people are missing, most first.
-- in: programme:int, from:int, until:int, most:int
-- out: shifts:int, missing:int
SELECT x.title AS role, o.title, ahead.shifts, ahead.missing
  FROM (SELECT g.role_id, count(*) AS shifts, CAST(sum(g.least - g.held) AS BIGINT) AS missing
          FROM (SELECT r.role_id, r.least, (SELECT count(*) FROM rota_place p WHERE p.shift_id = s.id AND p.role_id = r.role_id AND p.state = 'held') AS held
                  FROM pub_placement_opportunity o CROSS JOIN rota_shift s JOIN rota_shift_role r ON r.shift_id = s.id
                 WHERE o.programme_id = $1 AND s.opportunity_id = o.id AND s.day >= $2 AND s.day <= $3 AND s.state <> 'cancelled') g
         WHERE g.held < g.least GROUP BY g.role_id) ahead
       JOIN pub_placement_role x ON x.id = ahead.role_id JOIN pub_placement_opportunity o ON o.id = x.opportunity_id
 ORDER BY ahead.missing DESC, o.title_key, x.ordinal, x.id LIMIT $4;

-- name: rota_gap_shifts :many
-- Shifts that lack people or a supervisor, behind (at, id).
-- in: programme:int, from:int, until:int, after_at:int, after_id:int, most:int
-- out: missing:int, supervisors:int
SELECT g.id, g.title, g.starts_at, g.ends_at, g.missing, g.supervisors
  FROM (SELECT s.id, o.title, s.starts_at, s.ends_at,
               (SELECT COALESCE(CAST(sum(CASE WHEN h.held < h.least THEN h.least - h.held ELSE 0 END) AS BIGINT), 0)
                  FROM (SELECT r.least, (SELECT count(*) FROM rota_place p WHERE p.shift_id = r.shift_id AND p.role_id = r.role_id AND p.state = 'held') AS held
                          FROM rota_shift_role r WHERE r.shift_id = s.id) h) AS missing,
               (SELECT count(*) FROM rota_supervisor v WHERE v.shift_id = s.id AND EXISTS (SELECT 1 FROM pub_programme_given_role q
                 WHERE q.person_id = v.person_id AND (q.programme_id = o.programme_id OR q.programme_id IS NULL) AND q.start_day <= s.day
                   AND (q.end_day IS NULL OR q.end_day >= s.day))) AS supervisors
          FROM pub_placement_opportunity o CROSS JOIN rota_shift s
         WHERE o.programme_id = $1 AND s.opportunity_id = o.id AND s.day >= $2 AND s.day <= $3 AND s.state <> 'cancelled' AND (s.starts_at, s.id) > ($4, $5)) g
 WHERE g.missing > 0 OR g.supervisors = 0 ORDER BY g.starts_at, g.id LIMIT $6;

-- name: rota_lacking_ahead :many
-- Who will lack, on the day of a place that she has, a credential that its role asks for.
-- in: programme:int, from:int, until:int, most:int
-- out: name:text?
SELECT p.shift_id, p.person_id, p.starts_at, p.ends_at, k.title AS credential, o.title, n.display_name AS name
  FROM pub_placement_opportunity o CROSS JOIN rota_shift s CROSS JOIN rota_place p JOIN pub_placement_need d ON d.role_id = p.role_id
       JOIN pub_placement_credential_kind k ON k.id = d.credential_kind_id LEFT JOIN pub_people_name n ON n.person_id = p.person_id
 WHERE o.programme_id = $1 AND s.opportunity_id = o.id AND s.day >= $2 AND s.day <= $3 AND s.state <> 'cancelled' AND p.shift_id = s.id AND p.state = 'held'
   AND d.kind = 'credential'
   AND NOT EXISTS (SELECT 1 FROM pub_placement_credential h WHERE h.person_id = p.person_id AND h.kind_id = d.credential_kind_id AND h.issued_day <= p.day
         AND (h.last_day IS NULL OR h.last_day >= p.day))
 ORDER BY p.starts_at, p.id LIMIT $4;

-- name: rota_ending :many
-- Credentials that run out within a span, without a later one of the same kind.
-- in: programme:int, from:int, until:int, most:int
-- out: name:text?, last_day:int
SELECT c.person_id, k.title AS credential, c.last_day, n.display_name AS name
  FROM pub_placement_credential_kind k CROSS JOIN pub_placement_credential c LEFT JOIN pub_people_name n ON n.person_id = c.person_id
 WHERE k.programme_id = $1 AND c.kind_id = k.id AND c.last_day >= $2 AND c.last_day <= $3
   AND NOT EXISTS (SELECT 1 FROM pub_placement_credential h WHERE h.person_id = c.person_id AND h.kind_id = c.kind_id AND (h.last_day IS NULL OR h.last_day > c.last_day))
 ORDER BY c.last_day, c.id LIMIT $4;

-- name: rota_hours :one
-- Minutes in a programme from a day on, verified and not yet; and how many reports wait.
-- in: programme:int, from:int
-- out: verified:int, waiting:int, reports:int
SELECT (SELECT COALESCE(CAST(sum(h.minutes) AS BIGINT), 0) FROM pub_hours h WHERE h.programme_id = $1 AND h.state = 'verified' AND h.day >= $2) AS verified,
       (SELECT COALESCE(CAST(sum(h.minutes) AS BIGINT), 0) FROM pub_hours h WHERE h.programme_id = $1 AND h.state = 'waiting') AS waiting,
       (SELECT count(*) FROM pub_hours h WHERE h.programme_id = $1 AND h.state = 'waiting') AS reports;

-- name: rota_absent :many
-- Who did not come, from a day on, most often first.
-- in: programme:int, from:int, until:int, most:int
-- out: name:text?, times:int
SELECT g.person_id, n.display_name AS name, g.times
  FROM (SELECT p.person_id, count(*) AS times
          FROM pub_placement_opportunity o CROSS JOIN rota_shift s CROSS JOIN rota_place p JOIN pub_hours_presence h ON h.place_id = p.id
         WHERE o.programme_id = $1 AND s.opportunity_id = o.id AND s.day >= $2 AND s.day <= $3 AND p.shift_id = s.id AND p.state = 'held' AND h.state = 'absent'
         GROUP BY p.person_id) g LEFT JOIN pub_people_name n ON n.person_id = g.person_id
 ORDER BY g.times DESC, n.sort_key NULLS LAST, g.person_id LIMIT $4;

-- name: rota_paper :many
-- The shifts of some days with their roles and who has them, in their order; a role that nobody has stands once.
-- in: programme:int, from:int, until:int, most:int
-- out: name:text?, person_id:int?
SELECT s.id, s.day, s.starts_at, s.ends_at, s.state, s.note, o.title, o.place, x.title AS role, x.id AS role_id, x.leads, r.least, p.person_id, n.display_name AS name
  FROM pub_placement_opportunity o CROSS JOIN rota_shift s JOIN rota_shift_role r ON r.shift_id = s.id JOIN pub_placement_role x ON x.id = r.role_id
       LEFT JOIN rota_place p ON p.shift_id = s.id AND p.role_id = r.role_id AND p.state = 'held' LEFT JOIN pub_people_name n ON n.person_id = p.person_id
 WHERE o.programme_id = $1 AND s.opportunity_id = o.id AND s.day >= $2 AND s.day <= $3 AND s.state <> 'cancelled'
 ORDER BY s.starts_at, s.id, x.ordinal, x.id, n.sort_key NULLS LAST, p.person_id LIMIT $4;

-- name: rota_paper_supervisors :many
-- in: programme:int, from:int, until:int, most:int
-- out: name:text?
SELECT s.id, n.display_name AS name
  FROM pub_placement_opportunity o CROSS JOIN rota_shift s JOIN rota_supervisor v ON v.shift_id = s.id LEFT JOIN pub_people_name n ON n.person_id = v.person_id
 WHERE o.programme_id = $1 AND s.opportunity_id = o.id AND s.day >= $2 AND s.day <= $3 AND s.state <> 'cancelled'
 ORDER BY s.starts_at, s.id, n.sort_key NULLS LAST, v.person_id LIMIT $4;
