--! title: segment_refuse
-- Contract: never returns.
-- Errors: 22023, naming the place in the segment's JSON and the problem there.
-- Cost: none.
CREATE OR REPLACE FUNCTION segment_refuse(p_path text, p_problem text)
RETURNS void
LANGUAGE plpgsql
SET search_path = public, pg_temp
AS $$
BEGIN
  RAISE EXCEPTION 'invalid segment at %: %', p_path, p_problem USING ERRCODE = '22023';
END
$$;

COMMENT ON FUNCTION segment_refuse(text, text) IS 'Raises 22023 for a segment, naming the place in its JSON.';
ALTER FUNCTION segment_refuse(text, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_refuse(text, text) FROM PUBLIC;
