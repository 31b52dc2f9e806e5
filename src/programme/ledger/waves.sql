-- Evaluations, their waves, who is asked, and what was answered.

-- ---- evaluations ---------------------------------------------------------------------------------------------------------------------

-- name: ledger_evaluation_add :exec
-- in: id:int, programme:int, title:text, instrument:text, level:text, days:int, by:int, now:int
INSERT INTO ledger_evaluation (id, programme_id, title, instrument, level, state, days, created_by, created_at) VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7, $8);

-- name: ledger_evaluation_change :exec
-- in: id:int, version:int, title:text, instrument:text, level:text, days:int
UPDATE ledger_evaluation SET title = $3, instrument = $4, level = $5, days = $6, version = version + 1 WHERE id = $1 AND version = $2;

-- name: ledger_evaluation_state :exec
-- in: id:int, version:int, state:text
UPDATE ledger_evaluation SET state = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state <> $3;

-- name: ledger_evaluation_find :one
-- in: id:int
SELECT id, programme_id, title, instrument, level, state, days, created_at, version FROM ledger_evaluation WHERE id = $1;

-- name: ledger_evaluations :many
-- in: programme:int, most:int
SELECT id, title, instrument, level, state, created_at FROM ledger_evaluation WHERE programme_id = $1 ORDER BY created_at DESC, id DESC LIMIT $2;

-- name: ledger_arm_add :exec
-- in: evaluation:int, cohort:int, compares:int
INSERT INTO ledger_arm (evaluation_id, cohort_id, compares) VALUES ($1, $2, $3);

-- name: ledger_arms :many
-- in: evaluation:int
SELECT a.cohort_id, a.compares, c.title, c.start_day, c.end_day FROM ledger_arm a JOIN pub_programme_cohort c ON c.id = a.cohort_id
 WHERE a.evaluation_id = $1 ORDER BY a.compares, c.code, c.id;

-- name: ledger_arms_drop :exec
-- in: evaluation:int
DELETE FROM ledger_arm WHERE evaluation_id = $1;

-- ---- waves ---------------------------------------------------------------------------------------------------------------------------

-- name: ledger_wave_add :exec
-- in: id:int, evaluation:int, cohort:int, moment:text, day:int?
INSERT INTO ledger_wave (id, evaluation_id, cohort_id, moment, day, state) VALUES ($1, $2, $3, $4, $5, 'planned');

-- name: ledger_waves_drop :exec
-- in: evaluation:int
DELETE FROM ledger_wave WHERE evaluation_id = $1;

-- name: ledger_waves_of :many
-- With how many were asked and how many of them answered.
-- in: evaluation:int
-- out: asked:int, answered:int
SELECT w.id, w.cohort_id, w.moment, w.day, w.state, w.instrument_id, w.until_day, w.version,
       (SELECT count(*) FROM ledger_ask k WHERE k.wave_id = w.id) AS asked, (SELECT count(*) FROM ledger_answer x WHERE x.wave_id = w.id) AS answered
  FROM ledger_wave w WHERE w.evaluation_id = $1 ORDER BY w.cohort_id, w.day NULLS LAST, w.id;

-- name: ledger_wave_find :one
-- in: id:int
SELECT w.id, w.evaluation_id, w.cohort_id, w.moment, w.day, w.state, w.instrument_id, w.until_day, w.mails, w.next_day, w.version,
       e.programme_id, e.title, e.instrument, e.state AS evaluation_state, e.days
  FROM ledger_wave w JOIN ledger_evaluation e ON e.id = w.evaluation_id WHERE w.id = $1;

-- name: ledger_wave_plan :exec
-- in: id:int, version:int, day:int?, next:int?, state:text
UPDATE ledger_wave SET day = $3, next_day = $4, state = $5, version = version + 1 WHERE id = $1 AND version = $2 AND state IN ('planned', 'missed');

-- name: ledger_wave_open :exec
-- Sends it, once.
-- in: id:int, instrument:int, day:int, until:int, next:int
UPDATE ledger_wave SET state = 'open', instrument_id = $2, day = $3, until_day = $4, next_day = $5, mails = 1, version = version + 1 WHERE id = $1 AND state = 'planned';

-- name: ledger_wave_next :exec
-- in: id:int, mails:int, next:int?, state:text
UPDATE ledger_wave SET mails = $2, next_day = $3, state = $4, version = version + 1 WHERE id = $1;

-- name: ledger_waves_rest :exec
-- Of an evaluation that stopped nothing is due any more.
-- in: evaluation:int
UPDATE ledger_wave SET next_day = NULL, state = CASE WHEN state = 'open' THEN 'closed' ELSE state END, version = version + 1
 WHERE evaluation_id = $1 AND state IN ('planned', 'open');

-- name: ledger_waves_due :many
-- in: day:int, most:int
SELECT w.id, w.next_day, z.zone FROM ledger_wave w JOIN ledger_evaluation e ON e.id = w.evaluation_id JOIN pub_programme z ON z.id = e.programme_id
 WHERE w.next_day <= $1 ORDER BY w.next_day, w.id LIMIT $2;

-- ---- who is asked ----------------------------------------------------------------------------------------------------------------------

-- name: ledger_ask_members :exec
-- Who is a member of the cohort on a day.
-- in: wave:int, cohort:int, day:int
INSERT INTO ledger_ask (wave_id, person_id, state) SELECT DISTINCT CAST($1 AS BIGINT), m.person_id, 'open' FROM pub_programme_was m
 WHERE m.cohort_id = $2 AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $3) ON CONFLICT DO NOTHING;

-- name: ledger_ask_all :exec
-- Who is a member of the cohort or was one until she left.
-- in: wave:int, cohort:int, day:int
INSERT INTO ledger_ask (wave_id, person_id, state) SELECT DISTINCT CAST($1 AS BIGINT), m.person_id, 'open' FROM pub_programme_was m
 WHERE m.cohort_id = $2 AND m.start_day <= $3 ON CONFLICT DO NOTHING;

-- name: ledger_ask_earlier :exec
-- Who was asked before, in whatever cohort she is now.
-- in: wave:int, evaluation:int, cohort:int
INSERT INTO ledger_ask (wave_id, person_id, state) SELECT CAST($1 AS BIGINT), k.person_id, 'open' FROM ledger_wave w JOIN ledger_ask k ON k.wave_id = w.id
 WHERE w.evaluation_id = $2 AND w.cohort_id = $3 AND w.moment = 'baseline' AND k.state <> 'erased' ON CONFLICT DO NOTHING;

-- name: ledger_ask_to_mail :many
-- in: wave:int, mails:int, most:int
SELECT person_id FROM ledger_ask WHERE wave_id = $1 AND state = 'open' AND mails < $2 ORDER BY mails, person_id LIMIT $3;

-- name: ledger_ask_mailed :exec
-- in: wave:int, person:int, mails:int
UPDATE ledger_ask SET mails = $3 WHERE wave_id = $1 AND person_id = $2;

-- name: ledger_ask_find :one
-- in: wave:int, person:int
SELECT state, mails FROM ledger_ask WHERE wave_id = $1 AND person_id = $2;

-- name: ledger_ask_state :exec
-- in: wave:int, person:int, state:text
UPDATE ledger_ask SET state = $3 WHERE wave_id = $1 AND person_id = $2;

-- name: ledger_asks_of :many
-- What waits for a person.
-- in: person:int
SELECT w.id, w.until_day, e.title FROM ledger_ask k JOIN ledger_wave w ON w.id = k.wave_id JOIN ledger_evaluation e ON e.id = w.evaluation_id
 WHERE k.person_id = $1 AND k.state = 'open' AND w.state = 'open' ORDER BY w.until_day NULLS LAST, w.id;

-- name: ledger_link_add :exec
-- in: hash:blob, wave:int, person:int
INSERT INTO ledger_link (hash, wave_id, person_id) VALUES ($1, $2, $3);

-- name: ledger_link_find :one
-- in: hash:blob
SELECT wave_id, person_id FROM ledger_link WHERE hash = $1;

-- name: ledger_links_drop :exec
-- in: wave:int
DELETE FROM ledger_link WHERE wave_id = $1;

-- ---- answers -----------------------------------------------------------------------------------------------------------------------------

-- name: ledger_answer_put :exec
-- in: wave:int, person:int, points:text, score:real?, day:int
INSERT INTO ledger_answer (wave_id, person_id, points, score, day) VALUES ($1, $2, $3, $4, $5)
ON CONFLICT (wave_id, person_id) DO UPDATE SET points = excluded.points, score = excluded.score, day = excluded.day;

-- name: ledger_answer_find :one
-- in: wave:int, person:int
SELECT points, score, day FROM ledger_answer WHERE wave_id = $1 AND person_id = $2;

-- name: ledger_answer_drop :exec
-- in: wave:int, person:int
DELETE FROM ledger_answer WHERE wave_id = $1 AND person_id = $2;

-- name: ledger_answers_of :many
-- What a person answered in evaluations.
-- in: person:int
SELECT e.title, w.moment, w.instrument_id, a.points, a.score, a.day FROM ledger_answer a JOIN ledger_wave w ON w.id = a.wave_id
  JOIN ledger_evaluation e ON e.id = w.evaluation_id WHERE a.person_id = $1 ORDER BY a.day, w.id;

-- name: ledger_answers_erase :exec
-- in: person:int
DELETE FROM ledger_answer WHERE person_id = $1;

-- name: ledger_links_erase :exec
-- in: person:int
DELETE FROM ledger_link WHERE person_id = $1;

-- name: ledger_asks_erase :exec
-- in: person:int
UPDATE ledger_ask SET state = 'erased' WHERE person_id = $1;

-- name: ledger_answers_old :many
-- in: day:int, most:int
SELECT wave_id, person_id FROM ledger_answer WHERE day > 0 AND day < $1 ORDER BY day LIMIT $2;

-- ---- after a session ---------------------------------------------------------------------------------------------------------------------

-- name: ledger_session_setting_find :one
-- in: programme:int
SELECT asks, instrument, since_day, version FROM ledger_session_setting WHERE programme_id = $1;

-- name: ledger_session_setting_put :exec
-- in: programme:int, asks:int, instrument:text, since:int, version:int
INSERT INTO ledger_session_setting (programme_id, asks, instrument, since_day) VALUES ($1, $2, $3, $4)
ON CONFLICT (programme_id) DO UPDATE SET asks = excluded.asks, instrument = excluded.instrument, since_day = excluded.since_day,
       version = ledger_session_setting.version + 1 WHERE ledger_session_setting.version = $5;

-- name: ledger_session_to_ask :many
-- Sessions that a person finished since a time and was not asked about yet, the latest first, of programmes that ask.
-- in: person:int, since:int
SELECT d.session_id, s.title, d.completed_at FROM pub_curriculum_done d JOIN pub_curriculum_session_title s ON s.id = d.session_id
  JOIN ledger_session_setting g ON g.programme_id = s.programme_id
 WHERE d.person_id = $1 AND d.completed_at >= $2 AND g.asks = 1 AND d.completed_at >= g.since_day * 86400000
   AND NOT EXISTS (SELECT 1 FROM ledger_session_answer a WHERE a.person_id = d.person_id AND a.session_id = d.session_id)
 ORDER BY d.completed_at DESC, d.session_id;

-- name: ledger_session_open :one
-- May she say how it was: she finished it, and her programme asks.
-- in: person:int, session:int
SELECT s.title, s.programme_id, g.instrument FROM pub_curriculum_done d JOIN pub_curriculum_session_title s ON s.id = d.session_id
  JOIN ledger_session_setting g ON g.programme_id = s.programme_id WHERE d.person_id = $1 AND d.session_id = $2 AND g.asks = 1 LIMIT 1;

-- name: ledger_session_answer_put :exec
-- in: person:int, session:int, programme:int, instrument:int, points:text, score:real?, day:int
INSERT INTO ledger_session_answer (person_id, session_id, programme_id, instrument_id, points, score, day) VALUES ($1, $2, $3, $4, $5, $6, $7)
ON CONFLICT (person_id, session_id) DO UPDATE SET instrument_id = excluded.instrument_id, points = excluded.points, score = excluded.score, day = excluded.day;

-- name: ledger_session_answer_find :one
-- in: person:int, session:int
SELECT instrument_id, points, score, day FROM ledger_session_answer WHERE person_id = $1 AND session_id = $2;

-- name: ledger_session_answers_of :many
-- in: person:int
SELECT session_id, instrument_id, points, score, day FROM ledger_session_answer WHERE person_id = $1 ORDER BY day, session_id;

-- name: ledger_session_answers_erase :exec
-- in: person:int
DELETE FROM ledger_session_answer WHERE person_id = $1;

-- name: ledger_session_answers_old :many
-- in: day:int, most:int
SELECT person_id, session_id FROM ledger_session_answer WHERE day > 0 AND day < $1 ORDER BY day LIMIT $2;

-- name: ledger_session_answer_drop :exec
-- in: person:int, session:int
DELETE FROM ledger_session_answer WHERE person_id = $1 AND session_id = $2;

-- ---- for the figures -----------------------------------------------------------------------------------------------------------------------

-- name: ledger_wave_answers :each
-- All answers to an evaluation, of each person in the order of the moments.
-- in: evaluation:int
SELECT k.person_id, w.cohort_id, w.moment, w.instrument_id, k.state, a.score FROM ledger_wave w JOIN ledger_ask k ON k.wave_id = w.id
  LEFT JOIN ledger_answer a ON a.wave_id = k.wave_id AND a.person_id = k.person_id
 WHERE w.evaluation_id = $1 AND w.state IN ('open', 'closed') ORDER BY w.cohort_id, k.person_id;

-- name: ledger_session_scores :each
-- Who of a cohort finished a session since a time, and the mean of what she said.
-- in: cohort:int, programme:int, since:int
-- out: score:real?, done:int
SELECT m.person_id, (SELECT CAST(avg(a.score) AS DOUBLE PRECISION) FROM ledger_session_answer a WHERE a.programme_id = $2 AND a.person_id = m.person_id) AS score,
       (CASE WHEN EXISTS (SELECT 1 FROM pub_curriculum_done d JOIN pub_curriculum_session_title s ON s.id = d.session_id
                           WHERE d.person_id = m.person_id AND d.completed_at >= $3 AND s.programme_id = $2) THEN 1 ELSE 0 END) AS done
  FROM pub_programme_last m WHERE m.cohort_id = $1;

-- name: ledger_reach :one
-- Before it starts: people of its cohorts today, waves that will go out and those whose day has passed.
-- in: evaluation:int, today:int
-- out: people:int, ahead:int, past:int
SELECT (SELECT count(DISTINCT m.person_id) FROM ledger_arm a CROSS JOIN pub_programme_was m WHERE a.evaluation_id = $1 AND m.cohort_id = a.cohort_id
           AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2)) AS people,
       (SELECT count(*) FROM ledger_wave w WHERE w.evaluation_id = $1 AND w.state IN ('planned', 'missed') AND w.day >= $2) AS ahead,
       (SELECT count(*) FROM ledger_wave w WHERE w.evaluation_id = $1 AND w.state IN ('planned', 'missed') AND w.day < $2) AS past;
