-- What waits for a person is read with every Home. Indexes that have it in the order in which it is read, so that nothing is
-- sorted where, as nearly always, there is nothing.
DROP INDEX reflection_key_unread;
CREATE INDEX reflection_key_unread ON reflection_key (person_id, shared_at, reflection_id) WHERE author = 0 AND read_at IS NULL;
DROP INDEX match_person_by_person;
CREATE INDEX match_person_by_person ON match_person (person_id, round_id, side);
DROP INDEX panel_member_by_person;
CREATE INDEX panel_member_by_person ON panel_member (person_id, panel_id);
CREATE INDEX feedback_round_facilitated ON feedback_round (facilitator_id, since_at, id) WHERE state <> 'closed';
