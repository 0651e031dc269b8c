--! title: segment_not_before
-- Contract: the SQL of a column that is at or after an ISO date; see segment_first_moment.
-- Errors: none; the date was checked.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION segment_not_before(p_column text, p_date text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  SELECT format('%I >= %L::timestamptz', p_column, segment_first_moment(p_date))
$$;

COMMENT ON FUNCTION segment_not_before(text, text) IS 'SQL: the column is at or after the date.';
ALTER FUNCTION segment_not_before(text, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_not_before(text, text) FROM PUBLIC;
