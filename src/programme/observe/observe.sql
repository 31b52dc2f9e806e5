-- Observation: settings, links, what was seen, assessments, patterns.

-- name: observe_setting_find :one
-- in: programme:int
SELECT instrument, choose, code_days, late_days, late_least, bulk_minutes, bulk_least, one_least, one_percent, version FROM observe_setting WHERE programme_id = $1;

-- name: observe_setting_add :exec
-- in: programme:int, instrument:text, choose:int, code_days:int, late_days:int, late_least:int, bulk_minutes:int, bulk_least:int, one_least:int, one_percent:int
INSERT INTO observe_setting (programme_id, instrument, choose, code_days, late_days, late_least, bulk_minutes, bulk_least, one_least, one_percent)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10) ON CONFLICT DO NOTHING;

-- name: observe_setting_change :exec
-- in: programme:int, version:int, instrument:text, choose:int, code_days:int, late_days:int, late_least:int, bulk_minutes:int, bulk_least:int, one_least:int, one_percent:int
UPDATE observe_setting SET instrument = $3, choose = $4, code_days = $5, late_days = $6, late_least = $7, bulk_minutes = $8, bulk_least = $9,
       one_least = $10, one_percent = $11, version = version + 1 WHERE programme_id = $1 AND version = $2;

-- ---- links -------------------------------------------------------------------------------------------------------------------

-- name: observe_link_add :exec
-- in: id:int, kind:text, programme:int, person:int?, group:int?, title:text, code:text?, hash:blob?, to_person:int?, to_address:text?, words:text, now:int, expires:int
INSERT INTO observe_link (id, kind, programme_id, person_id, group_id, title, code, code_hash, to_person_id, to_address, words, created_at, expires_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13);

-- name: observe_link_by_hash :one
-- in: hash:blob
-- out: subject:text?
SELECT l.id, l.kind, l.programme_id, l.person_id, l.group_id, l.title, l.to_person_id, l.words, l.expires_at, l.used_at, l.revoked_at,
       n.display_name AS subject
  FROM observe_link l LEFT JOIN pub_people_name n ON n.person_id = l.person_id WHERE l.code_hash = $1;

-- name: observe_link_find :one
-- in: id:int
-- out: subject:text?, asked:text?
SELECT l.id, l.kind, l.programme_id, l.person_id, l.group_id, l.title, l.code, l.to_person_id, l.to_address, l.words, l.version,
       l.created_at, l.expires_at, l.used_at, l.revoked_at, n.display_name AS subject, t.display_name AS asked
  FROM observe_link l LEFT JOIN pub_people_name n ON n.person_id = l.person_id LEFT JOIN pub_people_name t ON t.person_id = l.to_person_id
 WHERE l.id = $1;

-- name: observe_together :one
-- A shift, and whether somebody who had a place on it can be told of by somebody who had another, or supervised it.
-- in: shift:int, subject:int, observer:int
-- out: subject:text?, there:int
SELECT s.starts_at, o.programme_id, n.display_name AS subject,
       CASE WHEN EXISTS (SELECT 1 FROM pub_rota_place p WHERE p.shift_id = s.id AND p.person_id = $2)
             AND (EXISTS (SELECT 1 FROM pub_rota_place q WHERE q.shift_id = s.id AND q.person_id = $3)
                  OR EXISTS (SELECT 1 FROM pub_rota_supervisor v WHERE v.shift_id = s.id AND v.person_id = $3)) THEN 1 ELSE 0 END AS there
  FROM pub_rota_shift s JOIN pub_placement_opportunity o ON o.id = s.opportunity_id LEFT JOIN pub_people_name n ON n.person_id = $2
 WHERE s.id = $1;

-- name: observe_link_of_person :one
-- The code of a person that works.
-- in: programme:int, person:int, now:int
SELECT id, code, expires_at, version FROM observe_link
 WHERE person_id = $2 AND kind = 'person' AND programme_id + 0 = $1 AND revoked_at IS NULL AND expires_at > $3
 ORDER BY created_at DESC LIMIT 1;

-- name: observe_link_requests :many
-- in: person:int, most:int
-- out: asked:text?
SELECT l.id, l.to_person_id, l.to_address, l.words, l.created_at, l.expires_at, l.used_at, l.revoked_at, l.version, n.display_name AS asked
  FROM observe_link l LEFT JOIN pub_people_name n ON n.person_id = l.to_person_id
 WHERE l.person_id = $1 AND l.kind = 'request' ORDER BY l.created_at DESC LIMIT $2;

-- name: observe_link_requests_since :one
-- in: person:int, since:int
-- out: n:int
SELECT count(*) AS n FROM observe_link WHERE person_id = $1 AND kind = 'request' AND created_at > $2;

-- name: observe_link_asked_of :many
-- Requests that wait for a person.
-- in: person:int, now:int, most:int
-- out: subject:text?
SELECT l.id, l.words, l.expires_at, n.display_name AS subject
  FROM observe_link l LEFT JOIN pub_people_name n ON n.person_id = l.person_id
 WHERE l.to_person_id = $1 AND l.used_at IS NULL AND l.revoked_at IS NULL AND l.expires_at > $2 ORDER BY l.id LIMIT $3;

-- name: observe_link_places :many
-- in: programme:int, most:int
-- out: group_title:text?, seen:int
SELECT l.id, l.title, l.expires_at, l.revoked_at, l.version, g.title AS group_title,
       (SELECT count(*) FROM observation o WHERE o.link_id = l.id) AS seen
  FROM observe_link l LEFT JOIN pub_programme_group g ON g.id = l.group_id
 WHERE l.programme_id = $1 AND l.kind = 'place' ORDER BY l.created_at DESC LIMIT $2;

-- name: observe_link_hash :exec
-- in: id:int, hash:blob
UPDATE observe_link SET code_hash = $2 WHERE id = $1;

-- name: observe_link_use :exec
-- in: id:int, now:int
UPDATE observe_link SET used_at = $2, version = version + 1 WHERE id = $1 AND kind = 'request' AND used_at IS NULL;

-- name: observe_link_revoke :exec
-- in: id:int, version:int, now:int
UPDATE observe_link SET revoked_at = $3, version = version + 1 WHERE id = $1 AND version = $2 AND revoked_at IS NULL;

-- name: observe_link_revoke_all :exec
-- in: person:int, now:int
UPDATE observe_link SET revoked_at = $2, version = version + 1 WHERE person_id = $1 AND revoked_at IS NULL;

-- name: observe_link_forget :exec
-- What a person wrote in requests, and whom she asked.
-- in: person:int
UPDATE observe_link SET words = '', to_address = NULL WHERE person_id = $1;

-- name: observe_link_old :exec
-- Links that opened nothing for so long, and that no observation names.
-- in: before:int, most:int
DELETE FROM observe_link WHERE id IN (SELECT l.id FROM observe_link l WHERE l.expires_at < $1
       AND NOT EXISTS (SELECT 1 FROM observation o WHERE o.link_id = l.id) LIMIT $2);

-- name: observe_choose :many
-- The members of a group on a day: the short list behind a place's code.
-- in: group:int, day:int, most:int
SELECT m.person_id, n.display_name FROM pub_programme_group_member m JOIN pub_people_name n ON n.person_id = m.person_id
 WHERE m.group_id = $1 AND m.start_day <= $2 AND (m.end_day IS NULL OR m.end_day >= $2) ORDER BY n.sort_key, m.person_id LIMIT $3;

-- name: observe_groups :many
-- in: programme:int, most:int
SELECT id, title FROM pub_programme_group WHERE programme_id = $1 ORDER BY title, id LIMIT $2;

-- name: observe_member :one
-- Is a person a member of the programme on a day.
-- in: programme:int, person:int, day:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_member
 WHERE person_id = $2 AND programme_id = $1 AND start_day <= $3 AND (end_day IS NULL OR end_day >= $3);

-- name: observe_find_people :many
-- Members of a programme by the beginning of a word of their names. Counting keeps PostgreSQL from reading the whole programme first.
-- in: programme:int, word:text, upto:text, day:int, most:int
SELECT DISTINCT n.person_id, n.display_name, n.sort_key
  FROM pub_people_word w JOIN pub_people_name n ON n.person_id = w.person_id
 WHERE w.word >= $2 AND w.word < $3
   AND (SELECT count(*) FROM pub_programme_member m WHERE m.person_id = w.person_id AND m.programme_id + 0 = $1 AND m.start_day <= $4
           AND (m.end_day IS NULL OR m.end_day >= $4)) > 0
 ORDER BY n.sort_key, n.person_id LIMIT $5;

-- name: observe_is_faculty :one
-- in: programme:int, person:int, day:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_given_role r
 WHERE r.person_id = $2 AND r.programme_id = $1 AND r.role IN ('assessor', 'coordinator', 'author', 'mentor') AND r.start_day <= $3
   AND (r.end_day IS NULL OR r.end_day >= $3);

-- name: observe_faculty :many
-- Who holds a role in a programme that teaches or assesses, by name; of more than $3 some, without looking at all.
-- in: programme:int, day:int, most:int
SELECT n.person_id, n.display_name, n.sort_key
  FROM (SELECT DISTINCT r.person_id FROM pub_programme_given_role r
         WHERE r.programme_id = $1 AND r.role IN ('assessor', 'coordinator', 'author', 'mentor') AND r.start_day <= $2
           AND (r.end_day IS NULL OR r.end_day >= $2) LIMIT $3) f
  JOIN pub_people_name n ON n.person_id = f.person_id
 ORDER BY n.sort_key, n.person_id;

-- ---- what was seen -------------------------------------------------------------------------------------------------------------

-- name: observation_add :exec
-- in: id:int, programme:int, subject:int, link:int?, assessment:int?, instrument:int, act:text, narrative:text, day:int, observer:int?, name:text, address:text?, key:text, language:text, state:text, send_key:text, digest:blob, confirmed:int?, now:int
INSERT INTO observation (id, programme_id, subject_id, link_id, assessment_id, instrument_id, act, narrative, day, observer_id, observer_name,
                         observer_address, observer_key, language, state, send_key, digest, confirmed_at, recorded_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19);

-- name: observation_answer_add :exec
-- in: id:int, item:int, point:int?, words:text
INSERT INTO observation_answer (observation_id, item_id, point, words) VALUES ($1, $2, $3, $4);

-- name: observation_by_send_key :one
-- in: send_key:text
SELECT id, digest, state FROM observation WHERE send_key = $1;

-- name: observation_waiting_of_address :one
-- in: key:text, since:int
-- out: n:int
SELECT count(*) AS n FROM observation WHERE observer_key = $1 AND recorded_at > $2 AND state = 'unconfirmed';

-- name: observation_waiting_of_link :one
-- in: link:int, since:int
-- out: n:int
SELECT count(*) AS n FROM observation WHERE link_id = $1 AND recorded_at > $2 AND state = 'unconfirmed';

-- name: observation_find :one
-- in: id:int
-- out: subject:text?, observer:text?
SELECT o.id, o.programme_id, o.subject_id, o.link_id, o.assessment_id, o.instrument_id, o.act, o.narrative, o.day, o.observer_id,
       o.observer_name, o.observer_address, o.language, o.state, o.confirm_until, o.confirmed_at, o.recorded_at, o.look_at, o.look_words,
       o.looked_at, o.look_answer, o.version, n.display_name AS subject, b.display_name AS observer
  FROM observation o LEFT JOIN pub_people_name n ON n.person_id = o.subject_id LEFT JOIN pub_people_name b ON b.person_id = o.observer_id
 WHERE o.id = $1;

-- name: observation_by_confirm_hash :one
-- in: hash:blob
SELECT id, state, confirm_until FROM observation WHERE confirm_hash = $1;

-- name: observation_answers :many
-- in: id:int
SELECT item_id, point, words FROM observation_answer WHERE observation_id = $1;

-- name: observation_of_person :many
-- What was seen of a person, newest first, behind (day, id); of an assessment only what is complete.
-- in: subject:int, before_day:int, before_id:int, most:int
-- out: observer:text?
SELECT o.id, o.programme_id, o.instrument_id, o.assessment_id, o.act, o.narrative, o.day, o.observer_id, o.observer_name, o.state, o.recorded_at, o.look_at, o.looked_at,
       b.display_name AS observer
  FROM observation o LEFT JOIN pub_people_name b ON b.person_id = o.observer_id
 WHERE o.subject_id = $1 AND (o.day, o.id) < ($2, $3)
   AND (o.assessment_id IS NULL OR EXISTS (SELECT 1 FROM assessment a WHERE a.id = o.assessment_id AND a.complete_at IS NOT NULL))
 ORDER BY o.day DESC, o.id DESC LIMIT $4;

-- name: observation_by_observer :many
-- in: observer:int, most:int
-- out: subject:text?
SELECT o.id, o.act, o.instrument_id, o.day, o.state, o.recorded_at, n.display_name AS subject
  FROM observation o LEFT JOIN pub_people_name n ON n.person_id = o.subject_id
 WHERE o.observer_id = $1 ORDER BY o.recorded_at DESC, o.id DESC LIMIT $2;

-- name: observation_seen_since :one
-- in: subject:int, since:int
-- out: n:int, last:int
SELECT count(*) AS n, COALESCE(max(o.id), 0) AS last FROM observation o
 WHERE o.subject_id = $1 AND o.confirmed_at > $2 AND o.state = 'confirmed'
   AND (o.assessment_id IS NULL OR EXISTS (SELECT 1 FROM assessment a WHERE a.id = o.assessment_id AND a.complete_at IS NOT NULL));

-- name: observation_confirm_hash :exec
-- in: id:int, hash:blob, until:int
UPDATE observation SET confirm_hash = $2, confirm_until = $3 WHERE id = $1 AND state = 'unconfirmed';

-- name: observation_confirm :exec
-- in: id:int, observer:int?, key:text, now:int
UPDATE observation SET state = 'confirmed', confirmed_at = $4, observer_id = $2, observer_key = $3, version = version + 1
 WHERE id = $1 AND state = 'unconfirmed';

-- name: observation_void :exec
-- in: id:int
UPDATE observation SET state = 'void' WHERE id = $1;

-- name: observation_ask_look :exec
-- in: id:int, version:int, words:text, now:int
UPDATE observation SET look_at = $4, look_words = $3, looked_at = NULL, look_answer = '', version = version + 1
 WHERE id = $1 AND version = $2 AND look_at IS NULL;

-- name: observation_looked :exec
-- in: id:int, version:int, answer:text, by:int, now:int
UPDATE observation SET looked_at = $5, looked_by = $4, look_answer = $3, version = version + 1
 WHERE id = $1 AND version = $2 AND look_at IS NOT NULL AND looked_at IS NULL;

-- name: observation_evidence_add :exec
-- in: id:int, evidence:int
INSERT INTO observation_evidence (observation_id, evidence_id) VALUES ($1, $2);

-- name: observation_evidence_of :many
-- in: id:int
SELECT evidence_id FROM observation_evidence WHERE observation_id = $1 ORDER BY evidence_id;

-- name: observation_describe :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
-- out: observer:text?
SELECT o.id, o.instrument_id, o.act, o.assessment_id, o.observer_id, b.display_name AS observer
  FROM observation o LEFT JOIN pub_people_name b ON b.person_id = o.observer_id
 WHERE o.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- ---- what the coordinator looks at -------------------------------------------------------------------------------------------------

-- name: observe_counts :one
-- in: programme:int, since:int
-- out: confirmed:int, unconfirmed:int, taken_back:int, people:int, observers:int, outside:int
SELECT count(*) FILTER (WHERE state = 'confirmed') AS confirmed, count(*) FILTER (WHERE state = 'unconfirmed') AS unconfirmed,
       count(*) FILTER (WHERE state = 'void') AS taken_back, count(DISTINCT CASE WHEN state = 'confirmed' THEN subject_id END) AS people,
       count(DISTINCT CASE WHEN state = 'confirmed' THEN observer_key END) AS observers,
       count(*) FILTER (WHERE state = 'confirmed' AND observer_id IS NULL) AS outside
  FROM observation WHERE programme_id = $1 AND recorded_at > $2;

-- name: observe_to_look :many
-- in: programme:int, most:int
-- out: subject:text?
SELECT o.id, o.look_at, o.look_words, o.act, o.instrument_id, n.display_name AS subject
  FROM observation o LEFT JOIN pub_people_name n ON n.person_id = o.subject_id
 WHERE o.programme_id = $1 AND o.look_at IS NOT NULL AND o.looked_at IS NULL ORDER BY o.look_at, o.id LIMIT $2;

-- name: observe_to_look_count :many
-- in: most:int
-- out: n:int
SELECT programme_id, count(*) AS n FROM observation WHERE look_at IS NOT NULL AND looked_at IS NULL GROUP BY programme_id ORDER BY programme_id LIMIT $1;

-- The three patterns are counted in observation_pattern alone; the observation itself (its observer's name) is opened for those few
-- that are shown.

-- name: observe_backdated :many
-- Observers who told more than days later, at least so many times; how late at the most.
-- in: programme:int, since:int, days:int, least:int, most:int
-- out: observer:text?, name:text, n:int, latest:int, one:int
SELECT o.observer_id, b.display_name AS observer, o.observer_name AS name, q.n, q.latest, q.one FROM
 (SELECT count(*) AS n, max(recorded_at / 86400000 - day) AS latest, max(id) AS one FROM observation
   WHERE programme_id = $1 AND recorded_at > $2 AND state <> 'void' AND recorded_at / 86400000 - day > $3
   GROUP BY observer_key HAVING count(*) >= $4 ORDER BY n DESC, one LIMIT $5) q
 JOIN observation o ON o.id = q.one LEFT JOIN pub_people_name b ON b.person_id = o.observer_id ORDER BY q.n DESC, q.one;

-- name: observe_bulk :many
-- Observers who sent many within a short time: for each, the most within any span of so many milliseconds.
-- in: programme:int, since:int, span:int, least:int, most:int
-- out: observer:text?, name:text, n:int, at:int, one:int
SELECT o.observer_id, b.display_name AS observer, o.observer_name AS name, r.n, r.at, r.one FROM
 (SELECT max(q.n) AS n, max(q.recorded_at) AS at, max(q.id) AS one FROM
   (SELECT id, observer_key, recorded_at,
           count(*) OVER (PARTITION BY observer_key ORDER BY recorded_at RANGE BETWEEN $3 - 1 PRECEDING AND CURRENT ROW) AS n
      FROM observation WHERE programme_id = $1 AND recorded_at > $2 - $3 AND state <> 'void') q
   WHERE q.n >= $4 AND q.recorded_at > $2 GROUP BY q.observer_key ORDER BY n DESC, one LIMIT $5) r
 JOIN observation o ON o.id = r.one LEFT JOIN pub_people_name b ON b.person_id = o.observer_id ORDER BY r.n DESC, r.one;

-- name: observe_one_signs :many
-- People most of whose observations come from one and the same observer.
-- in: programme:int, since:int, least:int, percent:int, most:int
-- out: observer:text?, name:text, n:int, all_of:int, subject:text?, one:int
SELECT r.subject_id, o.observer_id, n.display_name AS subject, b.display_name AS observer, o.observer_name AS name, r.n, r.all_of, r.one FROM
 (SELECT q.subject_id, q.n, q.all_of, q.one FROM
   (SELECT subject_id, count(*) AS n, max(id) AS one, CAST(sum(count(*)) OVER (PARTITION BY subject_id) AS BIGINT) AS all_of FROM observation
     WHERE programme_id = $1 AND recorded_at > $2 AND state = 'confirmed' GROUP BY subject_id, observer_key) q
   WHERE q.all_of >= $3 AND q.n * 100 >= q.all_of * $4 ORDER BY q.n DESC, q.subject_id LIMIT $5) r
 JOIN observation o ON o.id = r.one LEFT JOIN pub_people_name n ON n.person_id = r.subject_id
 LEFT JOIN pub_people_name b ON b.person_id = o.observer_id ORDER BY r.n DESC, r.subject_id;

-- ---- assessments -------------------------------------------------------------------------------------------------------------------

-- name: assessment_add :exec
-- in: id:int, programme:int, subject:int, instrument:int, title:text, day:int, first:int, second:int?, now:int
INSERT INTO assessment (id, programme_id, subject_id, instrument_id, title, day, first_id, second_id, created_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: assessment_find :one
-- in: id:int
-- out: subject:text?, first:text?, second:text?
SELECT a.id, a.programme_id, a.subject_id, a.instrument_id, a.title, a.day, a.first_id, a.second_id, a.complete_at,
       s.display_name AS subject, f.display_name AS first, x.display_name AS second
  FROM assessment a LEFT JOIN pub_people_name s ON s.person_id = a.subject_id LEFT JOIN pub_people_name f ON f.person_id = a.first_id
       LEFT JOIN pub_people_name x ON x.person_id = a.second_id
 WHERE a.id = $1;

-- name: assessment_complete :exec
-- in: id:int, now:int
UPDATE assessment SET complete_at = $2 WHERE id = $1 AND complete_at IS NULL;

-- name: assessment_sheets :many
-- in: id:int
SELECT id, observer_id, narrative, state, recorded_at FROM observation WHERE assessment_id = $1 ORDER BY id;

-- name: assessment_of_assessor :many
-- in: person:int, most:int
-- out: subject:text?, sent:int
SELECT a.id, a.title, a.day, a.complete_at, s.display_name AS subject,
       (SELECT count(*) FROM observation o WHERE o.assessment_id = a.id AND o.observer_id = $1) AS sent
  FROM assessment a LEFT JOIN pub_people_name s ON s.person_id = a.subject_id
 WHERE a.first_id = $1 OR a.second_id = $1 ORDER BY a.day DESC, a.id DESC LIMIT $2;

-- name: assessment_waiting :many
-- in: person:int, most:int
-- out: subject:text?
SELECT a.id, a.title, a.day, s.display_name AS subject
  FROM (SELECT id, title, day, subject_id FROM assessment WHERE first_id = $1 AND complete_at IS NULL
        UNION ALL SELECT id, title, day, subject_id FROM assessment WHERE second_id = $1 AND complete_at IS NULL) a
  LEFT JOIN pub_people_name s ON s.person_id = a.subject_id
 WHERE NOT EXISTS (SELECT 1 FROM observation o WHERE o.assessment_id = a.id AND o.observer_id = $1)
 ORDER BY a.id LIMIT $2;

-- name: assessment_pairs :many
-- What two assessors gave for the same item, in a programme, by instrument.
-- in: programme:int, most:int
-- out: first_point:int, second_point:int
SELECT i.slug, i.low, i.high, x.point AS first_point, y.point AS second_point
  FROM assessment a JOIN pub_instrument i ON i.id = a.instrument_id
       JOIN observation o ON o.assessment_id = a.id AND o.observer_id = a.first_id AND o.state = 'confirmed'
       JOIN observation p ON p.assessment_id = a.id AND p.observer_id = a.second_id AND p.state = 'confirmed'
       JOIN observation_answer x ON x.observation_id = o.id AND x.point IS NOT NULL
       JOIN observation_answer y ON y.observation_id = p.id AND y.item_id = x.item_id AND y.point IS NOT NULL
 WHERE a.programme_id = $1 AND a.complete_at IS NOT NULL
 ORDER BY i.slug, i.low, i.high, a.id, x.item_id LIMIT $2;

-- name: assessment_in_programme :many
-- in: programme:int, most:int
-- out: subject:text?, first:text?, second:text?
SELECT a.id, a.title, a.day, a.complete_at, s.display_name AS subject, f.display_name AS first, x.display_name AS second
  FROM assessment a LEFT JOIN pub_people_name s ON s.person_id = a.subject_id LEFT JOIN pub_people_name f ON f.person_id = a.first_id
       LEFT JOIN pub_people_name x ON x.person_id = a.second_id
 WHERE a.programme_id = $1 ORDER BY a.day DESC, a.id DESC LIMIT $2;

-- ---- what is held about a person --------------------------------------------------------------------------------------------------------

-- name: observe_about :many
-- in: person:int
SELECT id, day, act, narrative, observer_id, observer_name, state, recorded_at, look_words, look_answer FROM observation
 WHERE subject_id = $1 ORDER BY day, id;

-- name: observe_written :many
-- in: person:int
SELECT id, day, act, narrative, subject_id, state, recorded_at FROM observation WHERE observer_id = $1 ORDER BY recorded_at, id;

-- name: observe_erase_about :exec
-- What was written about a person goes; the points stay as numbers of nobody.
-- in: person:int
UPDATE observation SET narrative = '', look_words = '', look_answer = '', observer_name = '', observer_address = NULL, confirm_hash = NULL
 WHERE subject_id = $1;

-- name: observe_erase_words :exec
-- in: person:int
UPDATE observation_answer SET words = '' WHERE observation_id IN (SELECT id FROM observation WHERE subject_id = $1) AND words <> '';

-- name: observe_erase_by :exec
-- An observer who is erased: what she wrote stays the other's, without her name.
-- in: person:int
UPDATE observation SET observer_name = '', observer_address = NULL WHERE observer_id = $1;

-- name: observe_old_unconfirmed :many
-- in: before:int, most:int
SELECT id FROM observation WHERE state = 'unconfirmed' AND recorded_at < $1 ORDER BY recorded_at LIMIT $2;

-- name: observe_drop_answers :exec
-- in: id:int
DELETE FROM observation_answer WHERE observation_id = $1;

-- name: observe_drop :exec
-- in: id:int
DELETE FROM observation WHERE id = $1 AND state = 'unconfirmed';

-- name: observe_forget_addresses :exec
-- Addresses of observers are needed until they confirmed.
-- in: before:int
UPDATE observation SET observer_address = NULL WHERE observer_address IS NOT NULL AND state <> 'unconfirmed' AND recorded_at < $1;
