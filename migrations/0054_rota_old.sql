-- What is deleted when it is old is found by its age.
CREATE INDEX rota_term_by_end ON rota_term (end_day, id);
CREATE INDEX rota_allocation_by_age ON rota_allocation (made_at, state);
