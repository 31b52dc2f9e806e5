-- People and groups as another system of the institution keeps them (SCIM 2.0, RFC 7643 and 7644).

-- What that system calls a person. Who has no row is known to it by her e-mail address and her number.
CREATE TABLE scim_user (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    resource_id INTEGER NOT NULL UNIQUE, -- what the other system calls her; another one when she comes back after she was deleted
    user_name TEXT NOT NULL,
    user_name_key TEXT UNIQUE,           -- folded; null: deleted, the name is free again
    external_id TEXT,
    version INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    deleted_at INTEGER                   -- her account is closed, and the other system is told that she is not here
);
CREATE INDEX scim_user_by_external ON scim_user (external_id) WHERE external_id IS NOT NULL;

-- Groups of that system, kept as names until an administrator says which cohort or group of Cadre one of them is.
CREATE TABLE scim_group (
    id INTEGER PRIMARY KEY,
    display_name TEXT NOT NULL,
    display_key TEXT NOT NULL,           -- folded
    external_id TEXT,
    programme_id INTEGER REFERENCES programme (id),
    cohort_id INTEGER REFERENCES cohort (id),
    learner_group_id INTEGER REFERENCES learner_group (id),
    version INTEGER NOT NULL,
    created_at INTEGER NOT NULL,
    changed_at INTEGER NOT NULL,
    deleted_at INTEGER,                  -- goes when those whom it brought into a cohort have left it
    CHECK (cohort_id IS NULL OR learner_group_id IS NULL),
    CHECK ((cohort_id IS NULL AND learner_group_id IS NULL) = (programme_id IS NULL))
);
CREATE INDEX scim_group_by_name ON scim_group (display_key, id);
CREATE INDEX scim_group_by_external ON scim_group (external_id) WHERE external_id IS NOT NULL;
CREATE INDEX scim_group_deleted ON scim_group (deleted_at) WHERE deleted_at IS NOT NULL;
CREATE INDEX scim_group_by_programme ON scim_group (programme_id) WHERE programme_id IS NOT NULL;
CREATE INDEX scim_group_by_cohort ON scim_group (cohort_id) WHERE cohort_id IS NOT NULL;
CREATE INDEX scim_group_by_learner_group ON scim_group (learner_group_id) WHERE learner_group_id IS NOT NULL;

-- kept: the group is a name alone; new: to be brought in; made: brought in by this; found: was there already, or stands elsewhere by
-- somebody's decision, and is left; leaving: to be taken out again.
CREATE TABLE scim_member (
    group_id INTEGER NOT NULL REFERENCES scim_group (id),
    person_id INTEGER NOT NULL REFERENCES person (id),
    state TEXT NOT NULL CHECK (state IN ('kept', 'new', 'made', 'found', 'leaving')),
    PRIMARY KEY (group_id, person_id)
);
CREATE INDEX scim_member_by_person ON scim_member (person_id);
CREATE INDEX scim_member_due ON scim_member (state, group_id, person_id) WHERE state = 'new' OR state = 'leaving';

-- When the other system last asked, and what was last refused: kinds of requests, never whom they were about.
CREATE TABLE scim_heard (
    one INTEGER PRIMARY KEY CHECK (one = 1),
    asked_at INTEGER NOT NULL,
    refused_at INTEGER,
    refused TEXT                         -- "PATCH /scim/v2/Users/{id}: 409 uniqueness"
);

CREATE VIEW pub_people_known AS
    SELECT i.person_id, i.given_name, i.family_name, i.display_name, i.email, i.email_key, i.language, i.zone, i.profession, i.version,
           a.disabled, p.created_at
    FROM identity i JOIN person p ON p.id = i.person_id LEFT JOIN account a ON a.person_id = i.person_id;
