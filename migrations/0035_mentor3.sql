-- Rounds of matching: how many mentees a mentor must have at least, what is done where no stable result gives everybody as many, and
-- rounds in levels, where who was a mentee in the round above mentors in this one only if a mentor was found for her.

ALTER TABLE match_round ADD COLUMN least INTEGER NOT NULL DEFAULT 0 CHECK (least BETWEEN 0 AND 50); -- for each mentor, as far as her seats reach
ALTER TABLE match_round ADD COLUMN nearest TEXT NOT NULL DEFAULT 'blocking' CHECK (nearest IN ('blocking', 'envy-free', 'off'));
ALTER TABLE match_round ADD COLUMN above_id INTEGER REFERENCES match_round (id);
CREATE INDEX match_round_by_above ON match_round (above_id) WHERE above_id IS NOT NULL;

ALTER TABLE match_person ADD COLUMN least INTEGER CHECK (least BETWEEN 0 AND 50); -- of a mentor; null: as the round says

ALTER TABLE match_scenario ADD COLUMN least INTEGER NOT NULL DEFAULT 0 CHECK (least BETWEEN 0 AND 50);
ALTER TABLE match_scenario ADD COLUMN nearest TEXT NOT NULL DEFAULT 'blocking' CHECK (nearest IN ('blocking', 'envy-free', 'off'));

-- How the least numbers were met when the round was approved; off: by the mode alone, or not at all.
ALTER TABLE match_solved ADD COLUMN nearest TEXT NOT NULL DEFAULT 'off' CHECK (nearest IN ('blocking', 'envy-free', 'off'));
