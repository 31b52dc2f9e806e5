-- Commendations: giving, reading, showing, looking at one.

-- name: commendation_add :exec
-- in: id:int, programme:int, person:int, giver:int, competency:int, words:text, now:int
INSERT INTO commendation (id, programme_id, person_id, giver_id, competency_id, words, state, given_at)
VALUES ($1, $2, $3, $4, $5, $6, 'own', $7);

-- name: commendation_recent :one
-- How many somebody gave since then, and whether one of them is the same.
-- in: giver:int, since:int, person:int, words:text
-- out: n:int, same:int
SELECT count(*) AS n, count(*) FILTER (WHERE person_id = $3 AND words = $4) AS same FROM commendation WHERE giver_id = $1 AND given_at > $2;

-- name: commendation_here :one
-- Is a person in the programme on a day, as a member or by a role.
-- in: programme:int, person:int, day:int
-- out: n:int
SELECT (SELECT count(*) FROM pub_programme_member m WHERE m.person_id = $2 AND m.programme_id = $1 AND m.start_day <= $3
          AND (m.end_day IS NULL OR m.end_day >= $3))
     + (SELECT count(*) FROM pub_programme_given_role r WHERE r.person_id = $2 AND r.programme_id = $1 AND r.start_day <= $3
          AND (r.end_day IS NULL OR r.end_day >= $3)) AS n;

-- name: commendation_find_people :many
-- Who is in a programme, by the beginning of a word of the name. Counting keeps PostgreSQL from reading the whole programme first.
-- in: programme:int, word:text, upto:text, day:int, most:int
SELECT DISTINCT n.person_id, n.display_name, n.sort_key
  FROM pub_people_word w JOIN pub_people_name n ON n.person_id = w.person_id
 WHERE w.word >= $2 AND w.word < $3
   AND ((SELECT count(*) FROM pub_programme_member m WHERE m.person_id = w.person_id AND m.programme_id + 0 = $1 AND m.start_day <= $4
            AND (m.end_day IS NULL OR m.end_day >= $4)) > 0
        OR (SELECT count(*) FROM pub_programme_given_role r WHERE r.person_id = w.person_id AND r.programme_id + 0 = $1 AND r.start_day <= $4
               AND (r.end_day IS NULL OR r.end_day >= $4)) > 0)
 ORDER BY n.sort_key, n.person_id LIMIT $5;

-- name: commendation_find :one
-- in: id:int, language:text
-- out: person:text?, giver:text?, competency:text?
SELECT d.id, d.programme_id, d.person_id, d.giver_id, d.competency_id, d.words, d.state, d.given_at, d.seen_at, d.evidence_id, d.report_at,
       d.report_words, d.looked_at, d.look_answer, d.version, n.display_name AS person, g.display_name AS giver,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $2), k.title)
        FROM pub_framework_competency k WHERE k.competency_id = d.competency_id) AS competency
  FROM commendation d LEFT JOIN pub_people_name n ON n.person_id = d.person_id LEFT JOIN pub_people_name g ON g.person_id = d.giver_id
 WHERE d.id = $1;

-- name: commendation_of_person :many
-- What a person was commended for, newest first, behind (at, id).
-- in: person:int, before_at:int, before_id:int, most:int, language:text
-- out: giver:text?, competency:text?
SELECT d.id, d.programme_id, d.words, d.state, d.given_at, d.seen_at, d.report_at, d.looked_at, g.display_name AS giver,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $5), k.title)
        FROM pub_framework_competency k WHERE k.competency_id = d.competency_id) AS competency
  FROM commendation d LEFT JOIN pub_people_name g ON g.person_id = d.giver_id
 WHERE d.person_id = $1 AND (d.given_at, d.id) < ($2, $3) AND d.state <> 'removed'
 ORDER BY d.given_at DESC, d.id DESC LIMIT $4;

-- name: commendation_by_giver :many
-- in: giver:int, before_at:int, before_id:int, most:int, language:text
-- out: person:text?, competency:text?
SELECT d.id, d.words, d.state, d.given_at, d.seen_at, n.display_name AS person,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $5), k.title)
        FROM pub_framework_competency k WHERE k.competency_id = d.competency_id) AS competency
  FROM commendation d LEFT JOIN pub_people_name n ON n.person_id = d.person_id
 WHERE d.giver_id = $1 AND (d.given_at, d.id) < ($2, $3)
 ORDER BY d.given_at DESC, d.id DESC LIMIT $4;

-- name: commendation_shown :many
-- What people of a programme chose to show, for one competency or all (0), newest first, behind (at, id).
-- in: programme:int, competency:int, before_at:int, before_id:int, most:int, language:text
-- out: person:text, giver:text?, competency:text?
SELECT d.id, d.person_id, d.words, d.given_at, n.display_name AS person, g.display_name AS giver,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $6), k.title)
        FROM pub_framework_competency k WHERE k.competency_id = d.competency_id) AS competency
  FROM commendation d JOIN pub_people_name n ON n.person_id = d.person_id LEFT JOIN pub_people_name g ON g.person_id = d.giver_id
 WHERE d.programme_id = $1 AND d.state = 'public' AND ($2 = 0 OR d.competency_id = $2) AND (d.given_at, d.id) < ($3, $4)
 ORDER BY d.given_at DESC, d.id DESC LIMIT $5;

-- name: commendation_shown_by :many
-- in: programme:int, person:int, most:int, language:text
-- out: giver:text?, competency:text?
SELECT d.words, d.given_at, g.display_name AS giver,
       (SELECT COALESCE((SELECT NULLIF(x.title, '') FROM pub_framework_text x WHERE x.item_id = k.item_id AND x.language = $4), k.title)
        FROM pub_framework_competency k WHERE k.competency_id = d.competency_id) AS competency
  FROM commendation d LEFT JOIN pub_people_name g ON g.person_id = d.giver_id
 WHERE d.person_id = $2 AND d.programme_id + 0 = $1 AND d.state = 'public' ORDER BY d.given_at DESC, d.id DESC LIMIT $3;

-- name: commendation_unseen :many
-- in: person:int, most:int
SELECT id, programme_id, giver_id, competency_id, given_at FROM commendation
 WHERE person_id = $1 AND seen_at IS NULL AND state <> 'removed' ORDER BY given_at DESC, id DESC LIMIT $2;

-- name: commendation_new_count :one
-- in: person:int
-- out: n:int
SELECT count(*) AS n FROM commendation WHERE person_id = $1 AND seen_at IS NULL AND state <> 'removed';

-- name: commendation_see :exec
-- in: id:int, now:int, evidence:int
UPDATE commendation SET seen_at = $2, evidence_id = $3, version = version + 1 WHERE id = $1 AND seen_at IS NULL;

-- name: commendation_show :exec
-- in: id:int, version:int, state:text
UPDATE commendation SET state = $3, version = version + 1 WHERE id = $1 AND version = $2 AND state <> 'removed';

-- name: commendation_remove :exec
-- in: id:int, version:int
UPDATE commendation SET state = 'removed', words = '', version = version + 1 WHERE id = $1 AND version = $2 AND state <> 'removed';

-- name: commendation_take_back :exec
-- in: id:int, giver:int
DELETE FROM commendation WHERE id = $1 AND giver_id = $2 AND seen_at IS NULL;

-- name: commendation_report :exec
-- in: id:int, version:int, words:text, now:int
UPDATE commendation SET report_at = $4, report_words = $3, version = version + 1
 WHERE id = $1 AND version = $2 AND report_at IS NULL AND state <> 'removed';

-- name: commendation_looked :exec
-- in: id:int, version:int, answer:text, by:int, now:int
UPDATE commendation SET looked_at = $5, looked_by = $4, look_answer = $3, version = version + 1
 WHERE id = $1 AND version = $2 AND report_at IS NOT NULL AND looked_at IS NULL;

-- name: commendation_to_look :many
-- Nobody looks at what she gave or got herself.
-- in: person:int, most:int
-- out: person:text?
SELECT d.id, d.programme_id, d.person_id, d.report_at, n.display_name AS person
  FROM commendation d LEFT JOIN pub_people_name n ON n.person_id = d.person_id
 WHERE d.report_at IS NOT NULL AND d.looked_at IS NULL AND d.state <> 'removed' AND d.giver_id <> $1 AND d.person_id <> $1
 ORDER BY d.report_at LIMIT $2;

-- name: commendation_describe :many
-- in: i1:int, i2:int, i3:int, i4:int, i5:int, i6:int, i7:int, i8:int, i9:int, i10:int, i11:int, i12:int, i13:int, i14:int, i15:int, i16:int, i17:int, i18:int, i19:int, i20:int
-- out: giver:text?
SELECT d.id, d.state, d.person_id, d.giver_id, g.display_name AS giver
  FROM commendation d LEFT JOIN pub_people_name g ON g.person_id = d.giver_id
 WHERE d.id IN ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20);

-- name: commendation_export :many
-- What a person was commended for and whom she commended.
-- in: person:int
SELECT id, person_id, giver_id, competency_id, words, state, given_at, report_words, look_answer FROM commendation
 WHERE person_id = $1 OR giver_id = $1 ORDER BY given_at, id;

-- name: commendation_erase_about :exec
-- in: person:int
UPDATE commendation SET words = '', report_words = '', look_answer = '', state = 'removed', version = version + 1 WHERE person_id = $1;

-- name: commendation_erase_by :exec
-- What she gave and nobody has seen goes; what was seen is the other's, without her name.
-- in: person:int
DELETE FROM commendation WHERE giver_id = $1 AND seen_at IS NULL;
