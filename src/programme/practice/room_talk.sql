-- Debates and listening in rooms.

-- ---- debate -------------------------------------------------------------------------------------------------------------------------

-- name: room_draw_tell :exec
-- in: room:int, secret:text, commitment:text
INSERT INTO room_draw (room_id, secret, commitment) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: room_draw_find :one
-- in: room:int
SELECT secret, commitment, drawn_at FROM room_draw WHERE room_id = $1;

-- name: room_draw_made :exec
-- in: room:int, now:int
UPDATE room_draw SET drawn_at = $2 WHERE room_id = $1 AND drawn_at IS NULL;

-- name: room_side_add :exec
-- in: room:int, person:int, number:int, side:text
INSERT INTO room_side (room_id, person_id, number, side) VALUES ($1, $2, $3, $4);

-- name: room_sides :many
-- in: room:int
-- out: name:text?
SELECT s.person_id, s.number, s.side, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = s.person_id) AS name
  FROM room_side s WHERE s.room_id = $1 ORDER BY s.number;

-- name: room_vote_put :exec
-- in: room:int, person:int, stage:text, vote:text
INSERT INTO room_vote (room_id, person_id, stage, vote) VALUES ($1, $2, $3, $4) ON CONFLICT (room_id, person_id, stage) DO UPDATE SET vote = excluded.vote;

-- name: room_votes :many
-- in: room:int
SELECT person_id, stage, vote FROM room_vote WHERE room_id = $1 ORDER BY person_id, stage DESC;

-- name: room_ballot_add :exec
-- in: room:int, judge:int, item:int, side:text, point:int?
INSERT INTO room_ballot (room_id, judge_id, item_id, side, point) VALUES ($1, $2, $3, $4, $5);

-- name: room_ballots :many
-- in: room:int
SELECT b.judge_id, b.item_id, b.side, b.point, i.instrument_id FROM room_ballot b JOIN pub_instrument_item i ON i.id = b.item_id
 WHERE b.room_id = $1 ORDER BY b.judge_id, b.side DESC, i.ordinal;

-- name: room_point_add :exec
-- in: id:int, room:int, phase:int, person:int, second:int
INSERT INTO room_point (id, room_id, phase, person_id, second, state) VALUES ($1, $2, $3, $4, $5, 'offered');

-- name: room_point_answer :exec
-- in: id:int, room:int, phase:int, state:text
UPDATE room_point SET state = $4 WHERE id = $1 AND room_id = $2 AND phase = $3 AND state = 'offered';

-- name: room_points :many
-- in: room:int
-- out: name:text?
SELECT p.id, p.phase, p.person_id, p.second, p.state, (SELECT n.display_name FROM pub_people_name n WHERE n.person_id = p.person_id) AS name
  FROM room_point p WHERE p.room_id = $1 ORDER BY p.phase, p.second, p.id LIMIT 500;

-- name: room_term_add :exec
-- in: room:int, draw:int, round:int, favour:int, title:text
INSERT INTO room_term (room_id, draw_id, round, favour, title) VALUES ($1, $2, $3, $4, $5);

-- name: room_term_find :one
-- in: room:int
SELECT draw_id, round, title FROM room_term WHERE room_id = $1;

-- name: room_of_term :one
-- The room of a debate; not one that was left before it began.
-- in: draw:int, round:int, favour:int
SELECT t.room_id FROM room_term t JOIN room r ON r.id = t.room_id WHERE t.draw_id = $1 AND t.round = $2 AND t.favour = $3 AND r.state <> 'left';

-- ---- listening ----------------------------------------------------------------------------------------------------------------------

-- name: room_heard_add :exec
-- in: room:int, person:int, item:text, choice:int?, words:text
INSERT INTO room_heard (room_id, person_id, item, choice, words) VALUES ($1, $2, $3, $4, $5);

-- name: room_heard_points :exec
-- in: room:int, person:int, item:text, points:text
UPDATE room_heard SET points = $4 WHERE room_id = $1 AND person_id = $2 AND item = $3 AND points IS NULL;

-- name: room_heard_all :many
-- in: room:int
SELECT person_id, item, choice, words, points FROM room_heard WHERE room_id = $1 ORDER BY person_id, item;

-- ---- the house ----------------------------------------------------------------------------------------------------------------------

-- name: room_talk_export_votes :many
-- in: person:int
SELECT room_id, stage, vote FROM room_vote WHERE person_id = $1 ORDER BY room_id, stage DESC;

-- name: room_talk_export_heard :many
-- in: person:int
SELECT room_id, item, choice, words, points FROM room_heard WHERE person_id = $1 ORDER BY room_id, item;

-- name: room_talk_export_sides :many
-- in: person:int
SELECT room_id, side FROM room_side WHERE person_id = $1 ORDER BY room_id;

-- name: room_talk_export_ballots :many
-- in: person:int
SELECT b.room_id, b.side, i.code, b.point FROM room_ballot b JOIN pub_instrument_item i ON i.id = b.item_id WHERE b.judge_id = $1 ORDER BY b.room_id, b.side DESC, i.ordinal;

-- name: room_talk_erase_heard :exec
-- in: person:int
UPDATE room_heard SET words = '' WHERE person_id = $1;

-- name: room_talk_drop_draw :exec
-- in: room:int
DELETE FROM room_draw WHERE room_id = $1;

-- name: room_talk_drop_term :exec
-- in: room:int
DELETE FROM room_term WHERE room_id = $1;

-- name: room_talk_drop_sides :exec
-- in: room:int
DELETE FROM room_side WHERE room_id = $1;

-- name: room_talk_drop_votes :exec
-- in: room:int
DELETE FROM room_vote WHERE room_id = $1;

-- name: room_talk_drop_ballots :exec
-- in: room:int
DELETE FROM room_ballot WHERE room_id = $1;

-- name: room_talk_drop_points :exec
-- in: room:int
DELETE FROM room_point WHERE room_id = $1;

-- name: room_talk_drop_heard :exec
-- in: room:int
DELETE FROM room_heard WHERE room_id = $1;
