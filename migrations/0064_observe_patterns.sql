-- The patterns that a coordinator is shown are counted over what came within half a year, without opening each observation.
CREATE INDEX observation_pattern ON observation (programme_id, recorded_at, state, observer_key, observer_id, subject_id, day);
DROP INDEX observation_by_programme;
