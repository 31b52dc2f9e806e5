-- Programmes, their stages and cohorts, who belongs to them from when until when, and who holds which role where.

CREATE TABLE programme (
    id INTEGER PRIMARY KEY,
    code TEXT NOT NULL UNIQUE,
    title TEXT NOT NULL,
    zone TEXT NOT NULL,              -- IANA name
    language TEXT NOT NULL,          -- BCP 47
    version INTEGER NOT NULL DEFAULT 1, -- grows with each change; a form that was opened before is told
    created_at INTEGER NOT NULL,
    closed_at INTEGER
);

-- From the first year to residency: Y1..Y6, R1..; ordinal gives the order.
CREATE TABLE stage (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    ordinal INTEGER NOT NULL,
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    UNIQUE (programme_id, code)
);

CREATE TABLE cohort (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    stage_id INTEGER REFERENCES stage (id), -- where the cohort is now
    start_day INTEGER,
    end_day INTEGER,
    version INTEGER NOT NULL DEFAULT 1,
    UNIQUE (programme_id, code)
);
CREATE INDEX cohort_by_stage ON cohort (stage_id);

-- A person in a programme: one row for each stretch of time in one cohort, never two at a time in one programme. A transfer
-- ends one row and begins another. state says how the row stands or why it ended; leave and deferral are pauses within it.
CREATE TABLE membership (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    cohort_id INTEGER NOT NULL REFERENCES cohort (id),
    stage_id INTEGER REFERENCES stage (id), -- null: the cohort's
    state TEXT NOT NULL CHECK (state IN ('active', 'transferred', 'completed', 'withdrawn')),
    start_day INTEGER NOT NULL,
    end_day INTEGER,                 -- the last day, null while open
    source TEXT NOT NULL,            -- "roster", "page", "demo"
    version INTEGER NOT NULL DEFAULT 1,
    CHECK (end_day IS NULL OR end_day >= start_day),
    CHECK (state = 'active' OR end_day IS NOT NULL)
);
CREATE INDEX membership_by_person ON membership (person_id, programme_id, start_day, end_day);
CREATE INDEX membership_by_cohort ON membership (cohort_id, person_id, start_day, end_day);
CREATE INDEX membership_by_programme ON membership (programme_id, cohort_id, person_id, start_day, end_day, stage_id);
CREATE INDEX membership_by_stage ON membership (stage_id) WHERE stage_id IS NOT NULL;

-- Leave and deferral inside a membership: never two at a time. end_day is the last day away, null until it is known.
CREATE TABLE membership_pause (
    id INTEGER PRIMARY KEY,
    membership_id INTEGER NOT NULL REFERENCES membership (id),
    kind TEXT NOT NULL CHECK (kind IN ('leave', 'deferral')),
    start_day INTEGER NOT NULL,
    end_day INTEGER,
    CHECK (end_day IS NULL OR end_day >= start_day)
);
CREATE INDEX membership_pause_by_membership ON membership_pause (membership_id);

CREATE TABLE learner_group (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    cohort_id INTEGER REFERENCES cohort (id), -- null: drawn from several, as interprofessional groups are
    code TEXT NOT NULL,
    title TEXT NOT NULL,
    UNIQUE (programme_id, code)
);
CREATE INDEX learner_group_by_cohort ON learner_group (cohort_id);

CREATE TABLE group_member (
    group_id INTEGER NOT NULL REFERENCES learner_group (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    start_day INTEGER NOT NULL,
    end_day INTEGER,
    PRIMARY KEY (group_id, person_id, start_day), -- somebody may come back
    CHECK (end_day IS NULL OR end_day >= start_day)
);
CREATE INDEX group_member_by_person ON group_member (person_id);

-- A role held in the whole site (programme null), a programme, or one cohort, from a day until a day.
CREATE TABLE role_grant (
    id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    role TEXT NOT NULL,              -- words of auth/access.h
    programme_id INTEGER REFERENCES programme (id),
    cohort_id INTEGER REFERENCES cohort (id),
    start_day INTEGER NOT NULL,
    end_day INTEGER,
    source TEXT NOT NULL,
    CHECK (cohort_id IS NULL OR programme_id IS NOT NULL)
);
CREATE INDEX role_grant_by_person ON role_grant (person_id, programme_id, role);
CREATE INDEX role_grant_by_role ON role_grant (role, programme_id);
CREATE INDEX role_grant_by_programme ON role_grant (programme_id, cohort_id, person_id);
CREATE INDEX role_grant_by_cohort ON role_grant (cohort_id);

-- One row for each roster that was applied, so that it can be seen what changed when.
CREATE TABLE roster_import (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    source TEXT NOT NULL,            -- "csv" or "oneroster"
    digest TEXT NOT NULL,            -- of the file
    at INTEGER NOT NULL,
    person_id INTEGER REFERENCES person (id),
    added INTEGER NOT NULL,
    changed INTEGER NOT NULL,
    ended INTEGER NOT NULL,
    unchanged INTEGER NOT NULL
);
CREATE INDEX roster_import_by_programme ON roster_import (programme_id, at);
CREATE INDEX roster_import_by_person ON roster_import (person_id);

-- A roster between its dry run and its being applied: kept for an hour, so that it need not be sent twice.
CREATE TABLE roster_upload (
    id INTEGER PRIMARY KEY,
    programme_id INTEGER NOT NULL REFERENCES programme (id),
    person_id INTEGER NOT NULL REFERENCES person (id), -- who sent it; nobody else sees it
    filename TEXT NOT NULL,
    options TEXT NOT NULL,           -- JSON
    bytes BLOB NOT NULL,
    job_id INTEGER REFERENCES job (id), -- the run that applies it
    import_id INTEGER REFERENCES roster_import (id), -- what came of it
    created_at INTEGER NOT NULL,
    expires_at INTEGER NOT NULL
);
CREATE INDEX roster_upload_by_expiry ON roster_upload (expires_at);
CREATE INDEX roster_upload_by_person ON roster_upload (person_id);
CREATE INDEX roster_upload_by_programme ON roster_upload (programme_id);
CREATE INDEX roster_upload_by_job ON roster_upload (job_id);
CREATE INDEX roster_upload_by_import ON roster_upload (import_id);

-- What the other capabilities may read: the people of a programme as of a day are those rows whose days hold it.
CREATE VIEW pub_programme_member AS
    SELECT m.person_id, m.programme_id, m.cohort_id, COALESCE(m.stage_id, c.stage_id) AS stage_id, m.state, m.start_day, m.end_day
    FROM membership m JOIN cohort c ON c.id = m.cohort_id;
CREATE VIEW pub_programme_pause AS
    SELECT m.person_id, m.programme_id, m.cohort_id, p.kind, p.start_day, p.end_day
    FROM membership_pause p JOIN membership m ON m.id = p.membership_id;
-- The zones in which the days of what belongs to a programme are told.
CREATE VIEW pub_programme AS SELECT id, zone FROM programme;
-- Who may act as what, where, from when until when (for questions about one person or one role: SQLite looks through all of a
-- UNION when it is asked once for each row): the roles that were given, and every member is a trainee of her cohort.
CREATE VIEW pub_programme_role AS
    SELECT person_id, role, programme_id, cohort_id, start_day, end_day FROM role_grant
    UNION ALL
    SELECT person_id, 'trainee' AS role, programme_id, cohort_id, start_day, end_day FROM membership;
-- The roles that were given, alone; and where people belong or did, cohort 0 where a role holds for the whole programme.
CREATE VIEW pub_programme_given_role AS
    SELECT person_id, role, programme_id, cohort_id, start_day, end_day FROM role_grant;
CREATE VIEW pub_programme_place AS
    SELECT person_id, programme_id, cohort_id FROM membership
    UNION ALL
    SELECT person_id, programme_id, COALESCE(cohort_id, 0) AS cohort_id FROM role_grant WHERE programme_id IS NOT NULL;
-- The given roles alone: those who teach, mentor, assess and lead are few beside the members.
CREATE VIEW pub_programme_grant AS SELECT person_id, role, programme_id, cohort_id, start_day, end_day FROM role_grant;
CREATE VIEW pub_programme_group_member AS
    SELECT g.programme_id, g.cohort_id, gm.group_id, gm.person_id, gm.start_day, gm.end_day
    FROM group_member gm JOIN learner_group g ON g.id = gm.group_id;
CREATE VIEW pub_programme_group AS SELECT id, programme_id, cohort_id, code, title FROM learner_group;
CREATE VIEW pub_programme_stage AS SELECT id, programme_id, ordinal, code, title FROM stage;
CREATE VIEW pub_programme_cohort AS SELECT id, programme_id, code, title, stage_id, start_day, end_day FROM cohort;
-- The zone a person's days are told in, unless she chose one: that of the programme of her latest role, else of her latest
-- membership. Two views, since they are asked once for each row.
CREATE VIEW pub_programme_zone AS
    SELECT g.person_id, g.start_day, p.zone FROM role_grant g JOIN programme p ON p.id = g.programme_id;
CREATE VIEW pub_programme_member_zone AS
    SELECT m.person_id, m.start_day, p.zone FROM membership m JOIN programme p ON p.id = m.programme_id;
CREATE VIEW pub_people_name AS SELECT person_id, display_name, sort_key FROM identity;
CREATE VIEW pub_people_account AS SELECT person_id, disabled FROM account;
CREATE VIEW pub_people_word AS SELECT word, person_id FROM identity_word;
