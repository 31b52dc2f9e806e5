-- Reminders: each is sent once.

-- soon: her shift is near. lacks: on the day of a place that she has, a credential that its role asks for will not be in force.
CREATE TABLE rota_told (
    kind TEXT NOT NULL CHECK (kind IN ('soon', 'lacks')),
    place_id INTEGER NOT NULL REFERENCES rota_place (id),
    told_at INTEGER NOT NULL,
    PRIMARY KEY (place_id, kind)
);

-- Whoever was asked to verify hours is reminded of them once.
ALTER TABLE hours_record ADD COLUMN reminded_at INTEGER;
CREATE INDEX hours_record_unreminded ON hours_record (created_at, id) WHERE state = 'waiting' AND reminded_at IS NULL;
