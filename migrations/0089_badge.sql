-- Badges (Open Badges 3.0): what a programme recognises, what earns it, who has it, and what says publicly that it was withdrawn.

-- What a published badge says stays as it is: it stands in credentials that left this site. Only a draft is changed.
CREATE TABLE badge (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    title TEXT NOT NULL,
    title_key TEXT NOT NULL,         -- folded
    about TEXT NOT NULL,             -- what it stands for, a sentence or two
    criteria TEXT NOT NULL,          -- what somebody has done who has it, in words
    earn TEXT NOT NULL CHECK (earn IN ('hand', 'course', 'programme', 'role')), -- what gives it by itself
    course_id INTEGER REFERENCES course (id),
    role_id INTEGER REFERENCES placement_role (id),
    times INTEGER NOT NULL DEFAULT 1 CHECK (times > 0), -- so often has she had the role
    months INTEGER CHECK (months > 0), -- how long it is valid; null: for good
    symbol TEXT NOT NULL,            -- words of view/emblem.h
    colour TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('draft', 'published', 'retired')),
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    published_at INTEGER,
    CHECK ((earn = 'course') = (course_id IS NOT NULL)),
    CHECK ((earn = 'role') = (role_id IS NOT NULL))
);
CREATE INDEX badge_by_programme ON badge (programme_id, state, title_key, id);
CREATE INDEX badge_by_course ON badge (course_id) WHERE course_id IS NOT NULL;
CREATE INDEX badge_by_role ON badge (role_id) WHERE role_id IS NOT NULL;
CREATE INDEX badge_by_itself ON badge (state, earn, id);

CREATE TABLE badge_competency (
    badge_id INTEGER NOT NULL REFERENCES badge (id),
    competency_id INTEGER NOT NULL REFERENCES competency (id),
    PRIMARY KEY (badge_id, competency_id)
);
CREATE INDEX badge_competency_by_competency ON badge_competency (competency_id);

-- A list of 131,072 places (W3C Bitstring Status List 1.0), one for each badge given, drawn so that a place tells nothing.
CREATE TABLE badge_list (
    id INTEGER PRIMARY KEY,          -- part of a public address
    programme_id INTEGER NOT NULL REFERENCES programme (id), -- who issues a badge issues its list
    used INTEGER NOT NULL
);
CREATE INDEX badge_list_by_programme ON badge_list (programme_id, id);

-- One that somebody has. Erasure empties the person and all that is hers, and withdraws it: the place on the list stays.
CREATE TABLE badge_award (
    id INTEGER PRIMARY KEY,
    badge_id INTEGER NOT NULL REFERENCES badge (id),
    person_id INTEGER REFERENCES person (id),
    uuid TEXT NOT NULL UNIQUE,       -- names the credential wherever it goes
    list_id INTEGER NOT NULL REFERENCES badge_list (id),
    place INTEGER NOT NULL,
    awarded_at INTEGER NOT NULL,
    until_at INTEGER,                -- null: for good
    by_person_id INTEGER REFERENCES person (id), -- null: earned, and given by itself
    reason TEXT NOT NULL,            -- why it was given by hand
    jwt TEXT,                        -- the credential, from when it was first asked for
    seen_at INTEGER,
    token TEXT UNIQUE,               -- of the public page, while she shows it
    revoked_at INTEGER,
    revoked_by INTEGER REFERENCES person (id),
    revoked_why TEXT NOT NULL DEFAULT '',
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (list_id, place)
);
CREATE INDEX badge_award_by_badge ON badge_award (badge_id, person_id);
CREATE INDEX badge_award_by_time ON badge_award (badge_id, awarded_at, id);
CREATE INDEX badge_award_by_person ON badge_award (person_id, awarded_at, id);
CREATE INDEX badge_award_revoked ON badge_award (list_id, place) WHERE revoked_at IS NOT NULL;
CREATE INDEX badge_award_by_giver ON badge_award (by_person_id) WHERE by_person_id IS NOT NULL;
CREATE INDEX badge_award_by_revoker ON badge_award (revoked_by) WHERE revoked_by IS NOT NULL;

-- ---- what badges read of others ---------------------------------------------------------------------------------------------------

-- A competency as the standard for frameworks (CASE) names it.
CREATE VIEW pub_framework_case AS
    SELECT c.id AS competency_id, i.identifier, i.code, i.title, i.statement, f.title AS framework_title, f.state AS framework_state
    FROM competency c JOIN framework_item i ON i.id = c.item_id JOIN framework f ON f.id = i.framework_id;
CREATE VIEW pub_programme_title AS SELECT id, code, title, language FROM programme;
-- Who had which role on a shift and was there.
CREATE VIEW pub_hours_role AS
    SELECT p.role_id, p.person_id, p.id AS place_id FROM rota_place p JOIN hours_presence h ON h.place_id = p.id
     WHERE p.state = 'held' AND h.state <> 'absent';
