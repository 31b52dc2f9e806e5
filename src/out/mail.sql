-- The outbox as far as it holds mails: the statements of out/mail.c; and what of them people want: those of out/mail_wish.c.

-- name: outbox_add :exec
-- in: id:int, topic:text, payload:text, now:int
INSERT INTO outbox (id, topic, payload, created_at, due_at) VALUES ($1, $2, $3, $4, $4);

-- name: outbox_due :many
-- After so many attempts a mail waits so often again_ms, and one that is held at most held_ms: what is due later than that was put off before the
-- clock was set back.
-- in: topic:text, now:int, most:int, ahead:int, again_ms:int, held_ms:int
-- out: held:int
SELECT o.id, o.payload, o.due_at, o.attempts, CASE WHEN h.outbox_id IS NULL THEN 0 ELSE 1 END AS held
  FROM outbox o LEFT JOIN mail_held h ON h.outbox_id = o.id
 WHERE o.done_at IS NULL AND (o.due_at <= $2 OR o.due_at > $4 + o.attempts * $5 + CASE WHEN h.outbox_id IS NULL THEN 0 ELSE $6 END) AND o.topic = $1
 ORDER BY o.due_at, o.id LIMIT $3;

-- name: outbox_take :exec
-- Changes no row when another server took it.
-- in: id:int, due_at:int, again_at:int
UPDATE outbox SET attempts = attempts + 1, due_at = $3 WHERE id = $1 AND due_at = $2 AND done_at IS NULL;

-- name: outbox_give_back :exec
-- What was taken and not tried.
-- in: id:int, due_at:int
UPDATE outbox SET attempts = attempts - 1, due_at = $2 WHERE id = $1 AND done_at IS NULL AND attempts > 0;

-- name: outbox_hold :exec
-- in: id:int, until:int
UPDATE outbox SET attempts = 0, due_at = $2 WHERE id = $1 AND done_at IS NULL;

-- name: outbox_done :exec
-- What it was about is nobody's business any more.
-- in: id:int, now:int
UPDATE outbox SET done_at = $2, payload = '{}' WHERE id = $1;

-- ---- together -----------------------------------------------------------------------------------------------------------------------

-- name: mail_hold :exec
-- in: outbox:int, person:int
INSERT INTO mail_held (outbox_id, person_id) VALUES ($1, $2) ON CONFLICT DO NOTHING;

-- name: mail_let_go :exec
-- in: outbox:int
DELETE FROM mail_held WHERE outbox_id = $1;

-- name: mail_held_with :many
-- What else of the same person may go now.
-- in: outbox:int, now:int, most:int
SELECT o.id, o.payload, o.due_at, o.attempts FROM mail_held mine JOIN mail_held h ON h.person_id = mine.person_id JOIN outbox o ON o.id = h.outbox_id
 WHERE mine.outbox_id = $1 AND h.outbox_id <> $1 AND o.done_at IS NULL AND o.due_at <= $2 ORDER BY o.id LIMIT $3;

-- name: mail_sent_note :exec
-- in: outbox:int, person:int, now:int
INSERT INTO mail_sent (outbox_id, person_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: mail_sent_trim :exec
-- in: person:int, before:int
DELETE FROM mail_sent WHERE person_id = $1 AND at < $2;

-- name: mail_sent_count :one
-- in: person:int, since:int
-- out: n:int
SELECT count(*) AS n FROM mail_sent WHERE person_id = $1 AND at >= $2;

-- ---- what people want -----------------------------------------------------------------------------------------------------------------

-- name: mail_reader :one
-- Whose address it is, and how she is written to.
-- in: email_key:text
-- out: role_zone:text?, member_zone:text?
SELECT i.person_id, i.language, i.zone,
       (SELECT z.zone FROM pub_programme_zone z WHERE z.person_id = i.person_id ORDER BY z.start_day DESC LIMIT 1) AS role_zone,
       (SELECT z.zone FROM pub_programme_member_zone z WHERE z.person_id = i.person_id ORDER BY z.start_day DESC LIMIT 1) AS member_zone
  FROM identity i WHERE i.email_key = $1;

-- name: mail_choice_find :one
-- in: person:int, sort:text
SELECT how FROM mail_choice WHERE person_id = $1 AND sort = $2;

-- name: mail_choices :many
-- in: person:int
SELECT sort, how FROM mail_choice WHERE person_id = $1 ORDER BY sort;

-- name: mail_choice_set :exec
-- in: person:int, sort:text, how:text
INSERT INTO mail_choice (person_id, sort, how, was) VALUES ($1, $2, $3, $3)
ON CONFLICT (person_id, sort) DO UPDATE SET how = excluded.how, was = excluded.was;

-- name: mail_choice_stop :exec
-- Again it changes nothing: what was before is known still.
-- in: person:int, sort:text
INSERT INTO mail_choice (person_id, sort, how, was) VALUES ($1, $2, 'never', 'once')
ON CONFLICT (person_id, sort) DO UPDATE SET was = CASE WHEN mail_choice.how = 'never' THEN mail_choice.was ELSE mail_choice.how END, how = 'never';

-- name: mail_choice_back :exec
-- in: person:int, sort:text
UPDATE mail_choice SET how = was WHERE person_id = $1 AND sort = $2 AND how = 'never';

-- name: mail_stop_of :one
-- in: person:int, sort:text
SELECT token FROM mail_stop WHERE person_id = $1 AND sort = $2;

-- name: mail_stop_add :exec
-- in: person:int, sort:text, token:text
INSERT INTO mail_stop (person_id, sort, token) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: mail_stop_by_token :one
-- in: token:text
SELECT person_id, sort FROM mail_stop WHERE token = $1;

-- name: mail_forget_choices :exec
-- in: person:int
DELETE FROM mail_choice WHERE person_id = $1;

-- name: mail_forget_stops :exec
-- in: person:int
DELETE FROM mail_stop WHERE person_id = $1;

-- name: mail_forget_held :exec
-- in: person:int
DELETE FROM mail_held WHERE person_id = $1;

-- name: mail_forget_sent :exec
-- in: person:int
DELETE FROM mail_sent WHERE person_id = $1;
