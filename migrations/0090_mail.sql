-- Mails: what of them people want, how they are stopped without signing in, which wait to be sent together.

-- How mails of one sort come to a person; without a row: at once. Words of out/mail.h.
CREATE TABLE mail_choice (
    person_id INTEGER NOT NULL REFERENCES person (id),
    sort TEXT NOT NULL,              -- "mentoring", "shifts", ...
    how TEXT NOT NULL CHECK (how IN ('once', 'daily', 'never')),
    was TEXT NOT NULL CHECK (was IN ('once', 'daily', 'never')), -- before it was stopped by a link in a mail
    PRIMARY KEY (person_id, sort)
);

-- The address in a mail that stops mails of its sort; it opens nothing else.
CREATE TABLE mail_stop (
    person_id INTEGER NOT NULL REFERENCES person (id),
    sort TEXT NOT NULL,              -- or "all"
    token TEXT NOT NULL UNIQUE,
    PRIMARY KEY (person_id, sort)
);

-- Mails that wait for others to the same person: their rows of the outbox are due when they go together.
CREATE TABLE mail_held (
    outbox_id INTEGER PRIMARY KEY REFERENCES outbox (id) ON DELETE CASCADE,
    person_id INTEGER NOT NULL REFERENCES person (id)
);
CREATE INDEX mail_held_by_person ON mail_held (person_id, outbox_id);

-- When a person was sent some that can wait, within the last minutes.
CREATE TABLE mail_sent (
    outbox_id INTEGER PRIMARY KEY,
    person_id INTEGER NOT NULL REFERENCES person (id),
    at INTEGER NOT NULL
);
CREATE INDEX mail_sent_by_person ON mail_sent (person_id, at);
