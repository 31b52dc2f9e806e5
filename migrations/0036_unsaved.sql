-- A reflection that is being changed is kept, sealed, as a draft beside the one it is to replace, until the author saves it.
ALTER TABLE reflection ADD COLUMN of_id INTEGER REFERENCES reflection (id); -- null: stands for itself
ALTER TABLE reflection ADD COLUMN of_version INTEGER;                       -- the version of that one when the change began
CREATE UNIQUE INDEX reflection_of ON reflection (of_id) WHERE of_id IS NOT NULL;
