-- People: identity, what other systems call a person, and the words she is found by.

-- name: person_add :exec
-- in: id:int, now:int
INSERT INTO person (id, created_at) VALUES ($1, $2);

-- name: identity_add :exec
-- in: person_id:int, given_name:text, family_name:text, display_name:text, sort_key:text, email:text?, email_key:text?, language:text?, zone:text?, profession:text?
INSERT INTO identity (person_id, given_name, family_name, display_name, sort_key, email, email_key, language, zone, profession)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10);

-- name: identity_find :one
-- in: person_id:int
SELECT person_id, given_name, family_name, display_name, sort_key, email, email_key, language, zone, profession, version
FROM identity WHERE person_id = $1;

-- name: identity_by_email_key :one
-- in: email_key:text
SELECT person_id FROM identity WHERE email_key = $1;

-- name: identity_by_source :one
-- in: source:text, sourced_id:text
SELECT person_id FROM identity_source WHERE source = $1 AND sourced_id = $2;

-- name: identity_change :exec
-- in: person_id:int, given_name:text, family_name:text, display_name:text, sort_key:text, email:text?, email_key:text?, language:text?, zone:text?, profession:text?
UPDATE identity
SET given_name = $2, family_name = $3, display_name = $4, sort_key = $5, email = $6, email_key = $7, language = $8, zone = $9,
    profession = $10, version = version + 1
WHERE person_id = $1;

-- name: identity_delete :exec
-- in: person_id:int
DELETE FROM identity WHERE person_id = $1;

-- name: identity_list_put :exec
-- Nothing where nobody of this number has a name any more, or she is in the list already.
-- in: list:text, of:int, ref:int, person_id:int
INSERT INTO identity_list (list, of_id, sort_key, ref_id, person_id)
SELECT $1, $2, i.sort_key, $3, i.person_id FROM identity i WHERE i.person_id = $4
ON CONFLICT DO NOTHING;

-- name: identity_list_drop :exec
-- in: list:text, of:int, person_id:int
DELETE FROM identity_list WHERE person_id = $3 AND list = $1 AND of_id = $2;

-- name: identity_list_rename :exec
-- in: person_id:int, sort_key:text
UPDATE identity_list SET sort_key = $2 WHERE person_id = $1 AND sort_key <> $2;

-- name: identity_list_clear :exec
-- in: person_id:int
DELETE FROM identity_list WHERE person_id = $1;

-- name: identity_word_add :exec
-- Up to eight words at once; empty ones fall away.
-- in: person_id:int, w1:text, w2:text, w3:text, w4:text, w5:text, w6:text, w7:text, w8:text
INSERT INTO identity_word (word, person_id)
SELECT w.word, $1 FROM (SELECT $2 AS word UNION SELECT $3 UNION SELECT $4 UNION SELECT $5 UNION SELECT $6 UNION SELECT $7
                        UNION SELECT $8 UNION SELECT $9) w
WHERE w.word <> ''
ON CONFLICT DO NOTHING;

-- name: identity_word_clear :exec
-- in: person_id:int
DELETE FROM identity_word WHERE person_id = $1;

-- name: identity_source_set :exec
-- in: source:text, sourced_id:text, person_id:int
INSERT INTO identity_source (source, sourced_id, person_id) VALUES ($1, $2, $3)
ON CONFLICT (source, sourced_id) DO UPDATE SET person_id = excluded.person_id;

-- name: identity_source_list :many
-- in: person_id:int
SELECT source, sourced_id FROM identity_source WHERE person_id = $1 ORDER BY source, sourced_id;

-- name: identity_source_clear :exec
-- in: person_id:int
DELETE FROM identity_source WHERE person_id = $1;

-- name: person_with_role :one
-- Who holds a role and does not learn besides comes first.
-- in: role:text, today:int
SELECT r.person_id
FROM pub_programme_role r
JOIN account a ON a.person_id = r.person_id AND a.disabled = 0
JOIN identity i ON i.person_id = r.person_id
JOIN person p ON p.id = r.person_id
WHERE r.role = $1 AND r.start_day <= $2 AND (r.end_day IS NULL OR r.end_day >= $2)
ORDER BY CASE WHEN $1 <> 'trainee' AND EXISTS (SELECT 1 FROM pub_programme_member m WHERE m.person_id = r.person_id) THEN 1 ELSE 0 END,
         p.created_at, r.person_id LIMIT 1;

-- ---- erasing and handing over ---------------------------------------------------------------------------------------------

-- name: account_delete :exec
-- in: person_id:int
DELETE FROM account WHERE person_id = $1;

-- name: sign_in_link_clear :exec
-- in: person_id:int
DELETE FROM sign_in_link WHERE person_id = $1;

-- name: api_token_clear :exec
-- in: person_id:int
DELETE FROM api_token WHERE person_id = $1;

-- ---- lists ----------------------------------------------------------------------------------------------------------------
-- COALESCE around a role or programme keeps the indexes of those out of questions about one person: SQLite, which knows no
-- numbers, might take them.
-- Two ways to the same page. Filters: programme, cohort and stage 0, role '' take all; past 1: also those who have left.
-- roles: bits, as people_role_bits in list.c reads them.

-- name: people_page_walk :many
-- All people by name, behind (after_key, after_id): for filters that many people pass.
-- in: after_key:text, after_id:int, most:int, today:int, programme:int, cohort:int, stage:int, role:text, past:int, word_from:text, word_to:text, also_from:text, also_to:text, and_from:text, and_to:text
-- out: cohort_title:text?, stage_title:text?, roles:int
SELECT p.person_id, p.display_name, p.sort_key, p.email,
       (SELECT c.title FROM pub_programme_member m JOIN pub_programme_cohort c ON c.id = m.cohort_id
        WHERE m.person_id = p.person_id AND ($5 = 0 OR m.programme_id = $5) ORDER BY m.start_day DESC, c.id LIMIT 1) AS cohort_title,
       (SELECT s.title FROM pub_programme_member m JOIN pub_programme_stage s ON s.id = m.stage_id
        WHERE m.person_id = p.person_id AND ($5 = 0 OR m.programme_id = $5) ORDER BY m.start_day DESC, s.id LIMIT 1) AS stage_title,
       (SELECT CAST(COALESCE(SUM(DISTINCT CASE r.role WHEN 'mentor' THEN 2 WHEN 'assessor' THEN 4 WHEN 'coordinator' THEN 8
               WHEN 'author' THEN 16 WHEN 'director' THEN 32 WHEN 'administrator' THEN 64 ELSE 0 END), 0) AS BIGINT)
        FROM pub_programme_given_role r
        WHERE r.person_id = p.person_id AND ($5 = 0 OR r.programme_id IS NULL OR r.programme_id = $5)
          AND (r.end_day IS NULL OR r.end_day >= $4))
       + (SELECT COUNT(*) FROM (SELECT 1 AS one FROM pub_programme_member m
                                WHERE m.person_id = p.person_id AND ($5 = 0 OR m.programme_id = $5)
                                  AND (m.end_day IS NULL OR m.end_day >= $4) LIMIT 1) t) AS roles
FROM (SELECT i.person_id, i.display_name, i.sort_key, i.email FROM identity i
      WHERE (i.sort_key, i.person_id) > ($1, $2)
        AND ($10 = '' OR EXISTS (SELECT 1 FROM identity_word w WHERE w.person_id = i.person_id AND w.word >= $10 AND w.word < $11))
        AND ($12 = '' OR EXISTS (SELECT 1 FROM identity_word w WHERE w.person_id = i.person_id AND w.word >= $12 AND w.word < $13))
        AND ($14 = '' OR EXISTS (SELECT 1 FROM identity_word w WHERE w.person_id = i.person_id AND w.word >= $14 AND w.word < $15))
        AND ($5 = 0 OR EXISTS (SELECT 1 FROM pub_programme_member x
                               WHERE x.person_id = i.person_id AND COALESCE(x.programme_id, 0) = $5 AND ($6 = 0 OR x.cohort_id = $6)
                                 AND ($9 = 1 OR x.end_day IS NULL OR x.end_day >= $4))
             OR EXISTS (SELECT 1 FROM pub_programme_given_role x
                        WHERE x.person_id = i.person_id AND COALESCE(x.programme_id, 0) = $5 AND ($6 = 0 OR x.cohort_id = $6)
                          AND ($9 = 1 OR x.end_day IS NULL OR x.end_day >= $4)))
        AND ($7 = 0 OR EXISTS (SELECT 1 FROM pub_programme_member m
                               WHERE m.person_id = i.person_id AND m.stage_id = $7
                                 AND ($9 = 1 OR m.end_day IS NULL OR m.end_day >= $4)))
        AND ($8 = '' OR ($8 = 'trainee' AND EXISTS (SELECT 1 FROM pub_programme_member r
                                                    WHERE r.person_id = i.person_id AND ($5 = 0 OR r.programme_id = $5)
                                                      AND ($9 = 1 OR r.end_day IS NULL OR r.end_day >= $4)))
             OR EXISTS (SELECT 1 FROM pub_programme_given_role r
                        WHERE r.person_id = i.person_id AND COALESCE(r.role, '') = $8
                          AND ($5 = 0 OR r.programme_id IS NULL OR r.programme_id = $5)
                          AND ($9 = 1 OR r.end_day IS NULL OR r.end_day >= $4)))
      ORDER BY i.sort_key, i.person_id LIMIT $3) p
ORDER BY p.sort_key, p.person_id;

-- name: people_page_among :many
-- The same among few. among 1: whose word begins so, or whose number it is; 2: of a programme, cohorts cohort_low to
-- cohort_high; 3: who hold the role. Further words of the search must be there too; '' takes all.
-- in: after_key:text, after_id:int, most:int, today:int, programme:int, cohort:int, stage:int, role:text, past:int, among:int, word_from:text, word_to:text, person:int, cohort_low:int, cohort_high:int, also_from:text, also_to:text, and_from:text, and_to:text
-- out: cohort_title:text?, stage_title:text?, roles:int
SELECT p.person_id, p.display_name, p.sort_key, p.email,
       (SELECT c.title FROM pub_programme_member m JOIN pub_programme_cohort c ON c.id = m.cohort_id
        WHERE m.person_id = p.person_id AND ($5 = 0 OR m.programme_id = $5) ORDER BY m.start_day DESC, c.id LIMIT 1) AS cohort_title,
       (SELECT s.title FROM pub_programme_member m JOIN pub_programme_stage s ON s.id = m.stage_id
        WHERE m.person_id = p.person_id AND ($5 = 0 OR m.programme_id = $5) ORDER BY m.start_day DESC, s.id LIMIT 1) AS stage_title,
       (SELECT CAST(COALESCE(SUM(DISTINCT CASE r.role WHEN 'mentor' THEN 2 WHEN 'assessor' THEN 4 WHEN 'coordinator' THEN 8
               WHEN 'author' THEN 16 WHEN 'director' THEN 32 WHEN 'administrator' THEN 64 ELSE 0 END), 0) AS BIGINT)
        FROM pub_programme_given_role r
        WHERE r.person_id = p.person_id AND ($5 = 0 OR r.programme_id IS NULL OR r.programme_id = $5)
          AND (r.end_day IS NULL OR r.end_day >= $4))
       + (SELECT COUNT(*) FROM (SELECT 1 AS one FROM pub_programme_member m
                                WHERE m.person_id = p.person_id AND ($5 = 0 OR m.programme_id = $5)
                                  AND (m.end_day IS NULL OR m.end_day >= $4) LIMIT 1) t) AS roles
FROM (SELECT i.person_id, i.display_name, i.sort_key, i.email
      FROM (SELECT w.person_id FROM identity_word w WHERE $10 = 1 AND w.word >= $11 AND w.word < $12
            UNION SELECT i2.person_id FROM identity i2 WHERE $10 = 1 AND i2.person_id = $13
            UNION SELECT m2.person_id FROM pub_programme_place m2
                  WHERE $10 = 2 AND m2.programme_id = $5 AND m2.cohort_id >= $14 AND m2.cohort_id <= $15
            UNION SELECT r2.person_id FROM pub_programme_given_role r2 WHERE $10 = 3 AND r2.role = $8) c
      CROSS JOIN identity i
      WHERE i.person_id = c.person_id AND (i.sort_key, i.person_id) > ($1, $2)
        AND ($16 = '' OR EXISTS (SELECT 1 FROM identity_word w WHERE w.person_id = i.person_id AND w.word >= $16 AND w.word < $17))
        AND ($18 = '' OR EXISTS (SELECT 1 FROM identity_word w WHERE w.person_id = i.person_id AND w.word >= $18 AND w.word < $19))
        AND ($5 = 0 OR EXISTS (SELECT 1 FROM pub_programme_member x
                               WHERE x.person_id = i.person_id AND COALESCE(x.programme_id, 0) = $5 AND ($6 = 0 OR x.cohort_id = $6)
                                 AND ($9 = 1 OR x.end_day IS NULL OR x.end_day >= $4))
             OR EXISTS (SELECT 1 FROM pub_programme_given_role x
                        WHERE x.person_id = i.person_id AND COALESCE(x.programme_id, 0) = $5 AND ($6 = 0 OR x.cohort_id = $6)
                          AND ($9 = 1 OR x.end_day IS NULL OR x.end_day >= $4)))
        AND ($7 = 0 OR EXISTS (SELECT 1 FROM pub_programme_member m
                               WHERE m.person_id = i.person_id AND m.stage_id = $7
                                 AND ($9 = 1 OR m.end_day IS NULL OR m.end_day >= $4)))
        AND ($8 = '' OR ($8 = 'trainee' AND EXISTS (SELECT 1 FROM pub_programme_member r
                                                    WHERE r.person_id = i.person_id AND ($5 = 0 OR r.programme_id = $5)
                                                      AND ($9 = 1 OR r.end_day IS NULL OR r.end_day >= $4)))
             OR EXISTS (SELECT 1 FROM pub_programme_given_role r
                        WHERE r.person_id = i.person_id AND COALESCE(r.role, '') = $8
                          AND ($5 = 0 OR r.programme_id IS NULL OR r.programme_id = $5)
                          AND ($9 = 1 OR r.end_day IS NULL OR r.end_day >= $4)))
      ORDER BY i.sort_key, i.person_id LIMIT $3) p
ORDER BY p.sort_key, p.person_id;

-- name: people_named :many
-- People of a programme, now or once, with words that begin so; '' takes all.
-- in: programme:int, word_from:text, word_to:text, also_from:text, also_to:text, and_from:text, and_to:text, most:int
-- out: email:text?, cohort_title:text?
SELECT i.person_id, i.display_name, i.email,
       (SELECT c.title FROM pub_programme_member m JOIN pub_programme_cohort c ON c.id = m.cohort_id
        WHERE m.person_id = i.person_id AND m.programme_id + 0 = $1 ORDER BY m.start_day DESC, c.id LIMIT 1) AS cohort_title
  FROM (SELECT DISTINCT w.person_id FROM identity_word w WHERE w.word >= $2 AND w.word < $3) c
  CROSS JOIN identity i
 WHERE i.person_id = c.person_id
   AND ($4 = '' OR EXISTS (SELECT 1 FROM identity_word w WHERE w.person_id = i.person_id AND w.word >= $4 AND w.word < $5))
   AND ($6 = '' OR EXISTS (SELECT 1 FROM identity_word w WHERE w.person_id = i.person_id AND w.word >= $6 AND w.word < $7))
   AND (EXISTS (SELECT 1 FROM pub_programme_member x WHERE x.person_id = i.person_id AND x.programme_id + 0 = $1)
        OR EXISTS (SELECT 1 FROM pub_programme_given_role x WHERE x.person_id = i.person_id AND x.programme_id + 0 = $1))
 ORDER BY i.sort_key, i.person_id LIMIT $8;

-- name: people_at_most :one
-- How many there are among those of people_page_among, counted no further than most.
-- in: among:int, word_from:text, word_to:text, programme:int, cohort_low:int, cohort_high:int, role:text, most:int
-- out: n:int
SELECT COUNT(*) AS n
FROM (SELECT 1 AS one FROM identity_word w WHERE $1 = 1 AND w.word >= $2 AND w.word < $3
      UNION ALL SELECT 1 AS one FROM pub_programme_place m
                WHERE $1 = 2 AND m.programme_id = $4 AND m.cohort_id >= $5 AND m.cohort_id <= $6
      UNION ALL SELECT 1 AS one FROM pub_programme_given_role r WHERE $1 = 3 AND r.role = $7
      LIMIT $8) x;
