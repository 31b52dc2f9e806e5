-- Frozen reports of 360 rounds, and the figures of a programme over many of them.

-- ---- what a round gives ------------------------------------------------------------------------------------------------------------

-- name: feedback_report_asked :many
-- What everybody who was asked is called, for holding back comments that name her, and from which group.
-- in: round:int
-- out: name:text
SELECT coalesce(p.display_name, n.name) AS name, n.group_code FROM feedback_nomination n LEFT JOIN pub_people_name p ON p.person_id = n.person_id
 WHERE n.round_id = $1 AND n.state = 'approved' ORDER BY n.id;

-- ---- frozen ------------------------------------------------------------------------------------------------------------------------

-- name: feedback_report_find :one
-- in: round:int
SELECT round_id, programme_id, subject_id, instrument_id, slug, least, enough, frozen_at, released_at FROM feedback_report WHERE round_id = $1;

-- name: feedback_report_add :exec
-- in: round:int, programme:int, subject:int, instrument:int, slug:text, least:int, enough:int, whole_n:int, whole_mean:real, whole_ss:real, now:int
INSERT INTO feedback_report (round_id, programme_id, subject_id, instrument_id, slug, least, enough, whole_n, whole_mean, whole_ss, frozen_at)
VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11);

-- name: feedback_report_pool_add :exec
-- in: round:int, ordinal:int, members:text, n:int
INSERT INTO feedback_report_pool (round_id, ordinal, members, n) VALUES ($1, $2, $3, $4);

-- name: feedback_report_figure_add :exec
-- in: round:int, pool:int, domain:text, n:int, mean:int, mean_is:int, spread:int?
INSERT INTO feedback_report_figure (round_id, pool, domain, n, mean, mean_is, spread) VALUES ($1, $2, $3, $4, $5, $6, $7);

-- name: feedback_report_self_add :exec
-- in: round:int, domain:text, mean:real, sem:real
INSERT INTO feedback_report_self (round_id, domain, mean, sem) VALUES ($1, $2, $3, $4);

-- name: feedback_report_comment_add :exec
-- in: round:int, item:text, ordinal:int, words:text
INSERT INTO feedback_report_comment (round_id, item, ordinal, words) VALUES ($1, $2, $3, $4);

-- name: feedback_report_pools :many
-- in: round:int
SELECT ordinal, members, n FROM feedback_report_pool WHERE round_id = $1 ORDER BY ordinal;

-- name: feedback_report_figures :many
-- in: round:int
SELECT pool, domain, n, mean, mean_is, spread FROM feedback_report_figure WHERE round_id = $1 ORDER BY pool, domain;

-- name: feedback_report_selves :many
-- in: round:int
SELECT domain, mean, sem FROM feedback_report_self WHERE round_id = $1 ORDER BY domain;

-- name: feedback_report_comments :many
-- in: round:int
SELECT item, ordinal, words, held FROM feedback_report_comment WHERE round_id = $1 ORDER BY item, ordinal;

-- name: feedback_report_hold :exec
-- Holds back (was 0) or shows again (was 1).
-- in: round:int, item:text, ordinal:int, held:text, was:int
UPDATE feedback_report_comment SET held = $4 WHERE round_id = $1 AND item = $2 AND ordinal = $3 AND (held <> '') = ($5 = 1) AND (held <> '') = ($4 = '');

-- name: feedback_report_set_released :exec
-- in: round:int, now:int
UPDATE feedback_report SET released_at = $2 WHERE round_id = $1 AND released_at IS NULL;

-- ---- growth: earlier rounds of one person by instruments of the same name -------------------------------------------------------------

-- name: feedback_report_earlier :many
-- Released reports up to one of them, in their order.
-- in: subject:int, slug:text, programme:int, until:int, most:int
SELECT round_id, instrument_id, frozen_at FROM feedback_report
 WHERE subject_id = $1 AND slug = $2 AND programme_id = $3 AND frozen_at < $4 AND released_at IS NOT NULL AND enough = 1
 ORDER BY frozen_at DESC, round_id LIMIT $5;

-- ---- figures of a programme -----------------------------------------------------------------------------------------------------------

-- name: feedback_norm_last :one
-- in: programme:int, slug:text
SELECT id, edition, people, single, var_people, var_raters, made_at FROM feedback_norm WHERE programme_id = $1 AND slug = $2 ORDER BY edition DESC LIMIT 1;

-- name: feedback_norm_list :many
-- The latest edition of each instrument that a programme has asked by.
-- in: programme:int
SELECT n.id, n.slug, n.edition, n.people, n.single, n.var_people, n.var_raters, n.made_at FROM feedback_norm n
 WHERE n.programme_id = $1 AND NOT EXISTS (SELECT 1 FROM feedback_norm m WHERE m.programme_id = n.programme_id AND m.slug = n.slug AND m.edition > n.edition)
 ORDER BY n.slug;

-- name: feedback_norm_domains :many
-- in: norm:int
SELECT domain, ordinal, people, mean, spread FROM feedback_norm_domain WHERE norm_id = $1 ORDER BY ordinal;

-- name: feedback_norm_count :one
-- in: programme:int, slug:text
-- out: n:int
SELECT count(*) AS n FROM feedback_report WHERE programme_id = $1 AND slug = $2 AND released_at IS NOT NULL AND enough = 1;

-- name: feedback_norm_wholes :many
-- in: programme:int, slug:text
SELECT whole_n, whole_mean, whole_ss FROM feedback_report
 WHERE programme_id = $1 AND slug = $2 AND released_at IS NOT NULL AND enough = 1 ORDER BY whole_mean, whole_ss;

-- name: feedback_norm_means :many
-- The shown mean of each person in each domain.
-- in: programme:int, slug:text
SELECT f.domain, f.mean FROM feedback_report r JOIN feedback_report_figure f ON f.round_id = r.round_id AND f.pool = 0
 WHERE r.programme_id = $1 AND r.slug = $2 AND r.released_at IS NOT NULL AND r.enough = 1 ORDER BY f.domain, f.mean;

-- name: feedback_norm_add :exec
-- in: id:int, programme:int, slug:text, edition:int, people:int, single:real?, var_people:real?, var_raters:real?, now:int
INSERT INTO feedback_norm (id, programme_id, slug, edition, people, single, var_people, var_raters, made_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9);

-- name: feedback_norm_domain_add :exec
-- in: norm:int, domain:text, ordinal:int, people:int, mean:real, spread:real
INSERT INTO feedback_norm_domain (norm_id, domain, ordinal, people, mean, spread) VALUES ($1, $2, $3, $4, $5, $6);

-- ---- one person --------------------------------------------------------------------------------------------------------------------------

-- name: feedback_report_of_person :many
-- in: person:int
SELECT round_id, instrument_id, frozen_at, released_at, enough FROM feedback_report WHERE subject_id = $1 AND released_at IS NOT NULL ORDER BY frozen_at, round_id;

-- name: feedback_report_erase_comments :exec
-- in: person:int
DELETE FROM feedback_report_comment WHERE round_id IN (SELECT round_id FROM feedback_report WHERE subject_id = $1);

-- name: feedback_report_erase_self :exec
-- in: person:int
DELETE FROM feedback_report_self WHERE round_id IN (SELECT round_id FROM feedback_report WHERE subject_id = $1);

-- name: feedback_report_erase_figures :exec
-- in: person:int
DELETE FROM feedback_report_figure WHERE round_id IN (SELECT round_id FROM feedback_report WHERE subject_id = $1);

-- name: feedback_report_erase_pools :exec
-- in: person:int
DELETE FROM feedback_report_pool WHERE round_id IN (SELECT round_id FROM feedback_report WHERE subject_id = $1);

-- name: feedback_report_empty :exec
-- in: person:int
UPDATE feedback_report SET enough = 0, whole_n = 0, whole_mean = 0, whole_ss = 0 WHERE subject_id = $1;
