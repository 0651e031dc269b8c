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
SET quote_all_identifiers = off
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
      SELECT format('column %s %s in place %s of %s only', attname, format_type(atttypid, atttypmod), place, min(attrelid)::regclass)
      FROM (SELECT *, row_number() OVER (PARTITION BY attrelid ORDER BY attnum) AS place
            FROM pg_attribute
            WHERE attrelid IN (p_source, twin::regclass) AND attnum > 0 AND NOT attisdropped) AS attribute
      GROUP BY attname, atttypid, atttypmod, place
      HAVING count(*) = 1
      UNION ALL
      SELECT 'changed ' || pg_describe_object('pg_policy'::regclass, own.oid, 0)
      FROM pg_policy AS own
      JOIN (VALUES
        ('email_sends', 'workspace', '(workspace_id = ( SELECT current_workspace_id() AS current_workspace_id))', NULL),
        ('email_sends', 'parents', NULL, '((EXISTS ( SELECT FROM campaigns parent WHERE (parent.id = email_sends.campaign_id))) '
          'AND (EXISTS ( SELECT FROM leads parent WHERE (parent.id = email_sends.lead_id))))'),
        ('lead_activities', 'workspace', '(workspace_id = ( SELECT current_workspace_id() AS current_workspace_id))', NULL),
        ('lead_activities', 'parents', NULL, '(EXISTS ( SELECT FROM leads parent WHERE (parent.id = lead_activities.lead_id)))')
      ) AS ours (table_name, name, qual, with_check) ON table_name::regclass = own.polrelid AND ours.name = polname
      WHERE polrelid = p_source
        AND (polroles, polpermissive, regexp_replace(pg_get_expr(polqual, polrelid), '[[:space:]]+', ' ', 'g'),
             regexp_replace(pg_get_expr(polwithcheck, polrelid), '[[:space:]]+', ' ', 'g'))
            IS DISTINCT FROM (ARRAY[0::oid], qual IS NOT NULL, qual, with_check)
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
                          'table only is to be on both, in the same place, or on none.', twin);
  END IF;
END
$$;

REVOKE EXECUTE ON FUNCTION refuse_dependents(regclass) FROM PUBLIC;
