-- Mails of the progress panel: whether a person wants them. Without a row she gets them.
CREATE TABLE panel_choice (
    person_id INTEGER PRIMARY KEY REFERENCES person (id),
    mails INTEGER NOT NULL CHECK (mails IN (0, 1))
);
