-- What raters were sent and what they answered. No statement here gives an invitation together with an answer, and none orders
-- answers by anything but chance.

-- ---- invitations -----------------------------------------------------------------------------------------------------------------

-- name: feedback_invitation_add :exec
-- in: id:int, nomination:int, round:int
INSERT INTO feedback_invitation (id, nomination_id, round_id, state) VALUES ($1, $2, $3, 'open') ON CONFLICT DO NOTHING;

-- name: feedback_invitation_find :one
-- in: id:int
-- out: subject:text?
SELECT i.id, i.nomination_id, i.round_id, i.state, n.person_id, n.name, n.address, r.due_day, r.state AS round_state, r.programme_id,
       s.display_name AS subject
  FROM feedback_invitation i JOIN feedback_nomination n ON n.id = i.nomination_id JOIN feedback_round r ON r.id = i.round_id
  LEFT JOIN pub_people_name s ON s.person_id = r.subject_id WHERE i.id = $1;

-- name: feedback_invitation_of_nomination :one
-- in: nomination:int
SELECT i.id, i.round_id, i.state, r.state AS round_state FROM feedback_invitation i JOIN feedback_round r ON r.id = i.round_id WHERE i.nomination_id = $1;

-- name: feedback_invitation_by_hash :one
-- in: hash:blob
SELECT i.id, i.round_id, i.state, r.state AS round_state FROM feedback_link l JOIN feedback_invitation i ON i.id = l.invitation_id
  JOIN feedback_round r ON r.id = i.round_id WHERE l.hash = $1;

-- name: feedback_nomination_of_invitation :one
-- in: id:int
SELECT n.group_code FROM feedback_invitation i JOIN feedback_nomination n ON n.id = i.nomination_id WHERE i.id = $1;

-- name: feedback_invitation_state :exec
-- in: id:int, state:text
UPDATE feedback_invitation SET state = $2 WHERE id = $1;

-- name: feedback_invitation_to_remind :many
-- Who has not answered and was reminded less often than by now.
-- in: round:int, reminders:int, most:int
SELECT id FROM feedback_invitation WHERE round_id = $1 AND state = 'open' AND reminded < $2 ORDER BY id LIMIT $3;

-- name: feedback_invitation_reminded :exec
-- in: round:int, reminders:int
UPDATE feedback_invitation SET reminded = $2 WHERE round_id = $1 AND reminded < $2;

-- name: feedback_invitation_remind_anew :exec
-- A later last day: reminders begin again.
-- in: round:int
UPDATE feedback_invitation SET reminded = 0 WHERE round_id = $1;

-- name: feedback_invitation_stir :exec
-- in: round:int
UPDATE feedback_invitation SET stir = 1 - stir WHERE round_id = $1;

-- name: feedback_invitation_drop :exec
-- in: round:int
DELETE FROM feedback_invitation WHERE round_id = $1;

-- name: feedback_link_add :exec
-- in: hash:blob, invitation:int
INSERT INTO feedback_link (hash, invitation_id) VALUES ($1, $2);

-- name: feedback_link_drop :exec
-- in: round:int
DELETE FROM feedback_link WHERE invitation_id IN (SELECT id FROM feedback_invitation WHERE round_id = $1);

-- ---- answers --------------------------------------------------------------------------------------------------------------------

-- name: feedback_sheet_add :exec
-- in: id:int, round:int, group:text, points:text
INSERT INTO feedback_sheet (id, round_id, group_code, points) VALUES ($1, $2, $3, $4);

-- name: feedback_sheet_find :one
-- in: id:int
SELECT id, round_id, group_code, points FROM feedback_sheet WHERE id = $1;

-- name: feedback_sheet_self :one
-- in: round:int
SELECT id, points FROM feedback_sheet WHERE round_id = $1 AND group_code = 'self';

-- name: feedback_sheets :many
-- in: round:int
SELECT id, group_code, points FROM feedback_sheet WHERE round_id = $1 ORDER BY id;

-- name: feedback_sheet_counts :many
-- in: round:int
-- out: n:int
SELECT group_code, count(*) AS n FROM feedback_sheet WHERE round_id = $1 AND group_code <> 'self' GROUP BY group_code;

-- name: feedback_sheet_renew :exec
-- in: id:int, points:text
UPDATE feedback_sheet SET points = $2 WHERE id = $1;

-- name: feedback_sheet_drop :exec
-- in: id:int
DELETE FROM feedback_sheet WHERE id = $1;

-- name: feedback_sheet_stir :exec
-- in: round:int
UPDATE feedback_sheet SET stir = 1 - stir WHERE round_id = $1;

-- name: feedback_sheet_drop_all :exec
-- in: round:int
DELETE FROM feedback_sheet WHERE round_id = $1;

-- name: feedback_comment_add :exec
-- in: id:int, round:int, item:int, self:int, words:text
INSERT INTO feedback_comment (id, round_id, item_id, self, words) VALUES ($1, $2, $3, $4, $5);

-- name: feedback_comment_find :one
-- in: id:int
SELECT id, words FROM feedback_comment WHERE id = $1;

-- name: feedback_comments :many
-- in: round:int
SELECT id, item_id, self, words FROM feedback_comment WHERE round_id = $1 ORDER BY item_id, id;

-- name: feedback_comment_self :many
-- in: round:int
SELECT item_id, words FROM feedback_comment WHERE round_id = $1 AND self = 1 ORDER BY item_id;

-- name: feedback_comment_drop :exec
-- in: id:int
DELETE FROM feedback_comment WHERE id = $1;

-- name: feedback_comment_drop_self :exec
-- in: round:int
DELETE FROM feedback_comment WHERE round_id = $1 AND self = 1;

-- name: feedback_comment_stir :exec
-- in: round:int
UPDATE feedback_comment SET stir = 1 - stir WHERE round_id = $1;

-- name: feedback_comment_drop_all :exec
-- in: round:int
DELETE FROM feedback_comment WHERE round_id = $1;

-- ---- what is old ------------------------------------------------------------------------------------------------------------------

-- name: feedback_old_raters :exec
-- Names and addresses of raters without an account, long after the end.
-- in: before:int, most:int
UPDATE feedback_nomination SET name = '', address = NULL, rater_key = CAST(id AS TEXT)
 WHERE id IN (SELECT n.id FROM feedback_round r JOIN feedback_nomination n ON n.round_id = r.id
               WHERE r.state = 'closed' AND r.closed_at < $1 AND n.person_id IS NULL AND (n.name <> '' OR n.address IS NOT NULL) LIMIT $2);

-- name: feedback_old_stopped :many
-- Rounds without a report that ended long ago and still hold answers or open invitations.
-- in: before:int, most:int
SELECT r.id FROM feedback_round r WHERE r.state = 'closed' AND r.closed_at < $1 AND r.released_at IS NULL
   AND (r.resume IS NOT NULL OR EXISTS (SELECT 1 FROM feedback_sheet s WHERE s.round_id = r.id)) ORDER BY r.id LIMIT $2;

-- name: feedback_old_answers :many
-- in: before:int, most:int
SELECT r.id FROM feedback_round r WHERE r.state = 'closed' AND r.closed_at < $1 AND r.released_at IS NOT NULL
   AND EXISTS (SELECT 1 FROM feedback_sheet s WHERE s.round_id = r.id) ORDER BY r.id LIMIT $2;

-- name: feedback_round_forget_resume :exec
-- in: id:int
UPDATE feedback_round SET resume = NULL, version = version + 1 WHERE id = $1;

-- ---- one person -------------------------------------------------------------------------------------------------------------------

-- name: feedback_asked_of :many
-- Where a person was named as a rater: that she was asked. Whether she answered is nowhere tied to her.
-- in: person:int
SELECT n.id, n.group_code, n.state, r.subject_id, r.created_at FROM feedback_nomination n JOIN feedback_round r ON r.id = n.round_id
 WHERE n.person_id = $1 ORDER BY r.created_at, n.id;

-- name: feedback_erase_rater :exec
-- in: person:int
UPDATE feedback_nomination SET person_id = NULL, name = '', address = NULL, rater_key = CAST(id AS TEXT) WHERE person_id = $1;

-- name: feedback_erase_links :exec
-- in: person:int
DELETE FROM feedback_link WHERE invitation_id IN (SELECT i.id FROM feedback_invitation i JOIN feedback_nomination n ON n.id = i.nomination_id WHERE n.person_id = $1);

-- name: feedback_erase_invitations :exec
-- in: person:int
UPDATE feedback_invitation SET state = 'declined' WHERE state = 'open' AND nomination_id IN (SELECT id FROM feedback_nomination WHERE person_id = $1);

-- name: feedback_erase_named :exec
-- Whom an erased person named from outside.
-- in: person:int
UPDATE feedback_nomination SET name = '', address = NULL, rater_key = CAST(id AS TEXT), reason = ''
 WHERE person_id IS NULL AND round_id IN (SELECT id FROM feedback_round WHERE subject_id = $1);

-- name: feedback_erase_words :exec
-- What was written about an erased person, by her and by others.
-- in: person:int
DELETE FROM feedback_comment WHERE round_id IN (SELECT id FROM feedback_round WHERE subject_id = $1);

-- name: feedback_erase_rounds :many
-- Her rounds, and those she facilitates, that are open.
-- in: person:int
SELECT id, subject_id FROM feedback_round WHERE (subject_id = $1 OR facilitator_id = $1) AND state <> 'closed';

-- name: feedback_erase_places :exec
-- in: person:int
UPDATE feedback_round SET meeting_place = '', version = version + 1 WHERE subject_id = $1 AND meeting_place <> '';
