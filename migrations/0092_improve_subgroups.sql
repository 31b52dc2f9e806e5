-- Charts of subgroups (x-bar and s): beside the mean of several observations of one time stands how far they lie apart.
ALTER TABLE improve_point ADD COLUMN sd REAL;
-- Which projects show how the software works and are about no real care.
CREATE VIEW pub_improve_made_up AS SELECT id FROM improve_project WHERE made_up = 1;
