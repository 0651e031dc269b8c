--! title: segment_not_after
-- Contract: the SQL of a column that is at or before an ISO date, the whole day when it is a bare one; see
--   segment_first_moment.
-- Errors: none; the date was checked.
-- Cost: none worth naming.
CREATE OR REPLACE FUNCTION segment_not_after(p_column text, p_date text)
RETURNS text
LANGUAGE sql IMMUTABLE
SET search_path = public, pg_temp
AS $$
  -- Not '1 day': that is 23 or 25 hours in a session whose zone changes its clocks on that day.
  SELECT CASE WHEN length(p_date) = length('YYYY-MM-DD')
    THEN format('%I < %L::timestamptz + interval ''24 hours''', p_column, segment_first_moment(p_date))
    ELSE format('%I <= %L::timestamptz', p_column, segment_first_moment(p_date))
  END
$$;

COMMENT ON FUNCTION segment_not_after(text, text) IS 'SQL: the column is at or before the date.';
ALTER FUNCTION segment_not_after(text, text) OWNER TO mailgenius_owner;
REVOKE EXECUTE ON FUNCTION segment_not_after(text, text) FROM PUBLIC;
