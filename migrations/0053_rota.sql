-- The rota: terms, series of shifts, who supervises them, what people wish, who is on which shift, and who waits.

CREATE TABLE rota_term (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    title TEXT NOT NULL,
    start_day INTEGER NOT NULL,
    end_day INTEGER NOT NULL,        -- the last day
    wish_until_day INTEGER NOT NULL, -- the last day on which wishes are taken
    most INTEGER NOT NULL CHECK (most > 0), -- shifts of one person in this term, unless she wants fewer
    state TEXT NOT NULL CHECK (state IN ('planned', 'wishing', 'published')),
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    CHECK (end_day >= start_day)
);
CREATE INDEX rota_term_by_programme ON rota_term (programme_id, start_day, id);

-- Days on which a series makes no shift.
CREATE TABLE rota_holiday (
    term_id INTEGER NOT NULL REFERENCES rota_term (id),
    day INTEGER NOT NULL,
    title TEXT NOT NULL,
    PRIMARY KEY (term_id, day)
);

-- "Every other Thursday at 18:00": its shifts are rows of their own, made when the series is.
CREATE TABLE rota_series (
    id INTEGER PRIMARY KEY,
    opportunity_id INTEGER NOT NULL REFERENCES opportunity (id),
    term_id INTEGER NOT NULL REFERENCES rota_term (id),
    weekday INTEGER NOT NULL CHECK (weekday >= 0 AND weekday <= 6), -- 0 Monday
    weeks INTEGER NOT NULL CHECK (weeks > 0), -- every so many weeks
    start_minute INTEGER NOT NULL CHECK (start_minute >= 0 AND start_minute < 1440), -- on the wall clock
    minutes INTEGER NOT NULL CHECK (minutes > 0),
    first_day INTEGER NOT NULL,
    last_day INTEGER NOT NULL,
    created_by INTEGER NOT NULL REFERENCES person (id),
    created_at INTEGER NOT NULL
);
CREATE INDEX rota_series_by_opportunity ON rota_series (opportunity_id);
CREATE INDEX rota_series_by_term ON rota_series (term_id);
CREATE INDEX rota_series_by_creator ON rota_series (created_by);

CREATE TABLE rota_shift (
    id INTEGER PRIMARY KEY,
    opportunity_id INTEGER NOT NULL REFERENCES opportunity (id),
    term_id INTEGER NOT NULL REFERENCES rota_term (id),
    series_id INTEGER REFERENCES rota_series (id),
    day INTEGER NOT NULL,            -- on which it starts, in the programme's zone
    weekday INTEGER NOT NULL CHECK (weekday >= 0 AND weekday <= 6),
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    note TEXT NOT NULL,              -- what is different this time
    state TEXT NOT NULL CHECK (state IN ('planned', 'open', 'cancelled')), -- open: it may take place; never without a supervisor
    code TEXT NOT NULL UNIQUE,       -- on the sign at the door, by which those who are there sign in
    version INTEGER NOT NULL DEFAULT 1,
    created_at INTEGER NOT NULL,
    CHECK (ends_at > starts_at)
);
CREATE UNIQUE INDEX rota_shift_once ON rota_shift (opportunity_id, starts_at) WHERE state <> 'cancelled';
CREATE INDEX rota_shift_by_opportunity ON rota_shift (opportunity_id, day, id);
CREATE INDEX rota_shift_by_term ON rota_shift (term_id, starts_at, id);
CREATE INDEX rota_shift_by_series ON rota_shift (series_id) WHERE series_id IS NOT NULL;
CREATE INDEX rota_shift_by_day ON rota_shift (day, id);

CREATE TABLE rota_supervisor (
    shift_id INTEGER NOT NULL REFERENCES rota_shift (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    day INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    PRIMARY KEY (shift_id, person_id)
);
CREATE INDEX rota_supervisor_by_person ON rota_supervisor (person_id, starts_at);

-- A role on a shift, and its seats: a seat is a row, so that whoever sits on it sits there alone.
CREATE TABLE rota_shift_role (
    shift_id INTEGER NOT NULL REFERENCES rota_shift (id),
    role_id INTEGER NOT NULL REFERENCES placement_role (id),
    least INTEGER NOT NULL CHECK (least >= 0),
    most INTEGER NOT NULL CHECK (most > 0 AND most >= least),
    PRIMARY KEY (shift_id, role_id)
);
CREATE INDEX rota_shift_role_by_role ON rota_shift_role (role_id);
CREATE TABLE rota_seat (
    id INTEGER PRIMARY KEY,
    shift_id INTEGER NOT NULL,
    role_id INTEGER NOT NULL,
    ordinal INTEGER NOT NULL CHECK (ordinal > 0),
    UNIQUE (shift_id, role_id, ordinal),
    FOREIGN KEY (shift_id, role_id) REFERENCES rota_shift_role (shift_id, role_id)
);

-- ---- wishes -----------------------------------------------------------------------------------------------------------------------

CREATE TABLE rota_wisher (
    term_id INTEGER NOT NULL REFERENCES rota_term (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    most INTEGER NOT NULL CHECK (most > 0), -- shifts she wants at most
    version INTEGER NOT NULL DEFAULT 1,
    handed_at INTEGER NOT NULL,
    PRIMARY KEY (term_id, person_id)
);
CREATE INDEX rota_wisher_by_person ON rota_wisher (person_id);
-- Weekdays on which she cannot come, and those on which any shift is welcome, after the shifts she ranked.
CREATE TABLE rota_wish_day (
    term_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    weekday INTEGER NOT NULL CHECK (weekday >= 0 AND weekday <= 6), -- 0 Monday
    kind TEXT NOT NULL CHECK (kind IN ('never', 'gladly')),
    PRIMARY KEY (term_id, person_id, weekday),
    FOREIGN KEY (term_id, person_id) REFERENCES rota_wisher (term_id, person_id)
);
CREATE TABLE rota_wish (
    term_id INTEGER NOT NULL,
    person_id INTEGER NOT NULL,
    shift_id INTEGER NOT NULL REFERENCES rota_shift (id),
    rank INTEGER NOT NULL CHECK (rank > 0), -- 1: the one she likes best; equal ranks are allowed
    PRIMARY KEY (term_id, person_id, shift_id),
    FOREIGN KEY (term_id, person_id) REFERENCES rota_wisher (term_id, person_id)
);
CREATE INDEX rota_wish_by_shift ON rota_wish (shift_id);

-- ---- allocations: a proposal that is looked at before it is published ---------------------------------------------------------------

CREATE TABLE rota_allocation (
    id INTEGER PRIMARY KEY,
    term_id INTEGER NOT NULL REFERENCES rota_term (id),
    state TEXT NOT NULL CHECK (state IN ('waiting', 'ready', 'published', 'dropped', 'failed')),
    problem TEXT NOT NULL DEFAULT '', -- of one that failed
    wishers INTEGER NOT NULL DEFAULT 0,
    placed INTEGER NOT NULL DEFAULT 0,
    without INTEGER NOT NULL DEFAULT 0, -- people who wished and got nothing
    per_person INTEGER NOT NULL DEFAULT 0, -- nobody has more shifts than this
    micros INTEGER NOT NULL DEFAULT 0,
    made_by INTEGER NOT NULL REFERENCES person (id),
    made_at INTEGER NOT NULL,
    job_id INTEGER REFERENCES job (id),
    version INTEGER NOT NULL DEFAULT 1
);
CREATE INDEX rota_allocation_by_term ON rota_allocation (term_id, made_at);
CREATE INDEX rota_allocation_by_maker ON rota_allocation (made_by);
CREATE INDEX rota_allocation_by_job ON rota_allocation (job_id) WHERE job_id IS NOT NULL;
CREATE TABLE rota_proposal (
    allocation_id INTEGER NOT NULL REFERENCES rota_allocation (id),
    seat_id INTEGER NOT NULL REFERENCES rota_seat (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    rank INTEGER NOT NULL,           -- of her wish; 0: a weekday that she gave
    PRIMARY KEY (allocation_id, seat_id)
);
CREATE INDEX rota_proposal_by_person ON rota_proposal (allocation_id, person_id);
CREATE INDEX rota_proposal_by_seat ON rota_proposal (seat_id);
CREATE INDEX rota_proposal_of ON rota_proposal (person_id);
-- What cannot be filled and why, from the minimum cut: rows of one shortage together.
CREATE TABLE rota_shortage (
    allocation_id INTEGER NOT NULL REFERENCES rota_allocation (id),
    number INTEGER NOT NULL,
    line INTEGER NOT NULL,
    what TEXT NOT NULL CHECK (what IN ('short', 'also', 'person', 'full', 'more')),
    shift_id INTEGER REFERENCES rota_shift (id),
    role_id INTEGER REFERENCES placement_role (id),
    person_id INTEGER REFERENCES person (id),
    least INTEGER NOT NULL,          -- short: needed at least; also: needed there; person: shifts of hers that count; full: its most
    can INTEGER NOT NULL,            -- short: how many can be had
    PRIMARY KEY (allocation_id, number, line)
);
CREATE INDEX rota_shortage_by_shift ON rota_shortage (shift_id) WHERE shift_id IS NOT NULL;
CREATE INDEX rota_shortage_by_role ON rota_shortage (role_id) WHERE role_id IS NOT NULL;
CREATE INDEX rota_shortage_by_person ON rota_shortage (person_id) WHERE person_id IS NOT NULL;

-- ---- who is where -------------------------------------------------------------------------------------------------------------------

CREATE TABLE rota_place (
    id INTEGER PRIMARY KEY,
    seat_id INTEGER NOT NULL REFERENCES rota_seat (id),
    shift_id INTEGER NOT NULL REFERENCES rota_shift (id),
    role_id INTEGER NOT NULL REFERENCES placement_role (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    term_id INTEGER NOT NULL REFERENCES rota_term (id),
    day INTEGER NOT NULL,
    starts_at INTEGER NOT NULL,
    ends_at INTEGER NOT NULL,
    leads INTEGER NOT NULL CHECK (leads IN (0, 1)),
    how TEXT NOT NULL CHECK (how IN ('allocated', 'taken', 'waited', 'swapped', 'given')),
    state TEXT NOT NULL CHECK (state IN ('held', 'dropped', 'swapped', 'cancelled')),
    words TEXT NOT NULL DEFAULT '',  -- why it was dropped
    late INTEGER NOT NULL DEFAULT 0 CHECK (late IN (0, 1)), -- dropped after the day of notice
    since_at INTEGER NOT NULL,
    ended_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX rota_place_seat ON rota_place (seat_id) WHERE state = 'held';
CREATE UNIQUE INDEX rota_place_day ON rota_place (person_id, day) WHERE state = 'held';
CREATE INDEX rota_place_by_seat ON rota_place (seat_id);
CREATE INDEX rota_place_by_shift ON rota_place (shift_id, state);
CREATE INDEX rota_place_by_role ON rota_place (role_id);
CREATE INDEX rota_place_by_person ON rota_place (person_id, state, starts_at);
CREATE INDEX rota_place_by_term ON rota_place (term_id, person_id, state);

-- Who waits for a place on a shift; the list moves inside the closure that frees one.
CREATE TABLE rota_waiting (
    id INTEGER PRIMARY KEY,
    shift_id INTEGER NOT NULL REFERENCES rota_shift (id),
    role_id INTEGER NOT NULL REFERENCES placement_role (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    since_at INTEGER NOT NULL,
    UNIQUE (shift_id, role_id, person_id)
);
CREATE INDEX rota_waiting_by_place ON rota_waiting (shift_id, role_id, since_at, id);
CREATE INDEX rota_waiting_by_person ON rota_waiting (person_id);
CREATE INDEX rota_waiting_by_role ON rota_waiting (role_id);

-- One person offers a place, another takes it, perhaps for one of hers; who keeps the rota says yes.
CREATE TABLE rota_swap (
    id INTEGER PRIMARY KEY,
    place_id INTEGER NOT NULL REFERENCES rota_place (id),
    to_person_id INTEGER NOT NULL REFERENCES person (id),
    other_place_id INTEGER REFERENCES rota_place (id), -- null: she takes it without giving one
    words TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('asked', 'agreed', 'done', 'refused', 'withdrawn')),
    asked_at INTEGER NOT NULL,
    decided_by INTEGER REFERENCES person (id),
    decided_at INTEGER,
    version INTEGER NOT NULL DEFAULT 1
);
CREATE UNIQUE INDEX rota_swap_one ON rota_swap (place_id) WHERE state IN ('asked', 'agreed');
CREATE INDEX rota_swap_by_place ON rota_swap (place_id);
CREATE INDEX rota_swap_by_other ON rota_swap (other_place_id) WHERE other_place_id IS NOT NULL;
CREATE INDEX rota_swap_by_person ON rota_swap (to_person_id, state);
CREATE INDEX rota_swap_agreed ON rota_swap (asked_at) WHERE state = 'agreed';
CREATE INDEX rota_swap_by_decider ON rota_swap (decided_by) WHERE decided_by IS NOT NULL;

-- A private address under which calendars fetch shifts: of a person, or of an opportunity. A new one ends the old one.
CREATE TABLE rota_feed (
    id INTEGER PRIMARY KEY,
    person_id INTEGER UNIQUE REFERENCES person (id),
    opportunity_id INTEGER UNIQUE REFERENCES opportunity (id),
    code TEXT NOT NULL UNIQUE,
    made_at INTEGER NOT NULL,
    CHECK ((person_id IS NULL) <> (opportunity_id IS NULL))
);

INSERT INTO retention_rule (kind, keep_days, changed_at) VALUES ('rota_wish', 400, 0), ('rota_allocation', 90, 0);

-- ---- what others may read ---------------------------------------------------------------------------------------------------------

CREATE VIEW pub_rota_term AS SELECT id, programme_id, title, start_day, end_day, state FROM rota_term;
CREATE VIEW pub_rota_shift AS SELECT id, opportunity_id, term_id, day, starts_at, ends_at, state, code FROM rota_shift;
CREATE VIEW pub_rota_supervisor AS SELECT shift_id, person_id, starts_at FROM rota_supervisor;
CREATE VIEW pub_rota_place AS
    SELECT id, shift_id, role_id, person_id, term_id, day, starts_at, ends_at, leads FROM rota_place WHERE state = 'held';
CREATE VIEW pub_rota_wisher AS SELECT term_id, person_id, handed_at FROM rota_wisher;
