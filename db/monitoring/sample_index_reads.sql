--! title: sample_index_reads
-- Contract: notes in index_reads how often every index was read, and since when that is the figure; forgets indexes that
--   are no more. Returns how many indexes.
-- Errors: none of its own.
-- Cost: reads the statistics of every index.
CREATE OR REPLACE FUNCTION sample_index_reads()
RETURNS integer
LANGUAGE plpgsql SECURITY DEFINER
SET search_path = public, pg_temp
AS $$
BEGIN
  DELETE FROM index_reads WHERE index_name NOT IN (SELECT index_name FROM current_index_reads);
  INSERT INTO index_reads AS noted (index_name, definition, statistics, scans)
  SELECT index_name, definition, statistics, scans FROM current_index_reads
  ON CONFLICT (index_name) DO UPDATE
  SET definition = excluded.definition, statistics = excluded.statistics, scans = excluded.scans, since = excluded.since
  WHERE (noted.definition, noted.statistics, noted.scans) <> (excluded.definition, excluded.statistics, excluded.scans);
  RETURN (SELECT count(*) FROM index_reads);
END
$$;

COMMENT ON FUNCTION sample_index_reads() IS 'Notes how often every index was read, and since when that is so.';
ALTER FUNCTION sample_index_reads() OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION sample_index_reads() FROM PUBLIC;
