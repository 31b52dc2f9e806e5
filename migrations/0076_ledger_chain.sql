-- The chain of the ledger: what the charts of ended projects say, counted with each edition, and which competencies a project exercises.

-- No reference to the measure: a project may go, the edition stays as it was.
CREATE TABLE ledger_finding (
    edition_id INTEGER NOT NULL REFERENCES ledger_edition (id),
    measure_id INTEGER NOT NULL,
    project_id INTEGER NOT NULL,
    kind TEXT NOT NULL,              -- outcome, process, balancing
    finding TEXT NOT NULL CHECK (finding IN ('better', 'worse', 'changed', 'steady', 'few')),
    PRIMARY KEY (edition_id, measure_id)
);

CREATE VIEW pub_improve_exercise AS SELECT project_id, competency_id FROM improve_competency;
