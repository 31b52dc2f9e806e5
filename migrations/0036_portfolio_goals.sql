-- Goals that are still open on a portfolio; changes of reflections that are not saved yet; what a programme calls a pattern.

-- What was chosen, by number: an act of evidence, or a goal of her plan, which has none before it is reached. It is shown as it is called and
-- confirmed today, and not at all once it was withdrawn, dropped or removed.
CREATE TABLE portfolio_chosen (
    id INTEGER PRIMARY KEY,
    portfolio_id INTEGER NOT NULL REFERENCES portfolio (id),
    section_id INTEGER NOT NULL REFERENCES portfolio_section (id),
    place INTEGER NOT NULL,          -- order only, with gaps
    evidence_id INTEGER REFERENCES evidence (id), -- the first row of what was done
    goal_id INTEGER,                 -- of the plan, which may have removed it since
    words TEXT NOT NULL,             -- Markdown: what she says about it
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (portfolio_id, evidence_id),
    UNIQUE (portfolio_id, goal_id),
    CHECK ((evidence_id IS NULL) <> (goal_id IS NULL))
);
INSERT INTO portfolio_chosen (id, portfolio_id, section_id, place, evidence_id, words, version)
    SELECT id, portfolio_id, section_id, place, evidence_id, words, version FROM portfolio_item;
DROP TABLE portfolio_item;
ALTER TABLE portfolio_chosen RENAME TO portfolio_item;
CREATE INDEX portfolio_item_by_evidence ON portfolio_item (evidence_id);
CREATE INDEX portfolio_item_by_section ON portfolio_item (section_id, place);

-- A finished reflection that is being changed is kept, sealed, as a draft beside the one it is to replace, until the author saves it.
ALTER TABLE reflection ADD COLUMN of_id INTEGER REFERENCES reflection (id); -- null: stands for itself
ALTER TABLE reflection ADD COLUMN of_version INTEGER;                       -- the version of that one when the change began
CREATE UNIQUE INDEX reflection_of ON reflection (of_id) WHERE of_id IS NOT NULL;

-- From which numbers on the coordinator is shown a pattern.
ALTER TABLE observe_setting ADD COLUMN late_days INTEGER NOT NULL DEFAULT 7;      -- told more than so many days later ...
ALTER TABLE observe_setting ADD COLUMN late_least INTEGER NOT NULL DEFAULT 3;     -- ... so many times
ALTER TABLE observe_setting ADD COLUMN bulk_minutes INTEGER NOT NULL DEFAULT 30;  -- sent within so many minutes ...
ALTER TABLE observe_setting ADD COLUMN bulk_least INTEGER NOT NULL DEFAULT 6;     -- ... so many
ALTER TABLE observe_setting ADD COLUMN one_least INTEGER NOT NULL DEFAULT 5;      -- of a person who has so many ...
ALTER TABLE observe_setting ADD COLUMN one_percent INTEGER NOT NULL DEFAULT 80;   -- ... that share by one observer
