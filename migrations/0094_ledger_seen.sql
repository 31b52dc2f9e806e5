-- The chain of the ledger by stage and cohort: of how many people of each cohort an edition found an assessment, by competency, and what
-- it reads to tell which courses and projects are whose.

-- No reference to the competency: a framework may go, the edition stays as it was.
CREATE TABLE ledger_seen (
    edition_id INTEGER NOT NULL REFERENCES ledger_edition (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    competency_id INTEGER NOT NULL,
    people INTEGER NOT NULL,
    PRIMARY KEY (edition_id, cohort_id, competency_id)
);
CREATE INDEX ledger_seen_by_cohort ON ledger_seen (cohort_id);

-- The cohorts that a course was offered to, as a whole or to one of their groups.
CREATE VIEW pub_curriculum_offered AS
    SELECT o.course_id, o.cohort_id FROM offering o WHERE o.cohort_id IS NOT NULL
    UNION ALL
    SELECT o.course_id, g.cohort_id FROM learner_group g JOIN offering o ON o.group_id = g.id WHERE o.cohort_id IS NULL;
