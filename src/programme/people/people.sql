-- People: identity, what other systems call a person, and the words she is found by.

-- name: person_add :exec
-- in: id:int, now:int
INSERT INTO person (id, created_at) VALUES ($1, $2);

-- name: identity_add :exec
-- in: person_id:int, given_name:text, family_name:text, display_name:text, sort_key:text, email:text?, email_key:text?, language:text?, zone:text?
INSERT INTO identity (person_id, given_name, family_name, display_name, sort_key, email, email_key, language, zone)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: identity_find :one
-- in: person_id:int
SELECT person_id, given_name, family_name, display_name, sort_key, email, email_key, language, zone, version
FROM identity WHERE person_id = $1;

-- name: identity_all_of_source :each
-- Everybody whom a source knows, for comparing with a whole roster.
-- in: source:text
SELECT s.sourced_id, s.person_id, i.given_name, i.family_name, i.display_name, i.email, i.language, i.zone
FROM identity_source s JOIN identity i ON i.person_id = s.person_id
WHERE s.source = $1;

-- name: identity_all_emails :each
-- The addresses that are taken, for comparing with a whole roster.
-- out: email_key:text
SELECT email_key, person_id FROM identity WHERE email_key IS NOT NULL;

-- name: identity_by_email_key :one
-- in: email_key:text
SELECT person_id FROM identity WHERE email_key = $1;

-- name: identity_by_source :one
-- in: source:text, sourced_id:text
SELECT person_id FROM identity_source WHERE source = $1 AND sourced_id = $2;

-- name: identity_change :exec
-- in: person_id:int, given_name:text, family_name:text, display_name:text, sort_key:text, email:text?, email_key:text?, language:text?, zone:text?
UPDATE identity
SET given_name = $2, family_name = $3, display_name = $4, sort_key = $5, email = $6, email_key = $7, language = $8, zone = $9,
    version = version + 1
WHERE person_id = $1;

-- name: identity_delete :exec
-- in: person_id:int
DELETE FROM identity WHERE person_id = $1;

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

-- name: person_erased :exec
-- in: person_id:int, now:int
UPDATE person SET erased_at = $2 WHERE id = $1 AND erased_at IS NULL;

-- name: person_find :one
-- in: id:int
SELECT id, created_at, erased_at FROM person WHERE id = $1;

-- name: person_with_role :one
-- in: role:text, today:int
SELECT r.person_id
FROM pub_programme_role r
JOIN account a ON a.person_id = r.person_id AND a.disabled = 0
JOIN identity i ON i.person_id = r.person_id
WHERE r.role = $1 AND r.start_day <= $2 AND (r.end_day IS NULL OR r.end_day >= $2)
ORDER BY r.person_id LIMIT 1;

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
