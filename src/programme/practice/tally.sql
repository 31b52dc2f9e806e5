-- What many people did in a case, counted: of those who took it the first time, and not as experts of its panel.

-- name: tally_age :one
-- How many are through a version and its translations the first time, how many were when it was counted, and when that was.
-- in: version:int
-- out: people:int, counted:int, at:int
SELECT (SELECT count(*) FROM exercise_attempt a JOIN exercise_version v ON v.id = a.version_id
         WHERE (v.id = $1 OR v.translates_id = $1) AND a.state = 'done' AND a.turn = 1 AND a.expert = 0) AS people,
       COALESCE((SELECT m.people FROM exercise_tally_made m WHERE m.version_id = $1), 0) AS counted,
       COALESCE((SELECT m.at FROM exercise_tally_made m WHERE m.version_id = $1), 0) AS at;

-- name: tally_versions :many
-- A version and its translations.
-- in: version:int
SELECT id, digest FROM exercise_version WHERE id = $1 OR translates_id = $1 ORDER BY id;

-- name: tally_count_ways :many
-- Which link was taken in which passage by how many, in one version; a link is null where the time ran out.
-- in: version:int
-- out: people:int
SELECT c.passage, c.link, c.question, c.target, count(DISTINCT a.id) AS people
  FROM exercise_attempt a JOIN exercise_choice c ON c.attempt_id = a.id
 WHERE a.version_id = $1 AND a.state = 'done' AND a.turn = 1 AND a.expert = 0
 GROUP BY c.passage, c.link, c.question, c.target ORDER BY c.passage, c.link NULLS LAST, c.question NULLS LAST, c.target NULLS LAST;

-- name: tally_count_endings :many
-- in: version:int
-- out: people:int
SELECT a.ending, count(*) AS people FROM exercise_attempt a
 WHERE a.version_id = $1 AND a.state = 'done' AND a.turn = 1 AND a.expert = 0 GROUP BY a.ending ORDER BY a.ending;

-- name: tally_clear :exec
-- in: version:int
DELETE FROM exercise_tally WHERE version_id = $1;

-- name: tally_clear_links :exec
-- in: version:int
DELETE FROM exercise_tally_link WHERE version_id = $1;

-- name: tally_add :exec
-- in: version:int, question:text, target:text, people:int, shown:int
INSERT INTO exercise_tally (version_id, question, target, people, shown) VALUES ($1, $2, $3, $4, $5);

-- name: tally_add_link :exec
-- in: version:int, link:int, people:int, shown:int
INSERT INTO exercise_tally_link (version_id, link, people, shown) VALUES ($1, $2, $3, $4);

-- name: tally_made :exec
-- in: version:int, people:int, now:int
INSERT INTO exercise_tally_made (version_id, people, at) VALUES ($1, $2, $3)
ON CONFLICT (version_id) DO UPDATE SET people = excluded.people, at = excluded.at;

-- name: tally_read :many
-- Questions, and under the empty one the endings; each with the row of those who came there at all, its target empty.
-- in: version:int
SELECT question, target, people, shown FROM exercise_tally WHERE version_id = $1 ORDER BY question, CASE WHEN target = '' THEN 1 ELSE 0 END, people DESC, target;

-- name: tally_read_links :many
-- in: version:int
SELECT link, people, shown FROM exercise_tally_link WHERE version_id = $1 ORDER BY link;

-- ---- how an exercise does ------------------------------------------------------------------------------------------------------------

-- name: figures_times :many
-- How long each of the latest took, without the pauses that were longer than that; until the last count.
-- in: version:int, upto:int, pause:int, most:int
-- out: ms:int
SELECT CAST(sum(CASE WHEN g.gap > $3 OR g.gap < 0 THEN 0 ELSE g.gap END) AS BIGINT) AS ms
  FROM (SELECT c.attempt_id, c.at - COALESCE(lag(c.at) OVER (PARTITION BY c.attempt_id ORDER BY c.step), a.started_at) AS gap
          FROM (SELECT t.id, t.started_at FROM exercise_version v JOIN exercise_attempt t ON t.version_id = v.id
                 WHERE (v.id = $1 OR v.translates_id = $1) AND t.state = 'done' AND t.turn = 1 AND t.expert = 0 AND t.ended_at <= $2
                 ORDER BY t.ended_at DESC, t.id LIMIT $4) a JOIN exercise_choice c ON c.attempt_id = a.id) g
 GROUP BY g.attempt_id;

-- name: figures_answers :many
-- What each of the latest chose where the panel is asked too, person by person.
-- in: version:int, upto:int, most:int
-- out: question:text, target:text
SELECT a.id, c.step, c.question, c.target
  FROM (SELECT t.id FROM exercise_version v JOIN exercise_attempt t ON t.version_id = v.id
         WHERE (v.id = $1 OR v.translates_id = $1) AND t.state = 'done' AND t.turn = 1 AND t.expert = 0 AND t.ended_at <= $2
         ORDER BY t.ended_at DESC, t.id LIMIT $3) a JOIN exercise_choice c ON c.attempt_id = a.id
 WHERE c.question IS NOT NULL AND c.target IS NOT NULL ORDER BY a.id, c.step;

-- name: figures_states :many
-- in: version:int
-- out: n:int
SELECT a.state, count(*) AS n FROM exercise_version v JOIN exercise_attempt a ON a.version_id = v.id
 WHERE (v.id = $1 OR v.translates_id = $1) AND a.turn = 1 AND a.expert = 0 GROUP BY a.state;

-- name: figures_ratings :many
-- What the two who rated one attempt apart gave on each item, by one instrument after the other.
-- in: exercise:int, most:int
-- out: first_point:int?, second_point:int?, low:int, high:int
SELECT h.attempt_id, h.instrument_id, i.low, i.high, x.point AS first_point, y.point AS second_point
  FROM exercise_attempt a JOIN exercise_hand_in h ON h.attempt_id = a.id JOIN pub_instrument i ON i.id = h.instrument_id
       JOIN exercise_rating r ON r.attempt_id = a.id AND r.rater_id = h.first_id
       JOIN exercise_rating q ON q.attempt_id = a.id AND q.rater_id = h.second_id
       JOIN exercise_rating_answer x ON x.rating_id = r.id JOIN exercise_rating_answer y ON y.rating_id = q.id AND y.item_id = x.item_id
 WHERE a.exercise_id = $1 AND a.state = 'done' AND h.complete_at IS NOT NULL AND x.point IS NOT NULL AND y.point IS NOT NULL
 ORDER BY h.instrument_id, h.attempt_id, x.item_id LIMIT $2;

-- name: figures_versions :many
-- The versions as they were written, that people took.
-- in: exercise:int
SELECT v.id, v.number, v.digest, v.state, m.people FROM exercise_version v JOIN exercise_tally_made m ON m.version_id = v.id
 WHERE v.exercise_id = $1 AND v.translates_id IS NULL ORDER BY v.number DESC LIMIT 20;
