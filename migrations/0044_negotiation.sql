-- Negotiations in a room: what was offered, who agreed. A deal is the offer to which all parties agreed.

CREATE TABLE room_offer (
    id INTEGER PRIMARY KEY,
    room_id INTEGER NOT NULL REFERENCES room (id),
    number INTEGER NOT NULL CHECK (number > 0),
    party TEXT NOT NULL,             -- whose it is
    person_id INTEGER NOT NULL REFERENCES person (id),
    options TEXT NOT NULL,           -- of each issue in the order of the text, by its number from 1: "2,1,3"
    words TEXT NOT NULL,             -- what was said with it; may be empty
    state TEXT NOT NULL CHECK (state IN ('open', 'withdrawn', 'signed')),
    at INTEGER NOT NULL,
    UNIQUE (room_id, number)
);
CREATE UNIQUE INDEX room_offer_signed ON room_offer (room_id) WHERE state = 'signed';
CREATE INDEX room_offer_by_person ON room_offer (person_id);

CREATE TABLE room_agreement (
    offer_id INTEGER NOT NULL REFERENCES room_offer (id),
    party TEXT NOT NULL,
    person_id INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL,
    PRIMARY KEY (offer_id, party)
);
CREATE INDEX room_agreement_by_person ON room_agreement (person_id);
