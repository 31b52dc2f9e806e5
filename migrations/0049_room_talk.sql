-- What debates and listening keep of a room.

-- A debate's draw: told by its hash when the room begins, made when the first vote is over.
CREATE TABLE room_draw (
    room_id INTEGER PRIMARY KEY REFERENCES room (id),
    secret TEXT NOT NULL,            -- shown once sides are drawn
    commitment TEXT NOT NULL,
    drawn_at INTEGER
);
CREATE TABLE room_side (
    room_id INTEGER NOT NULL REFERENCES room (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    number INTEGER NOT NULL,         -- in the list that was drawn
    side TEXT NOT NULL CHECK (side IN ('for', 'against')),
    PRIMARY KEY (room_id, person_id)
);
CREATE INDEX room_side_by_person ON room_side (person_id);

CREATE TABLE room_vote (
    room_id INTEGER NOT NULL REFERENCES room (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    stage TEXT NOT NULL CHECK (stage IN ('before', 'after')),
    vote TEXT NOT NULL CHECK (vote IN ('for', 'against', 'undecided')),
    PRIMARY KEY (room_id, person_id, stage)
);
CREATE INDEX room_vote_by_person ON room_vote (person_id);

-- A judge's ballot: each item of the rubric, for each side. Handed in once.
CREATE TABLE room_ballot (
    room_id INTEGER NOT NULL REFERENCES room (id),
    judge_id INTEGER NOT NULL REFERENCES person (id),
    item_id INTEGER NOT NULL REFERENCES instrument_item (id),
    side TEXT NOT NULL CHECK (side IN ('for', 'against')),
    point INTEGER,                   -- null: unable to judge
    PRIMARY KEY (room_id, judge_id, item_id, side)
);
CREATE INDEX room_ballot_by_judge ON room_ballot (judge_id);
CREATE INDEX room_ballot_by_item ON room_ballot (item_id);

-- Points of information that the other side offers during a speech.
CREATE TABLE room_point (
    id INTEGER PRIMARY KEY,
    room_id INTEGER NOT NULL REFERENCES room (id),
    phase INTEGER NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    second INTEGER NOT NULL,         -- of the speech
    state TEXT NOT NULL CHECK (state IN ('offered', 'taken', 'declined'))
);
CREATE INDEX room_point_by_room ON room_point (room_id, phase);
CREATE INDEX room_point_by_person ON room_point (person_id);

-- What a listener answered, and which of the points to give back the teller heard.
CREATE TABLE room_heard (
    room_id INTEGER NOT NULL REFERENCES room (id),
    person_id INTEGER NOT NULL REFERENCES person (id), -- who listened
    item TEXT NOT NULL,              -- by its name in the text
    choice INTEGER,                  -- of a question, from 0; null: in words
    words TEXT NOT NULL,
    points TEXT,                     -- "1,3": heard; null: not said yet
    PRIMARY KEY (room_id, person_id, item)
);
CREATE INDEX room_heard_by_person ON room_heard (person_id);
