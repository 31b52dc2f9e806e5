-- Swaps: one person offers a place to another, or to all who may; whoever takes it gives one of hers in return where that is asked for.
-- An opportunity says whether somebody must say yes. The table of 0053 never had a page, and knew only swaps between two who are named.

ALTER TABLE opportunity ADD COLUMN swaps TEXT NOT NULL DEFAULT 'free' CHECK (swaps IN ('free', 'approved', 'none'));
CREATE VIEW pub_placement_swaps AS SELECT id AS opportunity_id, swaps FROM opportunity;

DROP TABLE rota_swap;
CREATE TABLE rota_swap (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    place_id INTEGER NOT NULL REFERENCES rota_place (id),
    person_id INTEGER NOT NULL REFERENCES person (id), -- whose place it is
    to_person_id INTEGER REFERENCES person (id),       -- null: to all who may
    exchange INTEGER NOT NULL CHECK (exchange IN (0, 1)), -- she takes one of theirs in return
    taker_id INTEGER REFERENCES person (id),           -- who said yes
    other_place_id INTEGER REFERENCES rota_place (id), -- what the taker gives in return
    words TEXT NOT NULL,
    why TEXT NOT NULL DEFAULT '',                      -- of a refusal
    state TEXT NOT NULL CHECK (state IN ('asked', 'answered', 'agreed', 'done', 'refused', 'withdrawn', 'expired', 'gone')),
        -- answered: she must say yes to what she gets in return; agreed: whoever keeps the rota must; gone: a place of it ended otherwise
    expires_at INTEGER NOT NULL,                       -- the limit of notice: by then it is settled, or all stays as it was
    asked_at INTEGER NOT NULL,
    decided_by INTEGER REFERENCES person (id),
    decided_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (taker_id IS NULL OR taker_id <> person_id),
    CHECK (other_place_id IS NULL OR taker_id IS NOT NULL)
);
CREATE UNIQUE INDEX rota_swap_one ON rota_swap (place_id) WHERE state = 'asked' OR state = 'answered' OR state = 'agreed';
CREATE INDEX rota_swap_by_place ON rota_swap (place_id);
CREATE INDEX rota_swap_by_other ON rota_swap (other_place_id) WHERE other_place_id IS NOT NULL;
CREATE INDEX rota_swap_by_person ON rota_swap (person_id, state);
CREATE INDEX rota_swap_by_to ON rota_swap (to_person_id, state) WHERE to_person_id IS NOT NULL;
CREATE INDEX rota_swap_by_taker ON rota_swap (taker_id, state) WHERE taker_id IS NOT NULL;
CREATE INDEX rota_swap_by_decider ON rota_swap (decided_by) WHERE decided_by IS NOT NULL;
CREATE INDEX rota_swap_by_programme ON rota_swap (programme_id, state, expires_at, id);
CREATE INDEX rota_swap_by_limit ON rota_swap (expires_at, id) WHERE state = 'asked' OR state = 'answered' OR state = 'agreed';
