-- How many questions a session asks now is counted in the index alone.
DROP INDEX question_by_session;
CREATE INDEX question_by_session ON question (session_id, retired, ordinal);
