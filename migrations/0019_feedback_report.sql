-- The report of a round of 360 feedback, frozen when its answers are put together. Only what may be shown is here (report.h): pages,
-- downloads and pictures are worked out from it, and nothing answered is read again.

CREATE TABLE feedback_report (
    round_id INTEGER PRIMARY KEY REFERENCES feedback_round (id),
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    subject_id INTEGER NOT NULL REFERENCES person (id),
    instrument_id INTEGER NOT NULL REFERENCES instrument (id),
    slug TEXT NOT NULL,              -- of the instrument: the same in all versions
    least INTEGER NOT NULL,          -- k
    enough INTEGER NOT NULL CHECK (enough IN (0, 1)), -- else nothing of others is shown
    -- Of the whole score of each sheet, for figures over many people; shown for nobody.
    whole_n INTEGER NOT NULL,
    whole_mean REAL NOT NULL,
    whole_ss REAL NOT NULL,
    frozen_at INTEGER NOT NULL,
    released_at INTEGER
);
CREATE INDEX feedback_report_by_subject ON feedback_report (subject_id, frozen_at);
CREATE INDEX feedback_report_by_programme ON feedback_report (programme_id, slug, released_at);
CREATE INDEX feedback_report_by_instrument ON feedback_report (instrument_id);

-- Groups that stand together; 0 is all raters.
CREATE TABLE feedback_report_pool (
    round_id INTEGER NOT NULL REFERENCES feedback_report (round_id),
    ordinal INTEGER NOT NULL,
    members TEXT NOT NULL,           -- their codes, a space between two; empty for 0
    n INTEGER NOT NULL,
    PRIMARY KEY (round_id, ordinal)
);

-- Figures that are shown. What is held back has no row.
CREATE TABLE feedback_report_figure (
    round_id INTEGER NOT NULL REFERENCES feedback_report (round_id),
    pool INTEGER NOT NULL,
    domain TEXT NOT NULL,            -- code
    n INTEGER NOT NULL,
    mean INTEGER NOT NULL,           -- tenths of a point
    mean_is INTEGER NOT NULL CHECK (mean_is BETWEEN 0 AND 2), -- exact, at least, at most
    spread INTEGER,                  -- up to so many tenths; null: not said
    PRIMARY KEY (round_id, pool, domain)
);

-- What she said of herself.
CREATE TABLE feedback_report_self (
    round_id INTEGER NOT NULL REFERENCES feedback_report (round_id),
    domain TEXT NOT NULL,
    mean REAL NOT NULL,
    sem REAL NOT NULL,               -- standard error of her own score
    PRIMARY KEY (round_id, domain)
);

-- Comments in the order that was drawn for each question.
CREATE TABLE feedback_report_comment (
    round_id INTEGER NOT NULL REFERENCES feedback_report (round_id),
    item TEXT NOT NULL,              -- code
    ordinal INTEGER NOT NULL,
    words TEXT NOT NULL,
    held TEXT NOT NULL DEFAULT '',   -- why who facilitates held it back; empty: it is shown
    PRIMARY KEY (round_id, item, ordinal)
);

-- Figures over the released reports of a programme. A new edition is made when enough reports have come since the last one, so that no two
-- editions differ by a few people.
CREATE TABLE feedback_norm (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    slug TEXT NOT NULL,
    edition INTEGER NOT NULL,
    people INTEGER NOT NULL,
    single REAL,                     -- reliability of one rater's score; null: not known
    var_people REAL,                 -- components of variance: people, and raters within one
    var_raters REAL,
    made_at INTEGER NOT NULL,
    UNIQUE (programme_id, slug, edition)
);
CREATE TABLE feedback_norm_domain (
    norm_id INTEGER NOT NULL REFERENCES feedback_norm (id),
    domain TEXT NOT NULL,
    ordinal INTEGER NOT NULL,
    people INTEGER NOT NULL,
    mean REAL NOT NULL,              -- of the people's means
    spread REAL NOT NULL,            -- between people, n - 1
    PRIMARY KEY (norm_id, domain)
);
