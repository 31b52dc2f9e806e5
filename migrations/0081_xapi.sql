-- What the record store tells of what people do here, and what it makes of what other tools tell.

-- Mails and statements wait side by side: each topic finds its own.
CREATE INDEX outbox_by_topic ON outbox (topic, due_at, id) WHERE done_at IS NULL;

-- Evidence row by row, also what was taken back: what statements are written from.
CREATE VIEW pub_evidence_row AS
    SELECT id, person_id, programme_id, kind, competency_id, use, level, percent, source_kind, source_id, replaces_id, at, recorded_at FROM evidence;
