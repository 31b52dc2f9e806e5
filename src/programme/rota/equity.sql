-- Who applies, who has a place, who leads: by group, term by term.

-- name: rota_ended_terms :many
-- Terms that are over, latest first: what they count does not change any more.
-- in: programme:int, today:int, most:int
SELECT id, title, start_day, end_day FROM rota_term WHERE programme_id = $1 AND end_day < $2 AND state = 'published' ORDER BY start_day DESC, id DESC LIMIT $3;

-- name: rota_equity :many
-- The members of a programme between two days by stage, cohort or profession; who of them handed in wishes or took a place by herself, had
-- a place, had one that leads. A person counts once, in the latest stage and cohort that she has.
-- in: programme:int, term:int, from:int, until:int, by:text
-- out: label:text?, members:int, applied:int, placed:int, led:int
SELECT g.label, count(*) AS members, CAST(sum(g.applied) AS BIGINT) AS applied, CAST(sum(g.placed) AS BIGINT) AS placed, CAST(sum(g.led) AS BIGINT) AS led
  FROM (SELECT CASE WHEN $5 = 'stage' THEN (SELECT s.title FROM pub_programme_stage s WHERE s.id = m.stage_id)
                    WHEN $5 = 'cohort' THEN (SELECT h.title FROM pub_programme_cohort h WHERE h.id = m.cohort_id)
                    ELSE (SELECT p.profession FROM pub_people_profession p WHERE p.person_id = m.person_id) END AS label,
               CASE WHEN EXISTS (SELECT 1 FROM rota_wisher w WHERE w.term_id = $2 AND w.person_id = m.person_id)
                      OR EXISTS (SELECT 1 FROM rota_place p WHERE p.term_id = $2 AND p.person_id = m.person_id AND p.how <> 'given') THEN 1 ELSE 0 END AS applied,
               CASE WHEN EXISTS (SELECT 1 FROM rota_place p WHERE p.term_id = $2 AND p.person_id = m.person_id AND p.state = 'held') THEN 1 ELSE 0 END AS placed,
               CASE WHEN EXISTS (SELECT 1 FROM rota_place p WHERE p.term_id = $2 AND p.person_id = m.person_id AND p.state = 'held' AND p.leads = 1) THEN 1 ELSE 0 END AS led
          FROM (SELECT x.person_id, max(x.stage_id) AS stage_id, max(x.cohort_id) AS cohort_id FROM pub_programme_member x
                 WHERE x.programme_id = $1 AND x.start_day <= $4 AND (x.end_day IS NULL OR x.end_day >= $3) GROUP BY x.person_id) m) g
 GROUP BY g.label ORDER BY g.label NULLS LAST;
