--! title: partition_references
-- Contract: the foreign keys that each partition must have before the switch, and whether they are valid; NULL: not
--   there yet. The partitioned table has those of the same names.
-- Errors: none.
-- Cost: a few look-ups per partition.
CREATE OR REPLACE FUNCTION partition_references()
RETURNS TABLE (partitioned regclass, partition regclass, constraint_name name, column_name name, parent regclass,
               valid boolean)
LANGUAGE sql STABLE
SET search_path = public, pg_temp
AS $$
  SELECT wanted.partitioned::regclass, part.relid, wanted.constraint_name, wanted.column_name, wanted.parent, existing.convalidated
  -- No reference to workspaces: campaign and lead imply it, and each reference is a query per inserted row.
  FROM (VALUES
    ('email_sends_partitioned', 'email_sends_partitioned_campaign_id_fkey', 'campaign_id', 'campaigns'),
    ('email_sends_partitioned', 'email_sends_partitioned_lead_id_fkey', 'lead_id', 'leads'),
    ('lead_activities_partitioned', 'lead_activities_partitioned_lead_id_fkey', 'lead_id', 'leads')
  ) AS wanted (partitioned, constraint_name, column_name, parent)
  CROSS JOIN pg_partition_tree(wanted.partitioned::regclass) AS part
  LEFT JOIN pg_constraint AS existing
    ON existing.conrelid = part.relid AND existing.conname = wanted.constraint_name
  WHERE part.isleaf
$$;

REVOKE EXECUTE ON FUNCTION partition_references() FROM PUBLIC;
