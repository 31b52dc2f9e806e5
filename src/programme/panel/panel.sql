-- The progress panel: settings, panels and their members, the queue of a meeting, decisions; and what a panel reads of others.

-- name: panel_setting_find :one
-- in: programme:int
SELECT months, word_progress, word_conditions, word_not_yet, version FROM panel_setting WHERE programme_id = $1;

-- name: panel_setting_add :exec
-- in: programme:int, months:text, progress:text, conditions:text, not_yet:text
INSERT INTO panel_setting (programme_id, months, word_progress, word_conditions, word_not_yet) VALUES ($1, $2, $3, $4, $5) ON CONFLICT DO NOTHING;

-- name: panel_setting_change :exec
-- in: programme:int, version:int, months:text, progress:text, conditions:text, not_yet:text
UPDATE panel_setting SET months = $3, word_progress = $4, word_conditions = $5, word_not_yet = $6, version = version + 1
 WHERE programme_id = $1 AND version = $2;

-- ---- panels ------------------------------------------------------------------------------------------------------------------

-- name: panel_add :exec
-- in: id:int, programme:int, title:text, meets:int, summary:int, by:int, now:int
INSERT INTO panel (id, programme_id, title, meets_day, summary_day, state, created_by, created_at) VALUES ($1, $2, $3, $4, $5, 'draft', $6, $7);

-- name: panel_change :exec
-- in: id:int, version:int, title:text, meets:int, summary:int
UPDATE panel SET title = $3, meets_day = $4, summary_day = $5, version = version + 1 WHERE id = $1 AND version = $2 AND state IN ('draft', 'open');

-- name: panel_find :one
-- in: id:int
SELECT id, programme_id, title, meets_day, summary_day, state, frozen_at, closed_at, version FROM panel WHERE id = $1;

-- name: panel_step :exec
-- in: id:int, version:int, from:text, to:text, frozen:int?, closed:int?
UPDATE panel SET state = $4, frozen_at = COALESCE(frozen_at, $5), closed_at = COALESCE(closed_at, $6), version = version + 1
 WHERE id = $1 AND version = $2 AND state = $3;

-- name: panel_of_programme :many
-- A page of panels, newest first, behind (day, id).
-- in: programme:int, before_day:int, before_id:int, most:int
-- out: cases:int, decided:int
SELECT p.id, p.title, p.meets_day, p.state,
       (SELECT count(*) FROM panel_case k WHERE k.panel_id = p.id) AS cases,
       (SELECT count(*) FROM panel_case k JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1 WHERE k.panel_id = p.id) AS decided
  FROM panel p WHERE p.programme_id = $1 AND (p.meets_day, p.id) < ($2, $3) ORDER BY p.meets_day DESC, p.id DESC LIMIT $4;

-- name: panel_last :one
-- in: programme:int
-- out: day:int?
SELECT max(meets_day) AS day FROM panel WHERE programme_id = $1;

-- name: panel_counts :one
-- in: panel:int
-- out: cases:int, decided:int, sent:int, drafts:int, members:int
SELECT (SELECT count(*) FROM panel_case k WHERE k.panel_id = $1) AS cases,
       (SELECT count(*) FROM panel_case k JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1 WHERE k.panel_id = $1) AS decided,
       (SELECT count(*) FROM panel_case k WHERE k.panel_id = $1 AND k.sent_at IS NOT NULL) AS sent,
       (SELECT count(*) FROM panel_case k WHERE k.panel_id = $1 AND k.sent_at IS NULL AND k.draft <> '') AS drafts,
       (SELECT count(*) FROM panel_member m WHERE m.panel_id = $1) AS members;

-- ---- members ------------------------------------------------------------------------------------------------------------------

-- name: panel_member_add :exec
-- in: panel:int, person:int, now:int
INSERT INTO panel_member (panel_id, person_id, named_at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: panel_member_drop :exec
-- in: panel:int, person:int
DELETE FROM panel_member WHERE panel_id = $1 AND person_id = $2;

-- name: panel_member_is :one
-- in: panel:int, person:int
-- out: n:int
SELECT count(*) AS n FROM panel_member WHERE panel_id = $1 AND person_id = $2;

-- name: panel_members :many
-- Who sits on a panel, and on how many of its cases she does not because she is their mentor or has noted a conflict of interest.
-- in: panel:int, most:int
-- out: name:text?, apart:int
SELECT m.person_id, n.display_name AS name,
       (SELECT count(*) FROM panel_case k WHERE k.panel_id = m.panel_id AND (k.person_id = m.person_id
          OR EXISTS (SELECT 1 FROM panel_apart x WHERE x.case_id = k.id AND x.person_id = m.person_id))) AS apart
  FROM panel_member m LEFT JOIN pub_people_name n ON n.person_id = m.person_id
 WHERE m.panel_id = $1 ORDER BY n.sort_key NULLS LAST, m.person_id LIMIT $2;

-- name: panel_find_people :many
-- Who holds a role in the programme, by the beginning of a word of the name.
-- in: programme:int, word:text, upto:text, day:int, most:int
SELECT DISTINCT n.person_id, n.display_name, n.sort_key
  FROM pub_people_word w JOIN pub_people_name n ON n.person_id = w.person_id
 WHERE w.word >= $2 AND w.word < $3
   AND EXISTS (SELECT 1 FROM pub_programme_given_role r WHERE r.person_id = w.person_id AND r.programme_id = $1 AND r.start_day <= $4
               AND (r.end_day IS NULL OR r.end_day >= $4))
 ORDER BY n.sort_key, n.person_id LIMIT $5;

-- name: panel_has_role :one
-- in: programme:int, person:int, day:int
-- out: n:int
SELECT count(*) AS n FROM pub_programme_given_role r WHERE r.person_id = $2 AND r.programme_id = $1 AND r.start_day <= $3
   AND (r.end_day IS NULL OR r.end_day >= $3);

-- ---- cases ---------------------------------------------------------------------------------------------------------------------

-- name: panel_new_cases :many
-- Who is in a cohort on a day and not before the panel, by name.
-- in: panel:int, cohort:int, day:int
-- out: stage_id:int?
SELECT m.person_id, m.stage_id FROM pub_programme_member m JOIN pub_people_name n ON n.person_id = m.person_id
 WHERE m.cohort_id = $2 AND m.start_day <= $3 AND (m.end_day IS NULL OR m.end_day >= $3)
   AND NOT EXISTS (SELECT 1 FROM panel_case k WHERE k.panel_id = $1 AND k.person_id = m.person_id)
 ORDER BY n.sort_key, m.person_id;

-- name: panel_last_place :one
-- in: panel:int
-- out: place:int
SELECT COALESCE(max(place), 0) AS place FROM panel_case WHERE panel_id = $1;

-- name: panel_case_add :exec
-- in: id:int, panel:int, person:int, cohort:int, stage:int?, place:int
INSERT INTO panel_case (id, panel_id, person_id, cohort_id, stage_id, place) VALUES ($1, $2, $3, $4, $5, $6);

-- name: panel_case_find :one
-- in: id:int
-- out: name:text?, stage:text?
SELECT k.id, k.panel_id, k.person_id, k.place, k.draft, k.sent, k.sent_at, k.version, p.programme_id, p.title, p.state, p.meets_day,
       p.summary_day, n.display_name AS name, s.title AS stage
  FROM panel_case k JOIN panel p ON p.id = k.panel_id LEFT JOIN pub_people_name n ON n.person_id = k.person_id
  LEFT JOIN pub_programme_stage s ON s.id = k.stage_id
 WHERE k.id = $1;

-- name: panel_case_by_person :one
-- in: panel:int, person:int
SELECT id, version FROM panel_case WHERE panel_id = $1 AND person_id = $2;

-- name: panel_case_apart :one
-- Why a person may not sit on a case: each number 0 or more; tied: as a mentor, as family or line manager, or as who said so herself.
-- in: case_id:int, person:int
-- out: member:int, own:int, recused:int, tied:int
SELECT (SELECT count(*) FROM panel_member m WHERE m.panel_id = k.panel_id AND m.person_id = $2) AS member,
       CASE WHEN k.person_id = $2 THEN 1 ELSE 0 END AS own,
       (SELECT count(*) FROM panel_recusal r WHERE r.case_id = k.id AND r.person_id = $2) AS recused,
       (SELECT count(*) FROM panel_apart x WHERE x.case_id = k.id AND x.person_id = $2) AS tied
  FROM panel_case k WHERE k.id = $1;

-- name: panel_queue :many
-- A page of cases in the order of the meeting behind (place, id), each with counts of what is judged, and whether a person stays away.
-- left 1: only those without a decision. COALESCE keeps SQLite with the index of the trainee and away from that of the programme.
-- in: panel:int, person:int, left:int, after_place:int, after_id:int, most:int
-- out: name:text?, stage:text?, outcome:text?, word:text?, seen:int, assessed:int, apart:int
SELECT k.id, k.place, k.sent_at, n.display_name AS name, s.title AS stage, d.outcome, d.word,
       (SELECT count(*) FROM pub_observe_observation o WHERE o.subject_id = k.person_id AND COALESCE(o.programme_id, 0) = p.programme_id
          AND o.assessment_id IS NULL) AS seen,
       (SELECT count(*) FROM pub_observe_assessment a WHERE a.subject_id = k.person_id AND COALESCE(a.programme_id, 0) = p.programme_id
          AND a.complete_at IS NOT NULL) AS assessed,
       CASE WHEN k.person_id = $2 OR EXISTS (SELECT 1 FROM panel_apart x WHERE x.case_id = k.id AND x.person_id = $2) THEN 1 ELSE 0 END AS apart
  FROM panel_case k JOIN panel p ON p.id = k.panel_id
  LEFT JOIN pub_people_name n ON n.person_id = k.person_id
  LEFT JOIN pub_programme_stage s ON s.id = k.stage_id
  LEFT JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1
 WHERE k.panel_id = $1 AND ($3 = 0 OR d.id IS NULL) AND (k.place, k.id) > ($4, $5)
 ORDER BY k.place, k.id LIMIT $6;

-- name: panel_beside :one
-- The cases before and behind one in the order of the meeting, on which the person sits, and the next one without a decision; 0: none.
-- in: panel:int, place:int, person:int
-- out: before:int, behind:int, left:int
SELECT COALESCE((SELECT q.id FROM panel_case q WHERE q.panel_id = p.id AND q.place < $2 AND q.person_id <> $3
          AND NOT EXISTS (SELECT 1 FROM panel_apart x WHERE x.case_id = q.id AND x.person_id = $3)
          ORDER BY q.place DESC LIMIT 1), 0) AS before,
       COALESCE((SELECT q.id FROM panel_case q WHERE q.panel_id = p.id AND q.place > $2 AND q.person_id <> $3
          AND NOT EXISTS (SELECT 1 FROM panel_apart x WHERE x.case_id = q.id AND x.person_id = $3)
          ORDER BY q.place LIMIT 1), 0) AS behind,
       COALESCE((SELECT q.id FROM panel_case q WHERE q.panel_id = p.id AND q.place <> $2 AND q.person_id <> $3
          AND NOT EXISTS (SELECT 1 FROM panel_decision d WHERE d.case_id = q.id AND d.stands = 1)
          AND NOT EXISTS (SELECT 1 FROM panel_apart x WHERE x.case_id = q.id AND x.person_id = $3)
          ORDER BY CASE WHEN q.place > $2 THEN 0 ELSE 1 END, q.place LIMIT 1), 0) AS left
  FROM panel p WHERE p.id = $1;

-- name: panel_recuse :exec
-- in: case_id:int, person:int, now:int
INSERT INTO panel_recusal (case_id, person_id, at) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING;

-- name: panel_summary_draft :exec
-- in: id:int, version:int, words:text
UPDATE panel_case SET draft = $3, version = version + 1 WHERE id = $1 AND version = $2;

-- name: panel_summary_send :exec
-- in: id:int, version:int, words:text, now:int
UPDATE panel_case SET draft = $3, sent = $3, sent_at = $4, version = version + 1 WHERE id = $1 AND version = $2;

-- ---- decisions -----------------------------------------------------------------------------------------------------------------

-- name: panel_decision_standing :one
-- in: case_id:int
SELECT id, outcome, stage_id, stage_before_id FROM panel_decision WHERE case_id = $1 AND stands = 1;

-- name: panel_decision_lay :exec
-- The one before stands no longer.
-- in: id:int
UPDATE panel_decision SET stands = 0 WHERE id = $1 AND stands = 1;

-- name: panel_decision_add :exec
-- in: id:int, case_id:int, outcome:text, word:text, reasons:text, stage:int?, stage_before:int?, by:int, now:int, reverses:int?, reversal:text
INSERT INTO panel_decision (id, case_id, outcome, word, reasons, stage_id, stage_before_id, by_id, at, reverses_id, reversal, stands)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, 1);

-- name: panel_decisions :many
-- All decisions on a case, the one that stands first.
-- in: case_id:int
-- out: by_name:text?, stage:text?
SELECT d.id, d.outcome, d.word, d.reasons, d.at, d.reversal, d.stands, d.read_at, d.answer, d.answered_at, n.display_name AS by_name, s.title AS stage
  FROM panel_decision d LEFT JOIN pub_people_name n ON n.person_id = d.by_id LEFT JOIN pub_programme_stage s ON s.id = d.stage_id
 WHERE d.case_id = $1 ORDER BY d.stands DESC, d.at DESC, d.id DESC;

-- name: panel_decision_before :many
-- What earlier panels of the programme decided on a person and still stands.
-- in: person:int, programme:int, but_case_id:int
SELECT d.id, d.outcome, d.word, d.reasons, d.at, k.id AS case_id, p.title, p.meets_day
  FROM panel_case k JOIN panel p ON p.id = k.panel_id JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1
 WHERE k.person_id = $1 AND p.programme_id + 0 = $2 AND k.id <> $3 ORDER BY p.meets_day DESC, k.id LIMIT 10;

-- name: panel_conditions :many
-- Of all decisions on a person in a programme that stand, and of those of one case.
-- in: person:int, programme:int, case_id:int
-- out: met_by:text?
SELECT c.id, c.decision_id, c.words, c.due_day, c.met_at, n.display_name AS met_by
  FROM panel_case k JOIN panel p ON p.id = k.panel_id JOIN panel_decision d ON d.case_id = k.id JOIN panel_condition c ON c.decision_id = d.id
  LEFT JOIN pub_people_name n ON n.person_id = c.met_by
 WHERE k.person_id = $1 AND p.programme_id = $2 AND (d.stands = 1 OR k.id = $3) ORDER BY c.due_day, c.id;

-- name: panel_condition_add :exec
-- in: id:int, decision:int, words:text, due:int
INSERT INTO panel_condition (id, decision_id, words, due_day) VALUES ($1, $2, $3, $4);

-- name: panel_condition_find :one
-- in: id:int
SELECT c.id, c.words, c.due_day, c.met_at, d.case_id, d.stands FROM panel_condition c JOIN panel_decision d ON d.id = c.decision_id WHERE c.id = $1;

-- name: panel_condition_meet :exec
-- in: id:int, by:int, now:int
UPDATE panel_condition SET met_at = $3, met_by = $2 WHERE id = $1 AND met_at IS NULL;

-- name: panel_decision_read :exec
-- in: case_id:int, now:int
UPDATE panel_decision SET read_at = $2 WHERE case_id = $1 AND stands = 1 AND read_at IS NULL;

-- name: panel_decision_answer :exec
-- in: id:int, person:int, words:text, now:int
UPDATE panel_decision SET answer = $3, answered_at = $4 WHERE id = $1 AND answered_at IS NULL AND stands = 1
   AND case_id IN (SELECT k.id FROM panel_case k WHERE k.person_id = $2);

-- ---- what a panel reads: one person, whatever the size of the panel. COALESCE keeps SQLite with the person's index. ---------------------------------------------------------------

-- name: panel_learned :many
-- What the courses teach in which the person is enrolled: for each session the competencies, their stage, and whether she completed it.
-- in: person:int, programme:int
-- out: done:int
SELECT DISTINCT t.session_id, t.competency_id, t.stage_id, CASE WHEN d.session_id IS NULL THEN 0 ELSE 1 END AS done
  FROM (SELECT DISTINCT e.course_id FROM pub_curriculum_enrolled e WHERE e.person_id = $1 AND e.state <> 'withdrawn') c
  JOIN pub_curriculum_tag t ON t.course_id = c.course_id AND t.programme_id = $2
  LEFT JOIN pub_curriculum_done d ON d.session_id = t.session_id AND d.person_id = $1
 ORDER BY t.session_id, t.competency_id;

-- name: panel_courses :many
-- in: person:int, programme:int
-- out: sessions:int, done:int
SELECT c.id, c.title, count(s.id) AS sessions, count(d.session_id) AS done
  FROM (SELECT DISTINCT e.course_id FROM pub_curriculum_enrolled e WHERE e.person_id = $1 AND e.state <> 'withdrawn') x
  JOIN pub_curriculum_course c ON c.id = x.course_id AND c.programme_id = $2
  JOIN pub_curriculum_session s ON s.course_id = c.id
  LEFT JOIN pub_curriculum_done d ON d.session_id = s.id AND d.person_id = $1
 GROUP BY c.id, c.title ORDER BY c.title, c.id;

-- name: panel_judged :many
-- For each competency how often it was judged at which point of which scale.
-- in: person:int, programme:int
-- out: point:int, n:int
SELECT q.competency_id, a.point AS point, i.high, count(*) AS n
  FROM pub_observe_observation o JOIN pub_observe_answer a ON a.observation_id = o.id
  JOIN pub_instrument i ON i.id = o.instrument_id JOIN pub_instrument_competency q ON q.item_id = a.item_id
 WHERE o.subject_id = $1 AND COALESCE(o.programme_id, 0) = $2 AND a.point IS NOT NULL
 GROUP BY q.competency_id, a.point, i.high ORDER BY q.competency_id, i.high, a.point;

-- name: panel_observed :many
-- The newest observations, each with its answers: points, never words.
-- in: person:int, programme:int, most:int
-- out: item_id:int?, point:int?
SELECT o.id, o.day, o.instrument_id, o.act, a.item_id, a.point
  FROM (SELECT b.id, b.day, b.instrument_id, b.act FROM pub_observe_observation b
         WHERE b.subject_id = $1 AND COALESCE(b.programme_id, 0) = $2 AND b.assessment_id IS NULL ORDER BY b.day DESC, b.id DESC LIMIT $3) o
  LEFT JOIN pub_observe_answer a ON a.observation_id = o.id
 ORDER BY o.day DESC, o.id DESC, a.item_id NULLS LAST;

-- name: panel_observed_count :one
-- in: person:int, programme:int
-- out: seen:int, observers:int
SELECT count(*) AS seen, count(DISTINCT observer_key) AS observers FROM pub_observe_observation
 WHERE subject_id = $1 AND COALESCE(programme_id, 0) = $2 AND assessment_id IS NULL;

-- name: panel_assessed :many
-- The newest complete assessments, each sheet with its answers: points, never words.
-- in: person:int, programme:int, most:int
-- out: assessor:text?, item_id:int?, point:int?
SELECT x.id, x.title, x.day, x.instrument_id, o.id AS sheet_id, n.display_name AS assessor, a.item_id, a.point
  FROM (SELECT b.id, b.title, b.day, b.instrument_id FROM pub_observe_assessment b
         WHERE b.subject_id = $1 AND COALESCE(b.programme_id, 0) = $2 AND b.complete_at IS NOT NULL ORDER BY b.day DESC, b.id DESC LIMIT $3) x
  JOIN pub_observe_observation o ON o.assessment_id = x.id
  LEFT JOIN pub_people_name n ON n.person_id = o.observer_id
  LEFT JOIN pub_observe_answer a ON a.observation_id = o.id
 ORDER BY x.day DESC, x.id DESC, o.id, a.item_id NULLS LAST;

-- ---- what waits ------------------------------------------------------------------------------------------------------------------

-- name: panel_of_person :many
-- The panels before which a person is or was, newest first.
-- in: person:int, most:int
-- out: decision:int?, outcome:text?, word:text?, read_at:int?, answered_at:int?
SELECT k.id, k.sent_at, p.title, p.state, p.meets_day, p.summary_day, d.id AS decision, d.outcome, d.word, d.read_at, d.answered_at
  FROM panel_case k JOIN panel p ON p.id = k.panel_id LEFT JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1
 WHERE k.person_id = $1 AND p.state <> 'draft' ORDER BY p.meets_day DESC, k.id DESC LIMIT $2;

-- name: panel_waits_for_member :many
-- The panels on which a person sits and that have not decided about all.
-- in: person:int, most:int
-- out: undecided:int
SELECT p.id, p.title, p.state, p.meets_day,
       (SELECT count(*) FROM panel_case k LEFT JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1 WHERE k.panel_id = p.id AND d.id IS NULL) AS undecided
  FROM panel_member m JOIN panel p ON p.id = m.panel_id
 WHERE m.person_id = $1 AND p.state <> 'draft' AND p.state <> 'closed' ORDER BY m.panel_id LIMIT $2;

-- name: panel_of_member :many
-- The panels on which a person sits, newest first.
-- in: person:int, most:int
-- out: cases:int, decided:int
SELECT p.id, p.title, p.state, p.meets_day,
       (SELECT count(*) FROM panel_case k WHERE k.panel_id = p.id) AS cases,
       (SELECT count(*) FROM panel_case k JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1 WHERE k.panel_id = p.id) AS decided
  FROM panel_member m JOIN panel p ON p.id = m.panel_id
 WHERE m.person_id = $1 AND p.state <> 'draft' ORDER BY p.meets_day DESC, p.id DESC LIMIT $2;

-- name: panel_waits_for_person :many
-- What waits for a person before a panel: her summary, a decision that she has not read.
-- in: person:int, most:int
-- out: summary:int, unread:int
SELECT k.id, p.title, p.summary_day, CASE WHEN p.state = 'open' AND k.sent_at IS NULL THEN 1 ELSE 0 END AS summary,
       CASE WHEN d.id IS NOT NULL AND d.read_at IS NULL THEN 1 ELSE 0 END AS unread
  FROM panel_case k JOIN panel p ON p.id = k.panel_id LEFT JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1
 WHERE k.person_id = $1 AND p.state <> 'draft' AND ((d.id IS NOT NULL AND d.read_at IS NULL) OR (p.state = 'open' AND k.sent_at IS NULL))
 ORDER BY k.id LIMIT $2;

-- name: panel_conditions_due :many
-- What a person has still to do by decisions that stand.
-- in: person:int, most:int
SELECT c.id, c.words, c.due_day, k.id AS case_id
  FROM panel_case k JOIN panel_decision d ON d.case_id = k.id AND d.stands = 1 JOIN panel_condition c ON c.decision_id = d.id
 WHERE k.person_id = $1 AND c.met_at IS NULL ORDER BY k.id, c.id LIMIT $2;

-- name: panel_conditions_over :many
-- How many conditions are past their day and not noted as met, by programme, with one of the panels.
-- in: today:int, most:int
-- out: n:int, panel:int
SELECT p.programme_id, count(*) AS n, max(p.id) AS panel
  FROM panel_condition c JOIN panel_decision d ON d.id = c.decision_id AND d.stands = 1 JOIN panel_case k ON k.id = d.case_id
  JOIN panel p ON p.id = k.panel_id
 WHERE c.met_at IS NULL AND c.due_day < $1 GROUP BY p.programme_id ORDER BY p.programme_id LIMIT $2;

-- name: panel_conditions_open :many
-- A page of the conditions of a programme that are not noted as met, the oldest first, behind (day, id).
-- in: programme:int, after_day:int, after_id:int, most:int
-- out: name:text?
SELECT c.id, c.words, c.due_day, k.id AS case_id, n.display_name AS name
  FROM panel_condition c JOIN panel_decision d ON d.id = c.decision_id AND d.stands = 1 JOIN panel_case k ON k.id = d.case_id
  JOIN panel p ON p.id = k.panel_id LEFT JOIN pub_people_name n ON n.person_id = k.person_id
 WHERE p.programme_id = $1 AND c.met_at IS NULL AND (c.due_day, c.id) > ($2, $3) ORDER BY c.due_day, c.id LIMIT $4;

-- ---- mails --------------------------------------------------------------------------------------------------------------------------

-- name: panel_mail_to :one
-- Where a person is written to, in which language, and whether she wants it.
-- in: person:int
-- out: name:text, language:text?, disabled:int, mails:int
SELECT e.person_id, e.email, n.display_name AS name, l.language,
       coalesce((SELECT a.disabled FROM pub_people_account a WHERE a.person_id = e.person_id), 0) AS disabled,
       coalesce((SELECT h.mails FROM panel_choice h WHERE h.person_id = e.person_id), 1) AS mails
  FROM pub_people_email e JOIN pub_people_name n ON n.person_id = e.person_id JOIN pub_people_language l ON l.person_id = e.person_id
 WHERE e.person_id = $1;

-- name: panel_mail_cases :many
-- in: panel:int
SELECT id, person_id FROM panel_case WHERE panel_id = $1 AND sent_at IS NULL ORDER BY place, id;

-- name: panel_mail_members :many
-- in: panel:int
SELECT person_id FROM panel_member WHERE panel_id = $1 ORDER BY person_id;

-- name: panel_mail_decision :one
-- in: id:int
SELECT d.case_id, d.stands, d.reverses_id, d.read_at, k.person_id, p.title, p.meets_day
  FROM panel_decision d JOIN panel_case k ON k.id = d.case_id JOIN panel p ON p.id = k.panel_id WHERE d.id = $1;

-- name: panel_choice_find :one
-- in: person:int
SELECT mails FROM panel_choice WHERE person_id = $1;

-- name: panel_choice_set :exec
-- in: person:int, mails:int
INSERT INTO panel_choice (person_id, mails) VALUES ($1, $2) ON CONFLICT (person_id) DO UPDATE SET mails = excluded.mails;

-- name: panel_choice_erase :exec
-- in: person:int
DELETE FROM panel_choice WHERE person_id = $1;

-- ---- what is held, erasing, retention -----------------------------------------------------------------------------------------------

-- name: panel_export_cases :many
-- in: person:int
-- out: decision:int?, outcome:text?, word:text?, reasons:text?, reversal:text?, stands:int?, answer:text?
SELECT k.id, p.title, p.meets_day, k.draft, k.sent, d.id AS decision, d.outcome, d.word, d.reasons, d.reversal, d.stands, d.answer
  FROM panel_case k JOIN panel p ON p.id = k.panel_id LEFT JOIN panel_decision d ON d.case_id = k.id
 WHERE k.person_id = $1 ORDER BY p.meets_day, k.id, d.at, d.id;

-- name: panel_export_conditions :many
-- in: person:int
SELECT c.decision_id, c.words, c.due_day, c.met_at FROM panel_case k JOIN panel_decision d ON d.case_id = k.id
  JOIN panel_condition c ON c.decision_id = d.id WHERE k.person_id = $1 ORDER BY c.due_day, c.id;

-- name: panel_export_sat :many
-- in: person:int
SELECT p.id, p.title, p.meets_day FROM panel_member m JOIN panel p ON p.id = m.panel_id WHERE m.person_id = $1 ORDER BY p.meets_day, p.id;

-- name: panel_erase_summary :exec
-- in: person:int
UPDATE panel_case SET draft = '', sent = '', version = version + 1 WHERE person_id = $1;

-- name: panel_erase_words :exec
-- in: person:int
UPDATE panel_decision SET reasons = '', reversal = '', answer = '' WHERE case_id IN (SELECT k.id FROM panel_case k WHERE k.person_id = $1);

-- name: panel_erase_conditions :exec
-- in: person:int
UPDATE panel_condition SET words = '' WHERE decision_id IN (SELECT d.id FROM panel_decision d JOIN panel_case k ON k.id = d.case_id WHERE k.person_id = $1);

-- name: panel_old :many
-- in: before:int, most:int
SELECT id FROM panel WHERE closed_at < $1 ORDER BY closed_at, id LIMIT $2;

-- name: panel_drop_conditions :exec
-- in: panel:int
DELETE FROM panel_condition WHERE decision_id IN (SELECT d.id FROM panel_decision d JOIN panel_case k ON k.id = d.case_id WHERE k.panel_id = $1);

-- name: panel_drop_links :exec
-- in: panel:int
UPDATE panel_decision SET reverses_id = NULL WHERE reverses_id IS NOT NULL AND case_id IN (SELECT k.id FROM panel_case k WHERE k.panel_id = $1);

-- name: panel_drop_decisions :exec
-- in: panel:int
DELETE FROM panel_decision WHERE case_id IN (SELECT k.id FROM panel_case k WHERE k.panel_id = $1);

-- name: panel_drop_recusals :exec
-- in: panel:int
DELETE FROM panel_recusal WHERE case_id IN (SELECT k.id FROM panel_case k WHERE k.panel_id = $1);

-- name: panel_drop_cases :exec
-- in: panel:int
DELETE FROM panel_case WHERE panel_id = $1;

-- name: panel_drop_members :exec
-- in: panel:int
DELETE FROM panel_member WHERE panel_id = $1;

-- name: panel_drop :exec
-- in: panel:int
DELETE FROM panel WHERE id = $1;
