--! title: refuse_dependents
-- Contract: raises when the table has, or something else in the database has of it, what is not ours: a view, a function
--   of its rows, a foreign key to it; a policy, a trigger, a rule, a publication, a key or an index on it, a generated
--   or identity column, a column that only one of the two has, FORCE ROW LEVEL SECURITY, our policy changed. The switch
--   would leave it on the old table, where it keeps that from being dropped or is dropped along. And a publication of all
--   tables: the migration's own have no replica identity.
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
  altered    constant text := (
    SELECT string_agg(what, ', ')
    FROM (
      SELECT 'FORCE ROW LEVEL SECURITY' FROM pg_class WHERE oid = p_source AND relforcerowsecurity
      UNION ALL
      SELECT format('generated column %I', attname)
      FROM pg_attribute
      WHERE attrelid = p_source AND NOT attisdropped AND (attgenerated <> '' OR attidentity <> '')
      UNION ALL
      -- LIKE has taken along those that were there when the twin was made.
      SELECT format('column %I of %s only', attname, min(attrelid)::regclass)
      FROM pg_attribute
      WHERE attrelid IN (p_source, twin::regclass) AND attnum > 0 AND NOT attisdropped
      GROUP BY attname
      HAVING count(*) = 1
      UNION ALL
      -- The policy of leads says the same.
      SELECT 'changed ' || pg_describe_object('pg_policy'::regclass, own.oid, 0)
      FROM pg_policy AS own
      JOIN pg_policy AS leads ON leads.polrelid = 'leads'::regclass AND leads.polname = own.polname
      WHERE own.polrelid = p_source
        AND (own.polcmd, own.polpermissive, own.polroles, pg_get_expr(own.polqual, own.polrelid), own.polwithcheck::text)
            IS DISTINCT FROM
            (leads.polcmd, leads.polpermissive, leads.polroles, pg_get_expr(leads.polqual, leads.polrelid), leads.polwithcheck::text)
      UNION ALL
      SELECT format('publication %I of all tables', pubname)
      FROM pg_publication AS publication
      WHERE (pubupdate OR pubdelete)
        AND (puballtables OR EXISTS (SELECT FROM pg_publication_namespace
                                     WHERE pnpubid = publication.oid AND pnnspid = 'public'::regnamespace))
    ) AS found (what));
BEGIN
  IF dependents IS NOT NULL OR altered IS NOT NULL THEN
    RAISE EXCEPTION '% depends on % and would stay with the old table', concat_ws(', ', dependents, altered), p_source
      USING ERRCODE = 'dependent_objects_still_exist',
            HINT = format('Drop it, run db/phases/02-partitioning/up.sql to its end and make it again: a view or a function '
                          'as it was, what is on the table on %1$s, a unique key or index with created_at, and a foreign '
                          'key to %1$s (id, created_at) only; then retention cannot drop the months it refers to. A column of one '
                          'table only is to be on both, or on none.', twin);
  END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION refuse_dependents(regclass) FROM PUBLIC;
