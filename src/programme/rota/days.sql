-- What the passing of days brings to the rota: reminders, credentials that end too early, supervisors who have left.

-- name: rota_soon :many
-- Places on shifts that begin between two times, held since the span before each at least, of which nobody was reminded.
-- in: from_day:int, until_day:int, from:int, until:int, span:int, most:int
SELECT p.id FROM rota_shift s CROSS JOIN rota_place p
 WHERE s.day >= $1 AND s.day <= $2 AND s.starts_at > $3 AND s.starts_at <= $4 AND s.state <> 'cancelled' AND p.shift_id = s.id AND p.state = 'held'
   AND p.since_at <= p.starts_at - $5 AND NOT EXISTS (SELECT 1 FROM rota_told t WHERE t.place_id = p.id AND t.kind = 'soon')
 ORDER BY s.starts_at, p.id LIMIT $6;

-- name: rota_lacking :many
-- Places ahead whose role asks for a credential that will not be in force on the day, and nobody was told.
-- in: from_day:int, until_day:int, now:int, most:int
SELECT p.id FROM rota_shift s CROSS JOIN rota_place p
 WHERE s.day >= $1 AND s.day <= $2 AND s.starts_at > $3 AND s.state <> 'cancelled' AND p.shift_id = s.id AND p.state = 'held'
   AND EXISTS (SELECT 1 FROM pub_placement_need n WHERE n.role_id = p.role_id AND n.kind = 'credential'
         AND NOT EXISTS (SELECT 1 FROM pub_placement_credential h WHERE h.person_id = p.person_id AND h.kind_id = n.credential_kind_id AND h.issued_day <= p.day
               AND (h.last_day IS NULL OR h.last_day >= p.day)))
   AND NOT EXISTS (SELECT 1 FROM rota_told t WHERE t.place_id = p.id AND t.kind = 'lacks')
 ORDER BY s.starts_at, p.id LIMIT $4;

-- name: rota_lacks_of :many
-- Of a person's places ahead, those for which a credential will not be in force.
-- in: person:int, now:int, most:int
SELECT p.id, p.shift_id, p.starts_at, p.ends_at, k.title AS credential, o.title
  FROM rota_place p JOIN pub_placement_need n ON n.role_id = p.role_id JOIN pub_placement_credential_kind k ON k.id = n.credential_kind_id
       JOIN rota_shift s ON s.id = p.shift_id JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE p.person_id = $1 AND p.state = 'held' AND p.starts_at > $2 AND n.kind = 'credential'
   AND NOT EXISTS (SELECT 1 FROM pub_placement_credential h WHERE h.person_id = p.person_id AND h.kind_id = n.credential_kind_id AND h.issued_day <= p.day
         AND (h.last_day IS NULL OR h.last_day >= p.day))
 ORDER BY p.starts_at, p.id LIMIT $3;

-- name: rota_told_add :exec
-- in: kind:text, place:int, now:int
INSERT INTO rota_told (kind, place_id, told_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;


-- name: rota_left_alone :many
-- Open shifts ahead of which no supervisor will have a role in the programme any more.
-- in: from_day:int, until_day:int, most:int
SELECT s.id, s.version FROM rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id
 WHERE s.day >= $1 AND s.day <= $2 AND s.state = 'open'
   AND NOT EXISTS (SELECT 1 FROM rota_supervisor v WHERE v.shift_id = s.id AND EXISTS (SELECT 1 FROM pub_programme_given_role g
         WHERE g.person_id = v.person_id AND (g.programme_id = o.programme_id OR g.programme_id IS NULL) AND g.start_day <= s.day
           AND (g.end_day IS NULL OR g.end_day >= s.day)))
 ORDER BY s.day, s.id LIMIT $3;
