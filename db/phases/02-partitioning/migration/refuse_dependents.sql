--! title: refuse_dependents
-- Contract: raises when something else in the database depends on the table: a view, a function, a foreign key. The
--   switch would leave it on the old table, which then could not be dropped.
-- Errors: 2BP01, with their names.
-- Cost: a few look-ups.
CREATE OR REPLACE FUNCTION refuse_dependents(p_source regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  dependents constant text := (
    SELECT string_agg(DISTINCT pg_describe_object(classid, objid, 0), ', ')
    FROM pg_depend AS found
    WHERE deptype = 'n'
      AND (refclassid = 'pg_class'::regclass AND refobjid = p_source
        OR refclassid = 'pg_type'::regclass AND refobjid = (SELECT reltype FROM pg_class WHERE oid = p_source))
      -- Not what is part of the table itself, as its policies.
      AND NOT EXISTS (SELECT FROM pg_depend AS own
                      WHERE own.classid = found.classid AND own.objid = found.objid AND own.deptype IN ('a', 'i')
                        AND own.refclassid = 'pg_class'::regclass AND own.refobjid = p_source));
BEGIN
  IF dependents IS NOT NULL THEN
    RAISE EXCEPTION '% depends on % and would stay with the old table', dependents, p_source
      USING ERRCODE = 'dependent_objects_still_exist',
            HINT = 'Drop it, run db/phases/02-partitioning/up.sql to its end and make it again.';
  END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION refuse_dependents(regclass) FROM PUBLIC;
