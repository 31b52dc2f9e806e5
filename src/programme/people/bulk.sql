-- Everybody at once, for comparing with a whole roster.

-- name: identity_each :each
-- Everybody with a name, and what one source calls her; several rows where it calls her several things.
-- in: source:text
-- out: sourced_id:text?
SELECT i.person_id, s.sourced_id, i.given_name, i.family_name, i.display_name, i.email, i.email_key, i.language, i.zone, i.profession
FROM identity i LEFT JOIN identity_source s ON s.person_id = i.person_id AND s.source = $1
ORDER BY i.person_id;
