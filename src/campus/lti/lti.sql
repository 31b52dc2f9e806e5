-- Launches from learning platforms: the statements of campus/lti.

-- ---- platforms ----------------------------------------------------------------------------------------------------------------------

-- name: lti_platform_add :exec
-- in: id:int, name:text, issuer:text, client_id:text, deployments:text, auth_url:text, token_url:text, jwks_url:text, origins:text, by_roster:int, now:int
INSERT INTO lti_platform (id, name, issuer, client_id, deployments, auth_url, token_url, jwks_url, origins, by_roster, state, made_at, jwks,
                          token, token_locked, token_scopes, token_until)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, 'on', $11, '', '', 0, '', 0)
    ON CONFLICT (issuer, client_id) DO NOTHING;

-- name: lti_platform_change :exec
-- What was fetched or given under the old addresses is forgotten.
-- in: id:int, version:int, name:text, issuer:text, client_id:text, deployments:text, auth_url:text, token_url:text, jwks_url:text, origins:text, by_roster:int
UPDATE lti_platform SET name = $3, issuer = $4, client_id = $5, deployments = $6, auth_url = $7, token_url = $8, jwks_url = $9, origins = $10,
       by_roster = $11, version = version + 1, jwks = '', token = '', token_until = 0
 WHERE id = $1 AND version = $2
   AND NOT EXISTS (SELECT 1 FROM lti_platform o WHERE o.issuer = $4 AND o.client_id = $5 AND o.id <> $1);

-- name: lti_platform_switch :exec
-- in: id:int, version:int, state:text
UPDATE lti_platform SET state = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state <> $3;

-- name: lti_platform_get :one
-- in: id:int
SELECT id, name, issuer, client_id, deployments, auth_url, token_url, jwks_url, origins, by_roster, state, version, made_at, jwks,
       token, token_locked, token_scopes, token_until, launched_at, failed, failed_detail, failed_at
  FROM lti_platform WHERE id = $1;

-- name: lti_platform_taken :one
-- in: issuer:text, client_id:text
SELECT id FROM lti_platform WHERE issuer = $1 AND client_id = $2;

-- name: lti_platform_by_issuer :many
-- With a client id, that one; without, all of the issuer.
-- in: issuer:text, client_id:text?
SELECT id, state FROM lti_platform WHERE issuer = $1 AND ($2 IS NULL OR client_id = $2) ORDER BY id LIMIT 2;

-- name: lti_platform_list :many
-- in: most:int
SELECT id, name, issuer, client_id, state, launched_at, failed, failed_at FROM lti_platform ORDER BY name, id LIMIT $1;

-- name: lti_platform_keys :exec
-- in: id:int, jwks:text
UPDATE lti_platform SET jwks = $2 WHERE id = $1;

-- name: lti_platform_token :exec
-- in: id:int, token:text, locked:int, scopes:text, until:int
UPDATE lti_platform SET token = $2, token_locked = $3, token_scopes = $4, token_until = $5 WHERE id = $1;

-- name: lti_platform_launched :exec
-- in: id:int, now:int
UPDATE lti_platform SET launched_at = $2 WHERE id = $1;

-- name: lti_platform_failed :exec
-- in: id:int, failed:text, detail:text, now:int
UPDATE lti_platform SET failed = $2, failed_detail = $3, failed_at = $4 WHERE id = $1;

-- ---- sessions that came from a platform -----------------------------------------------------------------------------------------------

-- name: lti_session_add :exec
-- in: sign_in_id:int, platform:int
INSERT INTO lti_session (sign_in_id, platform_id) VALUES ($1, $2);

-- name: lti_session_list :many
-- in: platform:int
SELECT s.sign_in_id, i.person_id FROM lti_session s JOIN sign_in i ON i.id = s.sign_in_id WHERE s.platform_id = $1;

-- ---- launches under way --------------------------------------------------------------------------------------------------------------

-- name: lti_state_add :exec
-- in: hash:blob, platform:int, nonce:text, expires_at:int
INSERT INTO lti_state (hash, platform_id, nonce, used, expires_at) VALUES ($1, $2, $3, 0, $4);

-- name: lti_state_tidy :exec
-- in: before:int
DELETE FROM lti_state WHERE expires_at > 0 AND expires_at < $1;

-- name: lti_state_get :one
-- in: hash:blob
SELECT platform_id, nonce, used, expires_at FROM lti_state WHERE hash = $1;

-- name: lti_state_use :exec
-- in: hash:blob
UPDATE lti_state SET used = 1 WHERE hash = $1 AND used = 0;

-- name: lti_door_add :exec
-- in: hash:blob, kind:text, platform:int?, context:int?, person:int?, goal:text, data:text, framed:int, expires_at:int
INSERT INTO lti_door (hash, kind, platform_id, context_id, person_id, goal, data, framed, used, expires_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, 0, $9);

-- name: lti_door_tidy :exec
-- in: before:int
DELETE FROM lti_door WHERE expires_at > 0 AND expires_at < $1;

-- name: lti_door_get :one
-- in: hash:blob, kind:text
SELECT platform_id, context_id, person_id, goal, data, framed, used, expires_at FROM lti_door WHERE hash = $1 AND kind = $2;

-- name: lti_door_use :exec
-- in: hash:blob
UPDATE lti_door SET used = 1 WHERE hash = $1 AND used = 0;

-- ---- courses and links -----------------------------------------------------------------------------------------------------------------

-- name: lti_context_put :exec
-- in: id:int, platform:int, deployment:text, context:text, title:text, members_url:text, now:int
INSERT INTO lti_context (id, platform_id, deployment, context, title, instructor, may_add, members_url, seen_at) VALUES ($1, $2, $3, $4, $5, '', 0, $6, $7)
    ON CONFLICT (platform_id, deployment, context) DO UPDATE SET title = excluded.title, seen_at = excluded.seen_at,
       members_url = CASE WHEN excluded.members_url <> '' THEN excluded.members_url ELSE lti_context.members_url END;

-- name: lti_context_find :one
-- in: platform:int, deployment:text, context:text
SELECT id, title, programme_id, cohort_id, instructor, may_add FROM lti_context WHERE platform_id = $1 AND deployment = $2 AND context = $3;

-- name: lti_context_get :one
-- in: id:int
SELECT x.id, x.platform_id, x.deployment, x.context, x.title, x.programme_id, x.cohort_id, x.instructor, x.may_add, x.members_url, x.version,
       x.seen_at, x.read_at, p.name AS platform, p.state
  FROM lti_context x JOIN lti_platform p ON p.id = x.platform_id WHERE x.id = $1;

-- name: lti_context_list :many
-- The courses of a platform, those that nobody has placed yet first.
-- in: platform:int, offset:int, most:int
SELECT id, title, programme_id, cohort_id, instructor, may_add, seen_at, members_url FROM lti_context WHERE platform_id = $1
 ORDER BY CASE WHEN programme_id IS NULL THEN 0 ELSE 1 END, seen_at DESC, id LIMIT $3 OFFSET $2;

-- name: lti_context_count :one
-- in: platform:int
-- out: n:int
SELECT count(*) AS n FROM lti_context WHERE platform_id = $1;

-- name: lti_context_place :exec
-- in: id:int, version:int, programme:int?, cohort:int?, instructor:text, may_add:int
UPDATE lti_context SET programme_id = $3, cohort_id = $4, instructor = $5, may_add = $6, version = version + 1 WHERE id = $1 AND version = $2;

-- name: lti_context_of_programme :many
-- in: programme:int, most:int
SELECT x.id, x.title, x.seen_at, x.read_at, x.members_url, p.name AS platform FROM lti_context x JOIN lti_platform p ON p.id = x.platform_id
 WHERE x.programme_id = $1 ORDER BY x.title, x.id LIMIT $2;

-- name: lti_context_read :exec
-- in: id:int, now:int
UPDATE lti_context SET read_at = $2 WHERE id = $1;

-- name: lti_link_put :exec
-- A goal of kind 'none' leaves the one that was said before.
-- in: id:int, context:int, resource:text, title:text, kind:text, thing:int, lineitem:text, lineitems:text, may_score:int, may_list:int, may_make:int
INSERT INTO lti_link (id, context_id, resource, title, kind, thing, lineitem, lineitems, may_score, may_list, may_make)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)
    ON CONFLICT (context_id, resource) DO UPDATE SET title = excluded.title, may_score = excluded.may_score, may_list = excluded.may_list,
       may_make = excluded.may_make, lineitems = excluded.lineitems,
       lineitem = CASE WHEN excluded.lineitem <> '' THEN excluded.lineitem WHEN excluded.lineitems = lti_link.lineitems THEN lti_link.lineitem ELSE '' END,
       kind = CASE WHEN excluded.kind <> 'none' THEN excluded.kind ELSE lti_link.kind END,
       thing = CASE WHEN excluded.kind <> 'none' THEN excluded.thing ELSE lti_link.thing END;

-- name: lti_link_find :one
-- in: context:int, resource:text
SELECT id, kind, thing, lineitem, lineitems, may_score FROM lti_link WHERE context_id = $1 AND resource = $2;

-- name: lti_link_lineitem :exec
-- in: id:int, lineitem:text
UPDATE lti_link SET lineitem = $2 WHERE id = $1;

-- ---- people -------------------------------------------------------------------------------------------------------------------------------

-- name: lti_person_find :one
-- in: platform:int, subject:text
SELECT person_id FROM lti_person WHERE platform_id = $1 AND subject = $2;

-- name: lti_person_subject :one
-- in: platform:int, person:int
SELECT subject FROM lti_person WHERE platform_id = $1 AND person_id = $2;

-- name: lti_person_add :exec
-- in: platform:int, subject:text, person:int, now:int
INSERT INTO lti_person (platform_id, subject, person_id, made_at, launched_at) VALUES ($1, $2, $3, $4, $4);

-- name: lti_person_launched :exec
-- in: platform:int, subject:text, now:int
UPDATE lti_person SET launched_at = $3 WHERE platform_id = $1 AND subject = $2;

-- name: lti_person_of :many
-- in: person:int
SELECT p.issuer, p.name, x.subject, x.made_at, x.launched_at FROM lti_person x JOIN lti_platform p ON p.id = x.platform_id WHERE x.person_id = $1
 ORDER BY x.made_at, p.id;

-- name: lti_person_drop :exec
-- in: person:int
DELETE FROM lti_person WHERE person_id = $1;

-- name: lti_account :one
-- in: person:int
-- out: display_name:text?
SELECT a.disabled, n.display_name FROM pub_people_account a LEFT JOIN pub_people_name n ON n.person_id = a.person_id WHERE a.person_id = $1;

-- name: lti_memberships :one
-- Of a person in a programme: how many hold on a day, and how many in a cohort were ended by somebody.
-- in: person:int, programme:int, cohort:int, day:int
-- out: held:int, ever:int
SELECT CAST(COALESCE(sum(CASE WHEN start_day <= $4 AND (end_day IS NULL OR end_day >= $4) AND state = 'active' THEN 1 ELSE 0 END), 0) AS BIGINT) AS held,
       CAST(COALESCE(sum(CASE WHEN cohort_id = $3 THEN 1 ELSE 0 END), 0) AS BIGINT) AS ever
  FROM pub_programme_member WHERE person_id = $1 AND programme_id + 0 = $2;

-- name: lti_role_held :one
-- in: person:int, role:text, programme:int, cohort:int, day:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_given_role
 WHERE person_id = $1 AND role = $2 AND programme_id + 0 = $3 AND (cohort_id IS NULL OR cohort_id = $4) AND start_day <= $5 AND (end_day IS NULL OR end_day >= $5);

-- ---- what a link can open -----------------------------------------------------------------------------------------------------------------

-- name: lti_session :one
-- in: id:int
SELECT id, programme_id, title, course_title FROM pub_curriculum_session_title WHERE id = $1;

-- name: lti_exercise :one
-- in: id:int
SELECT id, programme_id, title, kind FROM pub_practice_exercise WHERE id = $1 AND state = 'open';

-- name: lti_exercise_by_code :one
-- in: programme:int, code:text
SELECT id, programme_id, title, kind FROM pub_practice_exercise WHERE programme_id = $1 AND code = $2 AND state = 'open';

-- name: lti_sessions :many
-- in: programme:int, most:int
-- out: quiz:int
SELECT t.id, t.title, t.course_title, CASE WHEN EXISTS (SELECT 1 FROM pub_curriculum_question q WHERE q.session_id = t.id) THEN 1 ELSE 0 END AS quiz FROM pub_curriculum_session_title t JOIN pub_curriculum_course c ON c.id = t.course_id
 WHERE t.programme_id = $1 AND c.state = 'published' ORDER BY t.course_ordinal, t.course_title, t.ordinal, t.id LIMIT $2;

-- name: lti_exercises :many
-- in: programme:int, most:int
SELECT id, title, kind FROM pub_practice_exercise WHERE programme_id = $1 AND state = 'open' ORDER BY title, id LIMIT $2;

-- ---- scores --------------------------------------------------------------------------------------------------------------------------------

-- name: lti_seat_put :exec
-- Who opens a link for the first time may have finished what it opens before: so it is due at once, and when the link opens something else.
-- in: link:int, person:int, kind:text, thing:int, now:int, due_at:int?
INSERT INTO lti_seat (link_id, person_id, kind, thing, opened_at, due_at, attempts) VALUES ($1, $2, $3, $4, $5, $6, 0)
    ON CONFLICT (link_id, person_id) DO UPDATE SET
       due_at = CASE WHEN lti_seat.thing <> excluded.thing OR lti_seat.kind <> excluded.kind THEN excluded.due_at ELSE lti_seat.due_at END,
       sent = CASE WHEN lti_seat.thing <> excluded.thing OR lti_seat.kind <> excluded.kind THEN NULL ELSE lti_seat.sent END,
       kind = excluded.kind, thing = excluded.thing;

-- name: lti_seat_sits :one
-- Did she come to one of these from a platform? Hardly anybody did, and the UPDATE makes a table on SQLite before it looks.
-- in: person:int, kind:text, kind_too:text, thing:int
-- out: sits:int
SELECT CASE WHEN EXISTS (SELECT 1 FROM lti_seat WHERE person_id = $1 AND (kind = $2 OR kind = $3) AND thing = $4) THEN 1 ELSE 0 END AS sits;

-- name: lti_seat_finished :exec
-- A quiz is that of its session.
-- in: person:int, kind:text, kind_too:text, thing:int, now:int
UPDATE lti_seat SET due_at = $5, attempts = 0 WHERE person_id = $1 AND (kind = $2 OR kind = $3) AND thing = $4;

-- name: lti_seat_due :many
-- in: now:int, most:int
SELECT s.link_id, s.person_id, s.kind, s.thing, s.due_at, s.attempts, s.sent, l.context_id, l.resource, l.title, l.lineitem, l.lineitems, l.may_score, l.may_list,
       l.may_make, x.platform_id, p.state
  FROM lti_seat s JOIN lti_link l ON l.id = s.link_id JOIN lti_context x ON x.id = l.context_id JOIN lti_platform p ON p.id = x.platform_id
 WHERE s.due_at IS NOT NULL AND s.due_at <= $1 ORDER BY s.due_at LIMIT $2;

-- name: lti_seat_take :exec
-- One server sends; another one looks again when that one did not come back.
-- in: link:int, person:int, due_at:int, lease:int
UPDATE lti_seat SET due_at = $4 WHERE link_id = $1 AND person_id = $2 AND due_at = $3;

-- name: lti_seat_sent :exec
-- Nothing more waits, unless something was finished meanwhile.
-- in: link:int, person:int, percent:int?, now:int, lease:int
UPDATE lti_seat SET sent = COALESCE($3, sent), sent_at = CASE WHEN $3 IS NULL THEN sent_at ELSE $4 END, attempts = 0, failed = NULL,
       due_at = CASE WHEN due_at = $5 THEN NULL ELSE due_at END
 WHERE link_id = $1 AND person_id = $2;

-- name: lti_seat_failed :exec
-- in: link:int, person:int, failed:text, lease:int, due_at:int?
UPDATE lti_seat SET attempts = attempts + 1, failed = $3, due_at = CASE WHEN due_at = $4 THEN $5 ELSE due_at END WHERE link_id = $1 AND person_id = $2;

-- name: lti_seat_counts :one
-- in: platform:int
-- out: sent:int, waiting:int, failing:int
SELECT CAST(COALESCE(sum(CASE WHEN s.sent IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS sent,
       CAST(COALESCE(sum(CASE WHEN s.due_at IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS waiting,
       CAST(COALESCE(sum(CASE WHEN s.failed IS NOT NULL THEN 1 ELSE 0 END), 0) AS BIGINT) AS failing
  FROM lti_context x CROSS JOIN lti_link l CROSS JOIN lti_seat s WHERE x.platform_id = $1 AND l.context_id = x.id AND s.link_id = l.id;

-- name: lti_seat_of :many
-- in: person:int
SELECT p.name AS platform, x.title AS course, l.title, s.kind, s.thing, s.opened_at, s.sent, s.sent_at
  FROM lti_seat s CROSS JOIN lti_link l CROSS JOIN lti_context x CROSS JOIN lti_platform p
 WHERE s.person_id = $1 AND l.id = s.link_id AND x.id = l.context_id AND p.id = x.platform_id ORDER BY s.opened_at, l.id;

-- name: lti_seat_drop :exec
-- in: person:int
DELETE FROM lti_seat WHERE person_id = $1;

-- name: lti_door_drop :exec
-- in: person:int
DELETE FROM lti_door WHERE person_id = $1;

-- name: lti_result_session :one
-- in: person:int, session:int
-- out: percent:int?
SELECT max(100) AS percent FROM pub_curriculum_done WHERE person_id = $1 AND session_id = $2;

-- name: lti_result_quiz :one
-- in: person:int, session:int
-- out: percent:int?
SELECT max(percent) AS percent FROM pub_curriculum_attempt WHERE person_id = $1 AND session_id = $2;

-- name: lti_result_exercise :one
-- One that gives no credit is done or not.
-- in: person:int, exercise:int
-- out: percent:int?
SELECT max(COALESCE(credit, 100)) AS percent FROM pub_practice_done WHERE person_id = $1 AND exercise_id = $2;
