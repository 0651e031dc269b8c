--! title: segment_is_indexed
-- Contract: whether an index may answer every condition below a node of a segment, and none is under "not". Only then
--   does an OR of them read less than every row.
-- Errors: none; what the node lacks, segment_where refuses.
-- Cost: one walk through the JSON, no deeper than a segment may be.
CREATE OR REPLACE FUNCTION segment_is_indexed(p_node jsonb)
RETURNS boolean
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT NOT p_node @? '$.**{0 to 32} ? (@.type() == "object" && (exists(@.not) || exists(@.field) && !(
    @.field == "email" || @.field == "name" || @.field == "company" || @.field == "position"
    || @.field == "tags" && @.operator == "contains"
    || @.field starts with "custom_fields." && @.operator == "equals")))'
$$;

COMMENT ON FUNCTION segment_is_indexed(jsonb) IS 'Whether an index may answer every condition below a node of a segment.';
ALTER FUNCTION segment_is_indexed(jsonb) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_is_indexed(jsonb) FROM PUBLIC;
