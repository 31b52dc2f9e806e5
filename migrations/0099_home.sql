-- Home asks this of one person at each visit, so it is found without reading what else there is about her or about others.

-- Whether she has done an exercise: not from the attempts of all who took it.
CREATE INDEX exercise_attempt_by_person ON exercise_attempt (person_id, exercise_id, state);
-- What she is enrolled in now: not from rows of all she ever was in, each of which lies on a page of its own.
CREATE INDEX enrolment_by_person ON enrolment (person_id, state, offering_id);
