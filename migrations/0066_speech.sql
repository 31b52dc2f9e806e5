-- Public speaking in rooms. Time alone may change what a room shows three times in a phase: the signals of a speech.
ALTER TABLE room ADD COLUMN changes_second INTEGER; -- after changes_at
ALTER TABLE room ADD COLUMN changes_third INTEGER;  -- after that

-- What a speaker keeps of her speech. Nobody else reads it.
CREATE TABLE room_speech (
    room_id INTEGER PRIMARY KEY REFERENCES room (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    outline TEXT NOT NULL DEFAULT '',    -- what she wants to say, while she prepares
    transcript TEXT NOT NULL DEFAULT '', -- what she said
    seconds INTEGER,                     -- how long she spoke; null: as the clock has it
    reflection TEXT NOT NULL DEFAULT '',
    shown_at INTEGER,                    -- since when the ratings are shown to those they concern; null: they are apart
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX room_speech_by_person ON room_speech (person_id);

-- A recording that she uploaded: for her and for who rates this speech.
CREATE TABLE room_recording (
    room_id INTEGER PRIMARY KEY REFERENCES room_speech (room_id),
    type TEXT NOT NULL,                  -- found in the bytes, never as it was sent
    size INTEGER NOT NULL,
    bytes BLOB NOT NULL,
    at INTEGER NOT NULL
);
CREATE INDEX room_recording_by_time ON room_recording (at);

INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('speech_recording', 90, 0);
