--! title: prove_equal
-- Contract: raises unless both tables hold the same rows: their number, and the sum of a 64-bit hash of each. Rows with
--   a noted change that is not applied yet do not count. Compares those of p_ids if given, else all, and notes that in
--   migration_progress. Writers need not wait: one statement, so one moment for both tables and the notes. The hash is
--   that of the types: citext in another case, or 1.00 for 1 in jsonb, has the same. Nothing here makes one of the
--   other, and a hash of the rows' text takes three times as long.
-- Errors: 22000 when they differ.
-- Cost: reads both tables.
CREATE OR REPLACE FUNCTION prove_equal(p_source regclass, p_target regclass, p_ids uuid[] DEFAULT NULL) RETURNS text
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
DECLARE
  digest   record;
  rows_sql constant text :=
    'SELECT count(*) AS rows, sum(hash_record_extended(t, 0)) AS digest FROM %s AS t
     WHERE NOT EXISTS (SELECT FROM migration_changes WHERE source_table = $1 AND row_id = t.id)'
    || CASE WHEN p_ids IS NULL THEN '' ELSE ' AND t.id IN (SELECT unnest($2))' END;
BEGIN
  EXECUTE format('SELECT source.rows AS source_rows, source.digest AS source_digest,
                         target.rows AS target_rows, target.digest AS target_digest
                  FROM (' || rows_sql || ') AS source, (' || rows_sql || ') AS target', p_source, p_target)
  INTO digest USING p_source::text, p_ids;
  IF (digest.source_rows, digest.source_digest) IS DISTINCT FROM (digest.target_rows, digest.target_digest) THEN
    RAISE EXCEPTION '% has % rows (digest %), % has % rows (digest %)',
      p_source, digest.source_rows, digest.source_digest, p_target, digest.target_rows, digest.target_digest
      USING ERRCODE = 'data_exception', HINT = 'Nothing was switched: the old table is still in use.';
  END IF;

  IF p_ids IS NULL THEN
    UPDATE migration_progress
    SET source_rows = digest.source_rows, source_digest = digest.source_digest,
        target_rows = digest.target_rows, target_digest = digest.target_digest, proven_at = now()
    WHERE source_table = p_source::text;
  END IF;
  RETURN format('%s rows, digest %s', digest.source_rows, digest.source_digest);
END
$$;

REVOKE EXECUTE ON FUNCTION prove_equal(regclass, regclass, uuid[]) FROM PUBLIC;
