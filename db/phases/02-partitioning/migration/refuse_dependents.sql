--! title: refuse_dependents
-- Contract: raises when the table has, or something else in the database has of it, what is not ours: a view, a function
--   of its rows, a foreign key to it; a policy, a trigger, a rule, a publication, a key or an index on it. The switch
--   would leave it on the old table, where it keeps that from being dropped or is dropped along.
-- Errors: 2BP01, with their names.
-- Cost: a few look-ups.
CREATE OR REPLACE FUNCTION refuse_dependents(p_source regclass) RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  twin       constant text := p_source::text || '_partitioned';
  -- What the twin has of its own, or does without. Names without that of the table.
  ours       constant text[] := ARRAY[
    'workspace', 'parents', 'log_migration_change', 'refuse_truncate',
    'pkey', 'campaign_id_fkey', 'lead_id_fkey', 'workspace_id_fkey',
    'campaign_idx', 'lead_idx', 'status_idx', 'type_idx', 'workspace_idx'];
  dependents constant text := (
    SELECT string_agg(pg_describe_object(classid, objid, 0), ', ')
    FROM (
      SELECT classid, objid, bool_or(deptype = 'a') AS is_part
      FROM pg_depend
      JOIN pg_type AS row_type ON typrelid = p_source
      WHERE deptype IN ('n', 'a')
        AND (refclassid = 'pg_class'::regclass AND refobjid = p_source
          OR refclassid = 'pg_type'::regclass AND refobjid IN (row_type.oid, typarray))
      GROUP BY classid, objid
    ) AS found
    CROSS JOIN LATERAL (
      SELECT object_names[cardinality(object_names)] FROM pg_identify_object_as_address(classid, objid, 0)
    ) AS object (name)
    WHERE NOT is_part
       OR classid <> 'pg_attrdef'::regclass
      AND replace(name, p_source || '_', '') <> ALL (ours)
      -- LIKE has taken checks along, by their names.
      AND NOT EXISTS (SELECT FROM pg_constraint AS own
                      JOIN pg_constraint AS copy ON copy.conrelid = twin::regclass AND copy.conname = own.conname
                      WHERE classid = 'pg_constraint'::regclass AND own.oid = objid));
BEGIN
  IF dependents IS NOT NULL THEN
    RAISE EXCEPTION '% depends on % and would stay with the old table', dependents, p_source
      USING ERRCODE = 'dependent_objects_still_exist',
            HINT = format('Drop it, run db/phases/02-partitioning/up.sql to its end and make it again: a view or a function '
                          'as it was, what is on the table on %1$s, a unique key or index with created_at, and a foreign '
                          'key to %1$s (id, created_at) only; then retention cannot drop the months it refers to.', twin);
  END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION refuse_dependents(regclass) FROM PUBLIC;
