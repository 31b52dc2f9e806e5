-- The private address under which a person's calendar programs fetch all that has a time for her. A new one ends the old one.
-- Addresses that tell shifts alone (rota_feed) go on as they are: whoever has one of those was not promised more.
CREATE TABLE calendar_feed (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL UNIQUE REFERENCES person (id),
    token_hash BLOB NOT NULL UNIQUE,  -- of the address only this is kept
    lent INTEGER NOT NULL CHECK (lent IN (0, 1)), -- made in a session that somebody else could have opened: tells nothing private
    language TEXT NOT NULL,           -- for who has chosen none
    made_at INTEGER NOT NULL,
    read_day INTEGER,                 -- when it was last fetched; null: never
    told TEXT NOT NULL                -- what was told of each event: src/programme/calendar/told.h
);
