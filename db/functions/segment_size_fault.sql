--! title: segment_size_fault
-- Contract: why a segment is too much as a whole, or NULL when it is not: more than 1,000 conditions, or texts of more than
--   100,000 characters altogether. A thousand conditions of a thousand characters each took 2 GB and four minutes.
-- Errors: none; what else is wrong, segment_where refuses.
-- Cost: one walk through the JSON, no deeper than a segment may be.
CREATE OR REPLACE FUNCTION segment_size_fault(p_segment jsonb)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT CASE
    WHEN count(*) FILTER (WHERE jsonb_typeof(node) = 'object' AND node ? 'field') > 1000 THEN 'more than 1,000 conditions'
    WHEN sum(length(node #>> '{}')) FILTER (WHERE jsonb_typeof(node) = 'string') > 100000
      THEN 'texts of more than 100,000 characters'
  END
  -- Strict: a lax path would take the elements of a list twice.
  FROM jsonb_path_query(p_segment, 'strict $.**{0 to 34} ? (@.type() == "string" || @.type() == "object")') AS node
$$;

COMMENT ON FUNCTION segment_size_fault(jsonb) IS 'Why a segment is too much as a whole; NULL when it is not.';
ALTER FUNCTION segment_size_fault(jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_size_fault(jsonb) FROM PUBLIC;
