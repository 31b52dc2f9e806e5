-- Rooms: one run of an exercise by several people, each with her own device. What a kind keeps of it beside this hangs on room.

CREATE TABLE room (
    id INTEGER PRIMARY KEY,
    exercise_id INTEGER NOT NULL REFERENCES exercise (id),
    version_id INTEGER NOT NULL REFERENCES exercise_version (id),
    code TEXT NOT NULL,              -- by which people come in while it is open
    state TEXT NOT NULL CHECK (state IN ('waiting', 'going', 'done', 'left')), -- waiting: seats are taken; left: ended before it was played
    phase INTEGER NOT NULL DEFAULT 0, -- of the text, from 0
    phase_at INTEGER,                -- when that began
    spent INTEGER NOT NULL DEFAULT 0, -- ms of the phase that were used up before the clock was last set going
    played INTEGER NOT NULL DEFAULT 0, -- ms of the phases of play that are over
    runs_at INTEGER,                 -- since when the clock goes; null: it stands
    stopped TEXT NOT NULL DEFAULT '' CHECK (stopped IN ('', 'pause', 'timeout')),
    stopped_by INTEGER REFERENCES person (id),
    changes_at INTEGER,              -- when time alone changes what is shown
    version INTEGER NOT NULL DEFAULT 1, -- grows with every change that anybody in it is to see
    opened_by INTEGER NOT NULL REFERENCES person (id),
    opened_at INTEGER NOT NULL,
    started_at INTEGER,
    ended_at INTEGER,
    changed_at INTEGER NOT NULL
);
CREATE UNIQUE INDEX room_open_code ON room (code) WHERE state IN ('waiting', 'going');
CREATE INDEX room_by_exercise ON room (exercise_id, state);
CREATE INDEX room_by_version ON room (version_id);
CREATE INDEX room_by_opener ON room (opened_by);
CREATE INDEX room_by_stopper ON room (stopped_by) WHERE stopped_by IS NOT NULL;
CREATE INDEX room_by_change ON room (changed_at);

-- Who is in it. She keeps her seat whatever becomes of her device.
CREATE TABLE room_seat (
    room_id INTEGER NOT NULL REFERENCES room (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    seat TEXT NOT NULL CHECK (seat IN ('none', 'part', 'observer')),
    part TEXT NOT NULL DEFAULT '',   -- the name of a role, a party, a side, where she has one
    leads INTEGER NOT NULL DEFAULT 0 CHECK (leads IN (0, 1)),
    joined_at INTEGER,               -- null: invited, and has not been in yet
    attempt_id INTEGER REFERENCES exercise_attempt (id), -- what she did in it, once it is over
    PRIMARY KEY (room_id, person_id)
);
CREATE INDEX room_seat_by_person ON room_seat (person_id, room_id);
CREATE INDEX room_seat_by_attempt ON room_seat (attempt_id) WHERE attempt_id IS NOT NULL;

-- Who judged whom in it: once.
CREATE TABLE room_rating (
    room_id INTEGER NOT NULL REFERENCES room (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    rater_id INTEGER NOT NULL REFERENCES person (id),
    rating_id INTEGER NOT NULL REFERENCES exercise_rating (id),
    PRIMARY KEY (room_id, person_id, rater_id)
);
CREATE INDEX room_rating_by_rating ON room_rating (rating_id);
CREATE INDEX room_rating_by_rater ON room_rating (rater_id, room_id);
CREATE INDEX room_rating_by_person ON room_rating (person_id, room_id);
